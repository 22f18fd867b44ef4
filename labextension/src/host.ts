// What the page around the panels can do for them: Lab's plugin says so here, a plain page nothing.
//
// Rule: the UI never asks what it is in; it offers what the host can do.

/** Where code goes, seen from the cell that is active in a notebook. */
export type Where = "above" | "below" | "replace";

/** Somebody is called to a room: by whom, and by what. */
export interface Notice {
  readonly room: string;
  /** The room's title. */
  readonly title: string;
  readonly from: string;
  /** The beginning of the message. */
  readonly text: string;
  /** Shows the room. */
  open(): void;
}

export interface Host {
  /** Puts code into the active notebook; throws in words for people where there is none. */
  insert?(code: string, where: Where): void;
  /** Shows a room in a place of its own. */
  open?(room: string): void;
  /** Shows a notice in the page around us, while its reader looks at that page. */
  notify?(notice: Notice): void;
}

/** One for the browser page; a plugin puts into it what it can do. */
export const host: Host = {};
