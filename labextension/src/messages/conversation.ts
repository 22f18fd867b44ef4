// What is said in a room, line by line, as it is read: whose line begins a group, and which a day.
//
// Rule: pure, and each line is asked for by its number; nothing here walks through all of them.

import type { Message, User } from "../protocol.js";
import { type Change, changeOf, type Room, type Unsent } from "../room.js";
import { dayOf } from "../time.js";

/** Messages of one person within this time (milliseconds) make a group. */
export const GROUP = 5 * 60_000;

/** A message that is kept, or mine on its way. */
export type Line = Message | Unsent;

export function isKept(line: Line): line is Message {
  return "seq" in line;
}

export class Conversation {
  readonly #room: Room;
  readonly #messages: readonly Message[];
  readonly #unsent: readonly Unsent[];
  readonly #me: User;

  constructor(room: Room, me: User) {
    this.#room = room;
    this.#messages = room.messages;
    this.#unsent = room.unsent;
    this.#me = me;
  }

  /** Whether it is still the same for this reader. */
  is({ messages, unsent, changes, unreadFrom }: Room, me: User): boolean {
    const { changes: mine, unreadFrom: from } = this.#room;
    const same = messages === this.#messages && unsent === this.#unsent && me === this.#me;
    return same && changes === mine && unreadFrom === from;
  }

  get length(): number {
    return this.#messages.length + this.#unsent.length;
  }

  at(number: number): Line | undefined {
    return this.#messages[number] ?? this.#unsent[number - this.#messages.length];
  }

  author(line: Line): User {
    return isKept(line) ? line.user : this.#me;
  }

  beginsDay(number: number): boolean {
    const [before, line] = [this.at(number - 1), this.at(number)];
    return !before || (line !== undefined && dayOf(before.at) !== dayOf(line.at));
  }

  beginsGroup(number: number): boolean {
    const [before, line] = [this.at(number - 1), this.at(number)];
    if (!before || !line || this.beginsDay(number) || this.beginsNew(number)) return true;
    if (isKept(line) && line.reply !== undefined) return true;
    if (this.#told(before, line)) return true;
    const [one, next] = [this.author(before), this.author(line)];
    const near = Math.abs(line.at - before.at) < GROUP;
    return one.id !== next.id || one.name !== next.name || !near;
  }

  /** Whether a line between them tells what a moderator did. */
  #told(before: Line, line: Line): boolean {
    const [from, to] = [before, line].map((one) => (isKept(one) ? one.seq : Infinity));
    return this.#room.moderated.some(({ seq }) => seq > (from ?? 0) && seq < (to ?? 0));
  }

  /** Whether what was unread when its reader came begins here. */
  beginsNew(number: number): boolean {
    const from = this.#room.unreadFrom;
    const [before, line] = [this.#messages[number - 1], this.#messages[number]];
    if (from === null || !line || line.seq < from) return false;
    return before ? before.seq < from : line.seq === from;
  }

  /** The number of the first message from entry `seq` on; their length where there is none. */
  from(seq: number): number {
    let [low, high] = [0, this.#messages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#messages[middle]?.seq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The message with this `seq`, if it is in memory. */
  find(seq: number): Message | undefined {
    const found = this.#messages[this.from(seq)];
    return found?.seq === seq ? found : undefined;
  }

  /** What I want a message to become. */
  changeOf(message: Message): Change | undefined {
    return changeOf(this.#room, message);
  }

  /** The id of the last message before entry `seq`; null where there is none. */
  before(seq: number): string | null {
    return this.#messages[this.from(seq) - 1]?.id ?? null;
  }

  /** How many messages of others came after entry `seq`. */
  since(seq: number): number {
    let count = 0;
    for (let number = this.#messages.length - 1; number >= 0; number--) {
      const message = this.#messages[number];
      if (!message || message.seq <= seq) break;
      if (message.user.id !== this.#me.id && !message.deleted) count++;
    }
    return count;
  }
}
