// <tornchat-order>: where moderators keep order, in the room or with one person of it.
//
// Rule: it offers what may be done and the server decides; what cannot be undone is asked twice. What
// was done is told in the room as everything else is.

import { html, nothing, type TemplateResult } from "lit";
import { sentence } from "../deed.js";
import { span } from "../duration.js";
import { define } from "../panel/define.js";
import { Dialog } from "../panel/dialog.js";
import { dialogStyle } from "../panel/dialog.style.js";
import { face, name, personStyle, type Role, roleMark } from "../panel/person.js";
import { controls } from "../panel/style.js";
import type { Moderate, Moderated, User } from "../protocol.js";
import type { Room } from "../room.js";
import type { Session } from "../session/session.js";
import { clock, moment } from "../time.js";
import { words } from "../words.js";
import { orderStyle } from "./order.style.js";
import { orderWords } from "./order.words.js";

/** What moderators made of somebody. */
interface Sitter {
  readonly user: User;
  readonly role?: Role;
  /** Until when; 0 where they may speak. */
  readonly muted?: number;
  readonly banned?: boolean;
}

type Act = Omit<Moderate, "type" | "room" | "id" | "ref">;

const DAY = 86_400;
/** Seconds for which somebody can be muted. */
const MUTES = [600, 3_600, DAY];
/** Seconds between two messages of a person in a slow room. */
const PACES = [0, 5, 30, 60, 300];
const ROLES = ["moderator", "member", "reader"] as const;
const KINDS = ["open", "announce", "help"] as const;

export class Order extends Dialog {
  static override properties = {
    whom: { attribute: false },
    seats: { state: true },
    done: { state: true },
  };
  /** With whom; null is with the room. */
  declare whom: User | null;
  declare seats: readonly Sitter[];
  /** What was done last, in words. */
  declare done: string;
  #unwatch: (() => void) | undefined;

  constructor() {
    super();
    this.whom = null;
    this.seats = [];
    this.done = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unwatch = this.session.watch(() => {
      this.room = this.session.room(this.room.name);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
  }

  protected override firstUpdated(): void {
    super.firstUpdated();
    void this.trying(() => this.#list());
  }

  async #list(): Promise<void> {
    const path = `api/rooms/${this.room.name}/seats`;
    const { seats } = await this.session.api.ask<{ seats: Sitter[] }>("GET", path);
    this.seats = seats.filter(({ role }) => role !== "owner"); // nobody takes that back
  }

  /** Does it. Throws `Refused`. */
  async #do(act: Act): Promise<void> {
    const told: Moderated = await this.session.api.moderate(this.room.name, act);
    this.done = sentence(told);
    await this.#list();
  }

  // ---------------------------------------------------------------------------------- render

  protected override get heading(): string {
    const t = orderWords();
    return this.whom ? t.person(this.whom.name) : t.room(this.room.title || this.room.name);
  }

  protected override content(): TemplateResult {
    return html`<p role="status">${this.done}</p>
      ${this.whom ? this.#person(this.whom) : this.#room()}`;
  }

  #button(says: string, act: Act, pressed?: boolean): TemplateResult {
    return html`<button
      aria-pressed=${pressed ?? nothing}
      @click=${() => this.trying(() => this.#do(act))}
    >
      ${says}
    </button>`;
  }

  #section(title: string, content: unknown): TemplateResult {
    return html`<section aria-label=${title}>
      <h3>${title}</h3>
      <div class="acts">${content}</div>
    </section>`;
  }

  // ------------------------------------------------------------------------------ one person

  #person(user: User): TemplateResult {
    const t = orderWords();
    const seat = this.seats.find((one) => one.user.id === user.id);
    const whom = user.id;
    const muted = (seat?.muted ?? 0) > this.session.now;
    const role = seat?.role ?? "member";
    const mutes = MUTES.map((seconds) =>
      this.#button(t.mute(span(seconds)), { act: "mute", whom, seconds }),
    );
    const asked = (act: "kick" | "ban" | "clear") => ({
      ...{ id: act, word: t[act], name: t[act] },
      question: t[`${act}Ask`](user.name),
      work: () => this.#do({ act, whom }),
    });
    return html`<p class="who">${face(user)} <span>${name(user, true)}${roleMark(this.room.roles[whom])}</span></p>
      ${this.#section(t.speaking, [
        mutes,
        muted ? this.#button(t.unmute, { act: "unmute", whom }) : nothing,
        this.sure(asked("clear")),
      ])}
      ${this.#section(
        t.is,
        ROLES.map((one) =>
          this.#button(t.make[one], { act: "role", whom, role: one }, one === role),
        ),
      )}
      ${this.#section(t.out, [
        this.sure(asked("kick")),
        seat?.banned ? this.#button(t.unban, { act: "unban", whom }) : this.sure(asked("ban")),
      ])}`;
  }

  // -------------------------------------------------------------------------------- the room

  #room(): TemplateResult {
    const t = orderWords();
    const { kind = "open" } = this.room.seat;
    const kinds = KINDS.map((one) =>
      this.#button(t.kinds[one], { act: "kind", kind: one }, one === kind),
    );
    const clear = this.sure({
      ...{ id: "clear", word: t.clearAll, name: t.clearAll },
      question: t.clearAllAsk,
      work: () => this.#do({ act: "clear" }),
    });
    return html`${this.#section(t.who, kinds)} ${this.#section(t.slow, this.#paces())}
      ${this.#section(t.said, clear)}
      <section aria-labelledby="seats">
        <h3 id="seats">${t.seats}</h3>
        ${this.seats.length === 0 ? html`<p class="quiet">${t.nobody}</p>` : nothing}
        <ul aria-labelledby="seats">
          ${this.seats.map((seat) => this.#seat(seat))}
        </ul>
      </section>`;
  }

  #paces(): TemplateResult[] {
    const { slow = 0 } = this.room.seat;
    const known = PACES.includes(slow) ? PACES : [...PACES, slow];
    return known.map((seconds) =>
      this.#button(
        seconds ? span(seconds) : orderWords().fast,
        { act: "slow", seconds },
        seconds === slow,
      ),
    );
  }

  /** Each thing that holds, with what takes it back. */
  #seat({ user, role = "member", muted = 0, banned }: Sitter): TemplateResult {
    const t = orderWords();
    const { now } = this.session;
    const whom = user.id;
    const until = muted - now < DAY * 1_000 ? clock(muted) : moment(muted);
    const holds: [string, Act][] = [];
    if (banned) holds.push([t.banned, { act: "unban", whom }]);
    if (muted > now) holds.push([t.muted(until), { act: "unmute", whom }]);
    if (role === "moderator" || role === "reader") {
      holds.push([words().order.roles[role], { act: "role", whom, role: "member" }]);
    }
    return html`<li>
      ${face(user)} <span class="grant">${name(user)}</span>
      ${holds.map(
        ([what, act]) => html`<span class="hold">
          ${what}
          <button
            aria-label=${t.backOf(what, user.name)}
            @click=${() => this.trying(() => this.#do(act))}
          >
            ${t.back}
          </button>
        </span>`,
      )}
    </li>`;
  }

  static override styles = [controls, personStyle, dialogStyle, orderStyle];
}

define("tornchat-order", Order);

/** Opens it in a panel's root, and takes it away when it is closed. */
export function open(
  root: ParentNode & Node,
  session: Session,
  room: Room,
  whom: User | null,
): void {
  const order = document.createElement("tornchat-order") as Order;
  Object.assign(order, { session, room, whom });
  order.addEventListener("done", () => order.remove());
  root.append(order);
}
