// What is pasted: whether it is code, and in which language.
//
// Rule: the browser pastes, byte for byte. We only look, and offer to make a block of it.

import { fence, inCode } from "../fence.js";
import { asInBox } from "../session/draft.js";
import { insert } from "./insert.js";

export interface Code {
  readonly text: string;
  readonly language: string;
}

/** Editors and notebooks say so; else several lines with an indented one are code. */
const OF_EDITORS = ["vscode-editor-data", "application/vnd.jupyter.cells"];
const MONOSPACE = /font-family:[^;"]*(?:mono|consolas|menlo|courier)|<pre\b|<code\b/i;
const INDENTED = /^(?:\t| {2,})\S/m;

const LANGUAGES: readonly (readonly [string, RegExp])[] = [
  ["html", /^\s*<(?:!doctype|html|div|svg|\?xml)\b/i],
  ["bash", /^(?:#!.*sh\b|\$ |sudo |export \w+=)/m],
  [
    "python",
    /^\s*(?:def \w+\(|from \S+ import |import \w|class \w.*:$|(?:for|if|with|while) .+:$|print\()/m,
  ],
  ["sql", /^\s*(?:select\b[\s\S]+\bfrom|insert into|update \w+ set|create table|with \w+ as)\b/im],
  ["r", /<- |\blibrary\(|%>%|\|>/],
  ["javascript", /\b(?:const|let|var) \w+ =|\bfunction\b|=> |console\.log/],
];

/** What the clipboard brings, where it is code of several lines. */
export function codeIn(data: DataTransfer): Code | null {
  const text = data.getData("text/plain");
  if (text.trim().split("\n").length < 2) return null;
  const copied = OF_EDITORS.some((type) => data.types.includes(type));
  const told = copied || MONOSPACE.test(data.getData("text/html"));
  if (!told && (!INDENTED.test(text) || text.includes("```"))) return null;
  return { text: asInBox(text), language: mode(data) ?? guess(text) };
}

/** What the editor says that it is. */
function mode(data: DataTransfer): string | undefined {
  try {
    const { mode } = JSON.parse(data.getData("vscode-editor-data"));
    return typeof mode === "string" && /^[\w+#-]+$/.test(mode) ? mode : undefined;
  } catch {
    return undefined;
  }
}

/** The name of the language for a fence; empty where nothing tells. */
export function guess(text: string): string {
  if (isJson(text)) return "json";
  return LANGUAGES.find(([, looks]) => looks.test(text))?.[0] ?? "";
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** The code that was pasted last, while its writer may still make a block of it. */
export class Paste {
  #code: Code | null = null;

  /** Something is about to be pasted into the box. */
  take(data: DataTransfer, box: HTMLTextAreaElement): void {
    if (!inCode(box.value.slice(0, box.selectionStart))) this.#code = codeIn(data);
  }

  /** Whether it still stands in a text. */
  isIn(text: string): boolean {
    return this.#code !== null && text.includes(this.#code.text);
  }

  /** Makes a block of what is selected, or of the code that was pasted, or of all there is. */
  fence(box: HTMLTextAreaElement): void {
    const { value, selectionStart, selectionEnd } = box;
    const [from, to] =
      selectionStart < selectionEnd ? [selectionStart, selectionEnd] : this.#placeIn(value);
    const code = value.slice(from, to);
    const language = code === this.#code?.text ? this.#code.language : guess(code);
    const begin = from > 0 && value[from - 1] !== "\n" ? "\n" : "";
    this.#code = null;
    insert(box, from, to, `${begin}${fence(code, language)}\n`);
  }

  #placeIn(text: string): [number, number] {
    const code = this.#code?.text ?? "";
    const from = code ? text.lastIndexOf(code) : -1;
    return from < 0 ? [0, text.length] : [from, from + code.length];
  }
}
