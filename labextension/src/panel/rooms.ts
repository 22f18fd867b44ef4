// The rooms there are, what is unread in them, and the way to a new one.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Listed, RoomKind } from "../session/api.js";
import type { Session } from "../session/session.js";
import { locale, words } from "../words.js";
import { Chunk } from "./chunk.js";
import { define } from "./define.js";
import { again, cross, horn, plus, unsure } from "./icons.js";
import { controls } from "./style.js";

const form = new Chunk(() => import("./new-room.js"));
/** The signs of rooms in which not everyone speaks to everyone. */
const SIGNS = { announce: horn, help: unsure };

interface RoomLine {
  readonly name: string;
  readonly title: string;
  readonly kind: RoomKind;
  readonly count: number;
  readonly unread: number;
  /** Whether this panel is in it, and may leave it. */
  readonly mine: boolean;
}

/** Of more unread messages than this only that they are more is said. */
const COUNTED = 99;

/** The reader chose a room. */
export type OpenEvent = CustomEvent<string>;

export class Rooms extends LitElement {
  static override properties = {
    session: { attribute: false },
    list: { attribute: false },
    unread: { attribute: false },
    mine: { attribute: false },
    room: {},
    creating: { state: true },
  };
  declare session: Session;
  /** The session's list of rooms. */
  declare list: readonly Listed[];
  /** How many unread messages all rooms hold: another number is another list. */
  declare unread: number;
  /** The names of the rooms this panel is in. */
  declare mine: readonly string[];
  /** The name of the room before the reader's eyes. */
  declare room: string;
  declare creating: boolean;

  constructor() {
    super();
    this.creating = false;
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
      ${this.creating ? this.#form() : this.#buttons()}
    `;
  }

  #buttons(): TemplateResult {
    const t = words();
    return html`<div class="buttons">
      ${
        this.session.can("rooms")
          ? html`<button class="plain new" @click=${this.#begin}>${plus} ${t.newRoom}</button>`
          : nothing
      }
      <button
        class="plain"
        aria-label=${t.reloadRooms}
        title=${t.reloadRooms}
        @click=${() => this.session.listRooms()}
      >
        ${again}
      </button>
    </div>`;
  }

  #form(): unknown {
    const shown = () => html`<tornchat-new-room
      .session=${this.session}
      @open=${this.#made}
      @unnamed=${() => this.dispatchEvent(new CustomEvent("unnamed"))}
      @cancel=${this.#end}
    ></tornchat-new-room>`;
    return form.show(shown, this.#buttons());
  }

  /** The rooms of the list and the one we look at, which may not exist (yet). */
  #lines(): RoomLine[] {
    const listed = [...this.list];
    if (!listed.some(({ room }) => room === this.room)) {
      listed.push({ room: this.room, title: "", at: 0, count: 0 });
    }
    const order = new Intl.Collator(locale());
    return listed
      .map((one) => this.#lineOf(one))
      .toSorted((one, other) => order.compare(one.title, other.title));
  }

  #lineOf({ room: name, title, kind = "open", count }: Listed): RoomLine {
    const known = this.session.room(name);
    return {
      name,
      title: title || known.title || name,
      kind: (known.here ? known.seat.kind : kind) ?? "open",
      count: known.here ? known.count : count,
      unread: this.session.unread(name),
      mine: this.mine.length > 1 && this.mine.includes(name),
    };
  }

  #line(line: RoomLine): TemplateResult {
    const t = words();
    const { name, title, mine } = line;
    return html`<li>
      <button
        class="plain room ${line.unread > 0 ? "unread" : ""}"
        title=${name}
        aria-current=${name === this.room ? "page" : nothing}
        @click=${() => this.#tell("open", name)}
      >
        ${sign(line.kind)} <bdi>${title}</bdi> ${unreadBadge(line.unread)} ${people(line.count)}
      </button>
      ${
        mine
          ? html`<button
            class="plain leave"
            aria-label=${t.leave(title)}
            title=${t.leave(title)}
            @click=${(event: Event) => this.#leave(event, name)}
          >
            ${cross}
          </button>`
          : nothing
      }
    </li>`;
  }

  #tell(what: "open" | "leave", name: string): void {
    this.dispatchEvent(new CustomEvent(what, { detail: name }));
  }

  /** The button goes away under the focus, which stays with its room. */
  #leave(event: Event, name: string): void {
    const button = event.currentTarget as HTMLElement;
    button.parentElement?.querySelector<HTMLElement>(".room")?.focus();
    this.#tell("leave", name);
  }

  #begin(): void {
    this.creating = true;
  }

  #made(event: OpenEvent): void {
    this.creating = false;
    this.#tell("open", event.detail);
  }

  async #end(): Promise<void> {
    this.creating = false;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".new")?.focus();
  }

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      li,
      .buttons,
      .room,
      .new {
        display: flex;
        align-items: center;
        gap: 0.5em;
        min-width: 0;
      }
      li {
        gap: 0;
      }
      .room,
      .new {
        flex: 1;
        padding: 0.3em 0.6em;
        text-align: start;
      }
      .buttons {
        gap: 0;
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
      .badge {
        min-width: 1.6em;
        padding: 0.05em 0.4em;
        border-radius: 1em;
        background: var(--fill);
        color: var(--on-fill);
        font-size: 0.75em;
        font-weight: 600;
        text-align: center;
        font-variant-numeric: tabular-nums;
      }
      .count {
        font-size: 0.85em;
        font-weight: 400;
        color: var(--quiet);
        font-variant-numeric: tabular-nums;
      }
      .sign {
        color: var(--quiet);
      }
      .leave {
        color: var(--quiet);
        font-size: 0.8em;
      }
    `,
  ];
}

function sign(kind: RoomKind): TemplateResult | typeof nothing {
  if (kind === "open") return nothing;
  const says = words().kinds[kind];
  return html`<span class="sign" title=${says}>${SIGNS[kind]}<span class="unseen">${says}:</span></span>`;
}

function unreadBadge(count: number): TemplateResult | typeof nothing {
  if (count === 0) return nothing;
  const says = count > COUNTED ? `${COUNTED}+` : `${count}`;
  return html`<span class="badge">
    <span aria-hidden="true">${says}</span><span class="unseen">${words().unreadIn(says)}</span>
  </span>`;
}

function people(count: number): TemplateResult | typeof nothing {
  if (count === 0) return nothing;
  const says = words().peopleIn(count);
  return html`<span class="count" title=${says}>
    <span aria-hidden="true">${count}</span><span class="unseen">${says}</span>
  </span>`;
}

define("tornchat-rooms", Rooms);
