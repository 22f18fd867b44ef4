// Points in time as their reader says them: in the reader's own zone and language.

import { locale, words } from "./words.js";

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs more than a thousand uses of it. */
function format(at: number, options: Intl.DateTimeFormatOptions): string {
  const key = locale() + JSON.stringify(options);
  const made = formats.get(key) ?? new Intl.DateTimeFormat(locale(), options);
  formats.set(key, made);
  return made.format(at);
}

/** Makes ready what `clock` needs: a page's first format takes milliseconds. */
export function windUp(): void {
  clock(Date.now());
}

/** 14:05 */
export function clock(at: number): string {
  return format(at, { timeStyle: "short" });
}

/** 2:05, where the line before says which half of the day. */
export function shortClock(at: number): string {
  return clock(at).replace(/\s?[\p{L}.]+$/u, "");
}

/** Monday 3 November 2026 at 14:05:09 UTC: with the zone, because it is the reader's own. */
export function moment(at: number): string {
  return format(at, { dateStyle: "full", timeStyle: "long" });
}

/** Which day it is, for comparing. */
export function dayOf(at: number): string {
  return new Date(at).toDateString();
}

/** Today, yesterday, or the day by its name. */
export function dayName(at: number, now: number): string {
  if (dayOf(at) === dayOf(now)) return words().today;
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (dayOf(at) === yesterday.toDateString()) return words().yesterday;
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return format(at, { weekday: "long", day: "numeric", month: "long", year });
}

/** 3 Nov, 14:05; with the year where it is another one. */
export function when(at: number): string {
  const year = new Date(at).getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return format(at, { year, month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
}
