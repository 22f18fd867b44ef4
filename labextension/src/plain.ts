// A message as plain text: what is copied and quoted of it, read aloud, and shown in a notice.

import { fence } from "./fence.js";
import type { Message, Output, Question } from "./protocol.js";
import type { Current } from "./room.js";
import { words } from "./words.js";

export function plain({ text, question, job, data = [] }: Message): string {
  const said = text || inWords(data);
  if (job) return [`${job.what}: ${words().job[job.state]}`, said].filter(Boolean).join("\n");
  return question ? [said, ...choices(question)].join("\n") : said;
}

/** An object in words: the type that everybody reads. */
export function inWords(data: readonly Output[]): string {
  const words = data.findLast(({ type }) => type === "text/plain") ?? data.at(-1);
  return words?.text || words?.file?.name || "";
}

/** What an object is, in one line. */
export function caption(data: readonly Output[]): string {
  const [richest] = data;
  if (!richest?.file) return inWords(data);
  return richest.file.width ? richest.file.name : richest.text || richest.file.name;
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
