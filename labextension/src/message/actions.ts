// <tornchat-actions>: what its reader may do with a message.
//
// Rule: it asks, others do: every act is an event with the message, and so is "close"; what cannot be
// undone asks once.

import { css, html, LitElement, type TemplateResult } from "lit";
import { define } from "../panel/define.js";
import { bin, check, copy, gavel, link, pencil, quote, reply } from "../panel/icons.js";
import { controls } from "../panel/style.js";
import type { Message } from "../protocol.js";
import { words } from "../words.js";

export type Act = "reply" | "quote" | "copy" | "link" | "edit" | "delete" | "order";
export type ActEvent = CustomEvent<{ readonly act: Act; readonly message: Message }>;

const FOR_ALL: readonly Act[] = ["reply", "quote", "copy", "link"];
const FOR_MINE: readonly Act[] = ["edit", "delete"];
/** Of who keeps order, to what others said. */
const FOR_KEEPERS: readonly Act[] = ["delete", "order"];
const SIGNS = { reply, quote, copy, link, edit: pencil, delete: bin, order: gavel };
/** These leave a mark on their button. */
const COPIES: readonly Act[] = ["copy", "link"];

/** A question and a job have other ways to go on. */
export function isEditable({ question, job, deleted }: Message): boolean {
  return !(question || job || deleted);
}

export class Actions extends LitElement {
  static override properties = {
    message: { attribute: false },
    mine: { attribute: false },
    keeps: { attribute: false },
    asking: { state: true },
    done: { state: true },
  };
  declare message: Message;
  declare mine: boolean;
  /** Whether its reader keeps order in the room. */
  declare keeps: boolean;
  /** Whether to delete it is asked. */
  declare asking: boolean;
  declare done: Act | null;

  constructor() {
    super();
    this.mine = false;
    this.keeps = false;
    this.asking = false;
    this.done = null;
  }

  /** The focus goes to the first button, or to the one that keeps. */
  async enter(): Promise<void> {
    await this.updateComplete;
    const { renderRoot: root } = this;
    (root.querySelector<HTMLElement>(".keep") ?? root.querySelector("button"))?.focus();
  }

  #ask(asking: boolean): void {
    this.asking = asking;
    void this.enter();
  }

  #choose(act: Act): void {
    if (act === "delete" && !this.asking) {
      this.#ask(true);
      return;
    }
    this.done = COPIES.includes(act) ? act : null;
    this.asking = false;
    if (act === "delete") this.closest<HTMLElement>(".message")?.focus(); // these go with its text
    const detail = { act, message: this.message };
    this.dispatchEvent(new CustomEvent("act", { detail, bubbles: true, composed: true }));
  }

  #pressed(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") this.#backOut();
    else if (step) this.#walk(getComputedStyle(this).direction === "rtl" ? -step : step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #walk(step: number): void {
    const buttons = [...this.renderRoot.querySelectorAll("button")];
    const at = buttons.findIndex((button) => button.matches(":focus"));
    buttons.at((at + step) % buttons.length)?.focus();
  }

  #backOut(): void {
    if (this.asking) this.#ask(false);
    else this.dispatchEvent(new CustomEvent("close"));
  }

  protected override render(): TemplateResult {
    return this.asking ? this.#question() : this.#toolbar();
  }

  #toolbar(): TemplateResult {
    const mine = FOR_MINE.filter((act) => act !== "edit" || isEditable(this.message));
    const acts = [...FOR_ALL, ...(this.mine ? mine : this.keeps ? FOR_KEEPERS : [])];
    return html`<div class="bar" role="toolbar" aria-label=${words().actions} @keydown=${this.#pressed}>
      ${acts.map((act, at) => this.#button(act, at))}
    </div>`;
  }

  #button(act: Act, at: number): TemplateResult {
    const says = words().acts[act];
    return html`<button
      class="plain"
      data-act=${act}
      tabindex=${at === 0 ? 0 : -1}
      aria-label=${says}
      title=${says}
      @click=${() => this.#choose(act)}
    >
      ${this.done === act ? check : SIGNS[act]}
    </button>`;
  }

  #question(): TemplateResult {
    const t = words();
    return html`<div class="bar" role="group" aria-label=${t.deleteAsk} @keydown=${this.#pressed}>
      <span class="ask">${t.deleteAsk}</span>
      <button class="word bad" @click=${() => this.#choose("delete")}>${t.acts.delete}</button>
      <button class="word keep" @click=${() => this.#backOut()}>${t.keep}</button>
    </div>`;
  }

  static override styles = [
    controls,
    css`
      :host {
        position: absolute;
        z-index: 1;
        inset-block-start: 0;
        inset-inline-end: var(--pad);
        font-size: 0.9rem;
      }
      .bar {
        display: flex;
        align-items: center;
        border: 1px solid var(--line);
        border-radius: var(--round);
        background: var(--raised);
        box-shadow: 0 1px 4px #0002;
      }
      button.plain {
        width: 2em;
        min-height: 2em;
        padding: 0;
      }
      .ask {
        padding-inline-start: 0.75em;
      }
      button.word {
        padding: 0.3em 0.6em;
      }
      button.word.bad {
        color: var(--bad);
      }
      @media (hover: hover) {
        :host {
          /* Above the message, for in its corner code has buttons of its own; a little of it stays
             on the message, so that the pointer finds the way. */
          inset-block-start: calc(4px - 2em);
        }
      }
      @media (hover: none) {
        button.plain {
          width: 2.75em;
          min-height: 2.75em;
        }
      }
    `,
  ];
}

define("tornchat-actions", Actions);
