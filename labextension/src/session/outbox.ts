// What I said or changed that the server has not kept yet.
//
// Rule: one thing of a room is on its way at a time, so that order holds; it goes again, under the
// same id, whenever we are back in the room; a message that waited too long goes only when its author
// says so. Messages outlive the page, changes of messages do not.

import type { ClientFrame, Send } from "../protocol.js";
import { RETRY } from "../protocol.js";
import {
  type Change,
  change,
  type Deed,
  type More,
  type No,
  type Room,
  say,
  settle,
  type Unsent,
} from "../room.js";
import { randomKey } from "../text.js";
import type { Store } from "./store.js";

/** What waited longer than this (milliseconds) is sent only when its author says so. */
export const LATE = 15 * 60_000;
/** What the server could not keep so often in a row is given up, with the reason. */
export const TRIES = 5;

/** What is mine and not kept yet. */
export type Mine = Unsent | Change;

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
  /** What was sent in each room and has no answer yet. */
  readonly #onTheWay = new Map<string, string>();
  /** How often in a row the server could not keep something, by its id. */
  readonly #tries = new Map<string, number>();
  readonly #pauses = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(store: Store, way: Way) {
    this.#store = store;
    this.#way = way;
  }

  say(name: string, text: string, more: More = {}): void {
    const id = randomKey();
    this.#keep({ ...more, room: name, id, text, at: Date.now(), state: "pending" });
    this.sendNext(name);
  }

  /** Does something to message `of` of a room. */
  change(name: string, of: number, deed: Deed): void {
    this.#keep({ ...deed, room: name, id: randomKey(), of, at: Date.now(), state: "pending" });
    this.sendNext(name);
  }

  /** Sends again what failed or is late. An id that is taken gets a new one. */
  retry(mine: Mine): void {
    const taken = mine.no?.code === "conflict";
    if (taken) this.discard(mine);
    const id = taken ? randomKey() : mine.id;
    this.#keep({ ...mine, id, at: Date.now(), state: "pending", no: undefined });
    this.sendNext(mine.room);
  }

  discard({ room, id }: Mine): void {
    this.#way.update(settle(this.#way.room(room), id));
  }

  /** Brings back what the browser kept from an earlier visit. */
  restore(): void {
    for (const unsent of this.#store.unsent()) {
      const known = this.#way.room(unsent.room).unsent;
      if (known.every(({ id }) => id !== unsent.id)) this.#keep(unsent);
    }
  }

  /** Sends what comes next in a room, if nothing of it is on the way: messages, then changes. */
  sendNext(name: string): void {
    const room = this.#way.room(name);
    if (!room.here || room.behind || !this.#way.named()) return;
    if (this.#onTheWay.has(name) || this.#pauses.has(name)) return;
    const [next] = pendingIn(room);
    if (!next) return;
    if (!isChange(next) && Date.now() - next.at > LATE) {
      this.#keep({ ...next, state: "late" });
      this.sendNext(name);
    } else if (this.#way.send(frameOf(next))) {
      this.#onTheWay.set(name, next.id);
    }
  }

  /** Whether something with this id is on its way in a room. */
  awaits(name: string, id: string | undefined): boolean {
    return id !== undefined && this.#onTheWay.get(name) === id;
  }

  /** Something with this id came back, or a no to it. */
  answered(name: string, id: string): void {
    if (this.#onTheWay.get(name) === id) this.#onTheWay.delete(name);
  }

  refused(mine: Mine, no: No): void {
    this.answered(mine.room, mine.id);
    if (no.code === "unnamed") return; // it goes as soon as the name is said
    if (no.code === "not_joined") this.#way.join(mine.room);
    else if (no.retryAfter !== undefined && this.#goesAgain(mine.id, no)) {
      this.pause(mine.room, no.retryAfter);
    } else {
      this.#tries.delete(mine.id);
      this.#keep({ ...mine, state: "failed", no });
      this.sendNext(mine.room);
    }
  }

  /** Whether what was refused goes again by itself. Who is only too fast may always. */
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
    const left = new Set(mineIn(now).map(({ id }) => id));
    for (const { id } of before ? mineIn(before).filter((mine) => !left.has(mine.id)) : []) {
      this.#store.drop(id);
      this.#tries.delete(id);
      this.answered(now.name, id);
    }
  }

  #keep(mine: Mine): void {
    const room = this.#way.room(mine.room);
    if (isChange(mine)) this.#way.update(change(room, mine));
    else {
      this.#store.put(mine);
      this.#way.update(say(room, mine));
    }
  }
}

/** What is mine in a room and not kept yet. */
export function mineIn({ unsent, changes }: Room): Mine[] {
  return [...unsent, ...changes];
}

/** What of it waits to be sent. */
export function pendingIn(room: Room): Mine[] {
  return mineIn(room).filter(({ state }) => state === "pending");
}

function isChange(mine: Mine): mine is Change {
  return "of" in mine;
}

function frameOf(mine: Mine): ClientFrame {
  const { room, id } = mine;
  if (!isChange(mine)) return { type: "send", room, id, text: mine.text, ...moreOf(mine) };
  const to = { room, seq: mine.of, id };
  switch (mine.type) {
    case "edit":
      return { type: "edit", ...to, text: mine.text };
    case "answer":
      return { type: "answer", ...to, choice: mine.choice };
    case "help":
      return { type: "help", ...to, state: mine.to };
    default:
      return { type: mine.type, ...to };
  }
}

/** Of a file the server knows all but how its sender calls it. */
function moreOf({ reply, files, cell }: More): Pick<Send, keyof More> {
  return { reply, files: files?.map(({ hash, name }) => ({ hash, name })), cell };
}
