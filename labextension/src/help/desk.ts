// <tornchat-help-desk>: what stands above the messages of a help desk. Loaded with the first one.
//
// Rule: those who help see who waits, the longest first, and turn to one thread at a time; who asks
// is led to their own. What it shows is what the server lets its reader see.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { define } from "../panel/define.js";
import { arrowUp, menu } from "../panel/icons.js";
import { name, personStyle } from "../panel/person.js";
import { controls } from "../panel/style.js";
import { plain } from "../plain.js";
import type { Message } from "../protocol.js";
import { changeOf, type Room } from "../room.js";
import { Refused } from "../session/api.js";
import type { Session } from "../session/session.js";
import { deskStyle } from "./desk.style.js";
import { helpWords } from "./help.words.js";
import { request } from "./request.js";

/** So often (milliseconds) the server is asked anew while things happen in the room. */
const AGAIN = 2_000;
/** Characters of a request that the list shows. */
const EXCERPT = 120;

/** What is open at a help desk. */
interface Requests {
  /** Those that one may see, the oldest first. */
  readonly requests: readonly Message[];
  /** How many wait for somebody to claim them, whoever asked. */
  readonly waiting: number;
}

export class HelpDesk extends LitElement {
  static override properties = {
    session: { attribute: false },
    room: { attribute: false },
    thread: { attribute: false },
    serves: { type: Boolean },
    open: { state: true },
    told: { state: true },
  };
  declare session: Session;
  declare room: Room;
  /** The `seq` of the request whose thread is shown; null where all are. */
  declare thread: number | null;
  /** Whether its reader helps here. */
  declare serves: boolean;
  /** Whether the list is open. */
  declare open: boolean;
  /** What the server answered last. */
  declare told: Requests;
  /** The newest request of its reader's to which they were led. */
  #led = 0;
  /** The position of the room when the server was asked. */
  #asked = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.thread = null;
    this.serves = false;
    this.open = false;
    this.told = { requests: [], waiting: 0 };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("room");
    if (before && before.name !== this.room.name) {
      this.told = { requests: [], waiting: 0 };
      this.open = false;
      this.#led = 0;
      this.#asked = -1;
    }
  }

  protected override updated(): void {
    this.#lead();
    if (this.room.known && this.room.position.seq !== this.#asked) void this.#ask();
  }

  /** Who asks goes on in the thread of their newest request that is open, until they leave it. */
  #lead(): void {
    const me = this.session.user?.id;
    const mine = this.room.messages.findLast(
      ({ user, help }) => user.id === me && help !== undefined && help.state !== "resolved",
    );
    if (this.serves || !mine || mine.seq <= this.#led) return;
    this.#led = mine.seq;
    this.#turn(mine.seq);
  }

  /** At once, and then not again for a while. */
  async #ask(): Promise<void> {
    if (this.#timer !== undefined) return;
    const { name, position } = this.room;
    this.#asked = position.seq;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.requestUpdate();
    }, AGAIN);
    try {
      const told = await this.session.api.ask<Requests>("GET", `api/rooms/${name}/requests`);
      if (name === this.room.name) this.told = told;
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // what is in memory is shown meanwhile
    }
  }

  #close(): void {
    this.open = false;
  }

  #turn(thread: number | null): void {
    this.#close();
    this.dispatchEvent(new CustomEvent("thread", { detail: thread }));
  }

  /** Those that are open, as they are now, the oldest first. */
  get #requests(): Message[] {
    const present = new Map(this.told.requests.map((message) => [message.seq, message]));
    for (const message of this.room.messages) {
      if (message.help || present.has(message.seq)) present.set(message.seq, message);
    }
    const open = [...present.values()].filter(
      ({ help, deleted }) => help !== undefined && help.state !== "resolved" && !deleted,
    );
    return open.toSorted((one, other) => one.seq - other.seq);
  }

  #pressed(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.open) return;
    event.stopPropagation();
    this.open = false;
    this.renderRoot.querySelector<HTMLElement>(".to-list")?.focus();
  }

  // ---------------------------------------------------------------------------------- render

  protected override render(): TemplateResult {
    return html`<div class="desk" @keydown=${this.#pressed}>
      ${this.thread === null ? (this.serves ? this.#staff() : this.#asker()) : this.#back()}
    </div>`;
  }

  #back(): TemplateResult {
    const t = helpWords();
    const first = this.room.messages.find(({ seq }) => seq === this.thread);
    const mine = first?.user.id === this.session.user?.id;
    return html`<div class="bar">
      <button class="back" @click=${() => this.#turn(null)}>
        ${this.serves ? t.all : t.mine}
      </button>
      <span class="of">${mine ? t.myThread : first ? t.threadOf(first.user.name) : nothing}</span>
    </div>`;
  }

  #asker(): TemplateResult {
    const t = helpWords();
    const { waiting } = this.told;
    return html`<p class="bar quiet">
      ${t.private} ${waiting > 0 ? t.othersWait(waiting) : nothing}
    </p>`;
  }

  #staff(): TemplateResult {
    const t = helpWords();
    const requests = this.#requests;
    const waiting = requests.filter(({ help }) => help?.state === "waiting").length;
    const says = requests.length > 0 ? t.openCount(requests.length, waiting) : t.nobody;
    return html`<div class="bar">
        <button
          class="to-list"
          aria-expanded=${this.open}
          aria-controls="requests"
          @click=${() => {
            this.open = !this.open;
          }}
        >
          ${this.open ? arrowUp : menu} ${t.open}
        </button>
        <span class="quiet" role="status">${says}</span>
      </div>
      ${this.open ? this.#list(requests) : nothing}`;
  }

  #list(requests: readonly Message[]): TemplateResult {
    const t = helpWords();
    const more =
      this.told.waiting - requests.filter(({ help }) => help?.state === "waiting").length;
    return html`<ol id="requests" aria-label=${t.open}>
        ${repeat(
          requests,
          ({ seq }) => seq,
          (message) => this.#request(message),
        )}
      </ol>
      ${more > 0 ? html`<p class="more quiet">${t.more(more)}</p>` : nothing}`;
  }

  #request(message: Message): TemplateResult {
    const reader = {
      me: this.session.user?.id ?? "",
      mayAnswer: true,
      serves: this.serves,
      now: () => this.session.now,
    };
    const says = plain(message) || message.cell?.notebook || helpWords().aCell;
    return html`<li @thread=${this.#close}>
      <p class="who">${name(message.user)}</p>
      <p class="says" dir="auto">${says.slice(0, EXCERPT)}</p>
      ${request(message, reader, changeOf(this.room, message))}
    </li>`;
  }

  static override styles = [controls, personStyle, deskStyle];
}

/** What the box of a help desk asks for; empty where it says what it says elsewhere. */
export function prompt(serves: boolean, thread: number | null): string {
  const t = helpWords();
  if (thread !== null) return t.answer;
  return serves ? t.newBox : t.askBox;
}

define("tornchat-help-desk", HelpDesk);
