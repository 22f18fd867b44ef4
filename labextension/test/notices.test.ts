import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { titled } from "../src/badge.js";
import { host, type Notice } from "../src/host.js";
import { Attention } from "../src/session/attention.js";
import { Claim } from "../src/session/claim.js";
import { mayNotify, obstacle } from "../src/session/notices.js";
import { Session } from "../src/session/session.js";
import { answer, FakeSocket, setUp, tearDown, WELL } from "./fake-socket.js";
import { ann, joined, message } from "./people.js";

const BASE = "http://chat.test/tornchat/";
/** Time enough for every tab to have made up its mind. */
const DECIDED = 1_000;

/** What the browser was asked to show. */
class Shown {
  static all: Shown[] = [];
  static permission = "granted";
  static requestPermission = async () => Shown.permission;
  onclick: (() => void) | null = null;
  closed = false;

  constructor(
    readonly title: string,
    readonly options: NotificationOptions,
  ) {
    Shown.all.push(this);
  }

  close(): void {
    this.closed = true;
  }
}

let looking: boolean;

beforeEach(() => {
  setUp();
  localStorage.clear();
  Shown.all = [];
  Shown.permission = "granted";
  vi.stubGlobal("Notification", Shown);
  vi.stubGlobal("isSecureContext", true);
  looking = false;
  vi.spyOn(document, "hasFocus").mockImplementation(() => looking);
  new Attention(BASE).level = "all";
});

afterEach(() => {
  delete host.notify;
  tearDown();
});

async function pass(milliseconds = DECIDED): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

/** A tab of this browser, in the lobby where two messages were said. */
function tab(): { session: Session; socket: FakeSocket } {
  const session = new Session(new URL(BASE));
  session.look("lobby");
  const socket = FakeSocket.last;
  socket.welcomes({ features: ["read"] });
  socket.says(joined(0, 2));
  return { session, socket };
}

/** A panel on the page that shows a room. */
function panel(room: string) {
  return { room, open: vi.fn(), getClientRects: () => [{}] };
}

function says(...tabs: { socket: FakeSocket }[]) {
  return (...messages: ReturnType<typeof message>[]) => {
    for (const { socket } of tabs) socket.says(...messages);
  };
}

function titles(): string[] {
  return Shown.all.map(({ title, options }) => `${title}: ${options.body}`);
}

describe("a message that nobody looks at", () => {
  it("calls once, however many tabs hear of it", async () => {
    says(tab(), tab(), tab())(message(3, { text: "hi" }));
    await pass();
    expect(titles()).toEqual(["bob · Lobby: hi"]);
  });

  it("calls again when more is said, and takes its own place", async () => {
    const one = tab();
    says(one)(message(3));
    await pass();
    says(one)(message(4));
    await pass();
    expect(Shown.all.map(({ closed }) => closed)).toEqual([true, false]);
  });

  it("calls once where several come together, or were missed", async () => {
    const one = tab();
    says(one)(message(3), message(4));
    await pass();
    expect(titles()).toEqual(["bob · Lobby: 4"]);
  });

  it("calls nobody to what they said themselves, or read at another place meanwhile", async () => {
    const one = tab();
    says(one)(message(3, { user: ann }), message(4));
    one.socket.says({ type: "marked", room: "lobby", seq: 4 });
    await pass();
    expect(titles()).toEqual([]);
  });

  it("opens its room with a click, and goes away when it is read", async () => {
    const one = tab();
    const place = panel("data");
    one.session.places.add(place);
    says(one)(message(3));
    await pass();
    Shown.all[0]?.onclick?.();
    expect(place.open).toHaveBeenCalledWith("lobby");
    says(one)(message(4));
    await pass();
    one.socket.says({ type: "marked", room: "lobby", seq: 4 });
    expect(Shown.all[1]?.closed).toBe(true);
  });
});

