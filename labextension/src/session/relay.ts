// The way to a chat that this page cannot reach: its kernel speaks with the server for it.
//
// Rules: what frames and answers say is the session's business; here they are carried. A frame that
// was lost on the way breaks the socket, and the session resumes as after any other break. What is
// asked for in pieces is asked for again where a piece does not come.

import { decode, encode } from "../base64.js";
import { Comm, type End, type Hear } from "./comm.js";
import { Session, sessionAt } from "./session.js";
import type { Ears, Kernel, Socket, Transport, Where } from "./transport.js";

/** A kernel that can reach the chat says so. */
export interface Here {
  /** As whom one speaks through it. */
  readonly program: string;
  /** The chat's address, as the kernel knows it. */
  readonly chat: string;
  /** The kernel's id. */
  readonly kernel: string;
}

/** What is lost is as with a connection that was too slow: come back and resume. */
const LOST = 4408;
/** Bytes of a file in one message of a comm. */
const PIECE = 256 * 1024;
/** Milliseconds after which a piece is asked for again, and how often. */
const PATIENCE = 10_000;
const TRIES = 3;
/** Files that are kept for this page. */
const KEPT = 50;
const BYTES = "application/octet-stream";

const relays = new Map<string, Relay>();

/** What a panel is opened with, and how it leaves. */
export interface Entrance {
  readonly base: string;
  leave(): void;
}

/** The chat through the kernel of a widget: one session for each kernel and browser page. */
export function relay(end: End, here: Here): Entrance {
  const name = encodeURIComponent(`${here.kernel} ${here.chat} ${here.program}`);
  const way = relays.get(name) ?? new Relay(here.program);
  relays.set(name, way);
  const leave = way.comm.join(end);
  way.look();
  const base = `kernel:${name}`;
  sessionAt(base, () => new Session(new URL(here.chat), way));
  return { base, leave };
}

interface Line {
  readonly number: number;
  readonly ears: Ears;
  /** Frames that came on it. */
  frames: number;
}

interface Asked {
  readonly path: string;
  readonly method: string;
  /** The type of the body. */
  readonly content: string;
  readonly body: Blob;
  readonly progress?: (part: number) => void;
  readonly stop?: AbortSignal | null;
}

/** A piece of an answer. */
interface Piece {
  readonly status: number;
  readonly content: string;
  readonly pieces: number;
  /** In base64. */
  readonly body: string;
}

