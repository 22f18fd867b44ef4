// What a terminal printed: streams and tracebacks, in their colours, folded to head and tail.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { Chunk } from "../panel/chunk.js";
import { define } from "../panel/define.js";
import { controls } from "../panel/style.js";
import { words } from "../words.js";

/** Of a long one these many lines are shown: where it begins, and where it says what is wrong. */
const HEAD = 3;
const TAIL = 12;
/** Colours of a longer text are left out. */
const COLOURED = 65_536;
const ESCAPE = "\x1b";
/** Links and titles, then colours and movements, then the rest. */
const CODES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\|$)|\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~]|$)/g;

const ansi = new Chunk(() => import("./ansi.js"));

export function terminal(text: string): TemplateResult {
  return html`<tornchat-terminal .text=${text}></tornchat-terminal>`;
}

export class Terminal extends LitElement {
  static override properties = { text: { attribute: false }, whole: { state: true } };
  declare text: string;
  declare whole: boolean;

  constructor() {
    super();
    this.text = "";
    this.whole = false;
  }

  protected override render(): TemplateResult {
    const lines = overwritten(this.text).replace(/\n+$/, "").split("\n");
    const hidden = lines.length - HEAD - TAIL;
    const folds = hidden > 1;
    return html`<div class="output" dir="ltr" tabindex="0" role="group" aria-label=${words().output}>
      ${
        folds
          ? html`${this.#part(lines.slice(0, HEAD))}${this.#fold(hidden)}
            ${this.whole ? this.#part(lines.slice(HEAD, -TAIL)) : nothing}
            ${this.#part(lines.slice(-TAIL), lines.slice(0, -TAIL))}`
          : this.#part(lines)
      }
    </div>`;
  }

  #fold(hidden: number): TemplateResult {
    const t = words();
    return html`<button
      class="plain"
      aria-expanded=${this.whole}
      @click=${() => {
        this.whole = !this.whole;
      }}
    >
      ${this.whole ? t.showLess : t.showMoreLines(hidden)}
    </button>`;
  }

  /** @param before what stands above: a colour that begins there may go on. */
  #part(lines: string[], before: string[] = []): TemplateResult {
    const text = lines.join("\n");
    return html`<pre>${guard([text], () => coloured(text, before.join("\n")))}</pre>`;
  }

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        white-space: normal;
        margin-block: 0.4em;
        unicode-bidi: isolate;
      }
      .output {
        padding: 0.5em 0.75em;
        border: 1px solid var(--line);
        border-radius: var(--round);
        background: var(--code-ground);
        overflow: auto;
        scrollbar-width: thin;
      }
      pre {
        margin: 0;
        width: max-content;
        min-width: 100%;
        font: 0.88em / 1.4 var(--mono);
        tab-size: 8;
        white-space: pre;
      }
      button {
        color: var(--accent);
        font-size: 0.88em;
        position: sticky;
        left: 0;
      }
      .red {
        color: var(--ansi-red);
      }
      .green {
        color: var(--ansi-green);
      }
      .yellow {
        color: var(--ansi-yellow);
      }
      .blue {
        color: var(--ansi-blue);
      }
      .magenta {
        color: var(--ansi-magenta);
      }
      .cyan {
        color: var(--ansi-cyan);
      }
      .grey {
        color: var(--quiet);
      }
      .marked {
        background: var(--ansi-mark);
        color: var(--ansi-on-mark);
      }
      .bold {
        font-weight: 700;
      }
      .italic {
        font-style: italic;
      }
      .underline {
        text-decoration: underline;
      }
      .strikethrough {
        text-decoration: line-through;
      }
    `,
  ];
}

function coloured(text: string, before: string): unknown {
  if (!text.includes(ESCAPE) && !before.includes(ESCAPE)) return text;
  if (text.length > COLOURED) return bare(text);
  return ansi.show(({ colours }) => colours(text, before), bare(text));
}

/** Without the codes of colours and all others. */
export function bare(text: string): string {
  return text.replace(CODES, "");
}

/** As a terminal leaves it: a lone carriage return writes over its line, as progress bars do. */
function overwritten(text: string): string {
  return text.replace(/\r+\n/g, "\n").replace(/^.*\r(?!$)/gm, "");
}

define("tornchat-terminal", Terminal);
