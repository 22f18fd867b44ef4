// The way to a chat that this page cannot reach: the kernel of the panel sends the UI, and relays.
//
// Rule: a browser page has one UI. Whoever asks first gets it from its kernel, all others take that one.

import { decode } from "./base64.js";
import type { Panel } from "./panel/panel.js";
import type { End, Note } from "./session/comm.js";
import type { Here } from "./session/relay.js";
import { randomKey } from "./text.js";

type Whole = typeof import("./whole.js");

/** Milliseconds in which a kernel that has time answers. */
const PATIENCE = 5_000;

/** What all modules of this browser page know; each widget's module is one of its own. */
const page = globalThis as { tornchat?: Promise<Whole> };

export class Detour {
  readonly #end: End;
  readonly #key = randomKey();
  #here: (Here & { ui?: string }) | null = null;
  #late: (() => void) | undefined;
  #came: (() => void) | undefined;
  #leave: (() => void) | undefined;
  #closed = false;
  /** Why the kernel cannot reach a chat either; empty where it did not say. */
  reason = "";

  /** @param end is the panel's, of its comm. */
  constructor(end: End) {
    this.#end = end;
    end.on("msg:custom", this.#hear);
  }

  /**
   * The panel, or null where no kernel answers that can reach the chat.
   *
   * @param late is called when one answers after that.
   */
  async panel(late: () => void): Promise<Panel | null> {
    this.reason = "";
    if (!this.#here) await this.#ask();
    const here = this.#here;
    this.#late = here ? undefined : late;
    if (!here) return null;
    page.tornchat ??= load(here.ui);
    try {
      const { relay } = await page.tornchat;
      if (this.#closed) return null;
      const { base, leave } = relay(this.#end, here);
      this.#leave = leave;
      return Object.assign(document.createElement("tornchat-panel") as Panel, { base });
    } catch {
      page.tornchat = undefined;
      this.#here = null;
      return null;
    }
  }

  close(): void {
    this.#closed = true;
    this.#late = undefined;
    this.#leave?.();
    this.#end.off("msg:custom", this.#hear);
  }

  #ask(): Promise<void> {
    this.#end.send({ type: "ask", page: this.#key, number: 0, ui: !page.tornchat });
    return new Promise((resolve) => {
      this.#came = resolve;
      setTimeout(resolve, PATIENCE);
    });
  }

  readonly #hear = (note: Note): void => {
    if (note.page !== this.#key || this.#here) return;
    this.reason = String(note.reason ?? "");
    if (note.type === "here") this.#here = note as unknown as Here;
    this.#came?.();
    this.#late?.();
  };
}

/** The UI, out of what the kernel sent: zipped, in base64. */
async function load(packed: string | undefined): Promise<Whole> {
  if (!packed) throw new Error("no UI came");
  const unpacked = new Blob([decode(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const code = await new Response(unpacked).text();
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return await import(/* webpackIgnore: true */ address);
  } finally {
    URL.revokeObjectURL(address);
  }
}
