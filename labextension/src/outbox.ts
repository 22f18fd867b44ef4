// What I said that the server has not kept yet.
//
// Rule: one message of a room is on its way at a time, so that order holds; it goes again, under the
// same id, whenever we are back in the room; what waited too long goes only when its author says so.

import type { ClientFrame } from "./protocol.js";
import { RETRY } from "./protocol.js";
import { type No, type Room, say, settle, type Unsent } from "./room.js";
import type { Store } from "./store.js";
import { randomKey } from "./text.js";

/** What waited longer than this (milliseconds) is sent only when its author says so. */
export const LATE = 15 * 60_000;
/** What the server could not keep so often in a row is given up, with the reason. */
export const TRIES = 5;

/** What the outbox needs of its session. */
export interface Way {
  named(): boolean;
  room(name: string): Room;
  update(room: Room): void;
  join(name: string): void;
  send(frame: ClientFrame): boolean;
}

export class Outbox {
  readonly #store: Store;
  readonly #way: Way;
  /** The message of each room that was sent and has no answer yet. */
  readonly #onTheWay = new Map<string, string>();
  /** How often in a row the server could not keep a message, by its id. */
  readonly #tries = new Map<string, number>();
  readonly #pauses = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(store: Store, way: Way) {
    this.#store = store;
    this.#way = way;
  }

  say(name: string, text: string): void {
    this.#keep({ room: name, id: randomKey(), text, at: Date.now(), state: "pending" });
    this.sendNext(name);
  }

  /** Sends again what failed or is late. An id that is taken gets a new one. */
  retry({ room, id, text, no }: Unsent): void {
    const taken = no?.code === "conflict";
    if (taken) this.#way.update(settle(this.#way.room(room), id));
    const next = taken ? randomKey() : id;
    this.#keep({ room, id: next, text, at: Date.now(), state: "pending" });
    this.sendNext(room);
  }

  discard({ room, id }: Unsent): void {
    this.#way.update(settle(this.#way.room(room), id));
  }

  /** Brings back what the browser kept from an earlier visit. */
  restore(): void {
    for (const unsent of this.#store.unsent()) {
      const known = this.#way.room(unsent.room).unsent;
      if (known.every(({ id }) => id !== unsent.id)) this.#keep(unsent);
    }
  }

  /** Sends what waits longest in a room, if nothing of it is on the way. */
  sendNext(name: string): void {
    const { here, behind, unsent } = this.#way.room(name);
    if (!here || behind || !this.#way.named()) return;
    if (this.#onTheWay.has(name) || this.#pauses.has(name)) return;
    const next = unsent.find(({ state }) => state === "pending");
    if (!next) return;
    if (Date.now() - next.at > LATE) {
      this.#keep({ ...next, state: "late" });
      this.sendNext(name);
    } else if (this.#way.send({ type: "send", room: name, id: next.id, text: next.text })) {
      this.#onTheWay.set(name, next.id);
    }
  }

  /** A message with this id came back, or a no to it. */
  answered(name: string, id: string): void {
    if (this.#onTheWay.get(name) === id) this.#onTheWay.delete(name);
  }

  refused(unsent: Unsent, no: No): void {
    this.answered(unsent.room, unsent.id);
    if (no.code === "unnamed") return; // it goes as soon as the name is said
    if (no.code === "not_joined") this.#way.join(unsent.room);
    else if (no.retryAfter !== undefined && this.#goesAgain(unsent.id, no)) {
      this.pause(unsent.room, no.retryAfter);
    } else {
      this.#tries.delete(unsent.id);
      this.#keep({ ...unsent, state: "failed", no });
      this.sendNext(unsent.room);
    }
  }

  /** Whether a message that was refused goes again by itself. Who is only too fast may always. */
  #goesAgain(id: string, { code }: No): boolean {
    if (!RETRY.has(code)) return false;
    if (code === "too_fast") return true;
    const tries = (this.#tries.get(id) ?? 0) + 1;
    this.#tries.set(id, tries);
    return tries < TRIES;
  }

  /** The server asked for patience (seconds): then the room goes on where it stopped. */
  pause(name: string, seconds: number): void {
    clearTimeout(this.#pauses.get(name));
    const goOn = () => {
      this.#pauses.delete(name);
      const { here, behind } = this.#way.room(name);
      if (here && !behind) this.sendNext(name);
      else this.#way.join(name);
    };
    this.#pauses.set(name, setTimeout(goOn, seconds * 1_000));
  }

  /** The line is lost: whatever was on its way goes again later. */
  lose(): void {
    for (const timer of this.#pauses.values()) clearTimeout(timer);
    this.#pauses.clear();
    this.#onTheWay.clear();
    this.#tries.clear();
  }

  /** The room changed: what is settled now is kept no longer, and on its way no longer. */
  changed(before: Room | undefined, now: Room): void {
    const left = new Set(now.unsent.map(({ id }) => id));
    for (const { id } of before?.unsent.filter((unsent) => !left.has(unsent.id)) ?? []) {
      this.#store.drop(id);
      this.#tries.delete(id);
      this.answered(now.name, id);
    }
  }

  #keep(unsent: Unsent): void {
    this.#store.put(unsent);
    this.#way.update(say(this.#way.room(unsent.room), unsent));
  }
}
