import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Answered } from "../src/protocol.js";
import { LATE, TRIES } from "../src/session/outbox.js";
import { Session, sessionAt } from "../src/session/session.js";
import { answer, FakeSocket, setUp, tearDown, WELL } from "./fake-socket.js";
import { ann, bob, joined, message, resumed, welcome } from "./people.js";

const BASE = "http://chat.test/tornchat/";
let session: Session;

beforeEach(() => {
  setUp();
  localStorage.clear();
  session = new Session(new URL(BASE));
});

afterEach(() => tearDown());

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

/** In the lobby, where two messages were said. */
function inLobby(one = session): FakeSocket {
  one.look("lobby");
  FakeSocket.last.welcomes();
  FakeSocket.last.says(joined(0, 2));
  return FakeSocket.last;
}

/** The line breaks and comes back, welcomed and with nothing missed. */
async function comeBack(): Promise<FakeSocket> {
  FakeSocket.last.breaks();
  session.tryNow();
  FakeSocket.last.welcomes();
  FakeSocket.last.says(resumed(2, 2));
  return FakeSocket.last;
}

function unsent(one = session): [string, string][] {
  return one.room("lobby").unsent.map(({ text, state }) => [text, state]);
}

/** The server keeps what we sent last. */
function keep(seq: number): void {
  const { id = "", text } = FakeSocket.last.of("send").at(-1) ?? {};
  FakeSocket.last.says(message(seq, { id, text, user: ann }));
}

function texts(socket: FakeSocket): string[] {
  return socket.of("send").map(({ text }) => text);
}

describe("a session", () => {
  it("is one for each address, however it is written", () => {
    expect(sessionAt(BASE)).toBe(sessionAt(`${BASE}./`));
    expect(sessionAt(BASE)).not.toBe(sessionAt("http://chat.test/"));
  });

  it("hears what is new without being in a room, and closes its line after the last", async () => {
    const deafen = session.listen();
    FakeSocket.last.welcomes();
    expect(FakeSocket.last.sent).toEqual([{ type: "heartbeat" }]);
    const leave = session.look("lobby");
    leave();
    expect(FakeSocket.last.sent.map(({ type }) => type)).toEqual(["heartbeat", "join", "leave"]);
    expect(session.line.is).toBe("open");
    deafen();
    deafen();
    expect(session.line.is).toBe("closed");
  });

  it("opens one line for all panels, and closes it after the last", async () => {
    const leave = session.look("lobby");
    const leaveToo = session.look("lobby");
    expect(FakeSocket.all.length).toBe(1);
    leave();
    await pass(1_000);
    expect(session.line.is).toBe("connecting");
    leaveToo();
    await pass(1_000);
    expect(session.line.is).toBe("closed");
  });

  it("leaves a room that nobody looks at any more", async () => {
    const socket = inLobby();
    const leave = session.look("analysis");
    leave();
    await pass(1_000);
    expect(socket.of("leave")).toEqual([{ type: "leave", room: "analysis" }]);
  });

  it("stays in a room until all is said there, though nobody looks any more", async () => {
    session.look("analysis");
    const leave = session.look("lobby");
    const socket = FakeSocket.last;
    socket.welcomes();
    socket.says(joined(0, 2));
    session.say("lobby", "one");
    session.say("lobby", "two");
    leave();
    expect(socket.of("leave")).toEqual([]);
    keep(3);
    keep(4);
    expect(texts(socket)).toEqual(["one", "two"]);
    expect(socket.of("leave")).toEqual([{ type: "leave", room: "lobby" }]);
    expect(session.room("lobby").here).toBe(false);
  });

  it("says something in a room that nobody looks at, and is in it no longer than that takes", () => {
    session.listen();
    FakeSocket.last.welcomes();
    session.say("lobby", "from elsewhere");
    expect(FakeSocket.last.of("join")).toEqual([{ type: "join", room: "lobby", ref: "join" }]);
    FakeSocket.last.says(joined(0, 2));
    expect(texts(FakeSocket.last)).toEqual(["from elsewhere"]);
    keep(3);
    expect(FakeSocket.last.of("leave")).toEqual([{ type: "leave", room: "lobby" }]);
  });

  it("is not in a room whose answer comes when nobody looks any more", () => {
    session.look("analysis");
    const leave = session.look("lobby");
    FakeSocket.last.welcomes();
    leave();
    FakeSocket.last.says(joined(0, 2));
    session.look("lobby");
    expect(FakeSocket.last.of("join").at(-1)).toMatchObject({ room: "lobby", after: 2 });
  });

  it("tells time by the server's clock", () => {
    session.look("lobby");
    FakeSocket.last.welcomes({ now: Date.now() + 60_000 });
    expect(session.now).toBe(Date.now() + 60_000);
  });
});

