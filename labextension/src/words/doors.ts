// What a home says before the UI is there: few words, in both languages, because they come with it.

import type { Problem } from "../problem.js";
import { doors as en } from "./en/doors.js";
import { language } from "./language.js";
import { doors as zh } from "./zh/doors.js";

export interface Remedy {
  readonly says: string;
  readonly mend: string;
  /** Commands that mend it, or show it. */
  readonly run?: string;
}

export interface Doors {
  readonly opening: string;
  readonly tryAgain: string;
  readonly signIn: string;
  readonly reload: string;
  readonly problems: Record<Problem, Remedy>;
  readonly noBundle: Remedy;
  /** What a panel was, where there is no server to open it at. */
  saved(room: string): string;
  /** Only people on this server of a Hub are here. */
  readonly alone: string;
  /** A note is not to be shown again. */
  readonly known: string;
  otherVersion(kernel: string, server: string): string;
}

export function doorWords(): Doors {
  return language() === "zh" ? zh : en;
}
