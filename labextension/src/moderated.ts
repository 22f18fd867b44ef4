// What moderators did in a room, and what the room is after it.
//
// Rule: pure, as room.ts; a deed is told once, and what it took away stays away.

import { emptied } from "./form.js";
import type { Joined, Message, Moderated, Page } from "./protocol.js";
import type { Room } from "./room.js";

/** Of more deeds of moderators than these only the newest are kept. */
export const DEEDS = 200;

/** What a moderator did is told in the room, and holds for who is in it. */
export function applyModerated(room: Room, deed: Moderated): Room {
  const { act, whom, role, kind, seconds } = deed;
  const moderated = [...room.moderated, deed].slice(-DEEDS);
  if (act === "kind") return { ...room, moderated, seat: { ...room.seat, kind } };
  if (act === "slow") return { ...room, moderated, seat: { ...room.seat, slow: seconds } };
  if (act !== "role" || !whom || !role) return { ...room, moderated };
  const { [whom.id]: _, ...others } = room.roles;
  return { ...room, moderated, roles: role === "member" ? others : { ...others, [whom.id]: role } };
}

/** The room after what a moderator took away: a message, all of somebody, or all up to there. */
export function clear(room: Room, { act, of, whom, seq }: Moderated): Room {
  if (act !== "clear") return room;
  if (of === undefined && !whom) {
    return {
      ...room,
      messages: room.messages.filter((message) => message.seq > seq),
      moderated: room.moderated.filter((deed) => deed.seq >= seq),
      older: false,
    };
  }
  const goes = (message: Message) =>
    of === undefined ? message.user.id === whom?.id && message.seq < seq : message.seq === of;
  const messages = room.messages.map((message) =>
    goes(message) && !message.deleted ? emptied(message) : message,
  );
  return { ...room, messages, forms: room.forms + 1 };
}

/** What moderators did after entry `seq`, as far as a frame tells. */
export function deedsIn(frame: Joined | Page, seq: number): readonly Moderated[] {
  return (frame.moderated ?? []).filter((deed) => deed.seq > seq);
}
