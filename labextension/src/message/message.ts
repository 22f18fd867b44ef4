// One message as shown: whose it is, when it was said, and its text in pieces.

import { css, html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { face, name } from "../person.js";
import type { Message, User } from "../protocol.js";
import type { Unsent } from "../room.js";
import { clock, moment, shortClock } from "../time.js";
import { saysNo, words } from "../words.js";
import { actions } from "./actions.js";
import { content } from "./content.js";

/** What its author may do with a message that was not sent. */
export type Choice = "retry" | "edit" | "discard";

/** How a message stands among the others. */
export interface Standing {
  /** It begins a group, so it shows whose it is. */
  readonly head: boolean;
  readonly mine: boolean;
  /** Its number of how many, from 1 on. */
  readonly number: number;
  readonly of: number;
  /** Whether the Tab key gets to it; the arrow keys get to all. */
  readonly tab: boolean;
}

/** A kept message: made once, however many come after it. */
export function kept(message: Message, standing: Standing): TemplateResult {
  const { head, mine } = standing;
  return article(
    "",
    standing,
    guard(
      [message, head, mine],
      () => html`
        ${gutter(message.user, message.at, head)}
        <div class="body">${byline(message.user, message.at, head)}${content(message)}</div>
        ${actions(message, mine)}
      `,
    ),
  );
}

/** My own message on its way. */
export function unsent(
  message: Unsent,
  me: User,
  standing: Standing,
  choose: (choice: Choice) => void,
): TemplateResult {
  const { state } = message;
  const { head } = standing;
  const inside = html`
    ${gutter(me, message.at, head)}
    <div class="body">
      ${byline(me, message.at, head)}${content(message)}
      ${state === "pending" ? pending() : question(message, choose)}
    </div>
  `;
  return article(state, standing, inside);
}

function article(kind: string, standing: Standing, inside: unknown): TemplateResult {
  const { head, mine, number, of, tab } = standing;
  return html`<article
    class="message ${kind} ${head ? "head" : "more"} ${mine ? "mine" : ""}"
    tabindex=${tab ? 0 : -1}
    aria-posinset=${number}
    aria-setsize=${of}
  >
    ${inside}
  </article>`;
}

function gutter(user: User, at: number, head: boolean): TemplateResult {
  return head ? face(user) : html`<span class="gutter">${time(at, shortClock(at))}</span>`;
}

function byline(user: User, at: number, head: boolean): TemplateResult {
  return head
    ? html`<p class="byline">${name(user)} ${time(at)}</p>`
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
  .message:hover .gutter {
    opacity: 1;
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
  .question {
    font-size: 0.9em;
  }
  .choices {
    display: inline-flex;
    gap: 0.75em;
    margin-inline-start: 0.35em;
  }
`;
