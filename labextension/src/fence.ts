// Code as it stands in a message: between backticks, in a line or as a block.

const CLOSED = /```[\s\S]*?```|`[^`\n]+`/g;
const OPEN = /```|`[^`\n]*$/;

/** Whether what is typed behind this text is code. */
export function inCode(before: string): boolean {
  return OPEN.test(before.replace(CLOSED, ""));
}

/** A block of its own around code, by a fence that is longer than any inside. */
export function fence(code: string, language = ""): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${language}\n${code}${code.endsWith("\n") ? "" : "\n"}${ticks}`;
}
