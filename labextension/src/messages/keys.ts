// Which keys are the list's own, and which belong to what is in it.

/** What keys mean something to: a field, or something that scrolls or opens by itself. */
const TAKES_KEYS =
  "input, textarea, select, summary, iframe, .wide," +
  " tornchat-cell, tornchat-code, tornchat-frame, tornchat-question, tornchat-request, tornchat-sheet," +
  " tornchat-table, tornchat-terminal";

export function takesKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(TAKES_KEYS);
}
