import { describe, expect, it } from "vitest";
import schema from "../schema/plugin.json";
import { labWords } from "../src/lab/lab.words.js";
import { DEFAULT_ROOM } from "../src/protocol.js";
import { isRoomName } from "../src/text.js";

describe("the settings in Lab", () => {
  const said = Object.entries(schema.properties).map(([name, { title, description }]) => [
    name,
    { title, description },
  ]);

  it("are said with the same words in the schema and by the UI", () => {
    expect(labWords().settings).toEqual(Object.fromEntries(said));
    expect(labWords().chatHere).toBe(schema.description);
  });

  it("begin with what the protocol begins with, and take what is a room's name", () => {
    const { room } = schema.properties;
    expect(room.default).toBe(DEFAULT_ROOM);
    for (const name of ["lobby", "a.b_c-9", "-a", "A", "", "a".repeat(65)]) {
      expect(new RegExp(room.pattern).test(name)).toBe(isRoomName(name));
    }
  });
});
