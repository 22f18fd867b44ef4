// A dialog over the page: its frame, what was refused in it, and what its reader is asked to be sure of.
//
// Rule: it is loaded when first opened, and tells `done` when it is closed; nothing of it stays.

import { html, LitElement, type PropertyDeclarations, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Room } from "../room.js";
import { Refused } from "../session/api.js";
import type { Session } from "../session/session.js";
import { saysNo, words } from "../words.js";
import { copy } from "./copy.js";
import { copy as copySign, cross } from "./icons.js";

/** Something that is done only once its reader said that they are sure. */
interface Deed {
  readonly id: string;
  /** What its button says, and what it is called where several buttons say the same. */
  readonly word: string;
  readonly name: string;
  readonly question: string;
  readonly work: () => Promise<void>;
}

export abstract class Dialog extends LitElement {
  static override properties: PropertyDeclarations = {
    session: { attribute: false },
    room: { attribute: false },
    asked: { state: true },
    notice: { state: true },
  };
  declare session: Session;
  declare room: Room;
  /** The id of what is to be done, once its reader says so. */
  declare asked: string;
  /** What was refused last. */
  declare notice: string;

  constructor() {
    super();
    this.asked = "";
    this.notice = "";
  }

  protected abstract get heading(): string;
  protected abstract content(): unknown;

  protected override firstUpdated(): void {
    this.#dialog?.showModal();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  /** Does it, or says why not. */
  protected async trying(work: () => Promise<void>): Promise<void> {
    this.notice = "";
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.notice = saysNo(error.no.code, error.no.reason);
      if (error.no.code === "unnamed") this.#askName();
    }
  }

  /** The name is asked in the panel, which lies behind. */
  #askName(): void {
    this.#dialog?.close();
    this.dispatchEvent(new CustomEvent("unnamed", { bubbles: true, composed: true }));
  }

  /** Moves the focus to what is there now, where what had it went away. */
  protected async focusOn(selector: string): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  async #ask(id: string): Promise<void> {
    this.asked = id;
    await this.focusOn(id ? ".sure button" : "h2");
  }

  // ---------------------------------------------------------------------------------- render

  protected override render(): TemplateResult {
    const done = () => this.dispatchEvent(new CustomEvent("done"));
    return html`<dialog
      aria-labelledby="title"
      @close=${done}
      @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
    >
      <div class="bar">
        <h2 id="title" tabindex="-1">${this.heading}</h2>
        <button class="plain" aria-label=${words().close} @click=${() => this.#dialog?.close()}>
          ${cross}
        </button>
      </div>
      <p class="bad" role="alert">${this.notice}</p>
      ${this.content()}
    </dialog>`;
  }

  /** The button of a deed, or the question before it. */
  protected sure({ id, word, name, question, work }: Deed): TemplateResult {
    if (this.asked !== id) {
      return html`<button aria-label=${name} @click=${() => this.#ask(id)}>${word}</button>`;
    }
    const go = () =>
      this.trying(async () => {
        await work();
        await this.#ask("");
      });
    return html`<div class="sure" role="group" aria-label=${question}>
      <span>${question}</span>
      <button class="danger" @click=${go}>${word}</button>
      <button @click=${() => this.#ask("")}>${words().cancel}</button>
    </div>`;
  }

  /** A text to take along: `what` it is, the text, and what copies it. */
  protected text(what: string, says: string, text: string): TemplateResult {
    return html`<div class="text">
      <span>${what}</span>
      ${keyed(
        text,
        html`<button @click=${(event: Event) => this.#copy(event, text)}>
          ${copySign} <span>${says}</span>
        </button>`,
      )}
      <pre tabindex="0" role="region" aria-label=${what}>${text}</pre>
    </div>`;
  }

  async #copy(event: Event, text: string): Promise<void> {
    const button = event.currentTarget as HTMLElement;
    const copied = await copy(text);
    button.setAttribute("data-done", copied ? words().copied : words().notCopied);
  }
}
