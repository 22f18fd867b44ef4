import { describe, expect, it } from "vitest";
import { emoji } from "../src/composer/emoji.js";
import { find } from "../src/composer/people.js";
import type { User } from "../src/protocol.js";

const people = ["Ann Lee", "ann-marie", "王小明", "李 小龙", "Bob O'Neil", "Marianne"].map(
  (name, at): User => ({ id: `u${at}`, name, kind: "member" }),
);

function names(before: string): string[] {
  return find(before, people)?.options.map(({ says }) => says) ?? [];
}

describe("after an @", () => {
  it("people are offered, and everyone", () => {
    expect(names("hello @")).toEqual([...people.map(({ name }) => name), "@room"]);
    expect(names("@room")).toEqual(["@room"]);
    expect(names("@所有")).toEqual(["@room"]);
  });

  it("a name is found by its beginning, then by that of a word in it, then by a part of it", () => {
    expect(names("@ann")).toEqual(["Ann Lee", "ann-marie", "Marianne"]);
    expect(names("@mari")).toEqual(["Marianne", "ann-marie"]);
    expect(names("@o'n")).toEqual(["Bob O'Neil"]);
  });

  it("a name with spaces is found beyond the space, and ends where nobody is called so", () => {
    expect(names("@Ann L")).toEqual(["Ann Lee"]);
    expect(names("@李 小")).toEqual(["李 小龙"]);
    expect(names("@Ann Lee knows")).toEqual([]);
  });

  it("a Chinese name is found by any part of it, behind a full-width @ and without a space", () => {
    expect(names("＠小明")).toEqual(["王小明"]);
    expect(names("你好@小")).toEqual(["李 小龙", "王小明"]);
  });

  it("a mail address and a space are no beginning", () => {
    for (const text of ["ann@", "ann@lee", "@ ", "@ ann", "@ann\n"])
      expect(names(text)).toEqual([]);
  });

  it("the whole name goes in, with its @", () => {
    const found = find("hello @ann l", people);
    expect(found).toMatchObject({ from: 6, options: [{ text: "@Ann Lee " }] });
  });
});

async function emojis(before: string): Promise<string[]> {
  return (await emoji(before))?.options.map(({ text }) => text) ?? [];
}

describe("after a colon", () => {
  it("an emoji is found by the names it has in other chats, the whole name first", async () => {
    expect((await emojis("done :tada"))[0]).toBe("🎉");
    expect((await emojis(":+1"))[0]).toMatch(/^👍/u);
    expect((await emojis(":smile"))[0]).toBe("😄");
    expect(await emojis(":floor")).toContain("🤣");
  });

  it("a whole name between two colons is that emoji, and no other is offered", async () => {
    expect(await emoji("done :tada:")).toMatchObject({ from: 5, certain: true });
    expect(await emojis(":tada:")).toEqual(["🎉"]);
    expect(await emojis(":tad:")).toEqual([]);
    expect(await emoji(":tada")).toMatchObject({ certain: false });
  });

  it("and in Chinese, behind a full-width colon too", async () => {
    expect(await emojis(":笑")).toContain("😂");
    expect(await emojis("：大笑")).toContain("😄");
  });

  it("one letter, a time, an address and a word that ends with a colon are none", async () => {
    for (const text of [
      ":",
      ":s",
      ":)",
      "10:30",
      "http://a",
      "note:smile",
      "注意:笑",
      "a::smile",
    ]) {
      expect(await emojis(text)).toEqual([]);
    }
  });
});
