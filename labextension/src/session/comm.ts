// What this page and one kernel say to each other over the comms of its panels.
//
// Rules: everything said is a custom message of a widget, never a synced trait, because widget state is
// saved into notebooks. Bytes go as text: Jupyter's gateway breaks on messages with buffers. All panels of a kernel in this page speak as one: by the newest, and by
// another one when that is taken away. The kernel tells what it heard, so that we know when it
// has no time to listen.

import { randomKey } from "../text.js";

/** The front end's end of a widget's comm, as anywidget gives it. */
export interface End {
  send(note: object): void;
  on(event: "msg:custom", hear: Hear): void;
  off(event: "msg:custom", hear: Hear): void;
}

export type Hear = (note: Note) => void;

/** One thing said; a browser page that it is not for ignores it. */
export interface Note {
  readonly type: string;
  readonly page: string;
  readonly [field: string]: unknown;
}

/** A kernel that has heard nothing for this time (milliseconds) is busy with something else. */
const BUSY = 2_000;
/** What says nothing for minutes is taken for a page that is gone. */
const ALIVE = 20_000;

export class Comm {
  /** Whether the kernel has no time to listen. */
  busy = false;
  readonly #page = randomKey();
  readonly #hear: Hear;
  readonly #changed: () => void;
  readonly #ends: End[] = [];
  #said = 0;
  #heard = 0;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  readonly #waiting = new Map<number, () => void>();

  constructor(hear: Hear, changed: () => void) {
    this.#hear = hear;
    this.#changed = changed;
  }

  /** Another panel of the kernel is here, until the function it returns is called. */
  join(end: End): () => void {
    this.#speakBy(() => this.#ends.push(end));
    return () => {
      // The last one takes leave for all, and may do so after its own.
      if (this.#ends.length > 1) this.#speakBy(() => this.#ends.splice(this.#ends.indexOf(end), 1));
    };
  }

  /** Says it, and gives its number. */
  say(note: object): number {
    const number = ++this.#said;
    this.#ends.at(-1)?.send({ ...note, page: this.#page, number });
    this.#patience ??= setTimeout(() => this.#become(this.#heard < number), BUSY);
    return number;
  }

  /** The kernel has heard what had this number. */
  heard(number: number): Promise<void> {
    if (number <= this.#heard) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(number, resolve));
  }

  /** Says this from time to time, so that the kernel knows that somebody is here; null ends it. */
  keepSaying(note: object | null): void {
    clearInterval(this.#beat);
    if (note) this.#beat = setInterval(() => this.say(note), ALIVE);
  }

  #speakBy(change: () => void): void {
    this.#ends.at(-1)?.off("msg:custom", this.#receive);
    change();
    this.#ends.at(-1)?.on("msg:custom", this.#receive);
  }

  readonly #receive: Hear = (note) => {
    if (note.page !== this.#page) return;
    if (note.type === "heard") this.#wasHeard(Number(note.number));
    else this.#hear(note);
  };

  #wasHeard(number: number): void {
    this.#heard = Math.max(this.#heard, number);
    for (const [said, resolve] of this.#waiting) {
      if (said > this.#heard) continue;
      this.#waiting.delete(said);
      resolve();
    }
    clearTimeout(this.#patience);
    this.#patience =
      this.#heard < this.#said ? setTimeout(() => this.#become(true), BUSY) : undefined;
    this.#become(false);
  }

  #become(busy: boolean): void {
    if (this.busy === busy) return;
    this.busy = busy;
    this.#changed();
  }
}
