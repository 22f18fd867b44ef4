// The rooms that exist, as far as this page was told.

import { type Api, type Listed, Refused } from "./api.js";

export class List {
  rooms: readonly Listed[] = [];
  readonly #api: Api;
  readonly #changed: () => void;

  constructor(api: Api, changed: () => void) {
    this.#api = api;
    this.#changed = changed;
  }

  add({ room, title, at, user, count }: Listed): void {
    if (this.rooms.some((listed) => listed.room === room)) return;
    this.rooms = [...this.rooms, { room, title, at, user, count }];
    this.#changed();
  }

  /** Throws `Refused` where there can be no such room. */
  async create(name: string, title: string): Promise<void> {
    this.add({ ...(await this.#api.create(name, title)), count: 0 });
  }

  /** Asks for all of them; where that fails, those we know stay. */
  async ask(): Promise<void> {
    const asked = this.rooms;
    try {
      const rooms = await this.#api.rooms();
      // The answer may be older than what we were told while it was on its way.
      const told = this.rooms.filter((listed) => !asked.includes(listed));
      this.rooms = rooms;
      for (const listed of told) this.add(listed);
      this.#changed();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
}
