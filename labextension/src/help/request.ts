// <tornchat-request>: how a request for help stands, and what its reader may do about it. Loaded with
// the first request.
//
// Rule: the server alone says how it stands. Those who help claim and resolve it; who asked may say
// that it is resolved, or open it again.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { duration } from "../duration.js";
import type { Reader } from "../message/question.js";
import { Tick } from "../message/tick.js";
import { define } from "../panel/define.js";
import { check, clockFace, people, reply } from "../panel/icons.js";
import { controls } from "../panel/style.js";
import type { Help, Message } from "../protocol.js";
import type { Change, HelpState } from "../room.js";
import { moment } from "../time.js";
import { helpWords } from "./help.words.js";

const SIGNS = { waiting: clockFace, claimed: people, resolved: check };
const MINUTE = 60_000;

/** What its reader does about a request. */
export type HelpEvent = CustomEvent<{ readonly message: Message; readonly state: HelpState }>;
/** To the thread that begins with the message of this `seq`. */
export type ThreadEvent = CustomEvent<number>;

export function request(message: Message, reader: Reader, change?: Change): TemplateResult {
  return html`<tornchat-request
    .message=${message}
    .reader=${reader}
    .change=${change}
  ></tornchat-request>`;
}

export class RequestCard extends LitElement {
  static override properties = {
    message: { attribute: false },
    reader: { attribute: false },
    change: { attribute: false },
  };
  declare message: Message;
  declare reader: Reader;
  /** What I did to the message and is not kept yet. */
  declare change: Change | undefined;

  constructor() {
    super();
    new Tick(this, () => this.#holds());
  }

  get #help(): Help {
    return this.message.help ?? { state: "waiting", at: this.message.at };
  }

  get #onItsWay(): boolean {
    return this.change?.type === "help" && this.change.state === "pending";
  }

  #holds(): number | null {
    const { state, at } = this.#help;
    return state === "resolved" ? null : MINUTE - (Math.max(0, this.reader.now() - at) % MINUTE);
  }

  #stands(): string {
    const t = helpWords();
    const { state, at, by } = this.#help;
    const name = by?.name ?? "";
    if (state === "resolved") return t.resolved(name);
    const long = this.reader.now() - at;
    if (long < MINUTE) return state === "waiting" ? t.waiting : t.claimed(name);
    const time = duration(long, "minute");
    return state === "waiting" ? t.waitingFor(time) : t.claimedFor(name, time);
  }

  #serve(state: HelpState): void {
    if (this.#onItsWay) return;
    const detail = { message: this.message, state };
    this.dispatchEvent(new CustomEvent("help", { detail, bubbles: true, composed: true }));
  }

  #openThread(): void {
    const detail = this.message.seq;
    this.dispatchEvent(new CustomEvent("thread", { detail, bubbles: true, composed: true }));
  }

  protected override render(): TemplateResult {
    const { state, at } = this.#help;
    const t = helpWords();
    return html`<div role="group" aria-label=${t.request}>
      <p data-state=${state} role="status" aria-live="off" title=${moment(at)}>
        ${SIGNS[state]} ${this.#stands()}
      </p>
      <div class="choices">
        ${this.#mayServe().map(([to, says]) => this.#button(to, says))}
        <button @click=${this.#openThread}>${reply} ${t.answer}</button>
      </div>
    </div>`;
  }

  /** What may become of it, and what the button says that does it. */
  #mayServe(): [HelpState, string][] {
    const t = helpWords();
    const { state } = this.#help;
    const { me, serves } = this.reader;
    if (state === "resolved") {
      return serves || me === this.message.user.id ? [["waiting", t.reopen]] : [];
    }
    if (serves) {
      const first: [HelpState, string] =
        state === "waiting" ? ["claimed", t.claim] : ["waiting", t.giveBack];
      return [first, ["resolved", t.resolve]];
    }
    return me === this.message.user.id ? [["resolved", t.mineIsResolved]] : [];
  }

  #button(to: HelpState, says: string): TemplateResult {
    return html`<button
      class=${to === "claimed" ? "main" : ""}
      data-to=${to}
      aria-disabled=${this.#onItsWay ? "true" : nothing}
      @click=${() => this.#serve(to)}
    >
      ${says}
    </button>`;
  }

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        max-width: 34em;
        margin-block: 0.35em;
      }
      p {
        overflow-wrap: anywhere;
        font-variant-numeric: tabular-nums;
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4em;
        margin-top: 0.35em;
      }
      button {
        min-height: 2em;
        padding: 0.15em 0.7em;
        font-size: 0.9em;
      }
      button[aria-disabled] {
        opacity: 0.55;
        cursor: default;
      }
      [data-state="waiting"] {
        color: var(--ansi-yellow);
      }
      [data-state="claimed"] {
        color: var(--accent);
      }
      [data-state="resolved"] {
        color: var(--ansi-green);
      }
    `,
  ];
}

define("tornchat-request", RequestCard);
