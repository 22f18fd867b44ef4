// The form that makes a room. Loaded when somebody wants one.

import { css, html, LitElement, type TemplateResult } from "lit";
import { Refused, type RoomKind } from "../session/api.js";
import type { Session } from "../session/session.js";
import { randomKey, slug } from "../text.js";
import { saysNo, words } from "../words.js";
import { define } from "./define.js";
import { newRoomWords } from "./new-room.words.js";
import { controls } from "./style.js";

const KINDS: readonly RoomKind[] = ["open", "announce", "help"];

export class NewRoom extends LitElement {
  static override properties = {
    session: { attribute: false },
    name: { state: true },
    notice: { state: true },
  };
  declare session: Session;
  declare name: string;
  declare notice: string;
  #chosen = false;

  constructor() {
    super();
    this.name = "";
    this.notice = "";
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("input")?.focus();
  }

  protected override render(): TemplateResult {
    const t = words();
    return html`<form @submit=${this.#create} @keydown=${this.#escape}>
      <label>
        ${t.roomTitle}
        <input name="title" required autocomplete="off" dir="auto"
          maxlength=${this.session.limits.title_chars} @input=${this.#titled} />
      </label>
      <label>
        ${t.roomName}
        <input name="room" required autocomplete="off" autocapitalize="none" spellcheck="false"
          pattern="[a-z0-9][a-z0-9._\\-]{0,63}" title=${t.roomNameHint} aria-describedby="hint"
          .value=${this.name} @input=${this.#named} />
      </label>
      <p id="hint" class="quiet">${t.roomNameHint}</p>
      <fieldset>
        <legend>${newRoomWords().kind}</legend>
        ${KINDS.map(
          (kind) => html`<label class="kind">
            <input type="radio" name="kind" value=${kind} ?checked=${kind === "open"} />
            ${newRoomWords().kinds[kind]}
          </label>`,
        )}
      </fieldset>
      <p class="bad" role="alert">${this.notice}</p>
      <div class="choices">
        <button class="main">${t.create}</button>
        <button type="button" @click=${this.#cancel}>${t.cancel}</button>
      </div>
    </form>`;
  }

  #cancel(): void {
    this.dispatchEvent(new CustomEvent("cancel"));
  }

  #escape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    this.#cancel();
  }

  /** The title proposes the name, until one is typed. */
  #titled(event: InputEvent): void {
    if (this.#chosen) return;
    const title = (event.target as HTMLInputElement).value;
    this.name = slug(title) || (title.trim() && `room-${randomKey().slice(0, 6)}`);
  }

  #named(event: InputEvent): void {
    this.#chosen = true;
    this.name = (event.target as HTMLInputElement).value;
  }

  async #create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const said = new FormData(event.target as HTMLFormElement);
    const title = String(said.get("title")).trim();
    const kind = KINDS.find((one) => one === said.get("kind"));
    const { name } = this;
    try {
      await this.session.createRoom(name, title, kind);
      this.dispatchEvent(new CustomEvent("open", { detail: name }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.notice = saysNo(error.no.code, error.no.reason);
      if (error.no.code !== "unnamed") return;
      this.dispatchEvent(new CustomEvent("unnamed"));
    }
  }

  static override styles = [
    controls,
    css`
      form {
        display: grid;
        gap: 0.6em;
        margin-top: 0.5em;
      }
      fieldset {
        display: grid;
        gap: 0.35em;
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        font-size: 0.9em;
      }
      .kind {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.5em;
        align-items: baseline;
      }
      .kind input {
        width: auto;
        padding: 0.75em 0.6em;
        border: 1px solid var(--line);
        border-radius: var(--round);
      }
      label {
        display: grid;
        gap: 0.2em;
        font-size: 0.9em;
      }
      p {
        font-size: 0.85em;
      }
      p:empty {
        display: none;
      }
      .choices {
        display: flex;
        gap: 0.5em;
      }
    `,
  ];
}

define("tornchat-new-room", NewRoom);
