// What a message says, as nodes: the same in every door, kept, on its way or quoted.
//
// Rule: text never becomes HTML. What is plain is shown at once; what needs more is shown plain
// until that is loaded, so that a room of plain text loads nothing.

import { css, html, nothing, type TemplateResult } from "lit";
import { Chunk } from "../panel/chunk.js";
import { inWords } from "../plain.js";
import type { Cell, CellRef, Output } from "../protocol.js";
import { pieces } from "../text.js";
import { words } from "../words.js";
import type { Address } from "./address.js";
import type { Shown } from "./file.js";
import { link } from "./link.js";

/** What is shown of a message below its author. */
export interface Content {
  readonly text: string;
  readonly files?: readonly Shown[];
  readonly cell?: Cell | CellRef;
  readonly data?: readonly Output[];
  readonly deleted?: boolean;
}

/** Whether a text may be more than plain; what only looks so costs a load, and is shown the same. */
const MARKED = new RegExp(
  [
    /([*`]|~~)\S[\s\S]*\1/, // marks around something
    /(?:^|\W)_\S/,
    /\]\(/, // a link
    /^ {0,3}(?:#{1,6}|>|[-+*]|\d{1,9}[.)])(?:[ \t]|$)/, // headings, quotes, lists
    /^ {0,3}>/,
    /^ {0,3}(?:(?:- *){3,}|(?:_ *){3,}|(?:\* *){3,})$/, // a rule
    /^ *\|? *:?-+:? *\|/, // a table's second line
    /^ *\| *:?-+:? *$/,
    /\\[*_~`[\]#>|$(]/,
    /\$[\s\S]*\$/, // formulas
    /Traceback \(most recent call last\)/,
  ]
    .map((form) => form.source)
    .join("|"),
  "m",
);
const ESCAPE = "\x1b";

const markdown = new Chunk(() => import("./markdown.js"));
const terminal = new Chunk(() => import("./terminal.js"));
const file = new Chunk(() => import("./file.js"));
const shared = new Chunk(() => import("./cell.js"));
const object = new Chunk(() => import("./data.js"));

export function content(shown: Content, address?: Address): unknown {
  const { text, files = [], cell, data = [], deleted } = shown;
  if (deleted) return html`<p class="text gone">${words().deleted}</p>`;
  const alone = files.length === 0 && !cell && data.length === 0;
  if (alone || !address) return says(text || cell?.source || inWords(data));
  return html`${text ? says(text) : nothing}${cell ? card(cell, address) : nothing}${
    data.length > 0 ? thing(data, address) : nothing
  }${files.length > 0 ? shelf(files, address) : nothing}`;
}

function thing(data: readonly Output[], address: Address): unknown {
  const meanwhile = html`<p class="text" dir="auto">${inWords(data)}</p>`;
  return object.show((chunk) => chunk.data(data, address), meanwhile);
}

function shelf(files: readonly Shown[], address: Address): unknown {
  const names = files.map(({ name }) => name).join(", ");
  return file.show((chunk) => chunk.files(files, address), html`<p class="quiet">${names}</p>`);
}

function card(cell: Cell | CellRef, address: Address): unknown {
  return shared.show((chunk) => chunk.cell(cell, address), says(cell.source));
}

function says(text: string): TemplateResult {
  if (text.includes(ESCAPE)) {
    const shown = terminal.show((chunk) => chunk.terminal(text), plain(text));
    return html`<div class="text">${shown}</div>`;
  }
  if (!MARKED.test(text)) return html`<p class="text" dir="auto">${plain(text)}</p>`;
  const shown = () => html`<p dir="auto">${plain(text)}</p>`;
  return html`<div class="text" dir="auto">${markdown.show(
    (chunk) => chunk.markdown(text) ?? shown(),
    shown(),
  )}</div>`;
}

/** A text with nothing in it but its links. */
function plain(text: string): unknown {
  return pieces(text).map((piece) =>
    piece.href === undefined ? piece.text : link(piece.href, piece.text),
  );
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
  .gone {
    color: var(--quiet);
    font-style: italic;
  }
  .text > * + *,
  .text li > * + *,
  .text blockquote > * + * {
    margin-top: 0.4em;
  }
  .text :is(p, li, td, th) {
    unicode-bidi: isolate;
  }
  .heading {
    font-weight: 650;
  }
  .text :is(ul, ol) {
    margin: 0;
    padding-inline-start: 1.75em;
    white-space: normal;
  }
  .text ul {
    list-style: disc;
  }
  .text li,
  .text li p {
    white-space: break-spaces;
  }
  .text .task {
    list-style: none;
  }
  .task > input {
    width: auto;
    margin-inline: -1.4em 0.4em;
    vertical-align: -0.1em;
  }
  .text blockquote {
    margin-inline: 0;
    padding-inline-start: 0.75em;
    border-inline-start: 3px solid var(--line);
    color: var(--quiet);
    white-space: normal;
  }
  .text blockquote p {
    white-space: break-spaces;
  }
  .text hr {
    border: 0;
    border-top: 1px solid var(--line);
  }
  .text code {
    padding: 0.1em 0.3em;
    border-radius: 4px;
    background: var(--code-ground);
    font: 0.9em var(--mono);
    unicode-bidi: isolate;
  }
  .stderr {
    border-inline-start: 3px solid var(--bad);
  }
  .picture {
    display: block;
    max-width: 100%;
    height: auto;
    border-radius: var(--round);
  }
  .host {
    font-size: 0.85em;
    color: var(--quiet);
  }
  .text > .wide {
    overflow-x: auto;
    white-space: normal;
    scrollbar-width: thin;
  }
  .wide > table {
    border-collapse: collapse;
  }
  .wide :is(th, td) {
    padding: 0.2em 0.6em;
    border: 1px solid var(--line);
    text-align: start;
    white-space: pre-wrap;
    overflow-wrap: break-word; /* no word or number in two: the table scrolls */
  }
  .wide th {
    background: var(--code-ground);
    font-weight: 600;
  }
  .wide .right {
    text-align: right;
  }
  .wide .center {
    text-align: center;
  }
`;