describe("a question", () => {
  const question = { choices: ["yes", "no"], until: 9e12 };

  it("calls everyone whom something that speaks to them calls", async () => {
    new Attention(BASE).level = "mentions";
    const one = tab();
    says(one)(message(3), message(4, { text: "Drop it?", question }));
    await pass();
    expect(titles()).toEqual(["bob · Lobby: Drop it?\n- yes\n- no"]);
  });

  it("calls nobody who asked it, turned notices off, or came when it was answered", async () => {
    new Attention(BASE).level = "mentions";
    const one = tab();
    const answers = [{ user: ann, choice: 0, at: 1 }];
    says(one)(
      message(3, { user: ann, question }),
      message(4, { question: { ...question, answers } }),
    );
    new Attention(BASE).level = "off";
    says(one)(message(5, { question }));
    await pass();
    expect(titles()).toEqual([]);
  });
});

describe("a job", () => {
  const job = { what: "training", state: "running", since: 1 } as const;
  const ends = (seq: number, of: number, text: string) =>
    ({
      type: "changed",
      room: "lobby",
      seq,
      id: `c${seq}`,
      of,
      at: 9,
      text,
      state: "done",
    }) as const;

  it("that ended calls its author, and nobody whom it does not speak to", async () => {
    new Attention(BASE).level = "mentions";
    const one = tab();
    says(one)(message(3, { user: ann, job }), message(4, { job }));
    one.socket.says({ type: "marked", room: "lobby", seq: 4 });
    one.socket.says(ends(5, 4, "0.1"));
    await pass();
    expect(titles()).toEqual([]);
    one.socket.says(ends(6, 3, "0.2"));
    await pass();
    expect(titles()).toEqual(["ann · Lobby: training: done\n0.2"]);
  });

  it("calls like a message where every message does, and once in all tabs", async () => {
    const tabs = [tab(), tab()];
    says(...tabs)(message(3, { job }));
    await pass();
    for (const { socket } of tabs) socket.says(ends(4, 3, "0.1"));
    await pass();
    expect(titles()).toEqual([
      "bob · Lobby: training: running\n3",
      "bob · Lobby: training: done\n0.1",
    ]);
    tabs[0]?.socket.says({ type: "marked", room: "lobby", seq: 4 });
    expect(Shown.all.every(({ closed }) => closed)).toBe(true);
  });

  it("that ended while the line was lost calls as well", async () => {
    const one = tab();
    says(one)(message(3, { job }));
    await pass();
    const now = message(3, { text: "0.1", job: { ...job, state: "failed", until: 9 } });
    one.socket.says({ ...joined(3, 4), ref: "resume", messages: [now], check: "c4" });
    await pass();
    expect(titles().at(-1)).toBe("bob · Lobby: training: failed\n0.1");
  });
});

describe("a room before its reader's eyes", () => {
  it("calls in no tab of the browser", async () => {
    const [one, two] = [tab(), tab()];
    looking = true;
    two.session.places.add(panel("lobby"));
    says(one, two)(message(3));
    await pass();
    expect(titles()).toEqual([]);
  });

  it("calls where its panel is hidden, or shows another room", async () => {
    const one = tab();
    looking = true;
    one.session.places.add({ ...panel("lobby"), getClientRects: () => [] });
    one.session.places.add(panel("data"));
    says(one)(message(3));
    await pass();
    expect(titles().length).toBe(1);
  });
});

