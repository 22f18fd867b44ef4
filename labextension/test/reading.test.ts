import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Read } from "../src/protocol.js";
import { Session } from "../src/session/session.js";
import { answer, FakeSocket, FRAME, setUp, tearDown, WELL } from "./fake-socket.js";
import { ann, joined, message, resumed } from "./people.js";

let session: Session;
let looking: boolean;

beforeEach(() => {
  setUp();
  localStorage.clear();
  looking = true;
  vi.spyOn(document, "hasFocus").mockImplementation(() => looking);
  session = new Session(new URL("http://chat.test/tornchat/"));
});

afterEach(() => tearDown());

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

function welcomed(): FakeSocket {
  FakeSocket.last.welcomes({ features: ["read"] });
  return FakeSocket.last;
}

/** In the lobby, where two messages were said; I had read up to `marked`. */
function inLobby(marked?: number): FakeSocket {
  session.look("lobby");
  const socket = welcomed();
  if (marked !== undefined) socket.says({ type: "marked", room: "lobby", seq: marked });
  socket.says(joined(0, 2));
  return socket;
}

/** The page comes to the front, or another one does. */
function look(at: boolean): void {
  looking = at;
  window.dispatchEvent(new Event(at ? "focus" : "blur"));
}

function told(socket: FakeSocket): number[] {
  return socket.of("read").map(({ seq }: Read) => seq);
}

describe("a room I come to for the first time", () => {
  it("holds no news, and the server is told where I came in", () => {
    const socket = inLobby();
    expect(session.unread("lobby")).toBe(0);
    expect(session.room("lobby").unreadFrom).toBe(null);
    expect(socket.of("read")).toEqual([{ type: "read", room: "lobby", seq: 2 }]);
  });

  it("is not marked where the server knows no markers", () => {
    session.look("lobby");
    FakeSocket.last.welcomes();
    FakeSocket.last.says(joined(0, 2));
    expect(told(FakeSocket.last)).toEqual([]);
  });
});

describe("a room I read before", () => {
  it("tells from where on it is unread, until its reader has seen the end", () => {
    const socket = inLobby(1);
    expect(session.unread("lobby")).toBe(1);
    expect(session.room("lobby").unreadFrom).toBe(2);
    expect(told(socket)).toEqual([]);
    session.mark("lobby");
    expect(session.unread("lobby")).toBe(0);
    expect(session.room("lobby").unreadFrom).toBe(2);
    expect(told(socket)).toEqual([2]);
  });

  it("begins its unread part anew with each visit", async () => {
    const socket = inLobby(1);
    session.mark("lobby");
    session.visit("lobby");
    expect(session.room("lobby").unreadFrom).toBe(null);
    socket.says(message(3, { user: ann }), message(4), message(5));
    await pass(FRAME);
    session.visit("lobby");
    expect(session.room("lobby").unreadFrom).toBe(4);
  });

  it("counts neither my own messages nor deleted ones", async () => {
    const socket = inLobby();
    socket.says(message(3, { user: ann }), message(4), message(5));
    socket.says({ type: "changed", room: "lobby", seq: 6, id: "c6", of: 4, at: 1 });
    await pass(FRAME);
    expect(session.unread("lobby")).toBe(1);
    expect(session.unreadAll).toBe(1);
  });

  it("is read here when I read it at another place", () => {
    const socket = inLobby();
    socket.says(message(3), message(4), { type: "marked", room: "lobby", seq: 3 });
    expect(session.unread("lobby")).toBe(1);
    socket.says({ type: "marked", room: "lobby", seq: 2 });
    expect(session.unread("lobby")).toBe(1);
  });
});

