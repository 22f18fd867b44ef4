// <tornchat-sheet>: a file of separated values, shown as a table when somebody asks for it.

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { define } from "../panel/define.js";
import { controls } from "../panel/style.js";
import type { Where } from "../session/transport.js";
import { words } from "../words.js";
import { text } from "./address.js";

export class Sheet extends LitElement {
  static override properties = {
    name: {},
    address: { attribute: false },
    separator: {},
    table: { state: true },
    notice: { state: true },
  };
  declare name: string;
  declare address: Where;
  declare separator: "," | "\t";
  declare table: unknown;
  declare notice: string;

  constructor() {
    super();
    this.table = null;
    this.notice = "";
  }

  async #open(): Promise<void> {
    this.notice = words().fetchingFile;
    try {
      const [values, { separated }] = await Promise.all([text(this.address), import("./table.js")]);
      this.table = separated(values, this.separator);
      this.notice = "";
    } catch {
      this.notice = words().noFile;
    }
  }

  #close(): void {
    this.table = null;
  }

  protected override render(): TemplateResult {
    const t = words();
    const open = this.table !== null;
    return html`<button
        class="word"
        aria-expanded=${open}
        aria-label="${open ? t.hideTable : t.showTable}: ${this.name}"
        @click=${open ? this.#close : this.#open}
      >
        ${open ? t.hideTable : t.showTable}
      </button>
      <span class="quiet" role="status">${this.notice || nothing}</span>
      ${this.table ?? nothing}`;
  }

  static override styles = controls;
}

define("tornchat-sheet", Sheet);
