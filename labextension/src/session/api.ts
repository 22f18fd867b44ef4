// The few REST calls of the UI; a no comes back as `Refused` with the server's code and words.

import type { Code, Message, Moderate, Moderated, Room, StoredFile, User } from "../protocol.js";
import type { No } from "../room.js";
import { randomKey } from "../text.js";
import type { Transport } from "./transport.js";

export interface Me {
  readonly user: User;
  readonly named: boolean;
}

export type RoomKind = NonNullable<Room["kind"]>;

/** A room in the list, with how many people are in it. */
export type Listed = Omit<Room, "type"> & {
  readonly count: number;
  /** Its newest entry. */
  readonly seq?: number;
  /** Messages after my marker; absent where I never read the room. */
  readonly unread?: number;
};

/** A file for a message to come. */
export interface Upload {
  readonly room: string;
  readonly name: string;
  readonly blob: Blob;
  /** Is told how much of it has gone, from 0 to 1. */
  readonly progress?: (part: number) => void;
  /** Breaks it off. */
  readonly stop?: AbortSignal;
}

export class Refused extends Error {
  constructor(readonly no: No) {
    super(no.reason);
  }
}

export class Api {
  constructor(readonly transport: Transport) {}

  me(): Promise<Me> {
    return this.ask("GET", "api/me");
  }

  /** Says my name; the socket speaks under it from its next connection on. */
  name(name: string): Promise<Me> {
    return this.ask("PUT", "api/me", { name });
  }

  async signOut(): Promise<void> {
    await this.ask("DELETE", "api/me");
  }

  async rooms(): Promise<Listed[]> {
    return (await this.ask<{ rooms: Listed[] }>("GET", "api/rooms")).rooms;
  }

  /** Messages after entry `after`, oldest first; not all where there are many. */
  async messages(room: string, after: number): Promise<Message[]> {
    const path = `api/rooms/${room}/messages?after=${after}`;
    return (await this.ask<{ messages: Message[] }>("GET", path)).messages;
  }

  /** Tells a room when the cell is over that runs in a kernel now. */
  tellWhenDone(room: string, id: string, kernel: string, what: string): Promise<Message> {
    return this.ask("POST", `api/rooms/${room}/jobs`, { id, kernel, what });
  }

  /** Keeps order in a room, and comes back with what the room is told. */
  moderate(room: string, act: Omit<Moderate, "type" | "room" | "id" | "ref">): Promise<Moderated> {
    return this.ask("POST", `api/rooms/${room}/moderation`, { id: randomKey(), ...act });
  }

  create(room: string, title: string, kind?: RoomKind): Promise<Listed> {
    return this.ask("POST", "api/rooms", { room, title, kind });
  }

  upload({ room, name, blob, progress, stop }: Upload): Promise<StoredFile> {
    const path = `api/rooms/${room}/files?name=${encodeURIComponent(name)}`;
    return said(this.transport.upload(path, blob, progress, stop));
  }

  /** Asks for a path of the chat what no method here does. */
  ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const headers = {
      Accept: "application/json",
      "Content-Type": "application/json",
    };
    const asked = {
      method,
      cache: "no-store",
      headers,
      body: body && JSON.stringify(body),
    } as const;
    return said(this.transport.fetch(path, asked));
  }
}

/** What a no may say; one that something on the way gave says none of it. */
interface Said {
  readonly code?: string;
  readonly reason?: string;
  readonly retry_after?: number;
}

/** What was answered. Throws `Refused`, whoever said no: the server, or a proxy on the way. */
async function said<Answer>(asked: Promise<Response>): Promise<Answer> {
  let answer: Response;
  try {
    answer = await asked;
  } catch {
    throw new Refused({ code: "down", reason: "the server does not answer" });
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  throw refused(answer.status, body ?? {});
}

/** A no by its code, or by its status where it comes from a proxy, which knows no codes. */
function refused(status: number, said: Said): Refused {
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