export class Relay implements Transport, Kernel {
  changed = (): void => {};
  readonly kernel = this;
  readonly comm: Comm;
  #line: Line | null = null;
  #lines = 0;
  #calls = 0;
  readonly #awaited = new Map<string, (piece: Piece) => void>();
  readonly #files = new Map<string, Promise<string>>();
  /** One file at a time: answers wait in the kernel until they are fetched. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param program is as whom one speaks. */
  constructor(readonly program: string) {
    this.comm = new Comm(this.#hear, () => this.changed());
  }

  get busy(): boolean {
    return this.comm.busy;
  }

  // -------------------------------------------------------------------------------- the socket

  open(ears: Ears): Socket {
    const number = ++this.#lines;
    this.#line = { number, ears, frames: 0 };
    this.comm.say({ type: "open", line: number });
    this.comm.keepSaying({ type: "alive", line: number });
    return {
      send: (data) => {
        if (this.#line?.number !== number) return false;
        this.comm.say({ type: "frame", line: number, data });
        return true;
      },
      close: () => this.#close(number),
    };
  }

  /** Is the kernel there that had the socket? */
  look(): void {
    if (this.#line) this.comm.say({ type: "alive", line: this.#line.number });
  }

  #close(number: number): void {
    if (this.#line?.number !== number) return;
    this.#line = null;
    this.comm.keepSaying(null);
    this.comm.say({ type: "close", line: number });
  }

  readonly #hear: Hear = (note) => {
    if (note.type === "answer") {
      this.#awaited.get(`${note.call} ${note.piece}`)?.(note as unknown as Piece);
    }
    const line = this.#line;
    if (!line || note.line !== line.number) return;
    if (note.type === "frames") this.#frames(line, Number(note.before), note.frames as string[]);
    else if (note.type === "closed") this.#broke(line, Number(note.code));
  };

  #frames(line: Line, before: number, frames: readonly string[]): void {
    if (before !== line.frames) {
      this.#close(line.number);
      line.ears.closed(LOST);
      return;
    }
    for (const frame of frames) {
      line.frames++;
      if (this.#line === line) line.ears.hear(frame);
    }
  }

  #broke(line: Line, code: number): void {
    this.#line = null;
    this.comm.keepSaying(null);
    line.ears.closed(code);
  }

  // ------------------------------------------------------------------------------ the requests

  async fetch(path: string, { method = "GET", headers, body, signal }: RequestInit) {
    const content = new Headers(headers).get("Content-Type") ?? "";
    return this.#ask({
      path,
      method,
      content,
      body: await new Response(body).blob(),
      stop: signal,
    });
  }

  upload(path: string, body: Blob, progress?: (part: number) => void, stop?: AbortSignal) {
    return this.#ask({ path, method: "POST", content: BYTES, body, progress, stop });
  }

  where(path: string): Where {
    return () => {
      const kept = this.#files.get(path) ?? this.#turn.then(() => this.#file(path));
      this.#files.set(path, kept);
      this.#turn = kept;
      return kept;
    };
  }

  async #file(path: string): Promise<string> {
    try {
      const answer = await this.fetch(path, {});
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const address = URL.createObjectURL(await answer.blob());
      this.#keepFew();
      return address;
    } catch {
      this.#files.delete(path);
      return "";
    }
  }

  #keepFew(): void {
    for (const [path, address] of [...this.#files].slice(0, -KEPT)) {
      this.#files.delete(path);
      void address.then((old) => URL.revokeObjectURL(old));
    }
  }

  async #ask({ stop, ...asked }: Asked): Promise<Response> {
    const call = ++this.#calls;
    const answer = this.#piece(call, 0, stop);
    // A no may come before all of it has gone.
    const first = await Promise.race([
      answer,
      this.#tell(call, { stop, ...asked }).then(() => answer),
    ]);
    return this.#read(call, first, stop);
  }

  /** Says what is asked for, and with it the body, piece by piece. */
  async #tell(call: number, { path, method, content, body, progress, stop }: Asked): Promise<void> {
    const pieces = Math.ceil(body.size / PIECE);
    const note = { type: "fetch", call, path, method, content, pieces };
    if (pieces === 0) this.comm.say({ ...note, piece: 0 });
    for (let piece = 0; piece < pieces; piece++) {
      const part = await encode(body.slice(piece * PIECE, (piece + 1) * PIECE));
      stop?.throwIfAborted();
      await this.comm.heard(this.comm.say({ ...note, piece, body: part }));
      progress?.((piece + 1) / pieces);
    }
  }

  async #read(call: number, first: Piece, stop?: AbortSignal | null): Promise<Response> {
    const { status, content, pieces } = first;
    const parts = [decode(first.body)];
    while (parts.length < pieces) {
      const next = this.#piece(call, parts.length, stop);
      this.comm.say({ type: "more", call, piece: parts.length });
      parts.push(decode((await next).body));
    }
    const body = status === 204 ? null : new Blob(parts, { type: content });
    return new Response(body, { status, headers: { "Content-Type": content } });
  }

  /** A piece of an answer, asked for again where the kernel listens and it does not come. */
  #piece(call: number, piece: number, stop?: AbortSignal | null): Promise<Piece> {
    const name = `${call} ${piece}`;
    let tries = 0;
    let again: ReturnType<typeof setInterval>;
    const came = new Promise<Piece>((resolve, reject) => {
      this.#awaited.set(name, resolve);
      stop?.addEventListener("abort", () => reject(stop.reason));
      again = setInterval(() => {
        if (this.busy) return;
        if (++tries < TRIES) this.comm.say({ type: "more", call, piece });
        else reject(new Error("the kernel does not answer"));
      }, PATIENCE);
    });
    return came.finally(() => {
      clearInterval(again);
      this.#awaited.delete(name);
    });
  }
}
