// What stands in the box of a room, and what it is to become.
//
// Rule: pure. A draft is a new message, an answer to one, or the next text of one of mine; while I
// edit, what I was writing lies aside, and it comes back when I am done.

import type { Message } from "./protocol.js";

export interface Draft {
  readonly text: string;
  /** The `seq` of the message that it answers. */
  readonly reply?: number;
  /** The `seq` of my message that it is the next text of. */
  readonly edit?: number;
  /** What I was writing before I began to edit. */
  readonly aside?: Draft;
}

export const EMPTY: Draft = { text: "" };

export function isEmpty({ text, reply, edit }: Draft): boolean {
  return text === "" && reply === undefined && edit === undefined;
}

export function isSame(one: Draft, other: Draft): boolean {
  return one.text === other.text && one.reply === other.reply && one.edit === other.edit;
}

/** What is left in the box when it was sent, or saved. */
export function rest({ aside }: Draft): Draft {
  return aside ?? EMPTY;
}

/** It answers nothing and edits nothing any more. */
export function leave(draft: Draft): Draft {
  return draft.edit === undefined ? { text: draft.text } : rest(draft);
}

export function reply(draft: Draft, { seq }: Message): Draft {
  return { text: draft.edit === undefined ? draft.text : rest(draft).text, reply: seq };
}

export function edit(draft: Draft, { seq, text }: Message): Draft {
  return { text, edit: seq, aside: draft.edit === undefined ? draft : rest(draft) };
}

/** Puts what somebody said into the text, each line marked, with room for an answer below. */
export function quote(draft: Draft, said: string): Draft {
  const lines = said.split("\n").map((line) => (line ? `> ${line}` : ">"));
  return { ...draft, text: add(draft.text, `${lines.join("\n")}\n\n`) };
}

/** A text below another one, on lines of its own. */
export function add(text: string, more: string): string {
  return text.trim() ? `${text.trimEnd()}\n${more}` : more;
}
