// What stands in the box of a room, and what it is to become.
//
// Rule: pure. A draft is a new message, an answer to one, or the next text of one of mine; while I
// edit, what I was writing lies aside, and it comes back when I am done.

import type { Message, StoredFile } from "../protocol.js";

export interface Draft {
  readonly text: string;
  /** The `seq` of the message that it answers. */
  readonly reply?: number;
  /** The `seq` of my message that it is the next text of. */
  readonly edit?: number;
  /** What goes with it; only while it goes. */
  readonly files?: readonly StoredFile[];
  /** What I was writing before I began to edit. */
  readonly aside?: Draft;
  /** What came into it with line ends that a box does not keep. */
  readonly pasted?: readonly string[];
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
  if (draft.edit !== undefined) return rest(draft);
  const { reply: _, ...left } = draft;
  return left;
}

export function reply(draft: Draft, { seq }: Message): Draft {
  return { ...(draft.edit === undefined ? draft : rest(draft)), reply: seq };
}

export function edit(draft: Draft, { seq, text }: Message): Draft {
  const aside = draft.edit === undefined ? draft : rest(draft);
  return paste({ text: asInBox(text), edit: seq, aside }, text);
}

/** Something came into the box from outside. */
export function paste(draft: Draft, text: string): Draft {
  return text.includes("\r") ? { ...draft, pasted: [...(draft.pasted ?? []), text] } : draft;
}

/** What to send: what was pasted has its own line ends again, where it still stands as it was. */
export function textOf({ text, pasted = [] }: Draft): string {
  return pasted.reduce((now, raw) => now.replace(asInBox(raw), () => raw), text);
}

/** A text as a box keeps it: it makes every line end a single character. */
export function asInBox(text: string): string {
  return text.replace(/\r\n?/g, "\n");
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
