// <tornchat-invite>: what lets guests into a room, who came in by it, and the door they come through.
//
// Rule: a link's key is shown once, to who made it, and is kept nowhere: not when the dialog is closed,
// not in the page.

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { define } from "../panel/define.js";
import { Dialog } from "../panel/dialog.js";
import { dialogStyle } from "../panel/dialog.style.js";
import { name, personStyle } from "../panel/person.js";
import { controls } from "../panel/style.js";
import type { Gate, Guest, Invite, User } from "../protocol.js";
import type { Room } from "../room.js";
import { Grants } from "../session/grants.js";
import type { Session } from "../session/session.js";
import { when } from "../time.js";
import { words } from "../words.js";
import { form, wishOf } from "./form.js";
import { inviteStyle } from "./invite.style.js";
import { inviteWords } from "./invite.words.js";
import { qr } from "./qr.js";

export class InviteDialog extends Dialog {
  static override properties = {
    gate: { state: true },
    invites: { state: true },
    guests: { state: true },
    made: { state: true },
    address: { state: true },
    out: { state: true },
  };
  /** Null until the server said how it stands. */
  declare gate: Gate | null;
  declare invites: readonly Invite[];
  declare guests: readonly Guest[];
  /** The invite that was made a moment ago, with its key. */
  declare made: Invite | null;
  /** The address its guest comes by, where another one than the first was chosen. */
  declare address: string;
  /** Who was shut out last. */
  declare out: Guest | null;

  /** Those who were connected when it was shown last. */
  #met: readonly User[] | undefined;

  constructor() {
    super();
    this.gate = null;
    this.invites = [];
    this.guests = [];
    this.made = null;
    this.address = "";
    this.out = null;
  }

  protected override firstUpdated(): void {
    super.firstUpdated();
    void this.trying(() => this.#look());
  }

  /** Who is connected, at once: the list of people waits a little before it shows somebody. */
  get #here(): readonly User[] {
    return this.session.room(this.room.name).members;
  }

  protected override willUpdate(): void {
    const before = this.#met;
    this.#met = this.#here;
    if (before && before !== this.#met) void this.#look().catch(() => {});
  }

  // ------------------------------------------------------------------------------- what one does

  get #grants(): Grants {
    return new Grants(this.session.api, this.room.name);
  }

