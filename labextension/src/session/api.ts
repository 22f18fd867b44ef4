// The few REST calls of the UI; a no comes back as `Refused` with the server's code and words.

import type { Code, Message, Room, User } from "../protocol.js";
import type { No } from "../room.js";

export interface Me {
  readonly user: User;
  readonly named: boolean;
}

/** A room in the list, with how many people are in it. */
export type Listed = Omit<Room, "type"> & {
  readonly count: number;
  /** Its newest entry. */
  readonly seq?: number;
  /** Messages after my marker; absent where I never read the room. */
  readonly unread?: number;
};

export class Refused extends Error {
  constructor(readonly no: No) {
    super(no.reason);
  }
}

export class Api {
  constructor(readonly base: URL) {}

  me(): Promise<Me> {
    return this.#call("GET", "api/me");
  }

  /** Says my name; the socket speaks under it from its next connection on. */
  name(name: string): Promise<Me> {
    return this.#call("PUT", "api/me", { name });
  }

  async signOut(): Promise<void> {
    await this.#call("DELETE", "api/me");
  }

  async rooms(): Promise<Listed[]> {
    return (await this.#call<{ rooms: Listed[] }>("GET", "api/rooms")).rooms;
  }

  /** Messages after entry `after`, oldest first; not all where there are many. */
  async messages(room: string, after: number): Promise<Message[]> {
    const path = `api/rooms/${room}/messages?after=${after}`;
    return (await this.#call<{ messages: Message[] }>("GET", path)).messages;
  }

  create(room: string, title: string): Promise<Listed> {
    return this.#call("POST", "api/rooms", { room, title });
  }

  async #call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    let answer: Response;
    try {
      answer = await fetch(new URL(path, this.base), {
        method,
        cache: "no-store",
        headers: {
          Accept: "application/json",
          "Content-Type": "application/json",
          "X-XSRFToken": cookie("_xsrf"),
        },
        body: body && JSON.stringify(body),
      });
    } catch {
      throw unanswered();
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said as Answer;
    throw refused(answer.status, said);
  }
}

/** What a no may say; one that something on the way gave says none of it. */
export interface Said {
  readonly code?: string;
  readonly reason?: string;
  readonly retry_after?: number;
}

export function unanswered(): Refused {
  return new Refused({ code: "down", reason: "the server does not answer" });
}

/** A no by its code, or by its status where it comes from a proxy, which knows no codes. */
export function refused(status: number, said: Said): Refused {
  return new Refused({
    code: said.code ?? CODES[status] ?? "unavailable",
    reason: said.reason ?? `HTTP ${status}`,
    retryAfter: said.retry_after,
  });
}

const CODES: Record<number, Code> = { 403: "signed_out", 413: "too_big" };

export function cookie(name: string): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1) ?? "";
}
