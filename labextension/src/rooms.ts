// The rooms there are, and the form that makes a new one.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { type Listed, Refused } from "./api.js";
import { define } from "./define.js";
import { plus } from "./icons.js";
import { hasNews, type Room } from "./room.js";
import type { Session } from "./session.js";
import { controls } from "./style.js";
import { randomKey, slug } from "./text.js";
import { locale, saysNo, words } from "./words.js";

interface RoomLine {
  readonly name: string;
  readonly title: string;
  readonly count: number;
  readonly unread: boolean;
}

/** The reader chose a room. */
export type OpenEvent = CustomEvent<string>;

export class Rooms extends LitElement {
  static override properties = {
    session: { attribute: false },
    list: { attribute: false },
    joined: { attribute: false },
    room: {},
    creating: { state: true },
    address: { state: true },
    notice: { state: true },
  };
  declare session: Session;
  /** The session's list of rooms. */
  declare list: readonly Listed[];
  /** The rooms this page is in. */
  declare joined: readonly Room[];
  /** The name of the room before the reader's eyes. */
  declare room: string;
  declare creating: boolean;
  declare address: string;
  declare notice: string;
  #chosen = false;

  constructor() {
    super();
    this.creating = false;
    this.address = "";
    this.notice = "";
  }

  protected override render(): TemplateResult {
    const t = words();
    return html`
      <ul aria-label=${t.rooms}>
        ${repeat(
          this.#lines(),
          (line) => line.name,
          (line) => this.#line(line),
        )}
      </ul>
      ${
        this.creating
          ? this.#form()
          : html`<button class="plain new" @click=${this.#begin}>
            ${plus} ${t.newRoom}
          </button>`
      }
    `;
  }

  /** The rooms of the list and the one we look at, which may not exist (yet). */
  #lines(): RoomLine[] {
    const listed = this.list.map(({ room, title, count }) => ({ room, title, count }));
    if (!listed.some(({ room }) => room === this.room)) {
      listed.push({ room: this.room, title: "", count: 0 });
    }
    const order = new Intl.Collator(locale());
    return listed
      .map(({ room, title, count }) => {
        const joined = this.joined.find(({ name }) => name === room);
        const unread = room !== this.room && joined !== undefined && hasNews(joined);
        return {
          name: room,
          title: title || joined?.title || room,
          count: joined?.here ? joined.count : count,
          unread,
        };
      })
      .toSorted((one, other) => order.compare(one.title, other.title));
  }

  #line({ name, title, count, unread }: RoomLine): TemplateResult {
    const t = words();
    return html`<li>
      <button
        class="plain room ${unread ? "unread" : ""}"
        title=${name}
        aria-current=${name === this.room ? "page" : nothing}
        @click=${() => this.#open(name)}
      >
        <bdi>${title}</bdi>
        ${unread ? html`<span class="dot"></span><span class="unseen">${t.unread}</span>` : nothing}
        ${
          count > 0
            ? html`<span class="count" title=${t.peopleIn(count)}>
              <span aria-hidden="true">${count}</span><span class="unseen">${t.peopleIn(count)}</span>
            </span>`
            : nothing
        }
      </button>
    </li>`;
  }

  #form(): TemplateResult {
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
          .value=${this.address} @input=${this.#addressed} />
      </label>
      <p id="hint" class="quiet">${t.roomNameHint}</p>
      <p class="bad" role="alert">${this.notice}</p>
      <div class="choices">
        <button class="main">${t.create}</button>
        <button type="button" @click=${this.#end}>${t.cancel}</button>
      </div>
    </form>`;
  }

  #open(name: string): void {
    this.dispatchEvent(new CustomEvent("open", { detail: name }));
  }

  async #begin(): Promise<void> {
    this.creating = true;
    this.address = "";
    this.notice = "";
    this.#chosen = false;
    await this.updateComplete;
    this.renderRoot.querySelector("input")?.focus();
  }

  async #end(): Promise<void> {
    this.creating = false;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".new")?.focus();
  }

  #escape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    void this.#end();
  }

  /** The title proposes the address, until one is typed. */
  #titled(event: InputEvent): void {
    if (this.#chosen) return;
    const title = (event.target as HTMLInputElement).value;
    this.address = slug(title) || (title.trim() && `room-${randomKey().slice(0, 6)}`);
  }

  #addressed(event: InputEvent): void {
    this.#chosen = true;
    this.address = (event.target as HTMLInputElement).value;
  }

  async #create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const title = String(new FormData(event.target as HTMLFormElement).get("title")).trim();
    const name = this.address;
    try {
      await this.session.createRoom(name, title);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.notice = saysNo(error.no.code, error.no.reason);
      if (error.no.code === "unnamed") this.dispatchEvent(new CustomEvent("unnamed"));
      return;
    }
    this.creating = false;
    this.#open(name);
  }

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      .room,
      .new {
        display: flex;
        align-items: center;
        gap: 0.5em;
        width: 100%;
        padding: 0.3em 0.6em;
        text-align: start;
      }
      .new {
        margin-top: 0.25em;
        color: var(--quiet);
      }
      .room bdi {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .room[aria-current] {
        background: color-mix(in srgb, var(--accent) 14%, transparent);
        font-weight: 600;
      }
      .unread bdi {
        font-weight: 700;
      }
      .dot {
        width: 0.5em;
        height: 0.5em;
        border-radius: 50%;
        background: var(--accent);
      }
      .count {
        font-size: 0.85em;
        font-weight: 400;
        color: var(--quiet);
        font-variant-numeric: tabular-nums;
      }
      form {
        display: grid;
        gap: 0.6em;
        margin-top: 0.5em;
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

define("tornchat-rooms", Rooms);