  async #look(): Promise<void> {
    const [gate, { invites }, { guests }] = await Promise.all([
      this.#grants.gate(),
      this.#grants.list("invites"),
      this.#grants.list("guests"),
    ]);
    Object.assign(this, { gate, invites, guests });
  }

  async #make(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const wish = wishOf(event.target as HTMLFormElement);
    this.out = null;
    await this.trying(async () => {
      this.made = await this.#grants.invite(wish);
      await this.#look();
      await this.focusOn(".made button");
    });
  }

  async #end({ id }: Invite): Promise<void> {
    await this.#grants.revoke("invites", id);
    this.out = null;
    if (this.made?.id === id) this.made = null;
    await this.#look();
  }

  async #shutOut(guest: Guest): Promise<void> {
    await this.trying(async () => {
      await this.#grants.revoke("guests", guest.user.id);
      this.out = guest;
      await this.#look();
      await this.focusOn("h2");
    });
  }

  async #move(how: "POST" | "DELETE"): Promise<void> {
    this.gate = await this.#grants.gate(how);
    this.out = null;
    await this.#look();
  }

  // ---------------------------------------------------------------------------------- render

  protected override get heading(): string {
    return inviteWords().title(this.room.title || this.room.name);
  }

  protected override content(): TemplateResult | typeof nothing {
    const t = inviteWords();
    const { gate, made } = this;
    if (!gate) return nothing;
    if (gate.state === "forbidden") return this.#trouble(gate, t.doorIs.forbidden);
    return html`<p class="quiet">${t.hint}</p>
      ${made && gate.state !== "closed" ? this.#link(made, gate) : nothing}
      <section aria-labelledby="fresh">
        <h3 id="fresh">${t.fresh}</h3>
        ${form(this.session, this.room, (event) => this.#make(event))}
      </section>
      <p role="status">${this.#isOut()}</p>
      ${this.invites.length > 0 ? this.#invites() : nothing} ${this.#door(gate)}`;
  }

  /** Who was shut out, and whether they may come back. */
  #isOut(): string {
    const t = inviteWords();
    const { out } = this;
    if (!out) return "";
    const { used = 0, uses = 0 } = this.invites.find(({ id }) => id === out.invite) ?? {};
    return [t.isOut(out.user.name), used < uses ? t.mayReturn : ""].join(" ");
  }

  #link(made: Invite, gate: Gate): TemplateResult {
    const t = inviteWords();
    const { addresses = [] } = gate;
    const address = addresses.includes(this.address) ? this.address : addresses[0];
    const link = `${address}join#k=${made.key}`;
    return html`<div class="made" role="group" aria-label=${t.link}>
      <p role="status">${t.once(when(made.until))}</p>
      ${this.#trouble(gate)}
      ${
        addresses.length > 1
          ? html`<label class="address">
            ${t.address}
            <select @change=${(event: Event) => this.#choose(event)}>
              ${addresses.map((one) => html`<option ?selected=${one === address}>${one}</option>`)}
            </select>
          </label>`
          : nothing
      }
      ${address ? [this.text(t.link, t.copyLink, link), qr(link, t.picture)] : nothing}
    </div>`;
  }

  #choose(event: Event): void {
    this.address = (event.target as HTMLSelectElement).value;
  }

  /** Why nobody else may be able to come, in the server's own words, and what mends it. */
  #trouble({ trouble }: Gate, says = ""): TemplateResult {
    return html`${says ? html`<p>${says}</p>` : nothing}
      ${trouble ? html`<div class="trouble"><pre>${trouble}</pre><p>${inviteWords().mend}</p></div>` : nothing}`;
  }

  #invites(): TemplateResult {
    const t = inviteWords();
    return html`<section aria-labelledby="invites">
      <h3 id="invites">${t.invites}</h3>
      <ul aria-labelledby="invites">
        ${repeat(
          this.invites,
          ({ id }) => id,
          (invite) => this.#invite(invite),
        )}
      </ul>
    </section>`;
  }

  #invite(invite: Invite): TemplateResult {
    const t = inviteWords();
    const until = when(invite.until);
    const guests = this.guests.filter((guest) => guest.invite === invite.id);
    const about = [
      t.came(invite.used ?? 0, invite.uses),
      t.by(invite.user.name),
      this.#opens(invite),
    ];
    return html`<li>
      <div class="grant">
        <span class="until">${t.until(until)}</span>
        <span class="quiet">${about.filter(Boolean).join(" · ")}</span>
      </div>
      ${this.sure({
        id: invite.id,
        word: t.end,
        name: t.endOne(until),
        question: t.sureEnd(guests.length),
        work: () => this.#end(invite),
      })}
      <ul class="guests" aria-label=${words().guestsIn(guests.length)}>
        ${repeat(
          guests,
          ({ user }) => user.id,
          (guest) => this.#guest(guest),
        )}
      </ul>
    </li>`;
  }

  /** What else than this room, from now on, its guests see. */
  #opens({ rooms, past }: Invite): string {
    const t = inviteWords();
    const titles = rooms.map(
      (room) => this.session.list.find((one) => one.room === room)?.title || room,
    );
    const into = rooms.length > 1 ? t.into(titles.join(words().listComma)) : "";
    return [into, past ? t.seesPast : ""].filter(Boolean).join(" · ");
  }

  #guest(guest: Guest): TemplateResult {
    const t = inviteWords();
    const { user, at } = guest;
    const here = this.#here.some(({ id }) => id === user.id);
    return html`<li>
      <div class="grant">
        <span>${name(user)}</span> <span class="quiet">${here ? t.here : t.since(when(at))}</span>
      </div>
      <button aria-label=${t.shutOutOne(user.name)} @click=${() => this.#shutOut(guest)}>
        ${t.shutOut}
      </button>
    </li>`;
  }

  #door(gate: Gate): TemplateResult {
    const t = inviteWords();
    const closed = gate.state === "closed";
    return html`<section aria-labelledby="door">
      <h3 id="door">${t.door}</h3>
      <p class="quiet">
        ${t.doorIs[gate.stays ? "stays" : gate.state]} ${gate.addresses?.join(words().listComma)}
      </p>
      ${this.made ? nothing : this.#trouble(gate)}
      ${gate.stays ? nothing : html`<div class="moves">${closed ? this.#openDoor() : this.#closeDoor()}</div>`}
    </section>`;
  }

  #openDoor(): TemplateResult | typeof nothing {
    if (this.invites.length === 0) return nothing;
    return html`<button @click=${() => this.trying(() => this.#move("POST"))}>
      ${inviteWords().openDoor}
    </button>`;
  }

  #closeDoor(): TemplateResult {
    const t = inviteWords();
    return this.sure({
      id: "door",
      word: t.closeDoor,
      name: t.closeDoor,
      question: t.sureClose,
      work: () => this.#move("DELETE"),
    });
  }

  static override styles = [controls, personStyle, dialogStyle, inviteStyle];
}

/** What its opener shows. */
export function show(session: Session, room: Room, done: () => void): TemplateResult {
  return html`<tornchat-invite .session=${session} .room=${room} @done=${done}></tornchat-invite>`;
}

define("tornchat-invite", InviteDialog);
