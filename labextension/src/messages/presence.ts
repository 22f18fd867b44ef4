// Who is in a room, as its reader is told: calmly.
//
// Rule: who is here for a moment leaves no trace, and who is away for a moment was not away. A person
// is shown after 5 seconds, or when they speak; a line tells of them only after 5 minutes away. These
// lines are this page's own, no part of the history. In a crowd there is a number instead of names.

import { isolated } from "../deed.js";
import type { User } from "../protocol.js";
import { after, type Room } from "../room.js";
import { words } from "../words.js";

/** A person is shown when they were here for so long (milliseconds). */
export const STAYS = 5_000;
/** Who was away for less than this (milliseconds) was not away. */
export const AWAY = 5 * 60_000;
/** Of more people than these only the number is told. */
export const TOLD_BY_NAME = 20;
/** Lines that are kept. */
const NOTES = 50;

export interface Note {
  /** The message it follows, by its id; `null` where there was none. */
  readonly after: string | null;
  readonly says: string;
  /** It tells how many are here, and the next number takes its place. */
  readonly counts: boolean;
}

type Timer = ReturnType<typeof setTimeout>;

export class Presence {
  notes: readonly Note[] = [];
  readonly #changed: () => void;
  #room: Room | null = null;
  #me: string | undefined;
  #began = 0;
  /** Everyone the server says is here, and of them those who are not shown yet. */
  #here = new Map<string, User>();
  readonly #coming = new Map<string, Timer>();
  /** Who went: when, and what tells of it if they stay away. */
  readonly #gone = new Map<string, { readonly at: number; readonly timer: Timer }>();
  #seen: Room | null = null;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The room with those people in it who are shown. The same one while nothing changed. */
  see(room: Room, me: string | undefined): Room {
    if (room === this.#room && this.#seen) return this.#seen;
    const before = this.#room;
    this.#room = room;
    this.#me = me;
    if (room.here && room.members !== before?.members) this.#compare(room);
    const last = before?.messages.at(-1)?.seq ?? 0;
    for (const { user } of after(room.messages, last)) this.#spoke(user.id);
    const members = room.members.filter(({ id }) => id === me || !this.#coming.has(id));
    const count = room.count - (room.members.length - members.length);
    const same = members.length === room.members.length;
    this.#seen = same ? room : { ...room, members, count };
    return this.#seen;
  }

  /** Nobody looks any more. */
  stop(): void {
    for (const timer of this.#coming.values()) clearTimeout(timer);
    for (const { timer } of this.#gone.values()) clearTimeout(timer);
    this.#coming.clear();
    this.#gone.clear();
    this.#here.clear();
    this.#room = null;
    this.#seen = null;
    this.#began = 0;
  }

  /** Where the server names nobody, those it names next are no newcomers. */
  #compare(room: Room): void {
    if (room.members.length === 0 && room.count > 0) {
      const notes = this.notes;
      this.stop();
      this.notes = notes;
      this.#room = room;
      return;
    }
    const here = new Map(room.members.map((user) => [user.id, user]));
    const first = this.#began === 0;
    if (first) this.#began = Date.now();
    for (const user of this.#here.values()) if (!here.has(user.id)) this.#left(user);
    if (!first) for (const id of here.keys()) if (!this.#here.has(id)) this.#came(id);
    this.#here = here;
  }

  #came(id: string): void {
    if (id === this.#me) return;
    this.#coming.set(
      id,
      setTimeout(() => this.#stays(id), STAYS),
    );
  }

  #stays(id: string): void {
    this.#show(id);
    this.#tellChange();
  }

  /** Who speaks is here for all to see. */
  #spoke(id: string): void {
    const waiting = this.#coming.get(id);
    clearTimeout(waiting);
    if (waiting !== undefined) this.#show(id);
  }

  #show(id: string): void {
    this.#coming.delete(id);
    const gone = this.#gone.get(id);
    clearTimeout(gone?.timer);
    this.#gone.delete(id);
    const user = this.#here.get(id);
    const since = Date.now() - STAYS - (gone?.at ?? this.#began);
    if (user && since >= AWAY) this.#tell(words().came(isolated(user)));
  }

  #left(user: User): void {
    const waiting = this.#coming.get(user.id);
    clearTimeout(waiting);
    this.#coming.delete(user.id);
    if (waiting !== undefined || user.id === this.#me) return; // there was nothing to see
    const timer = setTimeout(() => {
      if (this.#here.has(user.id)) return; // back, though not for long yet
      this.#tell(words().went(isolated(user)));
      this.#tellChange();
    }, AWAY);
    this.#gone.set(user.id, { at: Date.now(), timer });
  }

  #tell(says: string): void {
    const count = this.#room?.count ?? 0;
    const counts = count > TOLD_BY_NAME;
    const after = this.#room?.messages.at(-1)?.id ?? null;
    const others = counts ? this.notes.filter((note) => !note.counts) : this.notes;
    const note = { after, counts, says: counts ? words().now(count) : says };
    this.notes = [...others, note].slice(-NOTES);
  }

  #tellChange(): void {
    this.#seen = null;
    this.#changed();
  }
}
