// What stands where the messages would be, if we cannot be in the room: why, and what one can do.

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Room } from "../room.js";
import { Refused } from "../session/api.js";
import type { Session } from "../session/session.js";
import { isRoomName } from "../text.js";
import { saysNo, words } from "../words.js";
import { define } from "./define.js";
import { controls } from "./style.js";

export class NoRoom extends LitElement {
  static override properties = {
    session: { attribute: false },
    room: { attribute: false },
    refusal: { state: true },
  };
  declare session: Session;
  declare room: Room;
  /** Why it could not be created. */
  declare refusal: string;

  constructor() {
    super();
    this.refusal = "";
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("room");
    if (before && before.name !== this.room.name) this.refusal = "";
  }

  protected override render(): TemplateResult {
    const { code = "", reason = "" } = this.room.no ?? {};
    return html`<div role="alert">
      <p>${code === "too_many_rooms" ? words().inTooMany : saysNo(code, reason)}</p>
      ${this.#remedy(code)}
      <p class="bad">${this.refusal}</p>
    </div>`;
  }

  #remedy(code: string): TemplateResult | typeof nothing {
    const { name } = this.room;
    if (code === "too_many_rooms") {
      return html`<button class="main" @click=${() => this.session.join(name)}>
        ${words().doors.tryAgain}
      </button>`;
    }
    const may = this.session.can("rooms") && isRoomName(name);
    if (code !== "no_such_room" || !may) return nothing;
    return html`<button class="main" @click=${() => this.#create(name)}>
      ${words().createThis(name)}
    </button>`;
  }

  async #create(name: string): Promise<void> {
    this.refusal = "";
    try {
      await this.session.createRoom(name, name);
      this.session.join(name);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refusal = saysNo(error.no.code, error.no.reason);
      if (error.no.code === "unnamed") this.dispatchEvent(new CustomEvent("unnamed"));
    }
  }

  static override styles = [
    controls,
    css`
      div {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 1em;
        height: 100%;
        padding: 2em var(--pad);
        text-align: center;
      }
    `,
  ];
}

define("tornchat-no-room", NoRoom);
