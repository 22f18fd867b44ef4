// Data in rows and columns, shown as a table of its own.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { copy } from "../panel/copy.js";
import { define } from "../panel/define.js";
import { copy as copySign } from "../panel/icons.js";
import { controls } from "../panel/style.js";
import { words } from "../words.js";

/** More rows or columns than these are counted, not drawn. */
const ROWS = 100;
const COLUMNS = 50;
const LONGEST_CELL = 500;
const NUMBER = /^\s*[-+−]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*%?\s*$/i;
/** What stands in a column of numbers where there is none. */
const NO_NUMBER = /^\s*(?:nan|<na>|none|null|[-+]?inf)\s*$/i;

export interface Data {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many rows and columns there are in all, where these are the first ones. */
  readonly of?: { readonly rows: number; readonly columns: number };
}

export function table(data: Data): TemplateResult {
  return html`<tornchat-table .data=${data}></tornchat-table>`;
}

/** Values separated by commas or tabs, the first line being the head. */
export function separated(text: string, separator: "," | "\t"): TemplateResult {
  const [head = [], ...rows] = parse(text, separator);
  return table({ head, rows });
}

/** A table as pandas and others send it (`application/vnd.dataresource+json`), or null. Its `stats`
 * tell of rows and columns that are not in it. */
export function resource(text: string): TemplateResult | null {
  const { schema, data, stats } = read(text);
  if (!Array.isArray(schema?.fields) || !Array.isArray(data)) return null;
  const names = schema.fields.map((field) => said(field?.name));
  const head = schema.fields.map((field) => said(field?.title ?? field?.name));
  const rows = data.map((row) =>
    names.map((name) => said((row as Record<string, unknown>)?.[name])),
  );
  if (!isCount(stats?.rows) || !isCount(stats.fields)) return table({ head, rows });
  const index = Array.isArray(schema.primaryKey) ? schema.primaryKey.length : 0;
  return table({ head, rows, of: { rows: stats.rows, columns: stats.fields + index } });
}

interface Resource {
  schema?: { fields?: { name?: unknown; title?: unknown }[]; primaryKey?: unknown };
  data?: unknown;
  stats?: { rows?: unknown; fields?: unknown };
}

function read(text: string): Resource {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function said(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Rows of a text by RFC 4180: a value in quotes may hold the separator, a line's end, a quote. */
export function parse(text: string, separator: "," | "\t"): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const values = separator === "," ? COMMAS : TABS;
  for (const [whole, quoted, bare = "", end = ""] of text
    .replace(/\r\n?/g, "\n")
    .matchAll(values)) {
    if (whole === "" && row.length === 0) break;
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === separator) continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    if (end === "") break;
  }
  return rows;
}

const COMMAS = /(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/g;
const TABS = /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g;

export class Table extends LitElement {
  static override properties = { data: { attribute: false }, said: { state: true } };
  declare data: Data;
  /** How copying ended. */
  declare said: string;

  constructor() {
    super();
    this.data = { head: [], rows: [] };
    this.said = "";
  }

  async #copy(): Promise<void> {
    const { head, rows } = this.data;
    const lines = [head, ...rows].map((row) => row.map(oneLine).join("\t"));
    this.said = (await copy(lines.join("\n"))) ? words().copied : words().notCopied;
  }

  protected override render(): TemplateResult {
    const t = words();
    const { head, rows } = this.data;
    const width = Math.min(COLUMNS, Math.max(head.length, ...rows.slice(0, ROWS).map(lengthOf)));
    const columns = Array.from({ length: width }, (_, at) => at);
    const numbers = columns.map((at) => isNumbers(rows, at));
    return html`
      <div class="wide" role="group" tabindex="0" aria-label=${t.table}>
        <table>
          <thead>
            <tr>${columns.map((at) => this.#cell("th", head[at], numbers[at]))}</tr>
          </thead>
          <tbody>${rows
            .slice(0, ROWS)
            .map(
              (row) =>
                html`<tr>${columns.map((at) => this.#cell("td", row[at], numbers[at]))}</tr>`,
            )}</tbody>
        </table>
      </div>
      <div class="bar">
        <span>${this.#size(width)}</span>
        <span role="status">${this.said}</span>
        <button class="plain" title=${t.copyTable} aria-label=${t.copyTable} @click=${this.#copy}>
          ${copySign}
        </button>
      </div>
    `;
  }

  #cell(tag: "th" | "td", value = "", isNumber = false): TemplateResult {
    const shown = value.length > LONGEST_CELL ? `${value.slice(0, LONGEST_CELL)}…` : value;
    const kind = isNumber ? "number" : "";
    return tag === "th"
      ? html`<th scope="col" class=${kind} dir="auto">${shown}</th>`
      : html`<td class=${kind} dir="auto">${shown}</td>`;
  }

  #size(width: number): unknown {
    const t = words();
    const { head, rows, of } = this.data;
    const more = Math.max(rows.length, of?.rows ?? 0) - Math.min(rows.length, ROWS);
    const widest = Math.max(head.length, of?.columns ?? 0, ...rows.slice(0, ROWS).map(lengthOf));
    const wider = widest - width;
    if (more <= 0 && wider <= 0) return nothing;
    return [more > 0 ? t.moreRows(more) : "", wider > 0 ? t.moreColumns(wider) : ""]
      .filter(Boolean)
      .join(" · ");
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
        unicode-bidi: isolate;
      }
      .wide {
        max-height: 24em;
        overflow: auto;
        scrollbar-width: thin;
      }
      .wide:focus-visible {
        outline-offset: -2px;
      }
      table {
        border-collapse: separate;
        border-spacing: 0;
        font-size: 0.9em;
        line-height: 1.35;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        max-width: 30em;
        padding: 0.25em 0.75em;
        border-bottom: 1px solid var(--line);
        text-align: start;
        vertical-align: top;
        white-space: pre-wrap;
        overflow-wrap: break-word;
      }
      th {
        position: sticky;
        top: 0;
        background: var(--code-ground);
        font-weight: 600;
        white-space: nowrap;
      }
      .number {
        text-align: end;
        white-space: nowrap;
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 0.75em;
        padding-inline: 0.75em 0.25em;
        font-size: 0.85em;
        color: var(--quiet);
      }
      .bar :first-child {
        margin-inline-end: auto;
      }
    `,
  ];
}

function lengthOf(row: readonly string[]): number {
  return row.length;
}

function isNumbers(rows: Data["rows"], at: number): boolean {
  const values = rows
    .slice(0, ROWS)
    .flatMap((row) => row[at]?.trim() || [])
    .filter((value) => !NO_NUMBER.test(value));
  return values.length > 0 && values.every((value) => NUMBER.test(value));
}

/** In a line of values a tab or a line's end would be another value. */
function oneLine(value: string): string {
  return /[\t\n"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

define("tornchat-table", Table);
