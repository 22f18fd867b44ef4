// The one field that asks a name, at the first message of somebody the server does not know by name.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { Refused } from "../session/api.js";
import type { Session } from "../session/session.js";
import { saysNo, words } from "../words.js";
import { define } from "./define.js";
import { controls } from "./style.js";

export class Name extends LitElement {
  static override properties = {
    session: { attribute: false },
    waiting: { type: Boolean },
    busy: { state: true },
    notice: { state: true },
  };
  declare session: Session;
  /** Whether a message waits for the name. */
  declare waiting: boolean;
  declare busy: boolean;
  declare notice: string;

  constructor() {
    super();
    this.waiting = false;
    this.busy = false;
    this.notice = "";
  }

  override focus(): void {
    this.renderRoot.querySelector("input")?.focus();
  }

  protected override firstUpdated(): void {
    this.focus();
  }

  protected override render(): TemplateResult {
    const t = words();
    return html`<form @submit=${this.#submit} @keydown=${this.#escape}>
      <label for="name">${t.askName}</label>
      <div class="line">
        <input
          id="name"
          name="name"
          dir="auto"
          autocomplete="nickname"
          placeholder=${t.yourName}
          aria-describedby="hint notice"
          aria-invalid=${this.notice !== ""}
        />
        <button class="main" ?disabled=${this.busy}>${this.waiting ? t.joinAndSend : t.join}</button>
        <button type="button" @click=${this.#cancel}>${t.cancel}</button>
      </div>
      <p id="notice" class="bad" role="alert">${this.notice}</p>
      <p id="hint" class="quiet">${this.waiting ? t.askNameHint : nothing}</p>
    </form>`;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get("name")).trim();
    this.notice = name ? "" : words().emptyName;
    if (!name || this.busy) return this.focus();
    this.busy = true;
    try {
      await this.session.rename(name);
      this.dispatchEvent(new CustomEvent("named"));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.notice = saysNo(error.no.code, error.no.reason);
      this.focus();
    } finally {
      this.busy = false;
    }
  }

  #escape(event: KeyboardEvent): void {
    if (event.key === "Escape" && !event.isComposing) this.#cancel();
  }

  #cancel(): void {
    this.dispatchEvent(new CustomEvent("cancel"));
  }

  static override styles = [
    controls,
    css`
      form {
        display: grid;
        gap: 0.4em;
        margin: 0.4em var(--pad);
        padding: 0.8em;
        border: 1px solid var(--line);
        border-radius: calc(var(--round) + 0.3em);
        background: var(--side);
      }
      label {
        font-weight: 600;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5em;
      }
      input {
        flex: 1 1 10em;
        width: auto;
        min-width: 0;
      }
      p {
        font-size: 0.9em;
      }
      p:empty {
        display: none;
      }
    `,
  ];
}

define("tornchat-name", Name);
