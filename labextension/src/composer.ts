// The box one writes in.
//
// Rule: what was typed is never lost and never changed: it goes as it stands, or it stays with a
// word why. Enter sends, Shift+Enter begins a line; while an input method composes, Enter is its.

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { define } from "./define.js";
import { arrowUp } from "./icons.js";
import type { Limits } from "./protocol.js";
import { controls } from "./style.js";
import { characters, excess, isBlank } from "./text.js";
import { words } from "./words.js";

/** From this part of the limit on, the composer tells how many characters are left. */
const NEARLY = 0.9;
/** The key code of a key that an input method took; some browsers tell it no other way. */
const COMPOSING = 229;

/** A text to send. */
export type SubmitEvent = CustomEvent<string>;

export class Composer extends LitElement {
  static override properties = {
    room: {},
    limits: { attribute: false },
    text: { state: true },
    notice: { state: true },
  };
  /** What the room is called. */
  declare room: string;
  declare limits: Limits;
  declare text: string;
  declare notice: string;
  #composing = false;

  constructor() {
    super();
    this.room = "";
    this.text = "";
    this.notice = "";
  }

  /** Puts a text into the box, as a draft or a message to edit. */
  fill(text: string): void {
    this.text = text;
    this.notice = "";
  }

  override focus(): void {
    this.#box?.focus();
  }

  get #box(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  protected override updated(changed: PropertyValues): void {
    const box = this.#box;
    if (!box || !changed.has("text")) return;
    if (box.value !== this.text) box.value = this.text;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  }

  #typed(event: InputEvent): void {
    this.text = (event.target as HTMLTextAreaElement).value;
    this.notice = "";
    this.dispatchEvent(new CustomEvent("draft", { detail: this.text }));
  }

  #pressed(event: KeyboardEvent): void {
    const composing = event.isComposing || this.#composing || event.keyCode === COMPOSING;
    if (event.key !== "Enter" || event.shiftKey || composing || onTouchScreen()) return;
    event.preventDefault();
    this.#submit();
  }

  #submit(): void {
    const t = words();
    const over = excess(this.text, this.limits);
    this.notice = isBlank(this.text) ? t.emptyText : over ? t.tooLong(over) : "";
    this.focus();
    if (this.notice) return;
    this.dispatchEvent(new CustomEvent("say", { detail: this.text }));
  }

  protected override render(): TemplateResult {
    const t = words();
    return html`
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#submit();
        }}
      >
        <textarea
          rows="1"
          dir="auto"
          enterkeyhint=${onTouchScreen() ? "enter" : "send"}
          aria-label=${t.messageBox(this.room)}
          aria-describedby="notice"
          placeholder=${t.messageBox(this.room)}
          title=${onTouchScreen() ? nothing : t.hintEnter}
          @input=${this.#typed}
          @keydown=${this.#pressed}
          @compositionstart=${() => {
            this.#composing = true;
          }}
          @compositionend=${() => {
            this.#composing = false;
          }}
        ></textarea>
        <button class="main" aria-label=${t.send} title=${t.send}>${arrowUp}</button>
      </form>
      <p id="notice" class=${this.notice ? "bad" : "quiet"} role="status">
        ${this.notice || this.#left()}
      </p>
    `;
  }

  #left(): string {
    const left = this.limits.text_chars - characters(this.text);
    return left < this.limits.text_chars * (1 - NEARLY) ? words().left(left) : "";
  }

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        padding: 0.4em var(--pad) max(0.6em, env(safe-area-inset-bottom));
      }
      form {
        display: flex;
        align-items: flex-end;
        gap: 0.4em;
        padding: 0.3em;
        border: 1px solid var(--edge);
        border-radius: calc(var(--round) + 0.3em);
        background: var(--raised);
      }
      form:focus-within {
        border-color: var(--accent);
        outline: 1px solid var(--accent);
      }
      textarea {
        flex: 1;
        max-height: min(40cqh, 16em);
        padding: 0.35em 0.5em;
        border: 0;
        background: transparent;
        line-height: 1.45;
        resize: none;
        overflow-y: auto;
        scrollbar-width: thin;
      }
      textarea:focus-visible {
        outline: 0;
      }
      button {
        flex: none;
        width: 2.25em;
        padding: 0;
      }
      p {
        min-height: 0;
        padding: 0.25em 0.6em 0;
        font-size: 0.85em;
      }
      p:empty {
        padding: 0;
      }
    `,
  ];
}

/** On a touch screen Enter is a new line, and the button sends. */
function onTouchScreen(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

define("tornchat-composer", Composer);
