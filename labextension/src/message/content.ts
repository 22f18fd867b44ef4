// What a message says, as nodes: the same in every door.

import { css, html, type TemplateResult } from "lit";
import { pieces } from "../text.js";

/** What is shown of a message below its author. */
export interface Content {
  readonly text: string;
}

export function content({ text }: Content): TemplateResult {
  return html`<p class="text" dir="auto">${pieces(text).map((piece) =>
    piece.href === undefined ? piece.text : link(piece.href, piece.text),
  )}</p>`;
}

function link(href: string, text: string): TemplateResult {
  return html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow ugc">${text}</a>`;
}

export const contentStyle = css`
  .text {
    overflow: clip; /* towers of marks stay off the neighbours */
    white-space: break-spaces;
    overflow-wrap: anywhere;
    unicode-bidi: isolate;
    line-height: 1.5;
    tab-size: 4;
  }
`;
