import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { diagnose } from "../src/session/health.js";
import { Line, pause, verdict } from "../src/session/line.js";
import { Direct } from "../src/session/transport.js";
import { answer, FakeSocket, setUp, tearDown, WELL } from "./fake-socket.js";

let here: Direct;
let line: Line;

beforeEach(() => {
  setUp();
  here = new Direct(new URL("http://chat.test/tornchat/"));
  line = new Line(here, "", { hear: () => {}, changed: () => {} });
});

afterEach(() => {
  line.close();
  tearDown();
});

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

function opened(): FakeSocket {
  line.open();
  FakeSocket.last.welcomes();
  return FakeSocket.last;
}

describe("the pause", () => {
  it("doubles from half a second to half a minute, and any part of it may be taken", () => {
    expect(pause(0, 1)).toBe(500);
    expect(pause(1, 1)).toBe(1_000);
    expect(pause(5, 1)).toBe(16_000);
    expect(pause(6, 1)).toBe(30_000);
    expect(pause(40, 1)).toBe(30_000);
    expect(pause(40, 0.5)).toBe(15_000);
    expect(pause(40, 0)).toBe(0);
  });

  it("grows while the line does not hold", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    answer({});
    line.open();
    for (const longest of [500, 1_000, 2_000]) {
      const sockets = FakeSocket.all.length;
      FakeSocket.last.breaks();
      await pass(longest - 1);
      expect(FakeSocket.all.length).toBe(sockets);
      await pass(1);
      expect(FakeSocket.all.length).toBe(sockets + 1);
    }
  });

  it("is short again after a line that held", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    line.open();
    for (const longest of [500, 500]) {
      FakeSocket.last.welcomes();
      await pass(12_000);
      FakeSocket.last.breaks();
      const sockets = FakeSocket.all.length;
      await pass(longest);
      expect(FakeSocket.all.length).toBe(sockets + 1);
    }
  });

  it("is long where the server calls us too fast", () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    opened().breaks(4429);
    expect(line.state).toMatchObject({ is: "waiting", until: Date.now() + 8_000 });
  });
});

