// Formulas, drawn by KaTeX. Loaded with the first one.
//
// Rules: TeX commands nothing but what a formula looks like: no links, no pictures, no attributes,
// no macros without end. What KaTeX does not understand is shown as it was written.

import katex from "katex";
import { css, html, LitElement, type TemplateResult } from "lit";
import { createRef, ref } from "lit/directives/ref.js";
import { define } from "../panel/define.js";

/** Where the UI came through a kernel there is no style sheet; the browser itself draws formulas then. */
const BARE = import.meta.url.startsWith("blob:");

const SETTINGS = {
  output: BARE ? "mathml" : "htmlAndMathml",
  throwOnError: true,
  strict: "ignore",
  trust: false,
  maxExpand: 200,
  maxSize: 20,
} as const;
/** KaTeX writes these with an attribute `style`, which the page's policy does not allow. */
const MACROS = {
  "\\pmb": "\\boldsymbol{#1}",
  "\\fcolorbox": "\\@secondoftwo{#1#2}{\\fbox{#3}}",
};

/** KaTeX's rules for each formula's own root, without the fonts, which only a document can have. */
let rules: CSSStyleSheet | undefined;

function math(tex: string, display: boolean, written: string): TemplateResult {
  return html`<tornchat-math .tex=${tex} .display=${display} .written=${written}></tornchat-math>`;
}

/** This module once its styles are there. Without them a formula would be a heap of letters. */
export const ready = loadStyles().then(() => ({ math }));

async function loadStyles(): Promise<void> {
  if (BARE) return;
  const address = new URL("../math.css", import.meta.url).href;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
  await new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = reject;
    document.head.append(link);
  });
  const own = [...(link.sheet?.cssRules ?? [])].filter(
    (rule) => !(rule instanceof CSSFontFaceRule),
  );
  rules = new CSSStyleSheet();
  rules.replaceSync(own.map((rule) => rule.cssText).join("\n"));
}

export class Formula extends LitElement {
  static override properties = {
    tex: { attribute: false },
    display: { attribute: false },
    written: { attribute: false },
  };
  declare tex: string;
  declare display: boolean;
  /** What stands in the message. */
  declare written: string;
  readonly #place = createRef<HTMLElement>();

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot() as ShadowRoot;
    if (rules) root.adoptedStyleSheets.push(rules);
    return root;
  }

  protected override render(): TemplateResult {
    return html`<span class=${this.display ? "display" : ""} ${ref(this.#place)}></span>`;
  }

  protected override updated(): void {
    const place = this.#place.value;
    if (!place) return;
    try {
      // What a formula defines (`\gdef`) goes into the macros it was given, and is for it alone.
      const own = { ...SETTINGS, macros: { ...MACROS }, displayMode: this.display };
      katex.render(this.tex, place, own);
    } catch {
      place.replaceChildren(this.written);
    }
  }

  static override styles = css`
    .display {
      display: block;
      overflow-x: auto;
      overflow-y: hidden;
      padding-block: 0.3em;
    }
  `;
}

define("tornchat-math", Formula);
