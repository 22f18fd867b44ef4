// People as completions: whoever is in the room, whoever spoke there lately, and all of them.

import { beginsMention, EVERYONE } from "../mention.js";
import { people as group } from "../panel/icons.js";
import { face } from "../panel/person.js";
import type { User } from "../protocol.js";
import type { Room } from "../room.js";
import { language, words } from "../words.js";
import { type Found, MOST, type Option, type Source } from "./completion.js";

/** An `@` and what follows it up to the caret: a name may have spaces in it, but none before it. */
const WORD = /[@＠]([^\n@＠\s][^\n@＠]{0,63})?$/u;

/** Offers the people of a room, but for me. */
export function peopleOf(room: () => Room, me: () => User | null): Source {
  return (before) => find(before, around(room(), me()));
}

export function find(before: string, people: readonly User[]): Found | null {
  const match = WORD.exec(before);
  if (!match || !beginsMention(before, match.index)) return null;
  const typed = (match[1] ?? "").toLowerCase();
  const offered = [...people.map((user) => ({ user, names: [user.name] })), everyone()]
    .map((one) => ({ ...one, rank: Math.min(...one.names.map((name) => rank(name, typed))) }))
    .filter((one) => one.rank < NO_MATCH)
    .toSorted((one, other) => one.rank - other.rank);
  return { from: match.index, options: offered.slice(0, MOST).map(option) };
}

interface Offered {
  /** Nobody in particular where it is everyone. */
  readonly user: User | null;
  readonly names: readonly string[];
}

function everyone(): Offered {
  return { user: null, names: EVERYONE };
}

function option({ user }: Offered): Option {
  const t = words();
  if (!user) {
    const name = EVERYONE[language() === "zh" ? 1 : 0];
    return { text: `@${name} `, sign: group, says: `@${name}`, more: t.everyone };
  }
  const more = user.kind === "member" ? undefined : t[user.kind];
  return { text: `@${user.name} `, sign: face(user), says: user.name, more };
}

const NO_MATCH = 3;

/** How well what was typed fits a name: its beginning, that of a word in it, or somewhere inside. */
function rank(name: string, typed: string): number {
  const lower = name.toLowerCase();
  if (lower.startsWith(typed)) return 0;
  if (lower.split(/[\s._-]+/u).some((word) => word.startsWith(typed))) return 1;
  return lower.includes(typed) ? 2 : NO_MATCH;
}

/** Who is here, by name, then who spoke lately; each name once. */
function around({ members, messages }: Room, me: User | null): User[] {
  const here = members.toSorted((one, other) => one.name.localeCompare(other.name));
  const spoke = messages.toReversed().map(({ user }) => user);
  const byName = new Map<string, User>();
  for (const user of [...here, ...spoke]) {
    if (user.id !== me?.id && !byName.has(user.name)) byName.set(user.name, user);
  }
  return [...byName.values()];
}
