// <tornchat-programs>: what opens a room to programs (keys), and who is told what is said (hooks).
//
// Rule: what opens the room is shown once, to who made it, and is kept nowhere: not when the dialog is
// closed, not in the page.

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Hook, RoomKey } from "../protocol.js";
import type { Room } from "../room.js";
import { type GrantKind, type Grants, Refused } from "../session/api.js";
import type { Session } from "../session/session.js";
import { dayName } from "../time.js";
import { saysNo, words } from "../words.js";
import { copy } from "./copy.js";
import { define } from "./define.js";
import { copy as copySign, cross } from "./icons.js";
import { programsStyle } from "./dialog.style.js";
import { programWords } from "./programs.words.js";
import { controls } from "./style.js";

export class Programs extends LitElement {
  static override properties = {
    session: { attribute: false },
    room: { attribute: false },
    grants: { state: true },
    made: { state: true },
    asked: { state: true },
    notice: { state: true },
  };
  declare session: Session;
  declare room: Room;
  declare grants: Grants;
  /** What was made a moment ago, with what is shown once. */
  declare made: RoomKey | Hook | null;
  /** The id of what is to be revoked, once its reader says so. */
  declare asked: string;
  declare notice: string;

  constructor() {
    super();
    this.grants = { keys: [], hooks: [] };
    this.made = null;
    this.asked = "";
    this.notice = "";
  }

  protected override firstUpdated(): void {
    this.#dialog?.showModal();
    for (const kind of this.#kinds) void this.#trying(() => this.#list(kind));
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  get #kinds(): GrantKind[] {
    return this.session.can("hooks") ? ["keys", "hooks"] : ["keys"];
  }

  // ------------------------------------------------------------------------------- what one does

  async #list(kind: GrantKind): Promise<void> {
    const found = await this.session.api.grants(this.room.name, kind);
    this.grants = { ...this.grants, ...found };
  }

  async #make(event: SubmitEvent, kind: GrantKind): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const said = String(new FormData(form).get("what")).trim();
    await this.#trying(async () => {
      this.made = await this.session.api.grant(this.room.name, kind, said);
      form.reset();
      await this.#list(kind);
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>(".made button")?.focus();
    });
  }

  async #ask(id: string): Promise<void> {
    this.asked = id;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(id ? ".sure button" : "h2")?.focus();
  }

  async #revoke(kind: GrantKind, id: string): Promise<void> {
    await this.#trying(async () => {
      await this.session.api.revoke(this.room.name, kind, id);
      if (this.made?.id === id) this.made = null;
      await this.#list(kind);
      await this.#ask("");
    });
  }

  /** Does it, or says why not. */
  async #trying(work: () => Promise<void>): Promise<void> {
    this.notice = "";
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.notice = saysNo(error.no.code, error.no.reason);
    }
  }

  async #copy(event: Event, text: string): Promise<void> {
    const button = event.currentTarget as HTMLElement;
    if (await copy(text)) button.setAttribute("data-done", words().copied);
  }

  // ---------------------------------------------------------------------------------- render

  protected override render(): TemplateResult {
    const t = words();
    const done = () => this.dispatchEvent(new CustomEvent("done"));
    return html`<dialog
      aria-labelledby="title"
      @close=${done}
      @keydown=${(event: KeyboardEvent) => event.stopPropagation()}
    >
      <div class="bar">
        <h2 id="title" tabindex="-1">${programWords().title(this.room.title || this.room.name)}</h2>
        <button class="plain" aria-label=${t.close} @click=${() => this.#dialog?.close()}>
          ${cross}
        </button>
      </div>
      <p class="bad" role="alert">${this.notice}</p>
      ${this.made ? this.#shown(this.made) : nothing}
      ${this.#kinds.map((kind) => this.#section(kind))}
    </dialog>`;
  }

  #section(kind: GrantKind): TemplateResult {
    const t = programWords()[kind];
    const { limits } = this.session;
    return html`<section aria-labelledby=${kind}>
      <h3 id=${kind}>${t.title}</h3>
      <p class="quiet">${t.hint}</p>
      <ul aria-labelledby=${kind}>
        ${repeat(
          this.grants[kind] as readonly (RoomKey | Hook)[],
          ({ id }) => id,
          (grant) => this.#grant(kind, grant),
        )}
      </ul>
      <form @submit=${(event: SubmitEvent) => this.#make(event, kind)}>
        <label>
          ${t.what}
          <input
            name="what"
            required
            autocomplete="off"
            dir="auto"
            type=${kind === "keys" ? "text" : "url"}
            maxlength=${kind === "keys" ? limits.name_chars : 2_000}
            placeholder=${kind === "keys" ? nothing : "https://"}
          />
        </label>
        <button class="main">${t.make}</button>
      </form>
    </section>`;
  }

  #grant(kind: GrantKind, grant: RoomKey | Hook): TemplateResult {
    const t = programWords();
    const name = nameOf(grant);
    const day = (at: number) => dayName(at, this.session.now);
    return html`<li>
      <div class="grant">
        <bdi>${name}</bdi>
        <span class="quiet">${t.by(grant.user.name, day(grant.at))}</span>
        <span class="quiet">${"host" in grant ? nothing : grant.used ? t.used(day(grant.used)) : t.unused}</span>
        ${"host" in grant && grant.trouble ? html`<span class="bad">${t.trouble(grant.trouble, grant.over ?? false)}</span>` : nothing}
      </div>
      ${
        this.asked === grant.id
          ? html`<div class="sure" role="group" aria-label=${t.sure(name)}>
            <span>${t.sure(name)}</span>
            <button class="danger" @click=${() => this.#revoke(kind, grant.id)}>${t.revoke}</button>
            <button @click=${() => this.#ask("")}>${words().cancel}</button>
          </div>`
          : html`<button aria-label=${t.revokeOne(name)} @click=${() => this.#ask(grant.id)}>
            ${t.revoke}
          </button>`
      }
    </li>`;
  }

  #shown(made: RoomKey | Hook): TemplateResult {
    const t = programWords();
    const name = nameOf(made);
    if ("host" in made) {
      return html`<div class="made" role="group" aria-label=${name}>
        <p role="status">${t.secretOnce(name)}</p>
        ${this.#text(t.secret, made.secret ?? "")}
      </div>`;
    }
    const key = made.key ?? "";
    const { base } = this.session;
    return html`<div class="made" role="group" aria-label=${name}>
      <p role="status">${t.keyOnce(name)}</p>
      ${this.#text(t.key, key)}
      ${this.#text(t.shell, `curl -d '{"text": "hello"}' '${base}hook?key=${key}'`)}
      ${this.#text(t.bot, bot(base, this.room.name, key))}
    </div>`;
  }

  #text(what: string, text: string): TemplateResult {
    return html`<div class="text">
      <span>${what}</span>
      <button
        class="plain"
        aria-label=${programWords().copy(what)}
        @click=${(event: Event) => this.#copy(event, text)}
      >
        ${copySign}
      </button>
      <pre tabindex="0" role="region" aria-label=${what}>${text}</pre>
    </div>`;
  }

  static override styles = [controls, programsStyle];
}

function nameOf(grant: RoomKey | Hook): string {
  return "host" in grant ? grant.host : grant.name;
}

/** The ten lines of docs/programs.md. */
function bot(url: string, room: string, key: string): string {
  return `import asyncio
from jupyter_tornchat import connect

async def main():
    async with connect("${room}", url="${url}", key="${key}", after="read") as room:
        async for message in room:
            if message.text == "ping":
                await message.reply("pong")

asyncio.run(main())`;
}

define("tornchat-programs", Programs);