describe("the server is told", () => {
  it("at most once a second of a room, and then the newest", async () => {
    const socket = inLobby();
    for (const seq of [3, 4, 5]) {
      socket.says(message(seq));
      await pass(FRAME);
      session.mark("lobby");
    }
    expect(told(socket)).toEqual([2]);
    await pass(1_000);
    expect(told(socket)).toEqual([2, 5]);
    await pass(5_000);
    expect(told(socket)).toEqual([2, 5]);
  });

  it("at once when the page hides", () => {
    const socket = inLobby();
    socket.says(message(3));
    session.mark("lobby");
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    expect(told(socket)).toEqual([2, 3]);
  });

  it("when the line is back", () => {
    const socket = inLobby();
    socket.says(message(3));
    socket.breaks();
    session.mark("lobby");
    session.tryNow();
    expect(told(welcomed())).toEqual([3]);
  });
});

describe("a page that nobody looks at", () => {
  it("reads nothing until somebody comes back, who finds where they left", () => {
    const socket = inLobby();
    look(false);
    socket.says(message(3));
    session.mark("lobby");
    expect(session.unread("lobby")).toBe(1);
    look(true);
    expect(session.unread("lobby")).toBe(0);
    expect(session.room("lobby").unreadFrom).toBe(3);
  });

  it("has not read what was not shown either", () => {
    const socket = inLobby();
    look(false);
    session.mark("lobby");
    socket.says(message(3));
    look(true);
    expect(session.unread("lobby")).toBe(1);
  });
});

describe("rooms I am not in", () => {
  const data = { room: "data", title: "Data", at: 1, count: 0 };

  async function listed(seq: number, unread?: number): Promise<FakeSocket> {
    answer({ ...WELL, "api/rooms": { body: { rooms: [{ ...data, seq, unread }] } } });
    const socket = inLobby();
    await pass(0);
    return socket;
  }

  function news(seq: number, count: number) {
    return { type: "news", rooms: [{ room: "data", seq, messages: count }] };
  }

  it("are unread as the server says, and more with the news", async () => {
    const socket = await listed(7, 2);
    expect(session.unread("data")).toBe(2);
    socket.says(news(9, 2));
    expect(session.unread("data")).toBe(4);
    socket.says(news(9, 2), news(8, 1));
    expect(session.unread("data")).toBe(4);
    expect(session.unreadAll).toBe(4);
  });

  it("are not unread where I never read them", async () => {
    const socket = await listed(7);
    socket.says(news(9, 2));
    expect(session.unread("data")).toBe(0);
  });

  it("are read here when I read them at another place", async () => {
    const socket = await listed(7, 2);
    socket.says({ type: "marked", room: "data", seq: 6 });
    expect(session.unread("data")).toBe(1);
    socket.says({ type: "marked", room: "data", seq: 7 });
    expect(session.unread("data")).toBe(0);
  });

  it("keep what was told while the list was asked", async () => {
    const socket = await listed(7, 2);
    const asked = session.listRooms();
    socket.says(news(8, 1));
    await asked;
    expect(session.unread("data")).toBe(3);
  });

  it("are counted on from where I left them", async () => {
    const socket = await listed(2, 0);
    const leave = session.look("data");
    socket.says({ ...joined(0, 2), room: "data" }, { ...message(3), room: "data" });
    socket.says(news(3, 1));
    expect(session.unread("data")).toBe(1);
    leave();
    expect(session.unread("data")).toBe(1);
    socket.says(news(4, 1));
    expect(session.unread("data")).toBe(2);
  });

  it("are counted with what was on its way when I left them", async () => {
    const socket = await listed(2, 0);
    const leave = session.look("data");
    const said = [3, 4, 5].map((seq) => ({ ...message(seq), room: "data" }));
    socket.says({ ...joined(0, 2), room: "data" }, ...said);
    leave();
    socket.says({ ...message(6), room: "data" });
    await pass(FRAME);
    expect(session.unread("data")).toBe(4);
    socket.says(news(7, 1));
    expect(session.unread("data")).toBe(5);
  });

  it("are unread still while the line is broken", () => {
    const socket = inLobby();
    socket.says({ type: "room", ...data }, message(3));
    socket.breaks();
    expect(session.room("lobby").here).toBe(false);
    session.tryNow();
    welcomed().says(resumed(3, 4));
    expect(session.unread("lobby")).toBe(2);
  });
});
