import { describe, expect, it } from "vitest";
import { isForMe, mentions } from "../src/mention.js";
import type { User } from "../src/protocol.js";

const ANN: User = { id: "u-ann", name: "ann", kind: "member" };
const OTHERS = ["Ann Lee", "小明", "小明明", "bob (2)"].map(
  (name): User => ({ id: name, name, kind: "guest" }),
);

function names(text: string): string[] {
  return mentions(text, ["ann", ...OTHERS.map(({ name }) => name)]).map(({ name }) => name);
}

describe("a mention", () => {
  it.each([
    ["@ann look", ["ann"]],
    ["look, @Ann: here", ["ann"]],
    ["@ann", ["ann"]],
    ["(@ann)", ["ann"]],
    ["@ann你好", ["ann"]],
    ["你好@ann", ["ann"]],
    ["@ann lee, @ann", ["Ann Lee", "ann"]],
    ["你好@小明早", ["小明"]],
    ["@小明明早", ["小明明"]],
    ["＠小明", ["小明"]],
    ["@bob (2)?", ["bob (2)"]],
    ["@ann @ann", ["ann", "ann"]],
  ])("in %s", (text, found) => {
    expect(names(text)).toEqual(found);
  });

  it.each([
    "ann",
    "@annabel",
    "@ann_lee",
    "@anné",
    "mail to x@ann.org",
    "@ ann",
    "`@ann`",
    "```\n@ann\n",
    "```\n@ann\n```",
    "@bob",
    "",
  ])("is not in %s", (text) => {
    expect(names(text)).toEqual([]);
  });

  it("says where it is", () => {
    const text = "`@ann` hi @Ann Lee!";
    const [{ from, to } = { from: 0, to: 0 }] = mentions(text, ["ann", "Ann Lee"]);
    expect(text.slice(from, to)).toBe("@Ann Lee");
  });
});

describe("a message is for me", () => {
  it.each([
    ["@ann", true],
    ["@room, lunch", true],
    ["@所有人 开会", true],
    ["@Ann Lee", false],
    ["@rooms", false],
    ["hello", false],
  ])("%s: %s", (text, mine) => {
    expect(isForMe(text, ANN, OTHERS)).toBe(mine);
  });
});
