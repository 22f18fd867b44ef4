// What a moderator did, in a sentence.

import { span } from "./duration.js";
import type { Moderated, User } from "./protocol.js";
import { words } from "./words.js";

/** As the room is told it: who did what to whom. */
export function sentence(deed: Moderated): string {
  const t = words().order.deeds;
  const { act, role = "member", kind = "open", seconds, of } = deed;
  const who = isolated(deed.user);
  const whom = deed.whom ? isolated(deed.whom) : "";
  switch (act) {
    case "role":
      return t[role](who, whom);
    case "mute":
      return t.mute(who, whom, span(((deed.until ?? deed.at) - deed.at) / 1_000));
    case "slow":
      return seconds ? t.slow(who, span(seconds)) : t.fast(who);
    case "kind":
      return t[kind](who);
    case "clear":
      if (of !== undefined) return t.clearOne(who);
      return whom ? t.clearWhom(who, whom) : t.clearAll(who);
    default:
      return t[act](who, whom);
  }
}

/** A name that runs the other way turns nothing of the line around. */
export function isolated({ name }: User): string {
  return `\u2068${name}\u2069`;
}
