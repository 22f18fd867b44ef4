// Who a message speaks to: `@ann`, `@Ann Lee`, `@小明`, and with `@room` everyone in the room.
//
// Rule: pure. A name begins after an `@` that does not follow a letter or digit of its own script (so a
// mail address is none), the longest name that fits counts, and a name is not the beginning of a longer
// word: `@annabel` is not ann. Chinese and its like have no spaces, so `你好@小明早` is 小明. What stands
// in code is said to nobody.

import type { User } from "./protocol.js";

/** Whoever is in the room, by the names that mean them all. */
export const EVERYONE: readonly string[] = ["room", "所有人"];

export interface Mention {
  readonly from: number;
  /** Just after its last character. */
  readonly to: number;
  readonly name: string;
}

const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;
/** A letter, mark or digit of a script that puts spaces between words. */
const OF_A_WORD = /[\p{L}\p{M}\p{N}_]/u;
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}]/u;

/** Where a text mentions one of these names. */
export function mentions(text: string, names: readonly string[]): Mention[] {
  const longestFirst = names
    .filter((name) => name !== "")
    .toSorted((one, other) => other.length - one.length);
  const said = text.replace(CODE, (code) => " ".repeat(code.length));
  const found: Mention[] = [];
  for (const { index } of said.matchAll(/[@＠]/g)) {
    if (index < (found.at(-1)?.to ?? 0) || !beginsMention(said, index)) continue;
    const name = longestFirst.find((one) => standsAt(said, index + 1, one));
    if (name !== undefined) found.push({ from: index, to: index + 1 + name.length, name });
  }
  return found;
}

/** Whether the `@` at a place may begin a mention. */
export function beginsMention(text: string, at: number): boolean {
  return !isOfWord(lastOf(text.slice(0, at)));
}

/** Whether a message speaks to me, by my name or as one of all. */
export function isForMe(text: string, me: User, members: readonly User[]): boolean {
  const names = [...EVERYONE, me.name, ...members.map(({ name }) => name)];
  return mentions(text, names).some(({ name }) => name === me.name || EVERYONE.includes(name));
}

function standsAt(text: string, at: number, name: string): boolean {
  const end = at + name.length;
  if (text.slice(at, end).toLowerCase() !== name.toLowerCase()) return false;
  return !isOfWord(lastOf(name)) || !isOfWord(firstOf(text.slice(end, end + 2)));
}

function isOfWord(character: string): boolean {
  return OF_A_WORD.test(character) && !WITHOUT_SPACES.test(character);
}

function firstOf(text: string): string {
  return [...text][0] ?? "";
}

function lastOf(text: string): string {
  return [...text.slice(-2)].at(-1) ?? "";
}