describe("its reader is called as they set it", () => {
  it("by what speaks to them", async () => {
    const one = tab();
    one.session.attention.level = "mentions";
    says(one)(message(3, { text: "hi" }), message(4, { text: "@ann hi" }), message(5));
    await pass();
    says(one)(message(6, { user: ann }), message(7, { text: "an answer", reply: 6 }));
    await pass();
    says(one)(message(8, { text: "to bob", reply: 7 }));
    await pass();
    expect(titles()).toEqual(["bob · Lobby: @ann hi", "bob · Lobby: an answer"]);
  });

  it("by nothing, as long as they never chose, and not from mute rooms", async () => {
    const one = tab();
    one.session.attention.mute("lobby", true);
    says(one)(message(3));
    expect(one.session.unread("lobby")).toBe(1);
    expect(one.session.unreadAll).toBe(0);
    await pass();
    localStorage.clear();
    expect(one.session.attention.level).toBe("off");
    says(one)(message(4));
    await pass();
    expect(titles()).toEqual([]);
  });

  it("in all tabs alike", () => {
    const [one, two] = [tab(), tab()];
    one.session.attention.level = "mentions";
    one.session.attention.mute("lobby", true);
    expect(two.session.attention.level).toBe("mentions");
    expect(two.session.attention.isMute("lobby")).toBe(true);
    two.session.attention.mute("lobby", false);
    expect(one.session.attention.isMute("lobby")).toBe(false);
  });
});

describe("a room that no tab is in", () => {
  it("calls too, where I read it before", async () => {
    const data = { room: "data", title: "Data", at: 1, count: 0, seq: 7, unread: 0 };
    const never = { ...data, room: "never", unread: undefined };
    const messages = [message(8, { room: "data", text: "@ann come" })];
    answer({
      ...WELL,
      "api/rooms": { body: { rooms: [data, never] } },
      "data/messages": { body: { messages, more: false } },
    });
    const tabs = [tab(), tab()];
    for (const one of tabs) one.session.attention.level = "mentions";
    await pass(0);
    const rooms = ["data", "never"].map((room) => ({ room, seq: 8, messages: 1 }));
    for (const { socket } of tabs) socket.says({ type: "news", rooms });
    await pass();
    expect(titles()).toEqual(["bob · Data: @ann come"]);
  });
});

describe("a host with notices of its own", () => {
  it("shows them while its reader looks at the page, unasked where they are spoken to", async () => {
    const notices: Notice[] = [];
    host.notify = (notice) => notices.push(notice);
    localStorage.clear();
    Shown.permission = "default";
    looking = true;
    const one = tab();
    says(one)(message(3), message(4, { text: "@ann hi" }));
    await pass();
    expect(notices).toMatchObject([
      { room: "lobby", title: "Lobby", from: "bob", text: "@ann hi" },
    ]);
    looking = false;
    Shown.permission = "granted";
    says(one)(message(5, { text: "@ann, are you there?" }));
    await pass();
    expect([notices.length, Shown.all.length]).toEqual([1, 1]);
  });
});

describe("what browsers do not let us do", () => {
  it("is said with its reason", async () => {
    expect(obstacle()).toBe(null);
    expect(await mayNotify()).toBe(true);
    Shown.permission = "denied";
    expect([obstacle(), await mayNotify()]).toEqual(["denied", false]);
    vi.stubGlobal("isSecureContext", false);
    expect(obstacle()).toBe("insecure");
  });
});

describe("a claim", () => {
  it("is the first one's, by locks too, and another history's is another one", async () => {
    let asked = 0;
    const request = (_: string, claim: () => boolean) => {
      asked += 1;
      return Promise.resolve(claim());
    };
    for (const locks of [undefined, { request }]) {
      localStorage.clear();
      vi.stubGlobal("navigator", { locks });
      const [one, two] = [new Claim(BASE), new Claim(BASE)];
      const taken = Promise.all([one.take("lobby", "e1", 3), two.take("lobby", "e1", 3)]);
      await pass();
      expect((await taken).filter(Boolean).length).toBe(1);
      const older = Promise.all([two.take("lobby", "e1", 2), two.take("lobby", "e2", 1)]);
      await pass();
      expect(await older).toEqual([false, true]);
    }
    expect(asked).toBe(4);
  });
});

describe("the title", () => {
  it("tells how many messages are unread", () => {
    expect([0, 3, 99, 100].map((unread) => titled("Lobby", unread))).toEqual([
      "Lobby",
      "(3) Lobby",
      "(99) Lobby",
      "(99+) Lobby",
    ]);
  });
});
