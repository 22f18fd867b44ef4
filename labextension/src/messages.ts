// The messages of a room, oldest above: day lines, groups of one sender, and where the reader is.
//
// Rule: the reader's place is theirs. At the bottom it follows what is new; anywhere else it stays
// where it is, whatever comes above or below, and a button tells what is new.

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { define } from "./define.js";
import { arrowDown } from "./icons.js";
import { contentStyle } from "./message/content.js";
import { type Choice, kept, messageStyle, unsent } from "./message/message.js";
import { personStyle } from "./person.js";
import type { Message, User } from "./protocol.js";
import { hasNews, type Room, type Unsent } from "./room.js";
import { controls } from "./style.js";
import { dayName, dayOf } from "./time.js";
import { words } from "./words.js";

/** Messages of one person within this time (milliseconds) make a group. */
const GROUP = 5 * 60_000;
/** So near the bottom (pixels) one is at the bottom. */
const BOTTOM = 48;
/** So near the top (pixels) older messages are fetched. */
const TOP = 300;
/** A page that is not drawn (a hidden tab) is brought up to date this often (milliseconds). */
const UNDRAWN = 250;

/** Its author chose what to do with a message that was not sent. */
export type ChoiceEvent = CustomEvent<{ choice: Choice; unsent: Unsent }>;

export class Messages extends LitElement {
  static override properties = {
    room: { attribute: false },
    user: { attribute: false },
    now: { attribute: false },
    following: { state: true },
  };
  declare room: Room;
  declare user: User | null;
  /** Gives the server's time in milliseconds. */
  declare now: () => number;
  /** Whether the reader is at the bottom and goes along with what is new. */
  declare following: boolean;

  /** Where the scroller was last. */
  #top = 0;
  #anchor: { element: Element; top: number } | null = null;
  readonly #resized = new ResizeObserver(() => this.#keepPlace());

  constructor() {
    super();
    this.following = true;
  }

  /** To the newest message, as after saying something. */
  follow(): void {
    this.following = true;
    this.#keepPlace(); // at once: a scrolling that is not over yet would take the reader back
    this.requestUpdate();
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector(".scroller");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
    document.addEventListener("visibilitychange", this.#looked);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    document.removeEventListener("visibilitychange", this.#looked);
  }

  readonly #looked = (): void => this.requestUpdate();

  /** A flood of messages is drawn once a frame, not once a message. */
  protected override async scheduleUpdate(): Promise<void> {
    if (this.hasUpdated) {
      await new Promise<void>((drawn) => {
        requestAnimationFrame(() => drawn());
        setTimeout(drawn, UNDRAWN);
      });
    }
    super.scheduleUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("room");
    if (before && before.name !== this.room.name) this.following = true;
    else if (before && !this.following) this.#anchor = this.#firstInSight();
  }

  protected override updated(): void {
    this.#keepPlace();
    this.#anchor = null;
    if (this.following) this.#seen();
    else this.#fetchAbove();
  }

  #keepPlace(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    if (this.following) scroller.scrollTop = scroller.scrollHeight;
    else if (this.#anchor?.element.isConnected) {
      scroller.scrollTop += this.#anchor.element.getBoundingClientRect().top - this.#anchor.top;
    }
    this.#top = scroller.scrollTop;
  }

