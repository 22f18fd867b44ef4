// The messages of a room, oldest above: day lines, groups of one sender, and where the reader is.
//
// Rule: only what is in sight is in the DOM, and the reader's place is theirs (place.ts). At the end
// it follows what is new; anywhere else it stays, and a button tells what is new.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import "./aloud.js";
import { sentence } from "../deed.js";
import { isForMe } from "../mention.js";
import type { Address } from "../message/address.js";
import { contentStyle } from "../message/content.js";
import { type Choice, kept, messageStyle, unsent } from "../message/message.js";
import { define } from "../panel/define.js";
import { arrowDown, arrowUp } from "../panel/icons.js";
import { personStyle } from "../panel/person.js";
import { controls } from "../panel/style.js";
import type { User } from "../protocol.js";
import { after, emptyRoom, type Room } from "../room.js";
import { hasNews } from "../seen.js";
import type { Mine } from "../session/outbox.js";
import { dayName, windUp } from "../time.js";
import { turn } from "../turn.js";
import { words } from "../words.js";
import { Conversation, isKept, type Line } from "./conversation.js";
import { heldRows, rowOf } from "./held.js";
import { takesKeys } from "./keys.js";
import { messagesStyle } from "./messages.style.js";
import { Place } from "./place.js";
import type { Note } from "./presence.js";
import { Seek } from "./seek.js";

/** So near the top (pixels) older messages are fetched. */
const TOP = 300;
/** More messages than these at once are a flood. */
const FLOOD = 5;
/** In a flood the end of the list is drawn so long (milliseconds) after it was drawn before. */
const REST = 100;
/** So far below the edge (pixels) a message begins that was gone to. */
const SIGHT = 80;
/** How long (milliseconds) a message is marked that was gone to. */
const MARKED = 2_000;
/** The key of the first row, which is no message; an id has no space. */
const ABOVE = "above ";

/** Its author chose what to do with a message, or a change of one, that was not kept. */
export type ChoiceEvent = CustomEvent<{ choice: Choice; mine: Mine }>;

export class Messages extends LitElement {
  static override properties = {
    room: { attribute: false },
    user: { attribute: false },
    now: { attribute: false },
    address: { attribute: false },
    notes: { attribute: false },
    mayAnswer: { type: Boolean },
    serves: { type: Boolean },
    active: { state: true },
    found: { state: true },
  };
  declare room: Room;
  declare user: User | null;
  /** Gives the server's time in milliseconds. */
  declare now: () => number;
  /** Where the files of the room's messages lie. */
  declare address: Address;
  /** Who came and went, between the messages. */
  declare notes: readonly Note[];
  /** Whether its reader may answer questions here. */
  declare mayAnswer: boolean;
  /** Whether its reader helps whoever asks for it here. */
  declare serves: boolean;
  /** The message that the arrow keys are at. */
  declare active: string | null;
  /** The message that was just gone to. */
  declare found: string | null;

  /** I, before I was welcomed. */
  readonly #nobody: User = { id: "", name: words().you, kind: "member" };
  #said = new Conversation(emptyRoom(""), this.#nobody);
  /** The first unread message that was in sight. */
  #met: number | null = null;
  #key: (row: number) => string = () => ABOVE;
  readonly #place = new Place(this, () => heldRows(this.renderRoot as ShadowRoot));

