// What opens a room, as one asks the server for it: keys and hooks for programs, invites for guests.

import type { Gate, Guest, Hook, Invite, RoomKey } from "../protocol.js";
import type { Api } from "./api.js";

/** What lets programs in. */
export interface Opened {
  readonly keys: readonly RoomKey[];
  readonly hooks: readonly Hook[];
}

/** What lets guests in, and who came by it. */
export interface Visits {
  readonly invites: readonly Invite[];
  readonly guests: readonly Guest[];
}

type All = Opened & Visits;

/** An invite to come. */
export interface Wish {
  /** Besides the one it is made in. */
  readonly rooms: readonly string[];
  /** How long it holds. */
  readonly seconds: number;
  /** How many may come by it. */
  readonly uses: number;
  /** Whether its guests see what was said before. */
  readonly past: boolean;
}

/** Those of one room. Every method throws `Refused`. */
export class Grants {
  readonly #api: Api;
  readonly #room: string;

  constructor(api: Api, room: string) {
    this.#api = api;
    this.#room = `api/rooms/${room}`;
  }

  /** Oldest first. */
  list<Kind extends keyof All>(kind: Kind): Promise<Pick<All, Kind>> {
    return this.#api.ask("GET", `${this.#room}/${kind}`);
  }

  /** Makes a key for a program of this name, or a hook to this address. */
  open(kind: keyof Opened, what: string): Promise<RoomKey | Hook> {
    const body = kind === "keys" ? { name: what } : { url: what };
    return this.#api.ask("POST", `${this.#room}/${kind}`, body);
  }

  invite(wish: Wish): Promise<Invite> {
    return this.#api.ask("POST", `${this.#room}/invites`, wish);
  }

  async revoke(kind: keyof All, id: string): Promise<void> {
    await this.#api.ask("DELETE", `${this.#room}/${kind}/${id}`);
  }

  /** How the door for guests stands, once it is opened or closed where that is asked for. */
  gate(method: "GET" | "POST" | "DELETE" = "GET"): Promise<Gate> {
    return this.#api.ask(method, "api/gate");
  }
}