  #firstInSight(): { element: Element; top: number } | null {
    const edge = this.#scroller?.getBoundingClientRect().top ?? 0;
    for (const element of this.renderRoot.querySelectorAll(".message")) {
      const { top, bottom } = element.getBoundingClientRect();
      if (bottom > edge) return { element, top };
    }
    return null;
  }

  #scrolled(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    // Only who scrolls up leaves the bottom; the bottom also moves away when there is less space.
    this.following = below < BOTTOM || (this.following && scroller.scrollTop >= this.#top);
    this.#top = scroller.scrollTop;
    this.#fetchAbove();
  }

  #fetchAbove(): void {
    const { older, fetching } = this.room;
    const near = (this.#scroller?.scrollTop ?? TOP) < TOP;
    if (older && !fetching && near && !this.following) this.#tell("older");
  }

  #seen(): void {
    if (hasNews(this.room) && document.visibilityState === "visible") this.#tell("seen");
  }

  #tell(what: "older" | "seen"): void {
    this.dispatchEvent(new CustomEvent(what));
  }

  #choose(choice: Choice, unsent: Unsent): void {
    this.dispatchEvent(new CustomEvent("choice", { detail: { choice, unsent } }));
  }

  protected override render(): TemplateResult {
    const t = words();
    const title = this.room.title || this.room.name;
    // What is fetched from above, and the first page, is no news to read aloud.
    const live = this.room.known && !this.room.fetching ? "polite" : "off";
    return html`
      <div
        class="scroller"
        role="log"
        aria-live=${live}
        aria-label=${t.messagesIn(title)}
        tabindex="0"
        @scroll=${this.#scrolled}
      >
        <div class="lines">${this.#above(title)}${this.#lines()}</div>
      </div>
      ${this.#below()}
    `;
  }

  #above(title: string): TemplateResult | typeof nothing {
    const t = words();
    const { known, older, fetching, messages, unsent } = this.room;
    if (!known) return nothing;
    if (fetching) return html`<p class="notice">${t.fetching}</p>`;
    if (older) {
      return html`<p class="notice">
        <button class="word" @click=${() => this.#tell("older")}>${t.older}</button>
      </p>`;
    }
    if (messages.length + unsent.length > 0) {
      return html`<p class="notice">${t.beginning(title)}</p>`;
    }
    return html`<div class="empty">
      <p>${t.emptyRoom(title)}</p>
      <p class="quiet">${t.emptyRoomHint}</p>
    </div>`;
  }

  #lines(): unknown {
    // What I say before I am welcomed is there at once too.
    const me: User = this.user ?? { id: "", name: words().you, kind: "member" };
    const all: readonly (Message | Unsent)[] = [...this.room.messages, ...this.room.unsent];
    return repeat(
      all,
      (line) => line.id,
      (line, at) => {
        const before = all[at - 1];
        const day = !before || dayOf(before.at) !== dayOf(line.at);
        const head = day || !sameGroup(before, line, me);
        return html`${day ? this.#day(line.at) : nothing}${this.#line(line, head, me)}`;
      },
    );
  }

  /** A kept message never changes: it is made once, however many come after it. */
  #line(line: Message | Unsent, head: boolean, me: User): unknown {
    if (!isKept(line)) return unsent(line, me, head, (choice) => this.#choose(choice, line));
    const mine = line.user.id === me.id;
    return guard([line, head, mine], () => kept(line, head, mine));
  }

  #day(at: number): TemplateResult {
    return html`<h2 class="day">${dayName(at, this.now())}</h2>`;
  }

  #below(): TemplateResult | typeof nothing {
    if (this.following) return nothing;
    const { messages, seen } = this.room;
    const count = messages.filter(
      ({ seq, user }) => seq > seen && user.id !== this.user?.id,
    ).length;
    const says = count > 0 ? words().newBelow(count) : nothing;
    return html`<button
      class="below ${count > 0 ? "main" : ""}"
      aria-label=${count > 0 ? nothing : words().toBottom}
      @click=${this.follow}
    >
      ${says} ${arrowDown}
    </button>`;
  }

  static override styles = [
    controls,
    personStyle,
    messageStyle,
    contentStyle,
    css`
      :host {
        position: relative;
        display: block;
        min-height: 0;
      }
      .scroller {
        height: 100%;
        overflow-y: auto;
        overflow-anchor: none;
        overscroll-behavior: contain;
        scrollbar-width: thin;
      }
      .scroller:focus-visible {
        outline-offset: -2px;
      }
      .lines {
        display: flex;
        flex-direction: column;
        justify-content: flex-end;
        min-height: 100%;
        padding-block: 0.75em;
      }
      .day {
        display: flex;
        align-items: center;
        gap: 0.75em;
        margin: 0.9em var(--pad) 0.3em;
        font-size: 0.8em;
        font-weight: 600;
        color: var(--quiet);
      }
      .day::before,
      .day::after {
        content: "";
        flex: 1;
        border-top: 1px solid var(--line);
      }
      .notice {
        padding: 0.5em var(--pad);
        text-align: center;
        font-size: 0.9em;
        color: var(--quiet);
      }
      .empty {
        margin: auto;
        padding: 2em var(--pad);
        text-align: center;
        text-wrap: balance;
      }
      .below {
        position: absolute;
        bottom: 0.75em;
        left: 50%;
        translate: -50% 0;
        border-radius: 2em;
        box-shadow: 0 2px 10px #0003;
      }
      .below:not(.main) {
        background: var(--raised);
      }
    `,
  ];
}

function isKept(line: Message | Unsent): line is Message {
  return "seq" in line;
}

function sameGroup(one: Message | Unsent, next: Message | Unsent, me: User): boolean {
  const author = (line: Message | Unsent) => (isKept(line) ? line.user : me);
  return (
    author(one).id === author(next).id &&
    author(one).name === author(next).name &&
    Math.abs(next.at - one.at) < GROUP
  );
}

define("tornchat-messages", Messages);
