// What its reader has seen of a room, and what not.
//
// Rule: pure, as room.ts; nothing here looks at a message that was seen.

import type { Message } from "./protocol.js";
import { after, KEPT, keepNewest, type Room } from "./room.js";

/** Its reader has seen everything: at that moment old messages may go out of memory. */
export function see(room: Room): Room {
  const next = keepNewest(room, KEPT);
  return hasNews(next) ? { ...next, seen: next.position.seq } : next;
}

/** Whether something came that its reader has not seen. */
export function hasNews({ known, seen, position }: Room): boolean {
  return known && seen < position.seq;
}

/** Messages of others that its reader has not seen. `me` is their id. */
export function unreadIn({ known, messages, seen }: Room, me: string | undefined): Message[] {
  const unseen = known ? after(messages, seen) : [];
  return unseen.filter(({ user, deleted }) => user.id !== me && !deleted);
}

/** Its reader turns to it: what is unread now begins a part of its own for this visit. */
export function visit(room: Room, me: string | undefined): Room {
  const unreadFrom = unreadIn(room, me)[0]?.seq ?? null;
  return unreadFrom === room.unreadFrom ? room : { ...room, unreadFrom };
}
