// A formula in a message: its TeX until there is better.

import { Chunk } from "../panel/chunk.js";

const katex = new Chunk(async () => (await import("./math.js")).ready);

/** @param written is what stands in the message. */
export function formula(tex: string, display: boolean, written: string): unknown {
  return katex.show(({ math }) => math(tex, display, written), written);
}
