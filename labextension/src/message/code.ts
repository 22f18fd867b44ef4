// A block of code: what it is, the code, and what a reader may do with it.
//
// Rule: what is copied or inserted is what was written, byte for byte.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { host, type Where } from "../host.js";
import { Chunk } from "../panel/chunk.js";
import { copy } from "../panel/copy.js";
import { define } from "../panel/define.js";
import { copy as copySign, insertAbove, insertBelow, replaceCell } from "../panel/icons.js";
import { controls } from "../panel/style.js";
import { words } from "../words.js";

/** Longer code is shown in part, with a button for the rest. */
const LINES = 24;
/** Longer code stays in one colour. */
const COLOURED = 32_768;

const highlighter = new Chunk(() => import("./highlight.js"));

export function code(source: string, language = ""): TemplateResult {
  return html`<tornchat-code .source=${source} .language=${language}></tornchat-code>`;
}

export class Code extends LitElement {
  static override properties = {
    source: { attribute: false },
    language: { attribute: false },
    whole: { state: true },
    said: { state: true },
  };
  declare source: string;
  declare language: string;
  declare whole: boolean;
  /** How the last thing done with it ended. */
  declare said: { readonly text: string; readonly bad: boolean } | null;

  constructor() {
    super();
    this.source = "";
    this.language = "";
    this.whole = false;
    this.said = null;
  }

  async #copy(): Promise<void> {
    const t = words();
    const copied = await copy(this.source);
    this.said = { text: copied ? t.copied : t.notCopied, bad: !copied };
  }

  #insert(where: Where): void {
    try {
      host.insert?.(this.source, where);
      this.said = { text: words().inserted, bad: false };
    } catch (error) {
      this.said = { text: error instanceof Error ? error.message : String(error), bad: true };
    }
  }

  protected override render(): TemplateResult {
    const t = words();
    const lines = this.source.split("\n").length;
    const long = lines > LINES;
    return html`
      <div class="bar">
        <bdi class="language">${this.language.slice(0, 24)}</bdi>
        ${this.#said()}
        ${host.insert ? this.#inserting() : nothing}
        <button class="plain" title=${t.copyCode} aria-label=${t.copyCode} @click=${this.#copy}>
          ${copySign}
        </button>
      </div>
      <pre
        class=${long && !this.whole ? "part" : ""}
        dir="ltr"
        tabindex="0"
        role="group"
        aria-label=${t.codeIn(this.language)}
      ><code>${this.#painted()}</code></pre>
      ${long ? this.#rest(lines) : nothing}
    `;
  }

  #said(): TemplateResult {
    return html`<span class=${this.said?.bad ? "said bad" : "said"} role="status"
      >${this.said?.text ?? ""}</span
    >`;
  }

  #inserting(): TemplateResult[] {
    const t = words();
    const ways: [Where, string, TemplateResult][] = [
      ["above", t.insertAbove, insertAbove],
      ["below", t.insertBelow, insertBelow],
      ["replace", t.replaceCell, replaceCell],
    ];
    return ways.map(
      ([where, says, sign]) => html`<button
        class="plain"
        title=${says}
        aria-label=${says}
        @click=${() => this.#insert(where)}
      >
        ${sign}
      </button>`,
    );
  }

  #painted(): unknown {
    const { source, language } = this;
    if (!language || source.length > COLOURED) return source;
    return highlighter.show(({ paint }) => paint(source, language) ?? source, source);
  }

  #rest(lines: number): TemplateResult {
    const t = words();
    return html`<button
      class="rest plain"
      aria-expanded=${this.whole}
      @click=${() => {
        this.whole = !this.whole;
      }}
    >
      ${this.whole ? t.showLess : t.showLines(lines)}
    </button>`;
  }

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        white-space: normal;
        margin-block: 0.4em;
        border: 1px solid var(--line);
        border-radius: var(--round);
        background: var(--code-ground);
        overflow: clip;
        unicode-bidi: isolate;
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 0.15em;
        padding-inline: 0.75em 0.25em;
        font-size: 0.85em;
        color: var(--quiet);
        overflow-wrap: break-word;
      }
      .language {
        min-width: 0;
        margin-inline-end: auto;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .bar button {
        min-width: 2.25em;
        padding: 0.3em;
      }
      .rest {
        width: 100%;
        border-radius: 0;
        color: var(--accent);
      }
      pre {
        margin: 0;
        padding: 0.1em 0.75em 0.6em;
        overflow: auto;
        font: 0.9em / 1.45 var(--mono);
        tab-size: 4;
        white-space: pre;
        scrollbar-width: thin;
      }
      code {
        font: inherit; /* not the browser's own for this element */
      }
      pre.part {
        max-height: 34.8em; /* as many lines as make it long */
      }
      pre:focus-visible {
        outline-offset: -2px;
      }
      .comment {
        color: var(--code-comment);
        font-style: italic;
      }
      .keyword {
        color: var(--code-keyword);
      }
      .string {
        color: var(--code-string);
      }
      .number {
        color: var(--code-number);
      }
      .called {
        color: var(--code-name);
      }
      .type {
        color: var(--code-type);
      }
      .meta {
        color: var(--code-meta);
      }
      .added {
        color: var(--code-added);
      }
      .removed {
        color: var(--code-string);
      }
      .strong {
        font-weight: 650;
      }
    `,
  ];
}

define("tornchat-code", Code);
