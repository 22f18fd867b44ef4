// The words of the UI, in its reader's language alone.
//
// Rule: one table. Chinese has the type of English, so a missing translation does not compile. A
// language is loaded once, before anything is shown that has words (`speak`); what only a lazy part
// says comes with that part, in both languages (*.words.ts beside it).

import { language } from "./words/language.js";

export { type Language, language, locale } from "./words/language.js";

export type Words = typeof import("./words/en.js")["table"];

export const LANGUAGES = {
  en: () => import("./words/en.js"),
  zh: () => import("./words/zh.js"),
};

let table: Words;

/** Loads the reader's language. Nothing has words before. */
export async function speak(): Promise<void> {
  ({ table } = await LANGUAGES[language()]());
}

export function words(): Words {
  return table;
}

/** Kinds of no of which only the server's own words tell what exactly was wrong. */
const DETAILED: ReadonlySet<string> = new Set(["bad_frame", "bad_name", "bad_text", "too_long"]);

/** A no in the reader's language; where its code is unknown here, in the server's words. */
export function saysNo(code: string, reason: string): string {
  const says = (words().codes as Record<string, string>)[code];
  if (says === undefined) return reason;
  const detailed = DETAILED.has(code) && reason && language() === "en"; // the server speaks English
  return detailed ? `${says} (${reason})` : says;
}