describe("joining", () => {
  it("begins without a position, and resumes after the last message", async () => {
    const socket = inLobby();
    expect(socket.of("join")).toEqual([{ type: "join", room: "lobby", ref: "join" }]);
    socket.breaks();
    session.tryNow();
    FakeSocket.last.welcomes();
    expect(FakeSocket.last.of("join")).toEqual([
      { type: "join", room: "lobby", after: 2, epoch: "e1", check: "m2", ref: "resume" },
    ]);
  });

  it("asks for page after page of what was missed", async () => {
    inLobby();
    const socket = await comeBack();
    socket.says(resumed(2, 4, true));
    expect(socket.of("join").at(-1)).toMatchObject({ after: 4, check: "m4" });
    socket.says(resumed(4, 5));
    expect(socket.of("join").length).toBe(2);
    expect(session.room("lobby").messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it("resumes once where a message is missing", () => {
    const socket = inLobby();
    socket.says(message(5), message(6));
    expect(socket.of("join").length).toBe(2);
    expect(socket.of("join").at(-1)).toMatchObject({ after: 2, ref: "resume" });
  });

  it("begins anew after a reset, under the new epoch", () => {
    const socket = inLobby();
    socket.says({ type: "reset", room: "lobby", epoch: "e2" });
    expect(socket.of("join").at(-1)).toEqual({ type: "join", room: "lobby", ref: "join" });
    socket.says(joined(0, 1));
    expect(session.room("lobby").position).toMatchObject({ epoch: "e2", seq: 1 });
  });

  it("that is refused says so, and tries again when the server names a time", async () => {
    const socket = inLobby();
    const no = { type: "rejected", code: "too_fast", reason: "", room: "lobby", ref: "resume" };
    socket.breaks();
    session.tryNow();
    FakeSocket.last.welcomes();
    FakeSocket.last.says({ ...no, retry_after: 2 });
    expect(session.room("lobby").no).toMatchObject({ code: "too_fast" });
    await pass(2_000);
    expect(FakeSocket.last.of("join").length).toBe(2);
  });

  it("out of which a moderator shows us is left, and says so", () => {
    const socket = inLobby();
    socket.says({ type: "rejected", code: "removed", reason: "", room: "lobby" });
    expect(session.room("lobby")).toMatchObject({ here: false, no: { code: "removed" } });
    expect(socket.of("join").length).toBe(1);
    session.join("lobby");
    socket.says(joined(0, 2));
    expect(session.room("lobby")).toMatchObject({ here: true, no: null });
  });

  it("is not even asked for under a name that no room can have", () => {
    const socket = inLobby();
    session.look("No Room");
    expect(socket.of("join").length).toBe(1);
    expect(session.room("No Room").no).toMatchObject({ code: "no_such_room" });
  });

  it("that resumes and is refused while the room is here is tried again too", async () => {
    const socket = inLobby();
    socket.says(message(5));
    const { ref } = socket.of("join").at(-1) ?? {};
    const no = { type: "rejected", code: "unavailable", reason: "", room: "lobby", ref };
    socket.says({ ...no, retry_after: 2 });
    await pass(2_000);
    expect(socket.of("join").length).toBe(3);
    expect(socket.of("join").at(-1)).toMatchObject({ after: 2, ref: "resume" });
  });

  it("that is refused is not tried again once nobody looks", async () => {
    session.look("analysis");
    const leave = session.look("lobby");
    const socket = FakeSocket.last;
    socket.welcomes();
    const no = { type: "rejected", code: "too_fast", reason: "", room: "lobby", ref: "join" };
    socket.says({ ...no, retry_after: 2 });
    leave();
    await pass(2_000);
    expect(socket.of("join").map(({ room }) => room)).toEqual(["analysis", "lobby"]);
  });

  it("is not undone where only an older page is refused, which can be asked for again", async () => {
    session.look("lobby");
    const socket = FakeSocket.last;
    socket.welcomes();
    socket.says(joined(100, 150, { more: true }));
    session.older("lobby");
    const { ref } = socket.of("older")[0] ?? {};
    const no = { type: "rejected", code: "too_fast", reason: "", room: "lobby", ref };
    socket.says({ ...no, retry_after: 1 });
    await pass(999);
    session.older("lobby");
    expect(socket.of("older").length).toBe(1);
    await pass(1);
    expect(session.room("lobby")).toMatchObject({ no: null, fetching: false });
    session.older("lobby");
    expect(socket.of("older").length).toBe(2);
  });
});

describe("the outbox", () => {
  it("sends one message at a time, in order", () => {
    const socket = inLobby();
    session.say("lobby", "one");
    session.say("lobby", "two");
    expect(texts(socket)).toEqual(["one"]);
    keep(3);
    expect(texts(socket)).toEqual(["one", "two"]);
    keep(4);
    expect(unsent()).toEqual([]);
    expect(session.room("lobby").messages.map(({ text }) => text)).toEqual([
      "1",
      "2",
      "one",
      "two",
    ]);
  });

  it("sends again under the same id, after the room is joined again", async () => {
    const first = inLobby();
    session.say("lobby", "one");
    const [sent] = first.of("send");
    first.breaks();
    session.tryNow();
    FakeSocket.last.welcomes();
    expect(FakeSocket.last.of("send")).toEqual([]);
    FakeSocket.last.says(resumed(2, 2));
    expect(FakeSocket.last.of("send")).toEqual([sent]);
  });

  it("does not send again what the missed pages bring", async () => {
    const first = inLobby();
    session.say("lobby", "one");
    const id = first.of("send")[0]?.id ?? "";
    first.breaks();
    session.tryNow();
    FakeSocket.last.welcomes();
    FakeSocket.last.says({ ...resumed(2, 3), messages: [message(3, { id, user: ann })] });
    expect(FakeSocket.last.of("send")).toEqual([]);
    expect(unsent()).toEqual([]);
  });

  it("outlives the page, in the order it was said", async () => {
    inLobby();
    FakeSocket.last.breaks(4503);
    session.say("lobby", "one");
    await pass(1);
    session.say("lobby", "two");
    // A browser gives back what it kept in any order.
    const kept = Object.entries(localStorage);
    localStorage.clear();
    for (const [key, value] of kept.reverse()) localStorage.setItem(key, value);
    const later = new Session(new URL(BASE));
    const socket = inLobby(later);
    expect(unsent(later)).toEqual([
      ["one", "pending"],
      ["two", "pending"],
    ]);
    expect(texts(socket)).toEqual(["one"]);
  });

  it("joins a room that nobody looks at, if something waits to be said there", () => {
    inLobby();
    FakeSocket.last.breaks(4503);
    session.say("lobby", "one");
    const later = new Session(new URL(BASE));
    later.look("analysis");
    FakeSocket.last.welcomes();
    const rooms = FakeSocket.last.of("join").map(({ room }) => room);
    expect(rooms.toSorted()).toEqual(["analysis", "lobby"]);
  });

  it("asks before it sends what waited over 15 minutes", async () => {
    const first = inLobby();
    first.breaks(4503);
    session.say("lobby", "old");
    await pass(LATE + 1);
    session.say("lobby", "new");
    const socket = await comeBack();
    expect(unsent()).toEqual([
      ["old", "late"],
      ["new", "pending"],
    ]);
    expect(texts(socket)).toEqual(["new"]);
    keep(3);
    const [old] = session.room("lobby").unsent;
    if (old) session.retry(old);
    expect(texts(socket)).toEqual(["new", "old"]);
  });

  it("sends without asking what waited 15 minutes less a moment", async () => {
    inLobby().breaks(4503);
    session.say("lobby", "old");
    await pass(LATE - 1);
    expect(texts(await comeBack())).toEqual(["old"]);
  });

  it("marks what is refused as failed, goes on, and tries again under the same id", () => {
    const socket = inLobby();
    session.say("lobby", "bad");
    session.say("lobby", "good");
    const id = socket.of("send")[0]?.id;
    socket.says({ type: "rejected", code: "bad_text", reason: "a NUL", room: "lobby", id });
    expect(unsent()[0]).toEqual(["bad", "failed"]);
    expect(texts(socket)).toEqual(["bad", "good"]);
    keep(3);
    const [failed] = session.room("lobby").unsent;
    expect(failed?.no).toMatchObject({ code: "bad_text", reason: "a NUL" });
    if (failed) session.retry(failed);
    expect(socket.of("send").at(-1)).toMatchObject({ id, text: "bad" });
  });

  it("takes a new id where the old one is taken", () => {
    const socket = inLobby();
    session.say("lobby", "one");
    const id = socket.of("send")[0]?.id;
    socket.says({ type: "rejected", code: "conflict", reason: "", room: "lobby", id });
    const [failed] = session.room("lobby").unsent;
    if (failed) session.retry(failed);
    expect(unsent()).toEqual([["one", "pending"]]);
    expect(socket.of("send").at(-1)?.id).not.toBe(id);
  });

  it("is patient as long as the server asks, and keeps the order", async () => {
    const socket = inLobby();
    session.say("lobby", "one");
    session.say("lobby", "two");
    const id = socket.of("send")[0]?.id;
    const no = { type: "rejected", code: "too_fast", reason: "", room: "lobby", id };
    socket.says({ ...no, retry_after: 3 });
    await pass(2_999);
    expect(texts(socket)).toEqual(["one"]);
    await pass(1);
    expect(texts(socket)).toEqual(["one", "one"]);
  });

  it("goes on where a page brings back what was on its way", () => {
    const socket = inLobby();
    session.say("lobby", "one");
    session.say("lobby", "two");
    const id = socket.of("send")[0]?.id ?? "";
    socket.says({ ...resumed(2, 3), messages: [message(3, { id, user: ann })] });
    expect(texts(socket)).toEqual(["one", "two"]);
  });

  it.each(["unavailable", "storage_full"])(
    "waits and tries again where the server is %s, and gives up after several tries",
    async (code) => {
      const socket = inLobby();
      session.say("lobby", "one");
      const id = socket.of("send")[0]?.id;
      const no = { type: "rejected", code, reason: "", room: "lobby", id, retry_after: 2 };
      for (let tries = 1; tries < TRIES; tries++) {
        socket.says(no);
        expect(unsent()).toEqual([["one", "pending"]]);
        await pass(2_000);
        expect(texts(socket).length).toBe(tries + 1);
      }
      socket.says(no);
      expect(unsent()).toEqual([["one", "failed"]]);
      expect(session.room("lobby").unsent[0]?.no).toMatchObject({ code });
      const [failed] = session.room("lobby").unsent;
      if (failed) session.retry(failed);
      socket.says(no);
      expect(unsent()).toEqual([["one", "pending"]]);
    },
  );

  it("never gives up where it is only too fast", async () => {
    const socket = inLobby();
    session.say("lobby", "one");
    const id = socket.of("send")[0]?.id;
    const no = { type: "rejected", code: "too_fast", reason: "", room: "lobby", id };
    for (let tries = 0; tries < 2 * TRIES; tries++) {
      socket.says({ ...no, retry_after: 1 });
      await pass(1_000);
    }
    expect(unsent()).toEqual([["one", "pending"]]);
  });

  it("forgets what its author discards", () => {
    inLobby().breaks(4503);
    session.say("lobby", "one");
    const [one] = session.room("lobby").unsent;
    if (one) session.discard(one);
    expect(unsent()).toEqual([]);
    expect(localStorage.length).toBe(0);
  });

  it("works where the browser keeps nothing", () => {
    vi.stubGlobal("localStorage", undefined);
    session = new Session(new URL(BASE));
    const socket = inLobby();
    session.keepDraft("lobby", { text: "half a" });
    session.say("lobby", "one");
    expect(texts(socket)).toEqual(["one"]);
    expect(session.draft("lobby").text).toBe("half a");
  });
});

describe("a message with more than text", () => {
  const more = {
    reply: 1,
    files: [{ hash: "ab", name: "plot.png", type: "image/png", size: 9 }],
    cell: { source: "1 + 1", language: "python" },
  };
  const sent = { ...more, files: [{ hash: "ab", name: "plot.png" }] };

  it("is sent with it, and of a file only which and how it is called", () => {
    const socket = inLobby();
    session.say("lobby", "look", more);
    expect(socket.of("send")).toMatchObject([{ text: "look", ...sent }]);
    expect(session.room("lobby").unsent).toMatchObject([{ text: "look", ...more }]);
    expect(session.fileAddress("lobby", "ab")).toBe(`${BASE}api/rooms/lobby/files/ab`);
  });

  it("waits while the line is broken, and survives a reload", () => {
    inLobby().breaks(4503);
    session.say("lobby", "look", more);
    const socket = inLobby(new Session(new URL(BASE)));
    expect(socket.of("send")).toMatchObject([{ text: "look", ...sent }]);
  });
});

describe("a change of my message", () => {
  const mine = message(2, { user: ann });

  /** The server has it: entry `seq`. */
  function changed(seq: number): void {
    const frame = [...FakeSocket.last.of("edit"), ...FakeSocket.last.of("delete")].at(-1);
    const { id = "", seq: of = 0 } = frame ?? {};
    const text = frame?.type === "edit" ? frame.text : undefined;
    FakeSocket.last.says({ type: "changed", room: "lobby", seq, id, of, at: 1, text });
  }

  it("is pending until it comes back", () => {
    const socket = inLobby();
    session.edit(mine, "better");
    expect(socket.of("edit")).toMatchObject([{ room: "lobby", seq: 2, text: "better" }]);
    expect(session.room("lobby").changes).toMatchObject([{ of: 2, state: "pending" }]);
    changed(3);
    expect(session.room("lobby").changes).toEqual([]);
    expect(session.room("lobby").messages.at(-1)).toMatchObject({ text: "better", edited: 1 });
    session.delete(mine);
    expect(socket.of("delete")).toMatchObject([{ room: "lobby", seq: 2 }]);
    changed(4);
    expect(session.room("lobby").messages.at(-1)).toMatchObject({ text: "", deleted: true });
  });

  it("goes again under the same id when the line is back, one after the other", async () => {
    const before = inLobby();
    session.edit(mine, "better");
    session.delete(mine);
    expect(before.of("delete")).toEqual([]);
    const socket = await comeBack();
    expect(socket.of("edit")).toEqual(before.of("edit"));
    changed(3);
    expect(socket.of("delete").length).toBe(1);
  });

  it("that is refused says why, and can be tried again or let go", () => {
    const socket = inLobby();
    session.edit(mine, "better");
    const [{ id } = { id: "" }] = socket.of("edit");
    socket.says({ type: "rejected", code: "forbidden", reason: "no", room: "lobby", id });
    const [refused] = session.room("lobby").changes;
    expect(refused).toMatchObject({ state: "failed", no: { code: "forbidden", reason: "no" } });
    if (refused) session.retry(refused);
    expect(socket.of("edit").length).toBe(2);
    if (refused) session.discard(refused);
    expect(session.room("lobby").changes).toEqual([]);
  });
});

describe("features", () => {
  it("are those the server told of", () => {
    session.look("lobby");
    FakeSocket.last.welcomes({ features: ["edit"] });
    expect([session.can("edit"), session.can("fly")]).toEqual([true, false]);
  });
});

describe("a name", () => {
  it("is needed before anything is sent; then what waits goes", async () => {
    answer({ ...WELL, "api/me": { body: { user: ann, named: true } } });
    session.look("lobby");
    FakeSocket.last.welcomes({ named: false });
    FakeSocket.last.says(joined(0, 2));
    session.say("lobby", "one");
    expect(texts(FakeSocket.last)).toEqual([]);
    await session.rename("ann");
    FakeSocket.last.welcomes({ user: ann });
    FakeSocket.last.says(resumed(2, 2));
    expect(texts(FakeSocket.last)).toEqual(["one"]);
  });

  it("that the server misses is asked for, and the message waits", () => {
    const socket = inLobby();
    session.say("lobby", "one");
    const id = socket.of("send")[0]?.id;
    socket.says({ type: "rejected", code: "unnamed", reason: "", room: "lobby", id });
    expect(session.named).toBe(false);
    expect(unsent()).toEqual([["one", "pending"]]);
  });

  it("that cannot be mine is refused with the server's code and words", async () => {
    answer({ ...WELL, "api/me": { status: 409, body: { code: "name_taken", reason: "taken" } } });
    inLobby();
    await expect(session.rename("bob")).rejects.toMatchObject({ no: { code: "name_taken" } });
  });
});

describe("what I have not said yet", () => {
  beforeEach(() => {
    inLobby().breaks(4503);
    session.say("lobby", "mine");
    session.keepDraft("lobby", { text: "half a" });
  });

  it("comes back to me", () => {
    const later = new Session(new URL(BASE));
    inLobby(later);
    expect(unsent(later)).toEqual([["mine", "pending"]]);
    expect(later.draft("lobby").text).toBe("half a");
  });

  it("is dropped when somebody else is welcomed, on this page or another", () => {
    session.tryNow();
    FakeSocket.last.welcomes({ user: bob });
    FakeSocket.last.says(joined(0, 2));
    expect(unsent()).toEqual([]);
    expect(session.draft("lobby").text).toBe("");
    expect(localStorage.length).toBe(0);
  });

  it("is dropped when somebody else is welcomed, though I just said my name", async () => {
    session.tryNow();
    answer({ ...WELL, "api/me": { body: { user: ann, named: true } } });
    await session.rename("ann");
    FakeSocket.last.welcomes({ user: bob });
    FakeSocket.last.says(joined(0, 2));
    expect(texts(FakeSocket.last)).toEqual([]);
    expect(session.draft("lobby").text).toBe("");
    expect(localStorage.length).toBe(0);
  });

  it("stays where another chat of this browser has another identity", () => {
    const other = new Session(new URL("http://chat.test/other/"));
    other.look("lobby");
    FakeSocket.last.says(welcome({ user: bob }));
    expect(localStorage.length).toBe(2);
  });

  it("goes when I sign out", async () => {
    answer({ "api/me": { status: 204 } });
    await session.signOut();
    expect(localStorage.length).toBe(0);
    expect(session.user).toBe(null);
  });

  it("goes when the server signs me out", () => {
    session.tryNow();
    FakeSocket.last.welcomes();
    FakeSocket.last.breaks(4501);
    expect(session.line).toMatchObject({ is: "closed", trouble: { problem: "signed_out" } });
    expect(session.room("lobby").unsent).toEqual([]);
    expect(localStorage.length).toBe(0);
    session.keepDraft("lobby", { text: "typed by whoever" });
    expect(session.draft("lobby").text).toBe("");
    expect(localStorage.length).toBe(0);
  });
});

describe("rooms", () => {
  it("are listed, and new ones come in by themselves", async () => {
    const room = { type: "room", room: "analysis", title: "Analysis", at: 1 };
    answer({ ...WELL, "api/rooms": { body: { rooms: [{ ...room, count: 3 }] } } });
    const socket = inLobby();
    await pass(0);
    expect(session.list).toMatchObject([{ room: "analysis", count: 3 }]);
    socket.says(room, { ...room, room: "data", title: "Data" });
    expect(session.list.map((listed) => listed.room)).toEqual(["analysis", "data"]);
  });
});

describe("my answer to a question", () => {
  const question = { choices: ["yes", "no"], until: 9e12 };

  /** In the lobby, where something is asked. */
  function asked(): FakeSocket {
    const socket = inLobby();
    socket.says(message(3, { question }));
    return socket;
  }

  function told(id: string, choice = 0): Answered {
    const at = Date.now();
    return { type: "answered", room: "lobby", seq: 4, id, of: 3, user: ann, choice, at };
  }

  const states = () => session.room("lobby").changes.map(({ state, no }) => [state, no?.code]);

  it("is pending until it comes back, and is then everyone's to see", () => {
    const socket = asked();
    session.answer(message(3), 1);
    expect(states()).toEqual([["pending", undefined]]);
    const [frame] = socket.of("answer");
    expect(frame).toMatchObject({ room: "lobby", seq: 3, choice: 1 });
    socket.says(told(frame?.id ?? "", 1));
    expect(states()).toEqual([]);
    expect(session.room("lobby").messages.at(-1)?.question?.answers?.length).toBe(1);
  });

  it("that came too late says why, and goes again only when its author says so", async () => {
    const socket = asked();
    session.answer(message(3), 0);
    const id = socket.of("answer")[0]?.id ?? "";
    socket.says({ type: "closed", room: "lobby", seq: 4, id: "x", of: 3, why: "deadline", at: 1 });
    socket.says({ type: "rejected", code: "closed", reason: "", room: "lobby", id });
    expect(states()).toEqual([["failed", "closed"]]);
    await pass(60_000);
    expect(socket.of("answer").length).toBe(1);
    const [failed] = session.room("lobby").changes;
    if (failed) session.discard(failed);
    expect(states()).toEqual([]);
  });

  it("goes again under the same id after a lost connection", async () => {
    const first = asked();
    session.answer(message(3), 0);
    FakeSocket.last.breaks();
    session.tryNow();
    FakeSocket.last.welcomes();
    const answers = [{ user: ann, choice: 0, at: 1 }];
    const now = message(3, { question: { ...question, answers } });
    FakeSocket.last.says({ ...resumed(3, 4), messages: [now], check: "a4" });
    const [id, again] = [first, FakeSocket.last].map((one) => one.of("answer")[0]?.id);
    expect(again).toBe(id);
    FakeSocket.last.says(told(id ?? ""));
    expect(states()).toEqual([]);
    expect(session.room("lobby").messages.at(-1)?.question?.answers?.length).toBe(1);
  });

  it("waits for a name", () => {
    session.look("lobby");
    FakeSocket.last.welcomes({ named: false });
    FakeSocket.last.says(joined(0, 2), message(3, { question }));
    session.answer(message(3), 0);
    expect(FakeSocket.last.of("answer")).toEqual([]);
    expect(states()).toEqual([["pending", undefined]]);
    FakeSocket.last.breaks();
    session.tryNow();
    FakeSocket.last.welcomes();
    FakeSocket.last.says(resumed(3, 3));
    expect(FakeSocket.last.of("answer").length).toBe(1);
  });

  it("is not the end of it: who asked can close the question", () => {
    const socket = asked();
    session.withdraw(message(3));
    expect(socket.of("withdraw")).toMatchObject([{ room: "lobby", seq: 3 }]);
  });
});
