// <tornchat-open-programs>: the way to what opens a room to programs, for who may see it.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Room } from "../room.js";
import type { Session } from "../session/session.js";
import { words } from "../words.js";
import { Chunk } from "./chunk.js";
import { define } from "./define.js";
import { prompt } from "./icons.js";
import { controls } from "./style.js";

const dialog = new Chunk(() => import("./programs.js"));

export class OpenPrograms extends LitElement {
  static override properties = {
    session: { attribute: false },
    room: { attribute: false },
    open: { state: true },
  };
  declare session: Session;
  declare room: Room;
  declare open: boolean;

  constructor() {
    super();
    this.open = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.session.can("keys")) return nothing;
    const shown = () => html`<tornchat-programs
      .session=${this.session}
      .room=${this.room}
      @done=${this.#close}
    ></tornchat-programs>`;
    return html`<button class="plain" aria-haspopup="dialog" @click=${this.#show}>
        ${prompt} ${words().openPrograms}
      </button>
      ${this.open ? dialog.show(shown, nothing) : nothing}`;
  }

  /** Once more where it could not be loaded. */
  #show(): void {
    this.open = true;
    this.requestUpdate();
  }

  async #close(): Promise<void> {
    this.open = false;
    await this.updateComplete;
    this.renderRoot.querySelector("button")?.focus();
  }

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        padding: 0.5em;
      }
      button {
        display: flex;
        align-items: center;
        gap: 0.5em;
        width: 100%;
        text-align: start;
        color: var(--quiet);
      }
    `,
  ];
}

define("tornchat-open-programs", OpenPrograms);
