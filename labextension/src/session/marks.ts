// How far I have read each room, as the server is told.
//
// Rule: of each room at most one word a second, the newest; at once when the page hides; and what could
// not be told goes when the line is back.

import type { Read } from "../protocol.js";

/** Milliseconds between two words about one room. */
const PAUSE = 1_000;

export class Marks {
  readonly #send: (frame: Read) => boolean;
  readonly #due = new Map<string, number>();
  readonly #pauses = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(send: (frame: Read) => boolean) {
    this.#send = send;
  }

  tell(room: string, seq: number): void {
    this.#due.set(room, seq);
    if (!this.#pauses.has(room)) this.#tellNow(room);
  }

  /** The line is there, or the page goes: what waits is told now. */
  tellAll(): void {
    for (const room of [...this.#due.keys()]) this.#tellNow(room);
  }

  forget(): void {
    this.#due.clear();
  }

  #tellNow(room: string): void {
    const seq = this.#due.get(room);
    if (seq === undefined || !this.#send({ type: "read", room, seq })) return;
    this.#due.delete(room);
    clearTimeout(this.#pauses.get(room));
    const goOn = () => {
      this.#pauses.delete(room);
      this.#tellNow(room);
    };
    this.#pauses.set(room, setTimeout(goOn, PAUSE));
  }
}
