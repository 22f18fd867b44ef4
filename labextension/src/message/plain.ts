// A message as plain text: what is copied and quoted of it, read aloud, and shown in a notice.

import { fence } from "../composer/fence.js";
import type { Message, Question } from "../protocol.js";
import type { Current } from "../room.js";
import { words } from "../words.js";

export function plain({ text, question, job }: Message): string {
  if (job) return [`${job.what}: ${words().job[job.state]}`, text].filter(Boolean).join("\n");
  return question ? [text, ...choices(question)].join("\n") : text;
}

/** A line of an error, as Python and its like end a traceback. */
const ERROR = /^[\w.]*(?:Error|Exception|Interrupt|Exit|Warning)\b.*$/m;

/** What a job said last, as it is shown: an error is code. */
export function lastWord({ text, progress, job }: Current): string {
  const wrong = job?.state === "failed" || job?.state === "lost";
  const isCode = wrong && ERROR.test(text) && !/^ *```|^Traceback/m.test(text);
  return isCode ? fence(text) : (progress ?? text);
}

function choices({ choices, answers = [] }: Question): string[] {
  const t = words();
  return choices.map((choice, at) => {
    const names = answers.filter((answer) => answer.choice === at).map(({ user }) => user.name);
    return names.length > 0 ? `- ${choice} — ${names.join(t.listComma)}` : `- ${choice}`;
  });
}
