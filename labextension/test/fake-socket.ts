// The far end of the line: a socket that tests open, feed and close, and answers to `fetch`.

import { vi } from "vitest";
import type { ClientFrame, ServerFrame } from "../src/protocol.js";
import { welcome } from "./people.js";

export class FakeSocket {
  static readonly OPEN = 1;
  /** Every socket that was opened, oldest first. */
  static all: FakeSocket[] = [];
  readyState = FakeSocket.OPEN;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: ClientFrame[] = [];

  constructor(
    readonly address: URL | string,
    readonly subprotocols: string[],
  ) {
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    const last = FakeSocket.all.at(-1);
    if (!last) throw new Error("no socket was opened");
    return last;
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.readyState = 3;
  }

  /** The server says something. */
  says(...frames: (ServerFrame | { type: string; [field: string]: unknown })[]): void {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  welcomes(more: Parameters<typeof welcome>[0] = {}): void {
    this.onopen?.();
    this.says(welcome(more));
  }

  /** The line breaks, or the server ends it. */
  breaks(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  /** The frames of one type that we sent. */
  of<Type extends ClientFrame["type"]>(type: Type): Extract<ClientFrame, { type: Type }>[] {
    return this.sent.filter((frame) => frame.type === type) as never;
  }
}

/** What `fetch` answers, by the end of the path; a missing path is a server that is away. */
export type Answers = Record<string, { status?: number; body?: unknown }>;

export const WELL: Answers = {
  "api/health": { body: { ok: true, version: "", user: { name: "ann" }, trouble: null } },
  "api/rooms": { body: { rooms: [] } },
};

export function answer(answers: Answers): void {
  vi.stubGlobal("fetch", async (address: URL) => {
    const found = Object.entries(answers).find(([path]) => address.pathname.endsWith(path));
    if (!found) throw new TypeError("Failed to fetch");
    const { status = 200, body } = found[1];
    const text = typeof body === "string" ? body : JSON.stringify(body ?? null);
    return new Response(status === 204 ? null : text, { status });
  });
}

/** From one turn of the page to the next (milliseconds). */
export const FRAME = 16;

/** When every test begins: no day of the machine's makes one fail. */
export const AT = Date.UTC(2026, 10, 23, 9);

/** Fake sockets, a server that is well, and time that stands still until a test moves it. */
export function setUp(): void {
  vi.useFakeTimers({ now: AT });
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.all = [];
  answer(WELL);
}

export function tearDown(): void {
  vi.advanceTimersToNextFrame(); // no turn of the page is left over
  vi.useRealTimers();
  vi.unstubAllGlobals();
}
