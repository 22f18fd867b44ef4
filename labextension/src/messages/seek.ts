// A message that somebody wants to see: it is gone to, and where it is not in memory, older pages
// come until it is.

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Room } from "../room.js";

/** Older pages that are fetched for it at most. */
const PAGES = 400;
/** How long (milliseconds) it says that there is no such message. */
const STANDS = 5_000;

/** What it needs of its list. */
export interface Desk extends ReactiveControllerHost {
  readonly room: Room;
  /** Asks for an older page. */
  older(): void;
  /** Goes to a message if it is in memory. */
  show(seq: number): boolean;
}

export class Seek implements ReactiveController {
  /** Whether it was not found. */
  failed = false;
  readonly #desk: Desk;
  #seq: number | null = null;
  #first: number | undefined;
  #pages = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
    desk.addController(this);
  }

  get active(): boolean {
    return this.#seq !== null;
  }

  to(seq: number): void {
    this.stop();
    this.#seq = seq;
    this.#step();
    this.#desk.requestUpdate();
  }

  readonly stop = (): void => {
    clearTimeout(this.#timer);
    this.#seq = null;
    this.#first = undefined;
    this.#pages = 0;
    this.failed = false;
    this.#desk.requestUpdate();
  };

  hostUpdated(): void {
    if (this.active) this.#step();
  }

  hostDisconnected(): void {
    this.stop();
  }

  #step(): void {
    const { room } = this.#desk;
    if (this.#seq === null || !room.known) return;
    if (this.#desk.show(this.#seq)) this.stop();
    else if (!room.older || this.#pages === PAGES || this.#passed(room)) this.#fail();
    else if (!room.fetching) this.#ask(room);
  }

  /** Whether the history goes further back than the message, which so is not in it. */
  #passed({ messages }: Room): boolean {
    return (messages[0]?.seq ?? Infinity) <= (this.#seq ?? 0);
  }

  /** A page that was refused, or lost with the line, is asked for again and counts once. */
  #ask({ messages }: Room): void {
    const first = messages[0]?.seq;
    if (first !== this.#first) this.#pages++;
    this.#first = first;
    this.#desk.older();
  }

  #fail(): void {
    this.stop();
    this.failed = true;
    this.#timer = setTimeout(this.stop, STANDS);
  }
}
