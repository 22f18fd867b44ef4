// The line to the server: one socket that comes back by itself.
//
// Rule: it knows nothing of rooms. It says in `state` how it is, hands on every frame, comes back
// after a pause with full jitter, at once when the machine wakes or is online again, and stays away
// where the close code says so.

import type { Problem } from "../problem.js";
import { type ClientFrame, Close, type Welcome } from "../protocol.js";
import type { Frame } from "../room.js";
import { diagnose, type Trouble } from "./health.js";
import type { Socket, Transport } from "./transport.js";

export type LineState =
  | { readonly is: "connecting" }
  | { readonly is: "open" }
  /** It tries again at `until` (milliseconds since 1970 by this machine). */
  | { readonly is: "waiting"; readonly until: number; readonly trouble: Trouble | null }
  /** It does not come back by itself; `told` where the server said so with a close code. */
  | { readonly is: "closed"; readonly trouble: Trouble | null; readonly told?: true };

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** Milliseconds from the first try to `welcome`. */
const OPENING = 15_000;
/** Milliseconds in which a line that is alive answers a heartbeat. */
const PULSE = 5_000;
/** A line that held this long was a good one: the next pause is short again. */
const STEADY = 10_000;
/** Heartbeats missed in a row, after which the line is dead. */
const MISSED = 3;
/** Tries that fail although the server is well, after which something in between is the cause. */
const BLOCKED_AFTER = 2;
/** The step of the back-off from which a server that called us too many or too fast sees us. */
const BUSY_STEP = 4;
/** What trying again does not mend: somebody must do something first. */
const ENDS: ReadonlySet<Problem> = new Set(["signed_out", "forbidden"]);

/** The pause before try number `step`: full jitter, so that a room of people comes back spread. */
export function pause(step: number, random = Math.random()): number {
  return random * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** step);
}

/** The advice of a close code: null where one should come back. */
export function verdict(code: number): Problem | null {
  if (code < 4500 || code > 4999) return null;
  if (code === Close.SIGNED_OUT) return "signed_out";
  if (code === Close.REMOVED) return "removed";
  if (code === Close.RELOAD || code === Close.PROTOCOL_ERROR) return "reload";
  return "ended";
}

export interface Ends {
  hear(frame: Frame): void;
  changed(): void;
}

export class Line {
  state: LineState = { is: "closed", trouble: null };
  readonly #transport: Transport;
  readonly #version: string;
  readonly #ends: Ends;
  #socket: Socket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #probe: ReturnType<typeof setTimeout> | undefined;
  #silence = 0;
  #openedAt = 0;
  #step = 0;
  #unopened = 0;

  constructor(transport: Transport, version: string, ends: Ends) {
    this.#transport = transport;
    this.#version = version;
    this.#ends = ends;
  }

  open(): void {
    if (this.state.is !== "closed") return;
    window.addEventListener("online", this.#wake);
    window.addEventListener("pageshow", this.#wake);
    document.addEventListener("visibilitychange", this.#wake);
    this.#connect();
  }

  close(): void {
    window.removeEventListener("online", this.#wake);
    window.removeEventListener("pageshow", this.#wake);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#hangUp();
    this.#become({ is: "closed", trouble: null });
  }

  /** Connects anew at once, whatever the state. */
  again(): void {
    this.#connect();
  }

  send(frame: ClientFrame): boolean {
    return this.state.is === "open" && !!this.#socket?.send(JSON.stringify(frame));
  }

  #connect(): void {
    this.#hangUp();
    this.#become({ is: "connecting" });
    try {
      this.#socket = this.#transport.open({
        hear: (data) => this.#receive(data),
        closed: (code) => this.#lost(code),
      });
    } catch {
      this.#lost(0); // the browser forbids it: the same as a line that never opens
      return;
    }
    this.#timer = setTimeout(() => this.#lost(0), OPENING);
  }

  #hangUp(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#probe);
    this.#probe = undefined;
    this.#socket?.close();
    this.#socket = null;
  }

  #receive(data: unknown): void {
    const frame = parseFrame(data);
    clearTimeout(this.#probe);
    this.#probe = undefined;
    if (frame?.type === "welcome") this.#welcomed(frame as Frame & Welcome);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(0), this.#silence || OPENING);
    if (frame) this.#ends.hear(frame);
  }

  #welcomed(frame: Welcome): void {
    this.#silence = frame.heartbeat * MISSED * 1_000;
    this.#openedAt = Date.now();
    this.#unopened = 0;
    this.#become({ is: "open" });
  }

  #lost(code: number): void {
    const wasOpen = this.state.is === "open";
    this.#hangUp();
    const problem = verdict(code);
    if (problem) {
      this.#become({ is: "closed", trouble: { problem }, told: true });
      return;
    }
    if (wasOpen && Date.now() - this.#openedAt >= STEADY) this.#step = 0;
    const full = code === Close.TOO_MANY;
    if (full || code === Close.TOO_FAST) this.#step = Math.max(this.#step, BUSY_STEP);
    this.#rest(pause(this.#step++), full ? { problem: "full" } : null);
    if (!wasOpen && !full) void this.#diagnose(++this.#unopened);
  }

  #rest(milliseconds: number, trouble: Trouble | null): void {
    this.#timer = setTimeout(() => this.#connect(), milliseconds);
    this.#become({ is: "waiting", until: Date.now() + milliseconds, trouble });
  }

  /** Why did it not open? */
  async #diagnose(unopened: number): Promise<void> {
    const found = await diagnose(this.#transport, this.#version);
    const trouble: Trouble | null =
      found ?? (unopened >= BLOCKED_AFTER ? { problem: "blocked" } : null);
    if (this.#unopened !== unopened || this.state.is === "open") return;
    if (trouble && ENDS.has(trouble.problem)) {
      this.#hangUp();
      this.#become({ is: "closed", trouble });
    } else if (this.state.is === "waiting") {
      this.#become({ ...this.state, trouble });
    }
  }

  readonly #wake = (): void => {
    if (document.visibilityState === "hidden") return;
    if (this.state.is === "waiting") this.#connect();
    else if (this.state.is === "open") this.#ask();
    else if (this.state.is === "closed") void this.#mendedElsewhere();
  };

  /** Is anybody there? A machine that slept often holds a socket that is long dead. */
  #ask(): void {
    if (this.#probe !== undefined) return;
    this.send({ type: "heartbeat" });
    if (this.#transport.kernel) return; // it may have no time just now
    this.#probe = setTimeout(() => {
      this.#lost(0);
      this.#connect();
    }, PULSE);
  }

  /** Signing in often happens in another tab: look when the person comes back to this one. */
  async #mendedElsewhere(): Promise<void> {
    const { state } = this;
    if (state.is !== "closed" || !state.trouble || !ENDS.has(state.trouble.problem)) return;
    const found = await diagnose(this.#transport);
    if (found === null && this.state === state) this.#connect();
  }

  #become(state: LineState): void {
    this.state = state;
    this.#ends.changed();
  }
}

function parseFrame(data: unknown): Frame | null {
  try {
    const frame = JSON.parse(String(data)) as Frame | null;
    return typeof frame?.type === "string" ? frame : null;
  } catch {
    return null;
  }
}
