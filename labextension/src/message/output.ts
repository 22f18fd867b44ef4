// One output of a shared cell, by its type. Loaded with the first cell that has some.

import { html, nothing, type TemplateResult } from "lit";
import type { Output, StoredFile } from "../protocol.js";
import type { Where } from "../session/transport.js";
import { words } from "../words.js";
import { source } from "./address.js";
import { code } from "./code.js";
import { formula } from "./formula.js";
import { markdown } from "./markdown.js";
import { sandbox } from "./sandbox.js";
import { resource, separated } from "./table.js";
import { terminal } from "./terminal.js";

/** Pictures that a browser shows and that can run nothing. */
const PICTURES: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
]);

/** A browser would read another number. */
const LONG_NUMBER = /\d{16}/;

type Show = (text: string) => unknown;

const SHOWN: Readonly<Record<string, Show>> = {
  "application/vnd.jupyter.stdout": terminal,
  "application/vnd.jupyter.stderr": (text) => html`<div class="stderr">${terminal(text)}</div>`,
  "application/vnd.jupyter.error": terminal,
  "text/plain": terminal,
  "text/markdown": (text) => html`<div class="text">${markdown(text) ?? text}</div>`,
  "text/latex": latex,
  "text/html": sandbox,
  "application/json": json,
  "application/vnd.dataresource+json": (text) => resource(text) ?? json(text),
  "text/csv": (text) => separated(text, ","),
  "text/tab-separated-values": (text) => separated(text, "\t"),
};

/** Whether it is a picture that can be shown. */
export function isPicture({ type, file }: Output): boolean {
  return file !== undefined && PICTURES.has(type) && PICTURES.has(file.type ?? type);
}

/** Whether its text has a form of its own here. */
export function isShown({ type }: Output): boolean {
  return Object.hasOwn(SHOWN, type);
}

/** @param address of a file of the room. */
export function output(output: Output, address: (file: StoredFile) => Where): TemplateResult {
  const { type, text, file } = output;
  if (file && PICTURES.has(type)) return picture(file, address(file));
  const show = isShown(output) ? SHOWN[type] : undefined;
  if (!show || text === undefined) {
    return html`<p class="quiet">${words().notShown(type)}</p>`;
  }
  return html`${show(text)}`;
}

function picture(file: StoredFile, address: Where): TemplateResult {
  return html`<img
    class="picture"
    src=${source(address)}
    width=${file.width ?? nothing}
    height=${file.height ?? nothing}
    alt=${words().picture(file.name)}
    loading="lazy"
  />`;
}

/** A notebook's TeX comes with its own marks, or without any. */
function latex(text: string): unknown {
  const bare = text.trim().replace(/^(?:\$\$|\\\[|\$)([\s\S]*?)(?:\$\$|\\\]|\$)$/, "$1");
  return html`<p>${formula(bare, true, text)}</p>`;
}

function json(text: string): TemplateResult {
  if (LONG_NUMBER.test(text)) return code(text, "json");
  try {
    return code(JSON.stringify(JSON.parse(text), null, 2), "json");
  } catch {
    return code(text, "json");
  }
}
