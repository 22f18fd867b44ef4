// The dialog in which moderators keep order: what it offers, what it asks the server for, and what it
// asks its reader before.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Order } from "../src/order/order.js";
import { Panel } from "../src/panel/panel.js";
import type { Joined, Moderate, Moderated } from "../src/protocol.js";
import { AT, FakeSocket, FRAME, setUp, tearDown, WELL } from "./fake-socket.js";
import { ann, bob, joined } from "./people.js";

const eve = { id: "guest:1", name: "eve", kind: "guest", declared: true } as const;

/** The far end of the REST calls: what it was told to do, and what it says of the room. */
const server = {
  seats: [] as object[],
  /** The code of its no. */
  no: "",
  told: [] as Partial<Moderate>[],

  answer(path: string, asked: Partial<Moderate> | undefined): [status: number, body: unknown] {
    if (path === "api/rooms/lobby/seats") return [200, { seats: this.seats }];
    if (path !== "api/rooms/lobby/moderation" || !asked) return [200, WELL[path]?.body ?? {}];
    if (this.no) return [403, { code: this.no, reason: "" }];
    const { id: _, ...told } = asked;
    this.told.push(told);
    return [201, deed(told)];
  },
};

/** What the room is told. */
function deed({ act = "mute", whom, seconds, kind, role }: Partial<Moderate>): Moderated {
  const kept = { type: "moderated", room: "lobby", seq: 3, id: "d3", user: ann, at: AT } as const;
  const until = act === "mute" ? AT + (seconds ?? 0) * 1_000 : undefined;
  const of = [ann, bob, eve].find(({ id }) => id === whom);
  return { ...kept, act, whom: of, seconds, until, kind, role };
}

let panel: Panel;
let pages = 0;

