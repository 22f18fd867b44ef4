import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Sizes } from "../src/messages/sizes.js";
import { applyAll, emptyRoom, type Frame, type Room } from "../src/room.js";
import { Intake } from "../src/session/intake.js";
import { Session } from "../src/session/session.js";
import { FakeSocket, FRAME, setUp, tearDown } from "./fake-socket.js";
import { ann, joined, message, messages } from "./people.js";

beforeEach(() => setUp());
afterEach(() => tearDown());

async function pass(milliseconds = FRAME): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

describe("what comes at once", () => {
  it("is heard as its first and then the rest, each room's in its order", async () => {
    const heard: [string, number[]][] = [];
    const intake = new Intake((room, entries) => {
      heard.push([room, entries.map(({ seq = 0 }) => seq)]);
    });
    for (const seq of [1, 2, 3]) intake.take("lobby", message(seq));
    intake.take("data", message(7));
    expect(heard).toEqual([
      ["lobby", [1]],
      ["data", [7]],
    ]);
    await pass();
    expect(heard.slice(2)).toEqual([["lobby", [2, 3]]]);
    intake.take("lobby", message(4));
    expect(heard.at(-1)).toEqual(["lobby", [4]]);
  });

  it("is told once, however much it is", async () => {
    const session = new Session(new URL("http://flood.test/"));
    session.look("lobby");
    FakeSocket.last.welcomes();
    FakeSocket.last.says(joined(0, 2));
    await pass();
    const told = vi.fn();
    session.watch(told);
    for (const said of messages(3, 100)) {
      FakeSocket.last.says(said);
      await pass(0); // a browser hands on each frame in a task of its own
    }
    await pass();
    expect(session.room("lobby").position.seq).toBe(100);
    expect(told.mock.calls.length).toBe(1);
  });

  it("is there before anything else that the server says", () => {
    const session = new Session(new URL("http://flood.test/"));
    session.look("lobby");
    FakeSocket.last.welcomes();
    FakeSocket.last.says(joined(0, 2), message(3), message(4), message(5));
    expect(session.room("lobby").position.seq).toBe(3);
    FakeSocket.last.says({ type: "marked", room: "lobby", seq: 5 });
    expect(session.room("lobby").position.seq).toBe(5);
    expect(session.unread("lobby")).toBe(0);
  });

  it("keeps nobody waiting who said it", () => {
    const session = new Session(new URL("http://flood.test/"));
    session.look("lobby");
    FakeSocket.last.welcomes();
    FakeSocket.last.says(joined(0, 2));
    session.say("lobby", "mine");
    session.say("lobby", "mine too");
    const [{ id = "" } = {}] = FakeSocket.last.of("send");
    FakeSocket.last.says(message(3), message(4), message(5, { id, user: ann }));
    expect(FakeSocket.last.of("send").map(({ text }) => text)).toEqual(["mine", "mine too"]);
  });

  it("makes the same room as one after the other, with holes and doubles in it", () => {
    const frames: Frame[] = [
      ...messages(0, 3),
      message(3),
      { type: "changed", room: "lobby", seq: 4, id: "c4", of: 2, text: "two", at: 1 } as Frame,
      message(5),
      { type: "unheard of", room: "lobby", seq: 6 },
      message(7),
      message(9),
    ];
    const one = (room: Room, frame: Frame) => applyAll(room, [frame]);
    const empty = emptyRoom("lobby", "e1");
    expect(applyAll(empty, frames)).toEqual(frames.reduce(one, empty));
    expect(applyAll(empty, frames)).toMatchObject({ behind: true, position: { seq: 7 } });
  });
});

describe("the sizes of rows", () => {
  const ROW = 48;
  const list = (...keys: string[]) => ["above", ...keys];
  let sizes: Sizes;
  const show = (keys: string[]) => sizes.list(keys.length, (row) => keys[row] ?? "above");
  const heights = () =>
    Array.from({ length: sizes.count }, (_, row) => sizes.end(row) - sizes.start(row));

  beforeEach(() => {
    sizes = new Sizes(0);
    show(list("a", "b", "c"));
    for (const [row, size] of [10, 20, 30, 40].entries()) sizes.set(row, size);
  });

  it("stay with their rows when some come below, or above", () => {
    expect(show(list("a", "b", "c", "d"))).toBe(0);
    expect(heights()).toEqual([10, 20, 30, 40, ROW]);
    expect(show(list("y", "z", "a", "b", "c", "d"))).toBe(2);
    expect(heights()).toEqual([10, ROW, ROW, 20, 30, 40, ROW]);
  });

  it("go with the rows that leave", () => {
    expect(show(list("c", "d"))).toBe(-2);
    expect(heights()).toEqual([10, 40, ROW]);
    expect(show(list("a", "b", "c", "d"))).toBe(2);
    expect(heights()).toEqual([10, ROW, ROW, 40, ROW]);
  });

  it("are right where the last rows change their places", () => {
    show(list("a", "d", "b", "c"));
    expect(heights()).toEqual([10, 20, ROW, 30, 40]);
    show(list("x", "y"));
    expect(heights()).toEqual([10, ROW, ROW]);
    show(list());
    expect(heights()).toEqual([10]);
  });
});