  /** Whether more came since it was drawn than anybody reads. */
  #flooded = false;
  readonly #seek: Seek = new Seek(this);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.notes = [];
    this.mayAnswer = false;
    this.serves = false;
    this.active = null;
    this.found = null;
  }

  /** To the newest message, as after saying something. */
  follow(): void {
    this.#seek.stop();
    this.#place.follow();
  }

  /** To a message of the room, from wherever it has to be fetched. */
  readonly seek = (seq: number): void => this.#seek.to(seq);

  older(): void {
    this.#tell("older");
  }

  /** Goes to a message, and marks it for a moment; false where it is not in memory. */
  show(seq: number): boolean {
    const message = this.#said.find(seq);
    if (!message) return false;
    this.#place.to(message.id, SIGHT);
    this.active = message.id;
    this.found = message.id;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.found = null;
    }, MARKED);
    return true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#looked);
    this.#sight.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#looked);
    this.#sight.disconnect();
  }

  readonly #looked = (): void => this.requestUpdate();
  readonly #sight = new IntersectionObserver(this.#looked);

  /** What changes is drawn once a frame; in a flood, which nobody reads, the page has a rest. */
  protected override async scheduleUpdate(): Promise<void> {
    if (this.#flooded && this.#place.following) {
      await new Promise((rested) => setTimeout(rested, REST));
    }
    if (this.hasUpdated) await turn();
    super.scheduleUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("room");
    const came = before?.known ? after(this.room.messages, before.position.seq).length : 0;
    this.#flooded = came > FLOOD;
    if (before && before.name !== this.room.name) {
      this.#place.reset();
      this.#seek.stop();
      this.active = null;
      this.#met = null;
    }
    // What I say before I am welcomed is there at once too.
    const me = this.user ?? this.#nobody;
    if (this.#said.is(this.room, me)) return;
    const said = new Conversation(this.room, me);
    this.#said = said;
    this.#key = (row) => said.at(row - 1)?.id ?? ABOVE;
  }

  /** There is time for it before the messages are there. */
  protected override firstUpdated(): void {
    windUp();
  }

  protected override updated(): void {
    this.#meet();
    if (this.#place.following) this.#seen();
    else this.#fetchAbove();
  }

  /** Once the first unread message was in sight, nothing needs to lead there. */
  #meet(): void {
    const { unreadFrom } = this.room;
    if (unreadFrom === null || this.#said.find(unreadFrom) === undefined) return;
    const { from, to } = this.#place.sight;
    const row = this.#said.from(unreadFrom) + 1;
    if (row >= from && row <= to) this.#met = unreadFrom;
  }

  #scrolled(): void {
    this.#place.scrolled();
    this.#fetchAbove();
  }

  #fetchAbove(): void {
    const { older, fetching } = this.room;
    const near = this.#place.above < TOP;
    if (older && !fetching && near && !this.#place.following) this.#tell("older");
  }

  /** What lies behind another tab, of the browser or of Lab, is not seen. */
  #seen(): void {
    const shown = document.visibilityState === "visible" && this.checkVisibility();
    if (shown && hasNews(this.room)) this.#tell("seen");
  }

  #tell(what: "older" | "seen"): void {
    this.dispatchEvent(new CustomEvent(what));
  }

  #choose(choice: Choice, mine: Mine): void {
    this.dispatchEvent(new CustomEvent("choice", { detail: { choice, mine } }));
  }

  // -------------------------------------------------------------------------------- by keyboard

  /** From the list to its messages, and from one to another. */
  #pressed(event: KeyboardEvent): void {
    const { key, target } = event;
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!plain || takesKeys(target)) return;
    const row = rowOf(target);
    if (row === null && key === "Home") this.#place.to(ABOVE);
    else if (row === null && key === "End") this.#place.follow();
    else {
      const to = row === null ? this.#enter(key) : this.#step(row, key);
      if (to === null) return;
      void this.#focus(Math.min(Math.max(to, 1), this.#said.length));
    }
    event.preventDefault();
  }

  #enter(key: string): number | null {
    return key === "ArrowUp" || key === "ArrowDown" ? this.#tabRow() : null;
  }

  #step(row: number, key: string): number | null {
    const { from, to } = this.#place.sight;
    const page = Math.max(1, to - from - 1);
    const steps: Record<string, number> = {
      ArrowUp: row - 1,
      ArrowDown: row + 1,
      PageUp: row - page,
      PageDown: row + page,
      Home: 1,
      End: this.#said.length,
    };
    return steps[key] ?? null;
  }

  async #focus(row: number): Promise<void> {
    const line = this.#said.at(row - 1);
    if (!line) return;
    this.active = line.id;
    this.#place.reveal(row);
    await this.updateComplete;
    const article = this.renderRoot.querySelector<HTMLElement>(`[data-index="${row}"] .message`);
    article?.focus({ preventScroll: true });
    this.#place.reveal(row); // its size is known only now
  }

  /** The row that Tab gets to: where one was, while that is drawn, or the last one in sight. */
  #tabRow(): number {
    const active = this.#place.drawn.find((row) => this.#key(row) === this.active);
    return active ?? Math.min(this.#place.sight.to, this.#said.length);
  }

  /** Whatever brought the focus to a message, the arrow keys go on from there. */
  #focused(event: FocusEvent): void {
    const row = rowOf(event.target);
    if (row) this.active = this.#key(row);
  }

  // ------------------------------------------------------------------------------------- render

  protected override render(): TemplateResult {
    const title = this.room.title || this.room.name;
    const rows = this.#place.rows(this.#said.length + 1, this.#key);
    const tab = this.#tabRow();
    return html`
      <div
        class="scroller"
        role="log"
        aria-live="off"
        aria-label=${words().messagesIn(title)}
        tabindex="0"
        @scroll=${this.#scrolled}
        @keydown=${this.#pressed}
        @focusin=${this.#focused}
      >
        <div class="lines">
          ${repeat(
            rows,
            this.#key,
            (row) => html`<div class="row" data-index=${row}>
              ${row === 0 ? [this.#above(title), this.#notes(null)] : this.#row(row, row === tab)}
            </div>`,
          )}
        </div>
      </div>
      ${this.#toNew()} ${this.#below()}
      <tornchat-aloud .room=${this.room} .user=${this.user}></tornchat-aloud>
    `;
  }

  #above(title: string): TemplateResult | typeof nothing {
    const t = words();
    const { known, older, fetching, since } = this.room;
    if (!known) return nothing;
    if (fetching) return html`<p class="notice">${t.fetching}</p>`;
    if (older) {
      return html`<p class="notice">
        <button class="word" @click=${() => this.#tell("older")}>${t.older}</button>
      </p>`;
    }
    if (since > 0) return html`<p class="notice">${t.beginsForYou(title)}</p>`;
    if (this.#said.length > 0) return html`<p class="notice">${t.beginning(title)}</p>`;
    if (this.room.seat.kind === "help") return nothing; // what stands above says what it is for
    return html`<div class="empty">
      <p>${t.emptyRoom(title)}</p>
      <p class="quiet">${t.emptyRoomHint}</p>
    </div>`;
  }

  #row(row: number, tab: boolean): unknown {
    const line = this.#said.at(row - 1);
    if (!line) return nothing;
    const day = this.#said.beginsDay(row - 1) ? this.#day(line.at) : nothing;
    const fresh = this.#said.beginsNew(row - 1)
      ? html`<h2 class="day new">${words().firstUnread}</h2>`
      : nothing;
    return html`${day}${fresh}${this.#line(line, row, tab)}${this.#notes(line.id)}`;
  }

  #line(line: Line, row: number, tab: boolean): TemplateResult {
    const me = this.user ?? this.#nobody;
    const head = this.#said.beginsGroup(row - 1);
    const mine = this.#said.author(line).id === me.id;
    const { reply } = line;
    const forMe = !mine && /[@＠]/.test(line.text) && isForMe(line.text, me, this.room.members);
    const standing = {
      ...{
        head,
        mine,
        forMe,
        tab,
        number: row,
        of: this.#said.length,
        found: line.id === this.found,
      },
      original: reply === undefined ? undefined : this.#said.find(reply),
      go: this.seek,
      address: this.address,
      role: isKept(line) ? this.room.roles[line.user.id] : undefined,
      reader: { me: me.id, mayAnswer: this.mayAnswer, serves: this.serves, now: this.now },
    };
    if (!isKept(line)) return unsent(line, me, standing, (choice) => this.#choose(choice, line));
    const change = this.#said.changeOf(line);
    return kept(line, standing, change, (choice) => change && this.#choose(choice, change));
  }

  /** What moderators did, and who came and went, since message `after`. */
  #notes(after: string | null): unknown {
    const { moderated, older } = this.room;
    const told = after === null && older ? [] : moderated;
    const deeds = told.filter(({ seq }) => this.#said.before(seq) === after).map(sentence);
    const notes = this.notes.filter((note) => note.after === after).map(({ says }) => says);
    return [...deeds, ...notes].map((says) => html`<p class="note" dir="auto">${says}</p>`);
  }

  #day(at: number): TemplateResult {
    return html`<h2 class="day">${dayName(at, this.now())}</h2>`;
  }

  /** Leads to the first unread message where it is out of sight above, or says what is looked for. */
  #toNew(): TemplateResult | typeof nothing {
    const t = words();
    const { unreadFrom, messages } = this.room;
    if (this.#seek.active) {
      return html`<p class="sought" role="status">
        ${t.seeking}
        <button class="word" @click=${this.#seek.stop}>${t.stopSeeking}</button>
      </p>`;
    }
    if (this.#seek.failed) return html`<p class="sought" role="status">${t.notFound}</p>`;
    if (unreadFrom === null || unreadFrom === this.#met || messages.length === 0) return nothing;
    if (this.#said.from(unreadFrom) + 1 >= this.#place.sight.from) return nothing;
    return html`<button
      class="to-new"
      @click=${() => this.seek(unreadFrom)}
    >
      ${arrowUp} ${t.toFirstUnread}
    </button>`;
  }

  #below(): TemplateResult | typeof nothing {
    if (this.#place.following) return nothing;
    const count = this.#said.since(this.room.seen);
    const says = count > 0 ? words().newBelow(count) : nothing;
    return html`<button
      class="below ${count > 0 ? "main" : ""}"
      aria-label=${count > 0 ? nothing : words().toBottom}
      @click=${this.follow}
    >
      ${says} ${arrowDown}
    </button>`;
  }

  static override styles = [controls, personStyle, messageStyle, contentStyle, messagesStyle];
}

define("tornchat-messages", Messages);
