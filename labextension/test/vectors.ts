// Hostile texts, the same for both test suites: tests/xss.txt says how its lines are read.

import corpus from "../../tests/xss.txt?raw";

export const hostile: readonly string[] = corpus
  .split("\n")
  .filter((line) => line && !line.startsWith("# "))
  .map((line) =>
    line.replace(/\{U\+([0-9A-F]+)\}/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16))),
  );
