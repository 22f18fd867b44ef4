import { describe, expect, it } from "vitest";
import { news } from "../src/messages/aloud.js";
import { Conversation, GROUP } from "../src/messages/conversation.js";
import type { Message } from "../src/protocol.js";
import { apply, emptyRoom, type Frame, type Room } from "../src/room.js";
import { ann, bob, joined, message, messages } from "./people.js";

const NOON = new Date(2026, 10, 22, 12).getTime();

function room(said: readonly Message[], more: Partial<Room> = {}): Room {
  return { ...emptyRoom("lobby", "e1"), known: true, messages: said, ...more };
}

/** Which of the messages begin a group, and which a day. */
function begins(...said: Partial<Message>[]): [boolean[], boolean[]] {
  const all = said.map((more, at) => message(at + 1, { at: NOON + at, ...more }));
  const talk = new Conversation(room(all), ann);
  const numbers = all.map((_, number) => number);
  return [
    numbers.map((number) => talk.beginsGroup(number)),
    numbers.map((number) => talk.beginsDay(number)),
  ];
}

describe("a group", () => {
  it("is what one person says within five minutes", () => {
    expect(begins({}, {}, { user: ann }, {})[0]).toEqual([true, false, true, true]);
    const late = [{ at: NOON }, { at: NOON + GROUP - 1 }, { at: NOON + 2 * GROUP }];
    expect(begins(...late)[0]).toEqual([true, false, true]);
  });

  it("ends where its person takes another name, and where something is answered", () => {
    expect(begins({}, { user: { ...bob, name: "bert" } })[0]).toEqual([true, true]);
    expect(begins({}, { reply: 1 }, {})[0]).toEqual([true, true, false]);
  });

  it("ends where a moderator did something, as a line between them tells", () => {
    const said = [1, 2, 4].map((seq) => message(seq, { at: NOON }));
    const deed = {
      type: "moderated",
      room: "lobby",
      seq: 3,
      id: "d",
      user: ann,
      at: NOON,
    } as const;
    const talk = new Conversation(room(said, { moderated: [{ ...deed, act: "slow" }] }), ann);
    expect([0, 1, 2].map((number) => talk.beginsGroup(number))).toEqual([true, false, true]);
  });

  it("ends with the day, however late it was", () => {
    const midnight = new Date(2026, 10, 23).getTime();
    const [groups, days] = begins({ at: midnight - 1 }, { at: midnight }, { at: midnight + 1 });
    expect(groups).toEqual([true, true, false]);
    expect(days).toEqual([true, true, false]);
  });
});

describe("what is unread", () => {
  it("begins once, and a group with it", () => {
    const talk = new Conversation(room(messages(1, 5), { unreadFrom: 3 }), ann);
    expect([0, 1, 2, 3, 4].map((number) => talk.beginsNew(number))).toEqual([
      ...[false, false, true, false, false],
    ]);
    expect(talk.beginsGroup(2)).toBe(true);
  });

  it("begins nowhere while its first message is not in memory", () => {
    const talk = new Conversation(room(messages(10, 12), { unreadFrom: 3 }), ann);
    expect(talk.beginsNew(0)).toBe(false);
  });

  it("is what others said", () => {
    const said = [...messages(1, 3), message(4, { user: ann }), message(5, { deleted: true })];
    expect(new Conversation(room(said), ann).since(1)).toBe(2);
  });
});

describe("a message", () => {
  it("is found by its seq, whatever gaps edits left", () => {
    const said = [message(2), message(5), message(9)];
    const talk = new Conversation(room(said), ann);
    expect(talk.find(5)).toBe(said[1]);
    expect(talk.find(4)).toBe(undefined);
    expect(talk.find(10)).toBe(undefined);
    expect([0, 3, 9, 10].map((seq) => talk.from(seq))).toEqual([0, 1, 2, 3]);
  });
});

describe("what is read aloud", () => {
  const before = [joined(0, 2)].reduce<Room>(apply, emptyRoom("lobby", "e1"));

  it("is what others say, once", () => {
    const after = apply(apply(before, message(3)), message(4, { user: ann }));
    expect(news(before, after, ann)).toEqual(["bob: 3"]);
    expect(news(after, after, ann)).toEqual([]);
  });

  it("is never the first page, an older one, or another room", () => {
    expect(news(emptyRoom("lobby", "e1"), before, ann)).toEqual([]);
    const older = { ...before, messages: [...messages(-3, 0), ...before.messages] };
    expect(news(before, older, ann)).toEqual([]);
    expect(news(before, { ...apply(before, message(3)), name: "other" }, ann)).toEqual([]);
  });

  it("is a number where there is much, and not endless", () => {
    const flood = messages(3, 12).reduce<Room>(apply, before);
    expect(news(before, flood, ann)).toEqual(["10 new messages"]);
    const [long = ""] = news(before, apply(before, message(3, { text: "x".repeat(5_000) })), ann);
    expect(long.length).toBeLessThan(400);
  });

  it("is what others answered, how a question was closed, and how a job ended", () => {
    const question = { choices: ["yes", "no"], until: 9e12, vote: true };
    const job = { what: "training", state: "running", since: 1 } as const;
    const asked = [message(3, { question }), message(4, { job })].reduce<Room>(apply, before);
    expect(news(before, asked, ann)).toEqual(["bob: 3\n- yes\n- no", "bob: training: running\n4"]);
    const told = { room: "lobby", of: 3, at: 9 };
    const entries = [
      { ...told, type: "answered", seq: 5, id: "a", user: bob, choice: 1 },
      { ...told, type: "answered", seq: 6, id: "b", user: ann, choice: 0 },
      { ...told, type: "closed", seq: 7, id: "c", why: "deadline" },
      { ...told, type: "changed", seq: 8, id: "d", of: 4, text: "0.1", state: "done" },
    ];
    const after = entries.reduce<Room>((room, entry) => apply(room, entry), asked);
    expect(news(asked, after, ann)).toEqual([
      "bob answered: no",
      "Closed: the time is over.",
      "training: done\n0.1",
    ]);
    const working = { type: "progress", room: "lobby", of: 4, text: "1/3" } as Frame;
    expect(news(asked, apply(asked, working), ann)).toEqual([]);
    expect(news(after, after, ann)).toEqual([]);
  });
});
