// Which of a browser's tabs does what only one of them should.
//
// Rule: nobody leads. Whoever claims an entry of a room first has it; with web locks that is exact,
// without them (plain http) two that write at once look a moment later who wrote last.

import { randomKey } from "../text.js";
import { type Area, openArea } from "./store.js";

/** Milliseconds in which a tab that wrote at the same time has written. */
const MOMENT = 50;

export class Claim {
  readonly #prefix: string;
  readonly #area: Area;
  readonly #tab = randomKey();

  constructor(base: string, area: Area = openArea()) {
    this.#prefix = `tornchat-claim ${base} `;
    this.#area = area;
  }

  /** Claims everything of a room up to `seq`; false where another tab has it already. */
  async take(room: string, epoch: string, seq: number): Promise<boolean> {
    const key = this.#prefix + room;
    if (navigator.locks) return navigator.locks.request(key, () => this.#write(key, epoch, seq));
    if (!this.#write(key, epoch, seq)) return false;
    await new Promise((over) => setTimeout(over, MOMENT));
    return this.#area.getItem(key)?.endsWith(this.#tab) ?? true;
  }

  #write(key: string, epoch: string, seq: number): boolean {
    const [known, upTo] = (this.#area.getItem(key) ?? "").split(" ");
    if (known === epoch && Number(upTo) >= seq) return false;
    try {
      this.#area.setItem(key, `${epoch} ${seq} ${this.#tab}`);
    } catch {
      // The browser's storage is full: two notices are better than none.
    }
    return true;
  }
}
