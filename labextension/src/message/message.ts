// One message as shown: whose it is, when it was said, and its text in pieces.

import { css, html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { Chunk } from "../panel/chunk.js";
import { face, name, type Role, roleMark } from "../panel/person.js";
import { lastWord } from "../plain.js";
import type { Message, User } from "../protocol.js";
import type { Change, Current, Unsent } from "../room.js";
import { clock, moment, shortClock } from "../time.js";
import { saysNo, words } from "../words.js";
import type { Address } from "./address.js";
import { content } from "./content.js";
import { handle, handleStyle } from "./handle.js";
import type { Reader } from "./question.js";
import { quote, quoteStyle } from "./quote.js";

const asking = new Chunk(() => import("./question.js"));
const running = new Chunk(() => import("./job.js"));
const helping = new Chunk(() => import("../help/request.js"));

/** What its author may do with a message that was not sent. */
export type Choice = "retry" | "edit" | "discard";

/** How a message stands among the others. */
export interface Standing {
  /** It begins a group, so it shows whose it is. */
  readonly head: boolean;
  readonly mine: boolean;
  /** What its author is in the room, where that is more or less than a member. */
  readonly role: Role | undefined;
  /** It speaks to its reader. */
  readonly forMe: boolean;
  /** Its number of how many, from 1 on. */
  readonly number: number;
  readonly of: number;
  /** Whether the Tab key gets to it; the arrow keys get to all. */
  readonly tab: boolean;
  /** Where its files lie. */
  readonly address: Address;
  /** It was just gone to. */
  readonly found: boolean;
  /** What it answers, if that is in memory, and what leads there. */
  readonly original?: Message | undefined;
  readonly go: (seq: number) => void;
  readonly reader: Reader;
}

/**
 * A kept message: made once, however many come after it. `change` is what I did to it.
 */
export function kept(
  message: Current,
  standing: Standing,
  change: Change | undefined,
  choose: (choice: Choice) => void,
): TemplateResult {
  const { head, mine, forMe, original, reader, role } = standing;
  const kind = message.deleted ? "deleted" : (change?.state ?? "");
  return article(
    kind,
    standing,
    guard(
      [message, head, mine, forMe, original, change, reader.mayAnswer, reader.serves, role],
      () => {
        const shown = change?.type === "edit" ? { ...message, text: change.text } : message;
        return html`
        ${gutter(message.user, message.at, head)}
        <div class="body">
          ${byline(message.user, message.at, head, role)}${answered(message, standing)}
          ${forMe ? html`<span class="unseen">${words().speaksToYou}</span>` : nothing}
          ${inside(shown, standing, change)}
          ${change ? changing(change, choose) : nothing}
        </div>
        ${handle(message, mine, reader.serves)}
      `;
      },
    ),
  );
}

function inside(message: Current, { address, reader }: Standing, change?: Change): unknown {
  const { job, question, help, edited: at, deleted } = message;
  if (job) {
    const says = content({ ...message, text: lastWord(message) }, address);
    return html`<div class="job" data-state=${job.state}>${title(message, reader)}${says}</div>`;
  }
  return html`${content(message, address)}
  ${question ? card(message, reader, change) : nothing}
  ${help && !deleted ? helping.show((chunk) => chunk.request(message, reader, change), nothing) : nothing}
  ${at && !deleted ? edited(at) : nothing}`;
}

function title(message: Current, { now }: Reader): unknown {
  const { job } = message;
  const meanwhile = job && html`<p class="quiet">${job.what}: ${words().job[job.state]}</p>`;
  return running.show((chunk) => chunk.job(message, now), meanwhile);
}

function card(message: Message, reader: Reader, change?: Change): unknown {
  const meanwhile = html`<p class="quiet">${message.question?.choices.join(" / ")}</p>`;
  return asking.show((chunk) => chunk.question(message, reader, change), meanwhile);
}

function answered(
  { reply }: Pick<Message, "reply">,
  { original, go }: Standing,
): TemplateResult | typeof nothing {
  return reply === undefined ? nothing : quote(original, () => go(reply));
}

function edited(at: number): TemplateResult {
  return html`<p class="edited" title=${moment(at)}>
    ${words().edited}<span class="unseen">${moment(at)}</span>
  </p>`;
}

/** What I did is on its way, or why it was not taken; a question that is closed stays closed. */
function changing(change: Change, choose: (choice: Choice) => void): TemplateResult {
  const t = words();
  const { type, state, no } = change;
  if (state === "pending") return html`<span class="unseen">${t.saving}</span>`;
  const says = {
    edit: t.notSaved,
    delete: t.notDeleted,
    answer: t.question.notTaken,
    withdraw: t.question.notClosed,
    help: t.help.notDone,
  };
  return html`<p class="question bad">
    ${says[type]} ${no ? saysNo(no.code, no.reason) : nothing}
    <span class="choices">
      ${
        no?.code === "closed"
          ? nothing
          : html`<button class="word" @click=${() => choose("retry")}>${t.retry}</button>`
      }
      <button class="word" @click=${() => choose("discard")}>${t.discard}</button>
    </span>
  </p>`;
}

/** My own message on its way. */
export function unsent(
  message: Unsent,
  me: User,
  standing: Standing,
  choose: (choice: Choice) => void,
): TemplateResult {
  const { state } = message;
  const { head, address } = standing;
  const inside = html`
    ${gutter(me, message.at, head)}
    <div class="body">
      ${byline(me, message.at, head)}${answered(message, standing)}${content(message, address)}
      ${state === "pending" ? pending() : question(message, choose)}
    </div>
  `;
  return article(state, standing, inside);
}

function article(kind: string, standing: Standing, inside: unknown): TemplateResult {
  const { head, number, of, tab } = standing;
  return html`<article
    class="message ${kind} ${head ? "head" : "more"} ${marks(standing)}"
    tabindex=${tab ? 0 : -1}
    aria-posinset=${number}
    aria-setsize=${of}
  >
    ${inside}
  </article>`;
}

/** What sets it apart from others of its kind. */
function marks({ mine, forMe, found }: Standing): string {
  return `${mine ? "mine" : ""} ${forMe ? "for-me" : ""} ${found ? "found" : ""}`;
}

function gutter(user: User, at: number, head: boolean): TemplateResult {
  return head ? face(user) : html`<span class="gutter">${time(at, shortClock(at))}</span>`;
}

function byline(user: User, at: number, head: boolean, role?: Role): TemplateResult {
  return head
    ? html`<p class="byline">${name(user)}${roleMark(role)} ${time(at)}</p>`
    : html`<span class="unseen">${user.name}:</span>`;
}

function time(at: number, says = clock(at)): TemplateResult {
  return html`<time datetime=${new Date(at).toISOString()} title=${moment(at)}>${says}</time>`;
}

function pending(): TemplateResult {
  return html`<span class="unseen">${words().pending}</span>`;
}

function question(message: Unsent, choose: (choice: Choice) => void): TemplateResult {
  const t = words();
  const late = message.state === "late";
  return html`<p class="question ${late ? "" : "bad"}">
    ${late ? t.late(clock(message.at)) : t.failed}
    ${message.no ? saysNo(message.no.code, message.no.reason) : nothing}
    <span class="choices">
      <button class="word" @click=${() => choose("retry")}>${late ? t.send : t.retry}</button>
      <button class="word" @click=${() => choose("edit")}>${t.edit}</button>
      <button class="word" @click=${() => choose("discard")}>${t.discard}</button>
    </span>
  </p>`;
}

export const messageStyle = css`
  ${quoteStyle}
  ${handleStyle}
  .message {
    position: relative;
    display: grid;
    grid-template-columns: 2.25em minmax(0, 1fr);
    column-gap: 0.75em;
    padding: 0.1em var(--pad);
  }
  .message.head {
    padding-top: 0.5em;
    margin-top: 0.25em;
  }
  .message:hover {
    background: color-mix(in srgb, currentColor 3%, transparent);
  }
  .byline {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.45em;
    align-items: baseline;
    line-height: 1.3;
  }
  time {
    font-size: 0.8em;
    color: var(--quiet);
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .gutter {
    text-align: end;
    line-height: 1.5;
    opacity: 0;
  }
  .message:is(:hover, :focus-within) .gutter {
    opacity: 1;
  }
  .message.for-me {
    background: color-mix(in srgb, var(--accent) 8%, transparent);
    box-shadow: inset 3px 0 var(--accent);
  }
  .message.for-me:dir(rtl) {
    box-shadow: inset -3px 0 var(--accent);
  }
  .message.found {
    background: color-mix(in srgb, var(--accent) 14%, transparent);
    transition: background 0.3s;
  }
  @media (prefers-reduced-motion: reduce) {
    .message.found {
      transition: none;
    }
  }
  .gutter time {
    font-size: 0.7em;
  }
  .mine .name {
    color: var(--accent);
  }
  .pending .text,
  .late .text {
    color: var(--quiet);
  }
  .failed .text {
    color: var(--quiet);
  }
  .gone {
    font-style: italic;
    color: var(--quiet);
  }
  .edited {
    width: max-content;
    font-size: 0.75em;
    line-height: 1.3;
    color: var(--quiet);
  }
  .question {
    font-size: 0.9em;
  }
  .job {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.2em;
    margin-block: 0.25em;
    padding-inline-start: 0.6em;
    border-inline-start: 3px solid var(--line);
  }
  .job[data-state="running"] {
    border-color: var(--accent);
  }
  .job[data-state="failed"] {
    border-color: var(--bad);
  }
  .job[data-state="lost"] {
    border-color: var(--ansi-yellow);
  }
  .choices {
    display: inline-flex;
    gap: 0.75em;
    margin-inline-start: 0.35em;
  }
`;
