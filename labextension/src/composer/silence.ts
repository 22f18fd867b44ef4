// Why somebody may not write in a room, or not yet.

import { duration, span } from "../duration.js";
import type { User } from "../protocol.js";
import type { Room } from "../room.js";
import { clock, dayOf, moment } from "../time.js";
import { words } from "../words.js";

export interface Silence {
  readonly says: string;
  /** Milliseconds from now on; null where only a moderator ends it. */
  readonly left: number | null;
  /** Whether one may write meanwhile, and only not send. */
  readonly writes: boolean;
}

/** Null where they may. `now` is the server's time in milliseconds. */
export function silence(room: Room, user: User | null, now: number): Silence | null {
  const t = words().order.silent;
  const { role, kind, muted = 0, slow = 0 } = room.seat;
  if (role === "reader") return { says: t.reader, left: null, writes: false };
  if (muted > now) {
    const until = dayOf(muted) === dayOf(now) ? clock(muted) : moment(muted);
    return { says: t.muted(until), left: muted - now, writes: false };
  }
  if (role === "owner" || role === "moderator") return null;
  if (kind === "announce") return { says: t.announce, left: null, writes: false };
  if (slow === 0) return null;
  // What was said before it became slow does not count.
  const since = room.moderated.findLast(({ act }) => act === "slow")?.seq ?? 0;
  const mine = room.messages.findLast(({ user: author }) => author.id === user?.id);
  const waits = mine !== undefined && mine.seq > since;
  const left = waits ? mine.at + slow * 1_000 - now : 0;
  if (left <= 0) return null;
  const says = t.slow(span(slow), duration(Math.ceil(left / 1_000) * 1_000));
  return { says, left, writes: true };
}