beforeEach(() => {
  setUp();
  Object.assign(server, { seats: [], no: "", told: [] });
  vi.stubGlobal("fetch", async (address: URL, { body }: RequestInit = {}) => {
    const path = address.pathname.replace(/^\/\d+\//, "");
    const [status, says] = server.answer(path, body ? JSON.parse(String(body)) : undefined);
    return { ok: status < 300, status, json: async () => says };
  });
});

afterEach(() => {
  document.documentElement.lang = "";
  panel.remove();
  vi.runAllTimers();
  tearDown();
});

async function pass(): Promise<void> {
  await vi.advanceTimersByTimeAsync(FRAME);
  await panel.updateComplete;
}

/** A panel of the lobby, whose owner is its reader unless `more` says otherwise. */
async function shown(more: Partial<Joined> = {}): Promise<FakeSocket> {
  panel = Object.assign(new Panel(), { base: `http://order.test/${++pages}/` });
  document.body.append(panel);
  await pass();
  FakeSocket.last.welcomes();
  FakeSocket.last.says(joined(0, 2, { seat: { role: "owner" }, ...more }));
  await pass();
  return FakeSocket.last;
}

function ways(): HTMLButtonElement[] {
  const people = panel.renderRoot.querySelector<Panel>("tornchat-people");
  return [...(people?.renderRoot.querySelectorAll<HTMLButtonElement>("button") ?? [])];
}

/** The dialog with somebody, or with the room, once the server told what there is. */
async function opened(whom = ""): Promise<Order> {
  const says = whom ? `Keep order: ${whom}` : "Order in this room";
  ways()
    .find((way) => says === (way.getAttribute("aria-label") ?? way.textContent?.trim()))
    ?.click();
  const found = () => panel.renderRoot.querySelector<Order>("tornchat-order");
  await vi.waitUntil(
    async () => {
      await pass();
      return found()?.seats.length === server.seats.length;
    },
    { timeout: 50_000 },
  );
  return found() as Order;
}

function buttons(order: Order, section = ""): HTMLButtonElement[] {
  const place = section ? `[aria-label="${section}"] button` : "button";
  return [...order.renderRoot.querySelectorAll<HTMLButtonElement>(place)];
}

/** What the buttons say; those that are pressed with a star. */
function says(order: Order, section = ""): string[] {
  return buttons(order, section).map((button) => {
    const word = button.getAttribute("aria-label") ?? button.textContent?.trim() ?? "";
    return button.getAttribute("aria-pressed") === "true" ? `${word} *` : word;
  });
}

async function press(order: Order, word: string): Promise<void> {
  const found = buttons(order)[says(order).indexOf(word)];
  if (!found) throw new Error(`no button says ${word}: ${says(order)}`);
  found.click();
  await pass();
}

function text(order: Order, selector: string): string {
  const found = order.renderRoot.querySelector(selector)?.textContent ?? "";
  return found
    .replace(/[\u2068\u2069]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

describe("order", () => {
  it("is offered to who keeps it, and not with oneself", async () => {
    const socket = await shown();
    expect(ways().length).toBe(2); // with bob, and in the room
    socket.says({ type: "seat", room: "lobby", seat: { role: "member" } });
    await pass();
    expect(ways()).toEqual([]);
  });

  it("is refused in words, and nothing is said to be done", async () => {
    await shown();
    const order = await opened("bob");
    server.no = "not_moderator";
    await press(order, "Mute for 1 hour");
    expect(text(order, "[role=alert]")).toBe("Only moderators may do this.");
    expect(text(order, "[role=status]")).toBe("");
  });

  it("is gone when it is closed", async () => {
    await shown();
    const order = await opened("bob");
    order.renderRoot.querySelector("dialog")?.dispatchEvent(new Event("close"));
    expect(panel.renderRoot.querySelector("tornchat-order")).toBeNull();
  });
});

describe("order with one person", () => {
  it.each<[string, Partial<Moderate>, string]>([
    ["Mute for 10 minutes", { act: "mute", seconds: 600 }, "ann muted bob for 10 minutes"],
    ["Moderator", { act: "role", role: "moderator" }, "ann made bob a moderator"],
    ["Only reads", { act: "role", role: "reader" }, "ann lets bob only read here"],
  ])("is one click: %s", async (word, act, done) => {
    await shown();
    const order = await opened("bob");
    await press(order, word);
    expect(server.told).toEqual([{ ...act, whom: bob.id }]);
    expect(text(order, "[role=status]")).toBe(done);
  });

  it.each<[string, Moderate["act"], string, string]>([
    ["Send out", "kick", "Send bob out of this room? They may come back.", "ann sent bob out"],
    ["Ban", "ban", "Ban bob? The room is no longer there for them.", "ann banned bob"],
    [
      "Take away what they said",
      "clear",
      "Take away all that bob said here? It cannot be brought back.",
      "ann took away what bob said",
    ],
  ])("is asked twice: %s", async (word, act, question, done) => {
    await shown();
    const order = await opened("bob");
    await press(order, word);
    expect(text(order, ".sure span")).toBe(question);
    await press(order, "Cancel");
    expect(order.renderRoot.querySelector(".sure")).toBeNull();
    expect(server.told).toEqual([]);
    await press(order, word);
    await press(order, word);
    expect(server.told).toEqual([{ act, whom: bob.id }]);
    expect(text(order, "[role=status]")).toBe(done);
  });

  it("shows what holds for them, and takes that back", async () => {
    const others = { user: eve, muted: AT + 60_000, banned: true };
    server.seats = [others, { user: bob, role: "reader", muted: AT + 60_000 }];
    await shown();
    const order = await opened("bob");
    expect(says(order, "Speaking")).toContain("Let speak again");
    expect(says(order, "In this room they are")).toEqual(["Moderator", "Member", "Only reads *"]);
    expect(says(order, "Out of the room")).toEqual(["Send out", "Ban"]);
    server.seats = [others, { user: bob, muted: AT, banned: true }];
    await press(order, "Let speak again");
    expect(server.told).toEqual([{ act: "unmute", whom: bob.id }]);
    expect(says(order, "Speaking")).not.toContain("Let speak again");
    expect(says(order, "In this room they are")).toEqual(["Moderator", "Member *", "Only reads"]);
    expect(says(order, "Out of the room")).toEqual(["Send out", "Let in again"]);
  });

  it("speaks its reader's language", async () => {
    await shown();
    const order = await opened("bob");
    document.documentElement.lang = "zh";
    order.requestUpdate();
    await pass();
    expect(text(order, "h2")).toBe("维护秩序：bob");
    expect(says(order, "发言")[0]).toBe("禁言10分钟");
  });
});

describe("order in the room", () => {
  const KINDS = [
    "Everyone",
    "Moderators only: announcements",
    "Each with the moderators alone: a help desk",
  ];

  it("shows how it is, whoever made it so, and is made another way by one click", async () => {
    const socket = await shown({ seat: { role: "owner", slow: 45 } });
    const order = await opened();
    const slow = "Slow mode: one message of a person every";
    const paces = ["off", "5 seconds", "30 seconds", "1 minute", "5 minutes"];
    expect(says(order, slow)).toEqual([...paces, "45 seconds *"]);
    expect(says(order, "Who may speak")).toEqual([`${KINDS[0]} *`, ...KINDS.slice(1)]);
    await press(order, "off");
    await press(order, "Moderators only: announcements");
    expect(server.told).toEqual([
      { act: "slow", seconds: 0 },
      { act: "kind", kind: "announce" },
    ]);
    socket.says(deed({ act: "slow", seconds: 30 }));
    socket.says({ ...deed({ act: "kind", kind: "announce" }), seq: 4, id: "d4" });
    await pass();
    expect(says(order, slow)).toEqual(paces.with(2, "30 seconds *"));
    expect(says(order, "Who may speak")).toEqual(KINDS.with(1, `${KINDS[1]} *`));
  });

  it("takes everything away only when that is said twice", async () => {
    await shown();
    const order = await opened();
    await press(order, "Clear the room");
    expect(server.told).toEqual([]);
    await press(order, "Clear the room");
    expect(server.told).toEqual([{ act: "clear" }]);
  });

  it.each<[object, string, Partial<Moderate>]>([
    [{ banned: true }, "banned", { act: "unban" }],
    [{ muted: AT + 60_000 }, "muted until", { act: "unmute" }],
    [{ role: "moderator" }, "moderator", { act: "role", role: "member" }],
    [{ role: "reader" }, "reads only", { act: "role", role: "member" }],
  ])("lists what moderators made of somebody, to take it back: %o", async (seat, what, act) => {
    server.seats = [{ user: eve, ...seat }];
    await shown();
    const order = await opened();
    expect(text(order, "li .hold")).toContain(what);
    const back = says(order).find((one) => one.startsWith(`Take back: eve, ${what}`));
    server.seats = [];
    await press(order, back ?? "");
    expect(server.told).toEqual([{ ...act, whom: eve.id }]);
    expect(text(order, "section:last-of-type")).toContain("Nobody here is muted");
  });

  it("lists no mute that is over, and nobody takes back that a room is somebody's", async () => {
    server.seats = [{ user: bob, muted: AT - 1 }];
    await shown();
    const order = await opened();
    expect(order.renderRoot.querySelector(".hold")).toBeNull();
    server.seats = [{ user: ann, role: "owner" }];
    await press(order, "5 seconds");
    expect(order.renderRoot.querySelector("li")).toBeNull();
  });
});
