// HTML of a notebook, in a frame of its own in which nothing runs and from which nothing is asked.
//
// Rules: the frame may do nothing (`sandbox=""`, a policy of its own), and all the same only what is
// listed here goes into it. It has no styles: the page's policy allows none that stand in a text.

// biome-ignore-all lint/plugin: the one place where HTML is read, into a document that is nowhere and runs nothing, and written, into a frame that may do nothing

import { css, html, LitElement, type TemplateResult } from "lit";
import { define } from "../panel/define.js";
import { controls } from "../panel/style.js";
import { words } from "../words.js";

const POLICY = "default-src 'none'; img-src data:; form-action 'none'; base-uri 'none'";
const HEAD = [
  '<meta charset="utf-8">',
  `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
  '<meta name="color-scheme" content="light dark">',
].join("");
/** Longer HTML is no table that anybody reads in a chat. */
const LONGEST = 262_144;
const SHOWN = new Set(
  (
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em" +
    " figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp" +
    " section small span strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr"
  ).split(" "),
);
/** What these hold is not for readers. */
const SILENT = "script, style, template, noscript, iframe, object, embed, svg, math, title, select";
const ATTRIBUTES = new Set(
  "align alt colspan dir height lang rowspan scope span start width".split(" "),
);
/** A picture that is in the text. */
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$/;

export function sandbox(text: string): TemplateResult {
  return html`<tornchat-frame .text=${text}></tornchat-frame>`;
}

/** What may be shown of it, as a document of its own. */
export function harmless(text: string): string {
  // A policy would complain of a base even in a document that is nowhere.
  const read = text.slice(0, LONGEST).replace(/<base/gi, "<nothing");
  const { body } = new DOMParser().parseFromString(read, "text/html");
  for (const silent of body.querySelectorAll(SILENT)) silent.remove();
  for (const element of [...body.querySelectorAll("*")]) clean(element);
  const shown = `<font face="system-ui, sans-serif" size="2">${body.innerHTML}</font>`;
  return `<!doctype html><html><head>${HEAD}</head><body>${shown}</body></html>`;
}

function clean(element: Element): void {
  const name = element.localName;
  const picture = name === "img" ? (element.getAttribute("src") ?? "") : "";
  if (!SHOWN.has(name) || (name === "img" && !PICTURE.test(picture))) {
    element.replaceWith(...element.childNodes);
    return;
  }
  for (const attribute of element.getAttributeNames()) {
    if (!ATTRIBUTES.has(attribute)) element.removeAttribute(attribute);
  }
  if (picture) element.setAttribute("src", picture);
  if (name === "table") {
    element.setAttribute("rules", "all");
    element.setAttribute("cellpadding", "4");
  }
}

export class Frame extends LitElement {
  static override properties = { text: { attribute: false }, tall: { state: true } };
  declare text: string;
  declare tall: boolean;

  constructor() {
    super();
    this.text = "";
    this.tall = false;
  }

  protected override render(): TemplateResult {
    const t = words();
    return html`<iframe
        class=${this.tall ? "tall" : ""}
        sandbox=""
        referrerpolicy="no-referrer"
        loading="lazy"
        title=${t.frame}
        .srcdoc=${harmless(this.text)}
      ></iframe>
      <button
        class="plain"
        aria-expanded=${this.tall}
        @click=${() => {
          this.tall = !this.tall;
        }}
      >
        ${this.tall ? t.lower : t.taller}
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
        overflow: clip;
      }
      iframe {
        display: block;
        width: 100%;
        height: 14em;
        min-height: 4em;
        border: 0;
        resize: vertical;
        overflow: auto;
      }
      iframe.tall {
        height: 40em;
        max-height: 80vh;
      }
      button {
        width: 100%;
        min-height: 0;
        border-radius: 0;
        font-size: 0.85em;
        color: var(--accent);
      }
    `,
  ];
}

define("tornchat-frame", Frame);
