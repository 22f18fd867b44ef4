// A formula in a message: its TeX until there is better.

import { Chunk } from "../chunk.js";
import type { Formula } from "./grammar.js";

const tex = new Chunk(async () => (await import("./math.js")).ready);

export function formula({ text, raw, display }: Formula): unknown {
  return tex.show(({ math }) => math(text, display, raw.trim()), raw.trim());
}
