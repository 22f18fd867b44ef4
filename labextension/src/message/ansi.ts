// The colours of a terminal's text, as nodes. Loaded with the first text that has some.
//
// Rule: a colour is one of the few that can be read on our grounds, the one next to what was meant;
// a ground is one mark. A link (OSC 8), a title or a movement of the cursor is nothing.

import Anser, { type AnserJsonEntry } from "anser";
import { bare } from "./terminal.js";

/** With more codes than these a text is shown without colours. */
const MOST_CODES = 3_000;
/** Degrees of the circle of hues, where each colour ends. */
const HUES: readonly [end: number, name: string][] = [
  [25, "red"],
  [75, "yellow"],
  [160, "green"],
  [200, "cyan"],
  [265, "blue"],
  [335, "magenta"],
  [360, "red"],
];
const DECORATIONS = ["bold", "italic", "underline", "strikethrough"] as const;
/** Codes that say a colour or a decoration; all others are taken out. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const SAYS_COLOUR = /\x1b\[[\d;]*m/g;

/** `text` as nodes; `before` is what stands above it, whose colours may go on. */
export function colours(text: string, before: string): Node {
  const codes = text.match(SAYS_COLOUR) ?? [];
  const above = before.match(SAYS_COLOUR) ?? [];
  if (codes.length + above.length > MOST_CODES) return new Text(bare(text));
  const parts = text.split(SAYS_COLOUR).map(bare);
  const coded = parts.map((part, at) => part + (codes[at] ?? "")).join("");
  const entries = new Anser().ansiToJson(above.join("") + coded, { remove_empty: true });
  const painted = document.createDocumentFragment();
  painted.append(...entries.map(node));
  return painted;
}

function node(entry: AnserJsonEntry): Node {
  const marked = entry.bg || entry.decorations.includes("reverse");
  const classes: string[] = DECORATIONS.filter((one) => entry.decorations.includes(one));
  classes.push(marked ? "marked" : colour(entry.fg));
  const all = classes.filter(Boolean);
  if (all.length === 0) return new Text(entry.content);
  const span = document.createElement("span");
  span.className = all.join(" ");
  span.textContent = entry.content;
  return span;
}

/** @param said as red, green and blue: "187, 0, 0". */
function colour(said: string | null): string {
  if (!said) return "";
  const [red = 0, green = 0, blue = 0] = said.split(",").map(Number);
  const most = Math.max(red, green, blue);
  const range = most - Math.min(red, green, blue);
  if (range < 40) return most > 60 && most < 180 ? "grey" : "";
  const sixth =
    most === red
      ? ((green - blue) / range + 6) % 6
      : most === green
        ? (blue - red) / range + 2
        : (red - green) / range + 4;
  return HUES.find(([end]) => sixth * 60 <= end)?.[1] ?? "";
}
