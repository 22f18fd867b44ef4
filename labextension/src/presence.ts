// Who came and who went, said once and quietly; it goes by itself.

import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { define } from "./define.js";
import { TOLD_BY_NAME } from "./people.js";
import type { User } from "./protocol.js";
import type { Room } from "./room.js";
import { controls } from "./style.js";
import { locale, words } from "./words.js";

/** How long (milliseconds) it stands. */
const STANDS = 8_000;

export class Presence extends LitElement {
  static override properties = {
    room: { attribute: false },
    user: { attribute: false },
    says: { state: true },
  };
  declare room: Room;
  declare user: User | null;
  declare says: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.says = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("room");
    if (!before) return;
    if (before.name !== this.room.name) this.says = "";
    else if (before.here && this.room.here && before.members !== this.room.members) {
      this.#tell(before);
    }
  }

  #tell(before: Room): void {
    const t = words();
    const came = this.#names(this.room.members, before.members);
    const went = this.#names(before.members, this.room.members);
    if (!came && !went) return;
    const says = [came && t.came(came), went && t.went(went)].filter(Boolean).join(" · ");
    this.says = this.room.count > TOLD_BY_NAME ? t.now(this.room.count) : says;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.says = "";
    }, STANDS);
  }

  /** Those who are in the first list only. */
  #names(people: readonly User[], others: readonly User[]): string {
    const known = new Set([this.user?.id, ...others.map(({ id }) => id)]);
    const names = people.filter(({ id }) => !known.has(id)).map(({ name }) => name);
    return new Intl.ListFormat(locale()).format(names);
  }

  protected override render(): TemplateResult {
    return html`<p role="status" dir="auto">${this.says}</p>`;
  }

  static override styles = [
    controls,
    css`
      p {
        min-height: 1.5em;
        padding: 0 var(--pad);
        overflow: hidden;
        font-size: 0.8em;
        line-height: 1.5;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--quiet);
      }
    `,
  ];
}

define("tornchat-presence", Presence);
