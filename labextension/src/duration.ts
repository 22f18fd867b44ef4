// How long things take, as their reader says it.

import { locale } from "./words.js";

const UNITS = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000 };
type Unit = keyof typeof UNITS;
/** Below so many milliseconds the tenths of a second count. */
const SHORT = 10_000;

/** 1 hr 2 min: how long something takes (milliseconds), in its two largest units. */
export function duration(takes: number, smallest: Unit = "second"): string {
  if (takes < SHORT && smallest === "second")
    return measure(Math.max(1, Math.round(takes / 100)) / 10, "second");
  const units = Object.keys(UNITS) as Unit[];
  const largest = Math.max(
    0,
    units.findIndex((unit) => takes >= UNITS[unit]),
  );
  const last = Math.min(largest + 1, units.indexOf(smallest));
  let left = takes;
  const parts = units.slice(largest, last + 1).map((unit) => {
    const count = Math.floor(left / UNITS[unit]);
    left -= count * UNITS[unit];
    return count > 0 ? measure(count, unit) : "";
  });
  const list = new Intl.ListFormat(locale(), { type: "unit", style: "narrow" });
  return list.format(parts.filter(Boolean));
}

function measure(count: number, unit: Unit): string {
  return count.toLocaleString(locale(), { style: "unit", unit, unitDisplay: "short" });
}

/** 10 minutes: a span as somebody set it (seconds), written out, in the unit it was set in. */
export function span(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds)) * 1_000;
  const units = Object.keys(UNITS) as Unit[];
  const unit = units.find((unit) => whole % UNITS[unit] === 0) ?? "second";
  return (whole / UNITS[unit]).toLocaleString(locale(), {
    style: "unit",
    unit,
    unitDisplay: "long",
  });
}
