// A cell of a notebook as it can be shared: its source and its outputs, each in its best form, cut to
// what one message takes, with a word about everything that was left out.
//
// Rule: it says what is sent and sends nothing; pictures lie beside it until they are uploaded.

import type { CellRef, Limits, OutputRef } from "../protocol.js";
import { labWords } from "./lab.words.js";

/** A cell as nbformat has it. */
export interface NotebookCell {
  readonly cell_type: string;
  readonly source: string | string[];
  readonly execution_count?: number | null;
  readonly outputs?: readonly NotebookOutput[];
}

export interface NotebookOutput {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string | string[];
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface Picture {
  readonly output: OutputRef;
  readonly name: string;
  readonly blob: Blob;
}

export interface Snapshot {
  readonly cell: CellRef;
  /** Outputs of the cell whose file is yet to be uploaded. */
  readonly pictures: readonly Picture[];
  /** What was left out, in words for its sender. */
  readonly cut: readonly string[];
  /** Bytes of the cell and of its pictures. */
  readonly size: number;
}

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
/** The best form first. What comes before `text/plain` cannot be cut without breaking it. */
const TEXTS = [
  "application/vnd.dataresource+json",
  "text/html",
  "text/markdown",
  "text/latex",
  "application/json",
  "text/plain",
];
const STREAM = "application/vnd.jupyter.";
/** Bytes kept for names, and for the line that tells what was cut. */
const SPARE = 512;

export function snapshot(
  from: NotebookCell,
  { language, notebook }: { language: string; notebook: string },
  limits: Limits,
  withOutputs: boolean,
): Snapshot {
  const cut: string[] = [];
  const pictures: Picture[] = [];
  let room = limits.cell_bytes - SPARE * 2;
  const source = shorten(joined(from.source), room, cut);
  room -= bytes(source);
  const all = withOutputs ? merged(from.outputs ?? []) : [];
  const most = Math.min(all.length, limits.cell_outputs);
  if (all.length > most) cut.push(labWords().outputsCut(all.length - most));
  const outputs: OutputRef[] = [];
  for (const [index, one] of all.slice(0, most).entries()) {
    const picture = pictureOf(one, limits, cut);
    const share = Math.floor(room / (most - index)) - SPARE / 4;
    const output = picture ? { type: picture.type } : textOf(one, Math.max(share, 0), cut);
    if (!output) continue;
    if (picture) {
      const name = `output-${index + 1}.${picture.type.slice("image/".length)}`;
      pictures.push({ output, name, blob: picture });
    }
    room -= bytes(output.text ?? "") + SPARE / 4;
    outputs.push(output);
  }
  const cell: CellRef = { source, language, notebook, outputs };
  if (typeof from.execution_count === "number") cell.count = from.execution_count;
  const texts = [source, ...outputs.map(({ text = "" }) => text)];
  const size = [...texts.map(bytes), ...pictures.map(({ blob }) => blob.size)];
  return { cell, pictures, cut, size: size.reduce((sum, one) => sum + one, 0) };
}

function pictureOf({ data }: NotebookOutput, limits: Limits, cut: string[]): Blob | null {
  const type = PICTURES.find((type) => typeof data?.[type] === "string" || isLines(data?.[type]));
  if (!data || !type) return null;
  const coded = joined(data[type] as string | string[]).replace(/\s/g, "");
  const pixels = decoded(coded);
  if (!pixels) return null;
  const blob = new Blob([pixels], { type });
  if (blob.size <= limits.file_bytes) return blob;
  cut.push(labWords().pictureCut(blob.size, limits.file_bytes));
  return null;
}

/** Null where a notebook's file holds what is no picture. */
function decoded(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** What an output says, in the best form that has space. */
function textOf(output: NotebookOutput, space: number, cut: string[]): OutputRef | null {
  if (output.output_type === "stream") {
    const type = `${STREAM}${output.name === "stderr" ? "stderr" : "stdout"}`;
    return { type, text: shorten(joined(output.text ?? ""), space, cut) };
  }
  if (output.output_type === "error") {
    const plain = `${output.ename}: ${output.evalue}`;
    const text = output.traceback?.join("\n") || plain;
    return { type: `${STREAM}error`, text: shorten(text, space, cut) };
  }
  for (const type of TEXTS) {
    const text = written(output.data?.[type]);
    if (text === null) continue;
    if (type === "text/plain") return { type, text: shorten(text, space, cut) };
    if (bytes(text) <= space) return { type, text };
  }
  return null;
}

function written(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === "string" || isLines(value) ? joined(value) : JSON.stringify(value);
}

/** One stream that was written to many times is one output. */
function merged(outputs: readonly NotebookOutput[]): NotebookOutput[] {
  const found: NotebookOutput[] = [];
  for (const output of outputs) {
    const last = found.at(-1);
    const goesOn =
      output.output_type === "stream" &&
      last?.output_type === "stream" &&
      last.name === output.name;
    if (!goesOn) found.push(output);
    else
      found[found.length - 1] = {
        ...last,
        text: joined(last.text ?? "") + joined(output.text ?? ""),
      };
  }
  return found;
}

/** Where a text is too long its middle goes, and a line tells how much that was. */
function shorten(text: string, space: number, cut: string[]): string {
  const has = bytes(text);
  if (has <= space) return text;
  const kept = Math.max(0, space - SPARE / 4);
  const head = ofBytes(text, Math.floor((kept * 2) / 3));
  const tail = ofBytes(text, -Math.floor(kept / 3));
  const says = labWords().textCut(has - bytes(head) - bytes(tail), has);
  cut.push(says);
  return `${head}\n… ${says} …\n${tail}`;
}

/** The first bytes of a text, or the last ones; half a character is none. */
function ofBytes(text: string, count: number): string {
  const all = new TextEncoder().encode(text);
  const part = count < 0 ? all.subarray(count) : all.subarray(0, count);
  return count === 0 ? "" : new TextDecoder().decode(part).replace(/^\ufffd+|\ufffd+$/g, "");
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function joined(text: string | readonly string[]): string {
  return typeof text === "string" ? text : text.join("");
}

function isLines(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((line) => typeof line === "string");
}