describe("a close code", () => {
  it.each([1000, 1006, 1012, 4000, 4408, 4411, 4429, 4499])("%i comes back", async (code) => {
    opened().breaks(code);
    await pass(30_000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  it.each([4500, 4501, 4503, 4510, 4512, 4999])("%i stays away", async (code) => {
    opened().breaks(code);
    await pass(120_000);
    expect(FakeSocket.all.length).toBe(1);
    expect(line.state.is).toBe("closed");
  });

  it("has its own word where there is something to say", () => {
    expect([4501, 4503, 4510, 4512, 4777, 4408].map(verdict)).toEqual([
      "signed_out",
      "removed",
      "reload",
      "reload",
      "ended",
      null,
    ]);
  });
});

describe("a server that is full", () => {
  it("is told from a proxy that lets no line through, and is asked again later", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    line.open();
    for (const seconds of [8, 16, 30]) {
      FakeSocket.last.breaks(4411);
      await pass(0);
      const until = Date.now() + seconds * 1_000;
      expect(line.state).toEqual({ is: "waiting", until, trouble: { problem: "full" } });
      await pass(seconds * 1_000);
    }
    FakeSocket.last.welcomes();
    expect(line.state.is).toBe("open");
  });
});

describe("a line that is silent", () => {
  it("for three heartbeats is dead, and is opened anew", async () => {
    opened();
    await pass(14_999);
    expect(line.state.is).toBe("open");
    await pass(1);
    expect(line.state.is).toBe("waiting");
    await pass(500);
    expect(FakeSocket.all.length).toBe(2);
  });

  it("holds as long as any frame comes", async () => {
    const socket = opened();
    for (let beat = 0; beat < 10; beat++) {
      await pass(5_000);
      socket.says({ type: "heartbeat", now: 0 });
    }
    expect(line.state.is).toBe("open");
  });

  it("that never opens is given up after a while", async () => {
    line.open();
    await pass(15_000);
    expect(line.state.is).toBe("waiting");
  });
});

describe("coming back", () => {
  it("is at once when the machine is online again", () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    opened().breaks();
    window.dispatchEvent(new Event("online"));
    expect(FakeSocket.all.length).toBe(2);
  });

  it("asks the line after sleep whether it is alive, and leaves it if nobody answers", async () => {
    const socket = opened();
    document.dispatchEvent(new Event("visibilitychange"));
    expect(socket.of("heartbeat").length).toBe(1);
    await pass(5_000);
    expect(FakeSocket.all.length).toBe(2);
  });

  it("stays with a line that answers", async () => {
    const socket = opened();
    document.dispatchEvent(new Event("visibilitychange"));
    socket.says({ type: "heartbeat", now: 0 });
    await pass(5_000);
    expect(FakeSocket.all.length).toBe(1);
  });

  it.each([
    ["signed_out", "signing in elsewhere", { body: { ok: true } }],
    ["forbidden", "the owner allowed it", { status: 403, body: { code: "forbidden" } }],
  ])("from %s after %s needs no click", async (problem, _, health) => {
    answer({ "api/health": health });
    line.open();
    FakeSocket.last.breaks();
    await pass(0);
    expect(line.state).toMatchObject({ is: "closed", trouble: { problem } });
    answer(WELL);
    document.dispatchEvent(new Event("visibilitychange"));
    await pass(0);
    expect(FakeSocket.all.length).toBe(2);
  });

  it("is over once it is closed", async () => {
    opened();
    line.close();
    window.dispatchEvent(new Event("online"));
    await pass(60_000);
    expect(FakeSocket.all.length).toBe(1);
  });
});

describe("a line that does not open", () => {
  it("says that something blocks it where the server is well, from the second time on", async () => {
    line.open();
    FakeSocket.last.breaks();
    await pass(0);
    expect(line.state).toMatchObject({ is: "waiting", trouble: null });
    await pass(500);
    FakeSocket.last.breaks();
    await pass(0);
    expect(line.state).toMatchObject({ trouble: { problem: "blocked" } });
  });

  it("asks for a ticket where the cookie alone opens none, and from then on", async () => {
    answer({ ...WELL, "api/ticket": { status: 201, body: { ticket: "t1", seconds: 30 } } });
    line.open();
    expect(FakeSocket.last.subprotocols).toEqual(["tornchat.v1"]);
    FakeSocket.last.breaks();
    for (const sockets of [2, 3]) {
      await pass(1_000);
      expect(FakeSocket.all.length).toBe(sockets);
      expect(FakeSocket.last.subprotocols).toEqual(["tornchat.v1", "tornchat.ticket.t1"]);
      FakeSocket.last.welcomes();
      expect(line.state.is).toBe("open");
      FakeSocket.last.breaks();
    }
  });

  it("goes on trying where what answers for a ticket has none", async () => {
    answer({ ...WELL, "api/ticket": { status: 201, body: "<p>a proxy</p>" } });
    line.open();
    FakeSocket.last.breaks();
    await pass(1_000);
    expect(FakeSocket.all.length).toBe(2);
    expect(FakeSocket.last.subprotocols).toEqual(["tornchat.v1"]);
  });

  it("asks for none any more where the cookie is enough after all", async () => {
    answer({});
    line.open();
    FakeSocket.last.breaks();
    await pass(1_000);
    FakeSocket.last.welcomes();
    answer({ ...WELL, "api/ticket": { status: 201, body: { ticket: "t1", seconds: 30 } } });
    FakeSocket.last.breaks();
    await pass(1_000);
    expect(FakeSocket.last.subprotocols).toEqual(["tornchat.v1"]);
  });

  it("says that the server is away, and goes on trying", async () => {
    answer({});
    line.open();
    FakeSocket.last.breaks();
    await pass(0);
    expect(line.state).toMatchObject({ is: "waiting", trouble: { problem: "down" } });
  });
});

describe("health", () => {
  it.each([
    ["down", {}],
    ["down", { "api/health": { status: 502 } }],
    ["gone", { "api/health": { status: 404 } }],
    ["signed_out", { "api/health": { body: { ok: true } } }],
    ["signed_out", { "api/health": { status: 403 } }],
    ["signed_out", { "api/health": { status: 403, body: { code: "signed_out" } } }],
    ["forbidden", { "api/health": { status: 403, body: { code: "forbidden" } } }],
    ["signed_out", { "api/health": { body: "<title>Login</title>" } }],
    ["off", { "api/health": { body: { user: { name: "ann" }, trouble: "the disk is full" } } }],
    ["reload", { "api/health": { body: { user: { name: "ann" }, version: "2" } } }],
    [undefined, { "api/health": { body: { user: { name: "ann" }, version: "1" } } }],
  ])("that is %s", async (problem, answers) => {
    answer(answers);
    expect((await diagnose(here, "1"))?.problem).toBe(problem);
  });

  it("tells why the chat is off", async () => {
    answer({ "api/health": { body: { user: { name: "ann" }, trouble: "the disk is full" } } });
    expect(await diagnose(here)).toEqual({ problem: "off", detail: "the disk is full" });
  });
});

describe("the address", () => {
  it("is beside the page's own, with the subprotocol", () => {
    line.open();
    expect(String(FakeSocket.last.address)).toBe("ws://chat.test/tornchat/chat");
    expect(FakeSocket.last.subprotocols).toEqual(["tornchat.v1"]);
  });
});
