// What its reader has read of each room.
//
// Rule: only what was shown on a page that somebody looked at is read; a window behind another one is
// drawn, but not read. Whoever comes back finds a line above what came meanwhile.

import type { Read } from "../protocol.js";
import type { Room } from "../room.js";
import { see, unreadIn, visit } from "../seen.js";
import { Marks } from "./marks.js";

/** What reading needs of its session. */
export interface Desk {
  /** My id, once I am welcomed. */
  me(): string | undefined;
  room(name: string): Room;
  update(room: Room): void;
  send(frame: Read): boolean;
}

export class Reading {
  readonly #desk: Desk;
  readonly #marks: Marks;
  /** The newest entry of each room that was shown, whether anybody looked or not. */
  readonly #shown = new Map<string, number>();
  /** How many are unread: asked by many of the same room, which is never changed. */
  readonly #counted = new WeakMap<Room, number>();

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#marks = new Marks((frame) => desk.send(frame));
    window.addEventListener("focus", () => this.#returned());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#marks.tellAll();
      else this.#returned();
    });
  }

  /** How many messages of others are unread in a room we are in. */
  unread(name: string): number {
    const room = this.#desk.room(name);
    const count = this.#counted.get(room) ?? unreadIn(room, this.#desk.me()).length;
    this.#counted.set(room, count);
    return count;
  }

  /** Its reader turns to a room. */
  visit(name: string): void {
    this.#desk.update(visit(this.#desk.room(name), this.#desk.me()));
  }

  /** Everything of a room is shown: it is read, at once or when its reader comes back to the page. */
  mark(name: string): void {
    this.#shown.set(name, this.#desk.room(name).position.seq);
    if (isLookedAt()) this.#read(name);
  }

  /** Its reader wants to know nothing of what there is up to `seq`, or up to now where we are in it. */
  skip(name: string, seq: number): void {
    if (this.#desk.room(name).here) this.#read(name);
    else if (seq > 0) this.#marks.tell(name, seq);
  }

  /** From the first time in a room on the server knows what is unread there. */
  entered(name: string): void {
    const { seen, position } = this.#desk.room(name);
    if (seen >= position.seq) this.#marks.tell(name, seen);
    this.visit(name);
  }

  /** The line is there: what could not be told goes now. */
  tellAll(): void {
    this.#marks.tellAll();
  }

  forget(): void {
    this.#marks.forget();
    this.#shown.clear();
  }

  #read(name: string): void {
    const before = this.#desk.room(name);
    const room = see(before);
    this.#desk.update(room);
    if (room.seen > before.seen) this.#marks.tell(name, room.seen);
  }

  #returned(): void {
    if (!isLookedAt()) return;
    for (const [name, seq] of this.#shown) {
      if (this.unread(name) > 0) this.visit(name);
      if (this.#desk.room(name).position.seq === seq) this.#read(name);
    }
  }
}

/** Whether somebody looks at this page. */
export function isLookedAt(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}
