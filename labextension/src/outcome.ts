// What came of the questions, jobs and requests for help of a room: who answered, what was closed, what
// ended, who helps.
//
// Rule: pure. Two states of a room are compared, so that what came by itself and what came after a
// lost connection are told alike.

import type { Answer, Message, Question } from "./protocol.js";
import type { Room } from "./room.js";

/** Whether it takes answers, as far as the server told. */
export function isOpen({ vote, answers = [], closed }: Question): boolean {
  return closed === undefined && (vote === true || answers.length === 0);
}

/** Something of which more is to come. */
function waits({ question, job, help }: Message): boolean {
  return help !== undefined || isUnfinished({ question, job });
}

function isUnfinished({ question, job }: Pick<Message, "question" | "job">): boolean {
  return question ? isOpen(question) : job?.state === "running";
}

/** What a message that was waiting has come to. */
export interface Outcome {
  readonly message: Message;
  /** Given since, or changed. */
  readonly answers: readonly Answer[];
  /** Whether its question or job waits no more. */
  readonly ended: boolean;
  /** Whether a request for help stands otherwise than it did. */
  readonly helped: boolean;
}

/** What came of what waited in a room when it was like `before`. */
export function outcomes(before: Room, room: Room): Outcome[] {
  const same = before.name === room.name && before.position.epoch === room.position.epoch;
  if (!same || !before.known || before.forms === room.forms) return [];
  return before.messages.filter(waits).flatMap((was) => {
    const message = room.messages.findLast(({ seq }) => seq === was.seq);
    if (!message || message === was || message.deleted) return [];
    const known = was.question?.answers ?? [];
    const isNew = ({ user, at }: Answer) =>
      !known.some((one) => one.user.id === user.id && one.at === at);
    const answers = message.question?.answers?.filter(isNew) ?? [];
    const helped = message.help?.state !== was.help?.state;
    return [{ message, answers, ended: isUnfinished(was) && !isUnfinished(message), helped }];
  });
}
