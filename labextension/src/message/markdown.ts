// A message's Markdown, as nodes. Loaded when a text first has some.
//
// Rule: each kind of token has its element here; a token of any other kind is the text it is.

import { html, nothing, type TemplateResult } from "lit";
import type { MarkedToken, Token, Tokens } from "marked";
import { words } from "../words.js";
import { code } from "./code.js";
import { formula } from "./formula.js";
import { type Formula, type Traceback, tokens } from "./grammar.js";
import { link, mayLink } from "./link.js";
import { separated } from "./table.js";
import { terminal } from "./terminal.js";

/** The text's blocks, or null where it is not Markdown that a browser could show in time. */
export function markdown(text: string): unknown {
  const found = tokens(text);
  return found && blocks(found);
}

type Known = MarkedToken | Formula | Traceback;

function blocks(all: readonly Token[]): unknown[] {
  return all.map((token) => block(token as Known));
}

function block(token: Known): unknown {
  switch (token.type) {
    case "space":
      return nothing;
    case "heading":
      return html`<p class="heading" dir="auto">${inline(token.tokens)}</p>`;
    case "hr":
      return html`<hr />`;
    case "code":
      return fenced(token);
    case "blockquote":
      return html`<blockquote>${blocks(token.tokens)}</blockquote>`;
    case "list":
      return list(token as Tokens.List);
    case "table":
      return table(token as Tokens.Table);
    case "formula":
      return html`<p>${drawn(token as Formula)}</p>`;
    case "traceback":
      return terminal(token.raw);
    case "paragraph":
    case "text":
      return html`<p dir="auto">${inline(token.tokens ?? [], token.text)}</p>`;
    default:
      return html`<p dir="auto">${token.raw}</p>`;
  }
}

function fenced({ text, lang }: Tokens.Code): unknown {
  const language = lang?.trim().split(/\s/, 1)[0] ?? "";
  if (language === "csv" || language === "tsv") {
    return separated(text, language === "csv" ? "," : "\t");
  }
  return code(text, language);
}

function list({ ordered, start, items, loose }: Tokens.List): TemplateResult {
  const lines = items.map(
    (item) =>
      html`<li class=${item.task ? "task" : ""} dir="auto">${item.tokens.map((token) =>
        token.type === "text" && !loose ? inline(token.tokens ?? [], token.text) : listed(token),
      )}</li>`,
  );
  return ordered
    ? html`<ol start=${start === 1 ? nothing : start}>${lines}</ol>`
    : html`<ul>${lines}</ul>`;
}

function listed(token: Token): unknown {
  return token.type === "checkbox" ? checkbox(token as Tokens.Checkbox) : block(token as Known);
}

function checkbox({ checked }: Tokens.Checkbox): TemplateResult {
  const says = checked ? words().done : words().toDo;
  return html`<input type="checkbox" disabled .checked=${checked} aria-label=${says} />`;
}

function table({ header, rows }: Tokens.Table): TemplateResult {
  const cells = (row: Tokens.TableCell[]) =>
    row.map((cell) => html`<td class=${cell.align ?? ""} dir="auto">${inline(cell.tokens)}</td>`);
  return html`<div class="wide" role="group" tabindex="0" aria-label=${words().table}>
    <table>
      <thead>
        <tr>${header.map(
          (cell) =>
            html`<th scope="col" class=${cell.align ?? ""} dir="auto">${inline(cell.tokens)}</th>`,
        )}</tr>
      </thead>
      <tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody>
    </table>
  </div>`;
}

// -------------------------------------------------------------------------------- in a line

/** @param text where a block has no tokens of its own. */
function inline(all: readonly Token[], text = ""): unknown {
  return all.length > 0 ? all.map((token) => mark(token as Known)) : text;
}

function mark(token: Known): unknown {
  switch (token.type) {
    case "strong":
      return html`<strong>${inline(token.tokens)}</strong>`;
    case "em":
      return html`<em>${inline(token.tokens)}</em>`;
    case "del":
      return html`<del>${inline(token.tokens)}</del>`;
    case "codespan":
      return html`<code dir="ltr">${token.text}</code>`;
    case "escape":
      return token.text;
    case "formula":
      return drawn(token as Formula);
    case "link":
      if (!mayLink(token.href)) return token.raw;
      return link(token.href, plain(token.tokens), inline(token.tokens, token.text));
    case "image":
      // Nothing is fetched from elsewhere because somebody wrote its address.
      return mayLink(token.href) ? link(token.href, token.text || token.href) : token.raw;
    default:
      return token.raw;
  }
}

function drawn({ text, display, raw }: Formula): unknown {
  return formula(text, display, raw.trim());
}

/** What a reader sees of them, as characters. */
function plain(all: readonly Token[]): string {
  return all
    .map((one) => ("tokens" in one && one.tokens ? plain(one.tokens) : textOf(one)))
    .join("");
}

function textOf(token: Token): string {
  return "text" in token ? token.text : token.raw;
}
