// <tornchat-files>: the files of a message, pictures as pictures, all else as a line to keep it by.
//
// Rule: the list never jumps. A picture has its place before it is there, by the width and height
// that the server read; and it is asked for only when it comes near.

import { css, html, LitElement, type TemplateResult } from "lit";
import { define } from "../panel/define.js";
import { download, sheet } from "../panel/icons.js";
import { controls } from "../panel/style.js";
import type { FileRef, StoredFile } from "../protocol.js";
import type { Where } from "../session/transport.js";
import { locale, words } from "../words.js";
import { type Address, follow, source, target } from "./address.js";
import "./sheet.js";

/** A file of a message; of one that is on its way no more may be known than its name. */
export type Shown = FileRef & Partial<StoredFile>;

/** The longest sides of a picture. */
const WIDE = 24;
const HIGH = 18;
/** What separates the values of a table. */
const SEPARATORS: Readonly<Record<string, "," | "\t">> = {
  "text/csv": ",",
  "text/tab-separated-values": "\t",
};

const fileStyle = css`
  :host {
    display: block;
  }
  ul {
    display: flex;
    flex-direction: column;
    gap: 0.35em;
    margin-block: 0.25em;
  }
  .picture {
    display: block;
    min-height: 1.5em;
    border-radius: var(--round);
  }
  .picture img {
    display: block;
    width: 100%;
    height: 100%;
    border: 1px solid var(--line);
    border-radius: var(--round);
    background: var(--side);
    object-fit: contain;
    overflow-wrap: anywhere;
  }
  .file {
    display: inline-flex;
    align-items: center;
    vertical-align: middle; /* of the line: the button beside it is text */
    gap: 0.5em;
    max-width: 100%;
    padding: 0.2em 0.35em 0.2em 0.6em;
    border: 1px solid var(--line);
    border-radius: var(--round);
  }
  .file svg {
    flex: none;
  }
  .called {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .size {
    flex: none;
    font-size: 0.85em;
    color: var(--quiet);
  }
  .file a {
    display: inline-flex;
    flex: none;
    padding: 0.35em;
    border-radius: var(--round);
  }
`;

export function files(files: readonly Shown[], address: Address): TemplateResult {
  return html`<tornchat-files .files=${files} .address=${address}></tornchat-files>`;
}

class Files extends LitElement {
  static override properties = { files: { attribute: false }, address: { attribute: false } };
  declare files: readonly Shown[];
  declare address: Address;

  protected override render(): TemplateResult {
    return html`<ul aria-label=${words().files}>${this.files.map(
      (file) => html`<li>${one(file, this.address(file.hash))}</li>`,
    )}</ul>`;
  }

  static override styles = [controls, fileStyle];
}

function one(file: Shown, address: Where): TemplateResult {
  const { width = 0, height = 0 } = file;
  return width && height ? picture(file, width, height, address) : line(file, address);
}

function picture(file: Shown, width: number, height: number, address: Where): TemplateResult {
  // As a property: the page's policy forbids the attribute.
  const space = `width: min(100%, ${width}px, ${WIDE}em, ${(HIGH * width) / height}em);
    aspect-ratio: ${width} / ${height}`;
  return html`<a
    class="picture"
    href=${target(address)}
    @click=${follow(address)}
    target="_blank"
    rel="noopener"
    title=${file.name}
    .style=${space}
    ><img
      src=${source(address)}
      alt=${file.name}
      width=${width}
      height=${height}
      loading="lazy"
      decoding="async"
  ></a>`;
}

function line(file: Shown, address: Where): TemplateResult {
  const t = words();
  const separator = SEPARATORS[file.type ?? ""];
  const named = html`<span class="file">
    ${sheet}<bdi class="called">${file.name}</bdi>
    <span class="size">${file.size === undefined ? "" : size(file.size)}</span>
    <a href=${target(address)} @click=${follow(address)} download=${file.name} rel="noopener"
      aria-label=${t.keepFile(file.name)} title=${t.keepFile(file.name)}>${download}</a>
  </span>`;
  if (!separator) return named;
  return html`${named} <tornchat-sheet
      .name=${file.name}
      .address=${address}
      .separator=${separator}
    ></tornchat-sheet>`;
}

/** Bytes as people say them. */
export function size(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte"] as const;
  const at = bytes < 1_000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: units[at],
    unitDisplay: at ? "short" : "long",
    maximumSignificantDigits: at ? 2 : 3,
  }).format(bytes / 1_000 ** at);
}

define("tornchat-files", Files);
