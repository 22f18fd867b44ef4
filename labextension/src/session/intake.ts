// What is said in the rooms, as much of it at once as one turn of the page brings.
//
// Rule: the first entry of a room is heard at once, and what follows it in the same turn is heard
// together, in its order: a flood is a step or two a frame, not one a message.

import type { Frame } from "../room.js";
import { turn } from "../turn.js";

export class Intake {
  readonly #hear: (room: string, entries: readonly Frame[]) => void;
  /** What came of each room since it was heard in this turn. */
  readonly #waiting = new Map<string, Frame[]>();

  constructor(hear: (room: string, entries: readonly Frame[]) => void) {
    this.#hear = hear;
  }

  take(room: string, entry: Frame): void {
    const waiting = this.#waiting.get(room);
    if (waiting) waiting.push(entry);
    else {
      if (this.#waiting.size === 0) void turn().then(() => this.#end());
      this.#waiting.set(room, []);
      this.#hear(room, [entry]);
    }
  }

  /** What waits is heard now, before anything that may build on it. */
  flush(): void {
    for (const [room, entries] of this.#waiting) {
      if (entries.length > 0) this.#hear(room, entries.splice(0));
    }
  }

  #end(): void {
    this.flush();
    this.#waiting.clear();
  }
}
