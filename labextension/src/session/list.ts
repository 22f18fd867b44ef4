// The rooms that exist, and what is unread in those we are not in, as far as this page was told.

import type { Newer } from "../protocol.js";
import { type Api, type Listed, Refused, type RoomKind } from "./api.js";

export class List {
  rooms: readonly Listed[] = [];
  readonly #api: Api;
  readonly #changed: () => void;

  constructor(api: Api, changed: () => void) {
    this.#api = api;
    this.#changed = changed;
  }

  find(name: string): Listed | undefined {
    return this.rooms.find(({ room }) => room === name);
  }

  add({ room, title, at, user, kind, count, seq, unread }: Listed): void {
    if (this.find(room)) return;
    this.rooms = [...this.rooms, { room, title, at, user, kind, count, seq, unread }];
    this.#changed();
  }

  /** Something was said in a room. In one that I never read nothing is unread. */
  news({ room, seq, messages }: Newer): void {
    const { seq: known = 0, unread } = this.find(room) ?? {};
    if (seq <= known) return;
    const more = Math.min(messages, seq - known);
    this.#set(room, { seq, unread: unread === undefined ? undefined : unread + more });
  }

  /** I have read a room up to `seq`: at most what came after it is unread. */
  marked(room: string, seq: number): void {
    const { seq: known = 0, unread = 0 } = this.find(room) ?? {};
    this.#set(room, { unread: Math.min(unread, Math.max(0, known - seq)) });
  }

  /** We leave a room, at its entry `seq`. */
  left(room: string, seq: number, unread: number): void {
    this.#set(room, { seq, unread });
  }

  #set(name: string, news: Pick<Listed, "seq" | "unread">): void {
    this.rooms = this.rooms.map((listed) =>
      listed.room === name ? { ...listed, ...news } : listed,
    );
    this.#changed();
  }

  /** Throws `Refused` where there can be no such room. */
  async create(name: string, title: string, kind?: RoomKind): Promise<void> {
    this.add({ ...(await this.#api.create(name, title, kind)), count: 0 });
  }

  /** Asks for all of them; where that fails, those we know stay. */
  async ask(): Promise<void> {
    const asked = this.rooms;
    try {
      const rooms = await this.#api.rooms();
      // The answer may be older than what we were told while it was on its way.
      const told = this.rooms.filter((listed) => !asked.includes(listed));
      this.rooms = rooms.map((listed) => this.#newer(listed));
      for (const listed of told) this.add(listed);
      this.#changed();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** A room as the server answers it, unless we were told of newer things meanwhile. */
  #newer(answered: Listed): Listed {
    const { seq = 0, unread } = this.find(answered.room) ?? {};
    return seq > (answered.seq ?? 0) ? { ...answered, seq, unread } : answered;
  }
}
