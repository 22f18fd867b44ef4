// What may call its reader to the chat: nothing, what speaks to them, or every message; not from mute
// rooms.
//
// Rule: one setting for each chat and browser. It lies in the browser's storage, where all its tabs
// read it; where the browser keeps nothing, it lives as long as the page.

import { host } from "../host.js";
import { type Area, openArea } from "./store.js";

export type Level = "off" | "mentions" | "all";
export const LEVELS: readonly Level[] = ["off", "mentions", "all"];

interface Setting {
  readonly level?: Level;
  readonly mute?: readonly string[];
}

export class Attention {
  readonly #key: string;
  readonly #area: Area;
  #read = "";
  #setting: Setting = {};

  constructor(base: string, area: Area = openArea()) {
    this.#key = `tornchat-attention ${base}`;
    this.#area = area;
  }

  /** A browser shows notices only where its reader said so; a host that can show its own need not ask. */
  get level(): Level {
    return this.#now.level ?? (host.notify ? "mentions" : "off");
  }

  set level(level: Level) {
    this.#keep({ ...this.#now, level });
  }

  isMute(room: string): boolean {
    return this.#now.mute?.includes(room) ?? false;
  }

  mute(room: string, mute: boolean): void {
    const others = (this.#now.mute ?? []).filter((one) => one !== room);
    this.#keep({ ...this.#now, mute: mute ? [...others, room] : others });
  }

  get #now(): Setting {
    const kept = this.#area.getItem(this.#key) ?? "";
    if (kept !== this.#read) {
      this.#read = kept;
      this.#setting = parse(kept);
    }
    return this.#setting;
  }

  #keep(setting: Setting): void {
    try {
      this.#area.setItem(this.#key, JSON.stringify(setting));
    } catch {
      this.#setting = setting; // the browser's storage is full: it holds for this page
    }
  }
}

function parse(kept: string): Setting {
  try {
    const { level, mute } = JSON.parse(kept) as Setting;
    return { level: LEVELS.find((one) => one === level), mute: Array.isArray(mute) ? mute : [] };
  } catch {
    return {};
  }
}
