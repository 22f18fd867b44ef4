// Emoji as completions: `:smi`, `:tada`, `:笑脸`. What goes into the text is the emoji itself, at
// once where a name ends with a colon of its own: `:tada:`.
//
// Rule: the list of all of them is loaded when the first such word is typed, and not before.

import { language } from "../words.js";
import { type Found, MOST, type Option } from "./completion.js";

/** Two letters after a colon that ends no word; of Chinese, one is a word. */
const WORD =
  /(?<![\p{L}\p{N}:：])[:：](\p{Script=Han}[\p{L}\p{N}]*|[\p{L}+-][\p{L}\p{N}_+-]+)([:：]?)$/u;

export interface Emoji {
  readonly emoji: string;
  /** What it is called in other chats; the first is shown. */
  readonly codes: readonly string[];
  readonly english: readonly string[];
  /** The first is what it is called in Chinese. */
  readonly chinese: readonly string[];
}

let loaded: Promise<readonly Emoji[]> | null = null;

export async function emoji(before: string): Promise<Found | null> {
  const match = WORD.exec(before);
  if (!match) return null;
  loaded ??= import("emojis").then(({ default: rows }) => rows.map(parse));
  const all = await loaded.catch(() => {
    loaded = null; // out of reach for the moment
    return [];
  });
  const typed = (match[1] ?? "").toLowerCase();
  const found = match[2] ? named(all, typed) : search(all, typed).slice(0, MOST);
  return { from: match.index, options: found.map(option), certain: match[2] !== "" };
}

/** The one that is called so. */
function named(all: readonly Emoji[], typed: string): Emoji[] {
  const one = all.find(({ codes, chinese }) => codes.includes(typed) || chinese[0] === typed);
  return one ? [one] : [];
}

/** The best first; among equals, the order in which keyboards show them. */
export function search(all: readonly Emoji[], typed: string): Emoji[] {
  return all
    .map((one) => ({ one, rank: rank(one, typed) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ one }) => one);
}

const NO_MATCH = 4;

function rank({ codes, english, chinese }: Emoji, typed: string): number {
  const names = [...codes, chinese[0] ?? ""];
  if (names.includes(typed)) return 0;
  if (names.some((name) => name.startsWith(typed))) return 1;
  const parts = [...codes.flatMap((code) => code.split("_")), ...english, ...chinese];
  if (parts.some((part) => part.startsWith(typed))) return 2;
  return chinese.some((name) => name.includes(typed)) ? 3 : NO_MATCH;
}

function option({ emoji, codes, chinese }: Emoji): Option {
  const says = (language() === "zh" && chinese[0]) || `:${codes[0]}:`;
  return { text: emoji, sign: emoji, says };
}

/** A row of what the build made: fields by tabs, words by spaces. */
function parse(row: string): Emoji {
  const [emoji = "", ...fields] = row.split("\t");
  const [codes = [], english = [], chinese = []] = fields.map((field) => field.split(" "));
  return { emoji, codes, english, chinese };
}
