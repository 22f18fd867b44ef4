// What is said in a room, line by line, as it is read: whose line begins a group, and which a day.
//
// Rule: pure, and each line is asked for by its number; nothing here walks through all of them.

import type { Message, User } from "./protocol.js";
import type { Room, Unsent } from "./room.js";
import { dayOf } from "./time.js";

/** Messages of one person within this time (milliseconds) make a group. */
export const GROUP = 5 * 60_000;

/** A message that is kept, or mine on its way. */
export type Line = Message | Unsent;

export function isKept(line: Line): line is Message {
  return "seq" in line;
}

export class Conversation {
  readonly #messages: readonly Message[];
  readonly #unsent: readonly Unsent[];
  readonly #me: User;

  constructor({ messages, unsent }: Room, me: User) {
    this.#messages = messages;
    this.#unsent = unsent;
    this.#me = me;
  }

  /** Whether it is still the same for this reader. */
  is({ messages, unsent }: Room, me: User): boolean {
    return messages === this.#messages && unsent === this.#unsent && me === this.#me;
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
    if (!before || !line || this.beginsDay(number)) return true;
    const [one, next] = [this.author(before), this.author(line)];
    const near = Math.abs(line.at - before.at) < GROUP;
    return one.id !== next.id || one.name !== next.name || !near;
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
