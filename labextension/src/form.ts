// The forms of a message: what it becomes by an edit, an answer, its end, by help.
//
// Rule: pure; what is not said of a message stays as it was.

import type { Answered, Changed, Closed, Helped, Message, Moderated } from "./protocol.js";
import type { Current } from "./room.js";

/** An entry that gives messages another form. */
export type Told = Changed | Answered | Closed | Helped | Moderated;

export function formAfter(message: Message, told: Exclude<Told, Moderated>): Message {
  switch (told.type) {
    case "changed":
      return changed(message, told);
    case "answered":
      return answered(message, told);
    case "closed":
      return closed(message, told);
    case "helped":
      return helped(message, told);
  }
}

/** A message after its edit, or with everything taken out after its deletion. */
function changed(message: Message, { text, files, cell, data, state, at }: Changed): Message {
  if (text === undefined) return emptied(message);
  const whole = files !== undefined || cell !== undefined || data !== undefined;
  const held = whole ? { files, cell, data } : {};
  const { job } = message;
  const ends = state !== undefined && job?.state === "running";
  const left = ends ? { ...job, state, until: at } : job;
  const next: Current = { ...message, ...held, job: left, text, edited: at, progress: undefined };
  return next;
}

/** The last answer of each person counts. */
function answered(message: Message, { user, choice, at }: Answered): Message {
  const { question } = message;
  if (!question) return message;
  const others = (question.answers ?? []).filter((answer) => answer.user.id !== user.id);
  return { ...message, question: { ...question, answers: [...others, { user, choice, at }] } };
}

function closed(message: Message, { why }: Closed): Message {
  const { question } = message;
  return question ? { ...message, question: { ...question, closed: why } } : message;
}

/** A request that waits is nobody's. */
function helped(message: Message, { state, at, user }: Helped): Message {
  return { ...message, help: state === "waiting" ? { state, at } : { state, at, by: user } };
}

/** What is left of a message that was taken away: who said it, and when. */
export function emptied({ type, room, seq, id, user, at }: Message): Message {
  return { type, room, seq, id, user, text: "", at, deleted: true };
}
