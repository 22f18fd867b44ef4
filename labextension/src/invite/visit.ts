// What a guest is told of their visit: whose guest they are, what they see, and when it is over.

import { html, type TemplateResult } from "lit";
import type { Invite } from "../protocol.js";
import { when } from "../time.js";
import { inviteWords } from "./invite.words.js";

/** Whose guest one is, or was. */
export function visit(invite: Invite, lasts: boolean): TemplateResult {
  return lasts ? present(invite) : past(invite);
}

function present({ user, at, until, past }: Invite): TemplateResult {
  const t = inviteWords();
  return html`<p class="line quiet">
    ${t.visit(user.name)} ${past ? t.visitAll : t.visitSince(when(at))} ${t.visitUntil(when(until))}
  </p>`;
}

function past({ user }: Invite): TemplateResult {
  const t = inviteWords();
  return html`<div class="line trouble">
    <p><strong>${t.over}</strong> ${t.askAgain(user.name)}</p>
  </div>`;
}
