// <tornchat-cell>: a cell as its sender's notebook had it. Loaded with the first message that has one.
//
// Rule: it is a picture of that moment. Nothing of it is ever run here, and the reader's notebook
// changes only on a click.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { host } from "../host.js";
import { copy } from "../panel/copy.js";
import { define } from "../panel/define.js";
import { controls, tokens } from "../panel/style.js";
import { LabTheme } from "../panel/theme.js";
import type { Cell, CellRef, Output } from "../protocol.js";
import { words } from "../words.js";
import type { Address } from "./address.js";
import { code } from "./code.js";
import { contentStyle } from "./content.js";
import { output } from "./output.js";

/** As many outputs are shown at once; more are a click away. */
const SHOWN = 3;

export function cell(shown: Cell | CellRef, address: Address): TemplateResult {
  return html`<tornchat-cell .cell=${shown} .address=${address}></tornchat-cell>`;
}

export class SharedCell extends LitElement {
  static override properties = {
    cell: { attribute: false },
    address: { attribute: false },
    whole: { state: true },
    said: { state: true },
  };
  declare cell: Cell | CellRef;
  /** Where the bytes of a file lie. */
  declare address: Address;
  declare whole: boolean;
  declare said: string;

  constructor() {
    super();
    this.whole = false;
    this.said = "";
  }

  protected override render(): TemplateResult {
    const t = words();
    const { source, language = "", count, notebook, outputs = [] } = this.cell;
    const origin = [notebook, language].filter(Boolean).join(" · ");
    const shown = this.whole ? outputs : outputs.slice(0, SHOWN);
    return html`<section role="group" aria-label=${t.sharedCell}>
      <div class="head">
        <span class="count">[${count ?? " "}]:</span>
        <bdi class="origin">${origin}</bdi>
        <span class="said" role="status">${this.said}</span>
        <button class="word" title=${host.insert ? t.insertBelow : t.copyCode} @click=${this.#take}>
          ${host.insert ? t.insert : t.copyCode}
        </button>
      </div>
      ${source ? code(source, language) : nothing}
      ${shown.map((one) => output(one as Output, ({ hash }) => this.address(hash)))}
      ${
        outputs.length > shown.length
          ? html`<button class="word" @click=${this.#unfold}>${t.allOutputs(outputs.length)}</button>`
          : nothing
      }
    </section>`;
  }

  #unfold(): void {
    this.whole = true;
  }

  async #take(): Promise<void> {
    const t = words();
    const { source } = this.cell;
    try {
      if (host.insert) host.insert(source, "below");
      else if (!(await copy(source))) throw new Error(t.notCopied);
      this.said = host.insert ? t.inserted : t.copied;
    } catch (error) {
      this.said = error instanceof Error ? error.message : String(error);
    }
  }

  static override styles = [
    controls,
    contentStyle,
    css`
      :host {
        display: block;
        max-width: 100%;
        margin-block: 0.25em;
      }
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.35em;
        padding-inline-start: 0.6em;
        border-inline-start: 3px solid var(--line);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.6em;
        align-items: baseline;
        font-size: 0.9em;
        color: var(--quiet);
      }
      .count {
        font-family: var(--mono);
      }
      .origin {
        overflow-wrap: anywhere;
      }
      .said {
        margin-inline-start: auto;
      }
      .stderr {
        border-inline-start: 2px solid var(--bad);
      }
      .picture {
        max-width: 100%;
        height: auto;
        border-radius: var(--round);
      }
    `,
  ];
}

/** The same outside a panel, where nothing around it says how things look. */
export class CellPreview extends SharedCell {
  constructor() {
    super();
    this.addController(new LabTheme(this));
  }

  static override styles = [tokens, ...SharedCell.styles];
}

define("tornchat-cell", SharedCell);
define("tornchat-cell-preview", CellPreview);
