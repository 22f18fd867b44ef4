// Pages of history, asked for as its reader scrolls up.
//
// Rule: one page of a room is on its way at a time.

import type { Older } from "../protocol.js";
import { type No, olderRef, type Room } from "../room.js";

const PAGE = 50;
/** After a no, a page is not asked for again within this time (seconds). */
const PAUSE = 2;

/** What pages need of their session. */
export interface Shelf {
  room(name: string): Room;
  update(room: Room): void;
  send(frame: Older): boolean;
}

export class Pages {
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** Asks for the page before the first message. */
  older(name: string): void {
    const room = this.#shelf.room(name);
    const before = room.messages[0]?.seq;
    if (!room.older || room.fetching || before === undefined) return;
    const ref = olderRef(room);
    if (this.#shelf.send({ type: "older", room: name, before, limit: PAGE, ref })) {
      this.#shelf.update({ ...room, fetching: true });
    }
  }

  /** A reader who is at the top asks for more at once, so the no holds for a while. */
  refused(name: string, { retryAfter = PAUSE }: No): void {
    setTimeout(() => {
      const room = this.#shelf.room(name);
      if (room.fetching) this.#shelf.update({ ...room, fetching: false });
    }, retryAfter * 1_000);
  }
}
