// What the draft is for, above the box: the message that it answers, or the one that it edits.

import { html, nothing, type TemplateResult } from "lit";
import { cross } from "../panel/icons.js";
import { plain } from "../plain.js";
import type { Message } from "../protocol.js";
import type { Room } from "../room.js";
import type { Draft } from "../session/draft.js";
import { words } from "../words.js";

export function bar(
  { reply, edit }: Draft,
  room: Room,
  leave: () => void,
): TemplateResult | typeof nothing {
  const t = words();
  const seq = edit ?? reply;
  if (seq === undefined) return nothing;
  const message = room.messages.find((message) => message.seq === seq);
  const says = edit === undefined ? t.replyTo(message?.user.name ?? "") : t.editing;
  const cancel = edit === undefined ? t.noReply : t.noEdit;
  return html`<div id="bar" class="bar">
    <p>
      <strong dir="auto">${says}</strong>
      ${message && edit === undefined ? html`<span dir="auto">${line(message)}</span>` : nothing}
    </p>
    <button type="button" class="plain" aria-label=${cancel} title="${cancel} (Esc)" @click=${leave}>
      ${cross}
    </button>
  </div>`;
}

/** What a message says, as far as it fits one line. */
function line(message: Message): string {
  const { files, cell } = message;
  return plain(message) || files?.map(({ name }) => name).join(", ") || cell?.source || "";
}
