// <tornchat-opener dialog>: the button of a dialog, for who may use it; loaded when first opened.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Room } from "../room.js";
import type { Session } from "../session/session.js";
import { words } from "../words.js";
import { Chunk } from "./chunk.js";
import { define } from "./define.js";
import { guest, prompt } from "./icons.js";
import { controls } from "./style.js";

/** What the file of a dialog exports. */
interface Module {
  show(session: Session, room: Room, done: () => void): TemplateResult;
}

interface Way {
  /** The server's word for what the dialog does. */
  readonly feature: string;
  readonly sign: TemplateResult;
  readonly chunk: Chunk<Module>;
}

const WAYS = {
  programs: { feature: "keys", sign: prompt, chunk: new Chunk(() => import("./programs.js")) },
  invite: { feature: "invite", sign: guest, chunk: new Chunk(() => import("../invite/invite.js")) },
} satisfies Record<string, Way>;

export class Opener extends LitElement {
  static override properties = {
    dialog: {},
    session: { attribute: false },
    room: { attribute: false },
    open: { state: true },
  };
  declare dialog: keyof typeof WAYS;
  declare session: Session;
  declare room: Room;
  declare open: boolean;

  constructor() {
    super();
    this.open = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { feature, sign, chunk }: Way = WAYS[this.dialog];
    if (!this.session.can(feature)) return nothing;
    const shown = ({ show }: Module) => show(this.session, this.room, () => this.#close());
    const says = words().openDialog[this.dialog];
    return html`<button
        class="plain"
        aria-haspopup="dialog"
        aria-label=${says}
        title=${says}
        @click=${this.#show}
      >
        ${sign} <span part="word">${says}</span>
      </button>
      ${this.open ? chunk.show(shown, nothing) : nothing}`;
  }

  /** Once more where it could not be loaded. */
  #show(): void {
    this.open = true;
    this.requestUpdate();
  }

  /** The browser gives the focus back to the button. */
  #close(): void {
    this.open = false;
  }

  static override styles = [
    controls,
    css`
      button {
        display: flex;
        align-items: center;
        gap: 0.5em;
        width: 100%;
        text-align: start;
        color: inherit;
      }
    `,
  ];
}

define("tornchat-opener", Opener);
