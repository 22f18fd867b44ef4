import { describe, expect, it } from "vitest";
import { type Draft, EMPTY, edit, leave, quote, reply, rest } from "../src/draft.js";
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
});
