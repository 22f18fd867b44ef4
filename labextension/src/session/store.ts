// What one person's browser keeps of what they have not said yet: the outbox and the drafts.
//
// Rule: it belongs to one identity. The keys carry the chat's address and the person's id; when
// somebody else is welcomed, everyone else's is dropped. Each message has a key of its own, so that
// two tabs never overwrite each other. Where the browser keeps nothing, it lives as long as the page.

import type { Unsent } from "../room.js";
import { type Draft, EMPTY, isEmpty } from "./draft.js";

export type Area = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export class Store {
  readonly #prefix: string;
  readonly #area: Area;
  #owner = "";

  constructor(base: string, area: Area = openArea()) {
    this.#prefix = `tornchat ${base} `;
    this.#area = area;
  }

  /** From now on it is this person's; what others left here goes. */
  own(user: string): void {
    this.#owner = encodeURIComponent(user);
    const mine = this.#key("");
    for (const key of this.#keys()) if (!key.startsWith(mine)) this.#area.removeItem(key);
  }

  /** It is nobody's from now on, and keeps nothing until somebody owns it. */
  clear(): void {
    this.#owner = "";
    for (const key of this.#keys()) this.#area.removeItem(key);
  }

  /** What waits to be sent, in the order it was said. */
  unsent(): Unsent[] {
    const outbox = this.#key("unsent ");
    return this.#keys()
      .filter((key) => key.startsWith(outbox))
      .map((key) => parse(this.#area.getItem(key)))
      .filter((unsent) => unsent !== null)
      .sort((one, other) => one.at - other.at);
  }

  put(unsent: Unsent): void {
    if (this.#owner) this.#set(this.#key(`unsent ${unsent.id}`), JSON.stringify(unsent));
  }

  drop(id: string): void {
    this.#area.removeItem(this.#key(`unsent ${id}`));
  }

  draft(room: string): Draft {
    return parseDraft(this.#area.getItem(this.#key(`draft ${room}`)));
  }

  keepDraft(room: string, draft: Draft): void {
    if (!this.#owner) return;
    if (isEmpty(draft)) this.#area.removeItem(this.#key(`draft ${room}`));
    else this.#set(this.#key(`draft ${room}`), JSON.stringify(draft));
  }

  #key(rest: string): string {
    return `${this.#prefix}${this.#owner} ${rest}`;
  }

  #keys(): string[] {
    const keys = Array.from({ length: this.#area.length }, (_, at) => this.#area.key(at));
    return keys.filter((key) => key !== null).filter((key) => key.startsWith(this.#prefix));
  }

  #set(key: string, value: string): void {
    try {
      this.#area.setItem(key, value);
    } catch {
      // The browser's storage is full: it is still on the screen and in this page's memory.
    }
  }
}

function parse(json: string | null): Unsent | null {
  try {
    const unsent = JSON.parse(json ?? "") as Unsent;
    return typeof unsent.text === "string" && typeof unsent.at === "number" ? unsent : null;
  } catch {
    return null;
  }
}

function parseDraft(json: string | null): Draft {
  try {
    const draft = JSON.parse(json ?? "") as Draft;
    return typeof draft.text === "string" ? draft : EMPTY;
  } catch {
    return EMPTY;
  }
}

/** The browser's storage, or this page's memory where a person or policy switched it off. */
export function openArea(): Area {
  try {
    const area = window.localStorage;
    area.setItem("tornchat", "");
    area.removeItem("tornchat");
    return area;
  } catch {
    return memory();
  }
}

function memory(): Area {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}
