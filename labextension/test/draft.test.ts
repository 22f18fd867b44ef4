import { describe, expect, it } from "vitest";
import {
  asInBox,
  type Draft,
  EMPTY,
  edit,
  leave,
  paste,
  quote,
  reply,
  rest,
  textOf,
} from "../src/session/draft.js";
import { message } from "./people.js";

const half: Draft = { text: "half a" };

describe("a draft", () => {
  it("answers a message, and then answers none, with the same text", () => {
    const answer = reply(half, message(3));
    expect(answer).toEqual({ text: "half a", reply: 3 });
    expect(leave(answer)).toEqual(half);
    expect(rest(answer)).toEqual(EMPTY);
  });

  it("lies aside while a message is edited, and comes back saved or not", () => {
    const answer = reply(half, message(3));
    const editing = edit(answer, message(5, { text: "five" }));
    expect(editing).toMatchObject({ text: "five", edit: 5 });
    expect(leave(editing)).toEqual(answer);
    expect(rest({ ...editing, text: "5" })).toEqual(answer);
  });

  it("lies aside once, however many messages are edited, and answers with its own text", () => {
    const first = edit(half, message(5, { text: "five" }));
    const second = edit(first, message(6, { text: "six" }));
    expect(leave(second)).toEqual(half);
    expect(reply(second, message(3))).toEqual({ text: "half a", reply: 3 });
  });

  it("takes what somebody said as marked lines, below what stands there", () => {
    expect(quote(EMPTY, "one\n\n\ttwo").text).toBe("> one\n>\n> \ttwo\n\n");
    expect(quote({ text: "see:\n\n", reply: 3 }, "one")).toEqual({
      text: "see:\n> one\n\n",
      reply: 3,
    });
  });

  it("has the line ends it was pasted with, where it still stands as it was", () => {
    const code = "def f(x):\r\n\treturn x \r\n";
    const pasted = paste({ text: `see\n${asInBox(code)}end\n` }, code);
    expect(textOf(pasted)).toBe(`see\n${code}end\n`);
    expect(textOf({ ...pasted, text: "see\nchanged\n" })).toBe("see\nchanged\n");
    expect(textOf(paste({ text: "$&\n" }, "$&\r\n"))).toBe("$&\r\n");
    expect(textOf(leave(reply(pasted, message(3))))).toBe(`see\n${code}end\n`);
    const editing = edit(EMPTY, message(5, { text: "a\r\nb" }));
    expect([editing.text, textOf(editing)]).toEqual(["a\nb", "a\r\nb"]);
  });
});
