// One thread of a room: a message and what replies to it, as a room of its own.
//
// Rule: pure. It is read and fetched like the room; but while something is new in the rest of the
// room, nothing is taken for seen because somebody looks at one thread.

import type { Room } from "../room.js";

/** The thread that begins with message `first`; the whole room where that is null. */
export function threadOf(room: Room, first: number | null): Room {
  if (first === null) return room;
  const of = ({ seq, reply }: { seq?: number; reply?: number }) => seq === first || reply === first;
  const messages = room.messages.filter(of);
  const showsNews = room.messages.every((message) => message.seq <= room.seen || of(message));
  return {
    ...room,
    name: `${room.name} ${first}`, // so that it is read from its own beginning
    title: room.title || room.name,
    messages,
    unsent: room.unsent.filter(of),
    older: room.older && messages[0]?.seq !== first,
    seen: showsNews ? room.seen : room.position.seq,
    unreadFrom: null,
  };
}

/** The same thread again where nothing changed, so that it is not drawn anew. */
export class Thread {
  #room: Room | null = null;
  #first: number | null = null;
  #shown: Room | null = null;

  of(room: Room, first: number | null): Room {
    if (this.#shown && room === this.#room && first === this.#first) return this.#shown;
    this.#room = room;
    this.#first = first;
    this.#shown = threadOf(room, first);
    return this.#shown;
  }
}
