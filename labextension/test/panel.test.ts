import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Composer } from "../src/composer/composer.js";
import { Panel } from "../src/panel/panel.js";
import { LIMITS } from "../src/protocol.js";
import { answer, FakeSocket, FRAME, setUp, tearDown, WELL } from "./fake-socket.js";
import { ann, joined } from "./people.js";

const NAMED = { ...WELL, "api/me": { body: { user: ann, named: true } } };
const UNNAMED = { ...WELL, "api/me": { body: { user: ann, named: false } } };
let panel: Panel;
let pages = 0;

beforeEach(() => {
  setUp();
  localStorage.clear();
});

afterEach(() => {
  panel.remove();
  vi.runAllTimers();
  tearDown();
});

async function pass(milliseconds = FRAME): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await panel.updateComplete;
}

/** A panel that shows the lobby, in a browser page of its own. */
async function shown(more: Parameters<FakeSocket["welcomes"]>[0] = {}): Promise<FakeSocket> {
  panel = Object.assign(new Panel(), { base: `http://chat.test/${++pages}/` });
  document.body.append(panel);
  await pass();
  FakeSocket.last.welcomes(more);
  FakeSocket.last.says(joined(0, 2));
  await pass();
  return FakeSocket.last;
}

async function show(room: string): Promise<void> {
  panel.open(room);
  await pass();
}

function find<Found extends HTMLElement>(selector: string): Found {
  const found = panel.renderRoot.querySelector<Found>(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
}

function box(): Composer {
  return find("tornchat-composer");
}

function type(text: string): void {
  const draft = { ...box().draft, text };
  box().fill(draft);
  box().dispatchEvent(new CustomEvent("draft", { detail: draft }));
}

function enter(): void {
  box().dispatchEvent(new CustomEvent("say", { detail: box().draft }));
}

/** What waits to be said in a room. */
function said(room = "lobby"): string[] {
  return panel.session?.room(room).unsent.map(({ text }) => text) ?? [];
}

describe("what is in the box", () => {
  it("is said once, however often Enter is pressed while the server is asked for the name", async () => {
    await shown({ named: false });
    answer(NAMED);
    type("hello");
    enter();
    enter();
    await pass();
    expect(said()).toEqual(["hello"]);
    expect(box().draft.text).toBe("");
  });

  it("is said in the room it was written in, and what is typed meanwhile stays", async () => {
    await shown({ named: false });
    answer(NAMED);
    type("to the lobby");
    enter();
    panel.open("analysis");
    await pass();
    expect(said()).toEqual(["to the lobby"]);
    expect(said("analysis")).toEqual([]);
    expect(panel.session?.draft("lobby").text).toBe("");

    await show("lobby");
    type("one");
    enter();
    type("one and a half");
    await pass();
    expect(said()).toEqual(["to the lobby", "one"]);
    expect(box().draft.text).toBe("one and a half");
    expect(panel.session?.draft("lobby").text).toBe("one and a half");
  });

  it("goes out under the name that it asked for, in its own room", async () => {
    await shown({ named: false });
    answer(UNNAMED);
    type("hello");
    enter();
    await pass();
    await show("analysis");
    find("tornchat-name").dispatchEvent(new CustomEvent("named"));
    expect(said()).toEqual(["hello"]);
    expect(said("analysis")).toEqual([]);
    expect(panel.session?.draft("lobby").text).toBe("");
  });

  it("stays there when a name is said for another reason", async () => {
    await shown({ named: false });
    type("half a thou");
    find("tornchat-rooms").dispatchEvent(new CustomEvent("unnamed"));
    await pass();
    expect(find<HTMLElement & { waiting: boolean }>("tornchat-name").waiting).toBe(false);
    find("tornchat-name").dispatchEvent(new CustomEvent("named"));
    expect(said()).toEqual([]);
    expect(box().draft.text).toBe("half a thou");
  });

  it("stays there once I am signed out", async () => {
    const socket = await shown();
    type("Ann's");
    socket.breaks(4501);
    await pass();
    expect(box().draft.text).toBe("");
    type("whose?");
    enter();
    await pass();
    expect(said()).toEqual([]);
    expect(box().draft.text).toBe("whose?");
  });
});

describe("what is said", () => {
  it("is shown at once, though nobody was welcomed yet", async () => {
    panel = Object.assign(new Panel(), { base: `http://chat.test/${++pages}/` });
    document.body.append(panel);
    await pass();
    type("is anybody there?");
    enter();
    await pass(1_000);
    const pending = find<Panel>("tornchat-messages").renderRoot.querySelector(".pending");
    expect(pending?.textContent).toContain("is anybody there?");
  });
});

describe("a room that does not exist", () => {
  it("says why it cannot be created, until another one is shown", async () => {
    const socket = await shown();
    const no = { type: "rejected", code: "no_such_room", reason: "", ref: "join" };
    answer({ ...WELL, "api/rooms": { status: 409, body: { code: "too_many_rooms" } } });
    for (const room of ["two", "three"]) {
      await show(room);
      socket.says({ ...no, room });
      await pass();
      const { renderRoot } = find<Panel>("tornchat-no-room");
      expect(renderRoot.textContent).not.toContain("as many rooms as this server takes");
      renderRoot.querySelector("button")?.click();
      await pass();
      await pass();
      expect(renderRoot.textContent).toContain("as many rooms as this server takes");
    }
  });
});

describe("a panel in many rooms", () => {
  it("keeps the focus with a room that it leaves", async () => {
    const lobby = { room: "lobby", title: "", at: 0, count: 0 };
    answer({ ...WELL, "api/rooms": { body: { rooms: [lobby] } } });
    await shown();
    await show("analysis");
    const root = find<Panel>("tornchat-rooms").renderRoot as ShadowRoot;
    const lobbys = root.querySelector<HTMLElement>("button[title=lobby]");
    const leave = root.querySelector<HTMLElement>("button[title=lobby] ~ .leave");
    leave?.focus();
    leave?.click();
    await vi.waitFor(() => expect(leave?.isConnected).toBe(false));
    expect(root.activeElement).toBe(lobbys);
  });

  it("leaves the one not shown for the longest where the next would be one too many", async () => {
    const socket = await shown({ limits: { ...LIMITS, rooms_joined: 3 } });
    for (const room of ["two", "three", "lobby", "four"]) await show(room);
    const asked = socket.sent.flatMap((frame) =>
      "room" in frame ? [[frame.type, frame.room]] : [],
    );
    expect(asked).toEqual([
      ["join", "lobby"],
      ["join", "two"],
      ["join", "three"],
      ["leave", "two"],
      ["join", "four"],
    ]);
  });

  it("says so where other panels took all, and tries again", async () => {
    const socket = await shown();
    await show("two");
    const no = { type: "rejected", code: "too_many_rooms", reason: "", room: "two", ref: "join" };
    socket.says(no);
    await pass();
    const { renderRoot } = find<Panel>("tornchat-no-room");
    expect(renderRoot.textContent).toContain("as many rooms as it may be in");
    renderRoot.querySelector("button")?.click();
    expect(socket.of("join").map(({ room }) => room)).toEqual(["lobby", "two", "two"]);
  });

  it("stays in them while it is only moved", async () => {
    const socket = await shown();
    panel.remove();
    await pass(500);
    document.body.append(panel);
    await pass(1_000);
    expect(FakeSocket.all).toEqual([socket]);
    expect(socket.of("join").length).toBe(1);
    expect(socket.of("leave")).toEqual([]);
  });
});
