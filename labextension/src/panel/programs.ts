// <tornchat-programs>: what opens a room to programs (keys), and who is told what is said (hooks).
//
// Rule: what opens the room is shown once, to who made it, and is kept nowhere: not when the dialog is
// closed, not in the page.

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Hook, RoomKey } from "../protocol.js";
import type { Room } from "../room.js";
import { Grants, type Opened } from "../session/grants.js";
import type { Session } from "../session/session.js";
import { dayName } from "../time.js";
import { define } from "./define.js";
import { Dialog } from "./dialog.js";
import { dialogStyle } from "./dialog.style.js";
import { programWords } from "./programs.words.js";
import { controls } from "./style.js";

type Kind = keyof Opened;

export class Programs extends Dialog {
  static override properties = {
    grants: { state: true },
    made: { state: true },
  };
  declare grants: Opened;
  /** What was made a moment ago, with what is shown once. */
  declare made: RoomKey | Hook | null;

  constructor() {
    super();
    this.grants = { keys: [], hooks: [] };
    this.made = null;
  }

  protected override firstUpdated(): void {
    super.firstUpdated();
    for (const kind of this.#kinds) void this.trying(() => this.#list(kind));
  }

  get #grants(): Grants {
    return new Grants(this.session.api, this.room.name);
  }

  get #kinds(): Kind[] {
    return this.session.can("hooks") ? ["keys", "hooks"] : ["keys"];
  }

  // ------------------------------------------------------------------------------- what one does

  async #list(kind: Kind): Promise<void> {
    const found = await this.#grants.list(kind);
    this.grants = { ...this.grants, ...found };
  }

  async #make(event: SubmitEvent, kind: Kind): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const said = String(new FormData(form).get("what")).trim();
    await this.trying(async () => {
      this.made = await this.#grants.open(kind, said);
      form.reset();
      await this.#list(kind);
      await this.focusOn(".made button");
    });
  }

  async #revoke(kind: Kind, id: string): Promise<void> {
    await this.#grants.revoke(kind, id);
    if (this.made?.id === id) this.made = null;
    await this.#list(kind);
  }

  // ---------------------------------------------------------------------------------- render

  protected override get heading(): string {
    return programWords().title(this.room.title || this.room.name);
  }

  protected override content(): TemplateResult {
    return html`${this.made ? this.#shown(this.made) : nothing}
      ${this.#kinds.map((kind) => this.#section(kind))}`;
  }

  #section(kind: Kind): TemplateResult {
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

  #grant(kind: Kind, grant: RoomKey | Hook): TemplateResult {
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
      ${this.sure({
        id: grant.id,
        word: t.revoke,
        name: t.revokeOne(name),
        question: t.sure(name),
        work: () => this.#revoke(kind, grant.id),
      })}
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
    return this.text(what, programWords().copy(what), text);
  }

  static override styles = [controls, dialogStyle];
}

/** What its opener shows. */
export function show(session: Session, room: Room, done: () => void): TemplateResult {
  return html`<tornchat-programs
    .session=${session}
    .room=${room}
    @done=${done}
  ></tornchat-programs>`;
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
