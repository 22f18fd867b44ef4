import { html, type LitElement, render } from "lit";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { prompt } from "../src/help/desk.js";
import { request } from "../src/help/request.js";
import { threadOf } from "../src/help/thread.js";
import { news } from "../src/messages/aloud.js";
import type { Help, Message } from "../src/protocol.js";
import { apply, type Change, emptyRoom, keepsOrder, type Room } from "../src/room.js";
import { hasNews } from "../src/seen.js";
import { ann, bob, joined, message } from "./people.js";

const MINUTE = 60_000;
const place = document.createElement("div");
document.body.append(place);
/** What reached the panel. */
let heard: unknown[];
for (const what of ["help", "thread"])
  place.addEventListener(what, (event) => heard.push((event as CustomEvent).detail));

beforeEach(() => {
  heard = [];
  vi.useFakeTimers({ now: 0 });
});

afterEach(() => {
  render(null, place);
  vi.useRealTimers();
  document.documentElement.lang = "";
});
afterAll(() => place.remove());

function asked(help: Partial<Help> = {}, more: Partial<Message> = {}): Message {
  return message(3, { text: "It loops", help: { state: "waiting", at: 0, ...help }, ...more });
}

async function card(shown: Message, more: object = {}, change?: Change): Promise<ShadowRoot> {
  const reader = { me: ann.id, mayAnswer: true, serves: false, now: () => Date.now(), ...more };
  render(html`${request(shown, reader, change)}`, place);
  const element = place.querySelector("*") as LitElement;
  await element.updateComplete;
  return element.renderRoot as ShadowRoot;
}

function says(root: ShadowRoot): string {
  return (root.querySelector("p")?.textContent ?? "").replace(/\s+/g, " ").trim();
}

function offers(root: ShadowRoot): (string | null)[] {
  return [...root.querySelectorAll("button[data-to]")].map((one) => one.getAttribute("data-to"));
}

function press(root: ShadowRoot, to: string): void {
  root.querySelector<HTMLElement>(`[data-to="${to}"]`)?.click();
}

describe("a request for help", () => {
  it("tells how long it has waited, and goes on counting", async () => {
    const root = await card(asked());
    expect(says(root)).toBe("Waiting");
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(says(root)).toBe("Waiting for 1 min");
    await vi.advanceTimersByTimeAsync(61 * MINUTE);
    expect(says(root)).toBe("Waiting for 1 hr 2 min");
  });

  it("says who is on it, and who resolved it", async () => {
    expect(says(await card(asked({ state: "claimed", by: bob })))).toBe("bob is on it");
    expect(says(await card(asked({ state: "resolved", by: bob })))).toBe("Resolved by bob");
    document.documentElement.lang = "zh";
    expect(says(await card(asked({ state: "claimed", by: bob })))).toBe("bob 正在处理");
  });

  it("is claimed, given back, resolved and opened again by those who help", async () => {
    const serves = { serves: true };
    expect(offers(await card(asked(), serves))).toEqual(["claimed", "resolved"]);
    press(await card(asked(), serves), "claimed");
    expect(heard).toEqual([{ message: asked(), state: "claimed" }]);
    const claimed = asked({ state: "claimed", by: ann });
    expect(offers(await card(claimed, serves))).toEqual(["waiting", "resolved"]);
    const resolved = asked({ state: "resolved", by: ann });
    expect(offers(await card(resolved, serves))).toEqual(["waiting"]);
  });

  it("is resolved and opened again by who asked, and by nobody else who does not help", async () => {
    const mine = { user: ann };
    expect(offers(await card(asked({}, mine)))).toEqual(["resolved"]);
    expect(offers(await card(asked({ state: "claimed", by: bob }, mine)))).toEqual(["resolved"]);
    expect(offers(await card(asked({ state: "resolved", by: bob }, mine)))).toEqual(["waiting"]);
    for (const state of ["waiting", "claimed", "resolved"] as const)
      expect(offers(await card(asked({ state })))).toEqual([]);
  });

  it("is asked once, until the server has said how it stands", async () => {
    const deed = { type: "help", to: "claimed", state: "pending" } as const;
    const root = await card(
      asked(),
      { serves: true },
      { ...deed, room: "r", id: "x", of: 3, at: 0 },
    );
    press(root, "claimed");
    press(root, "resolved");
    expect(heard).toEqual([]);
  });

  it("leads to its thread", async () => {
    const root = await card(asked());
    root.querySelector<HTMLElement>("button:not([data-to])")?.click();
    expect(heard).toEqual([3]);
  });
});

describe("a thread", () => {
  const replies = [message(4, { reply: 3 }), message(5), message(6, { reply: 5 })];
  const room: Room = { ...emptyRoom("desk"), messages: [asked(), ...replies], known: true };

  it("is a request and what replies to it, and nothing else", () => {
    expect(threadOf(room, 3).messages.map(({ seq }) => seq)).toEqual([3, 4]);
    expect(threadOf(room, 5).messages.map(({ seq }) => seq)).toEqual([5, 6]);
    expect(threadOf(room, null)).toBe(room);
  });

  it("is fetched until its beginning is there", () => {
    const part = { ...room, older: true };
    expect(threadOf(part, 3).older).toBe(false);
    expect(threadOf(part, 2).older).toBe(true);
  });

  it("does not make the rest of the room seen, but what it shows of it", () => {
    const more = { ...room, position: { epoch: "e", seq: 6 }, seen: 3 };
    expect(hasNews(more)).toBe(true);
    expect(hasNews(threadOf(more, 3))).toBe(false);
    expect(hasNews(threadOf({ ...more, seen: 4 }, 5))).toBe(true);
  });

  it("keeps what I say in it while it is on its way", () => {
    const mine = { room: "desk", id: "x", text: "", at: 0, state: "pending" } as const;
    const saying = { ...room, unsent: [{ ...mine, reply: 3 }, mine] };
    expect(threadOf(saying, 3).unsent).toEqual([{ ...mine, reply: 3 }]);
  });
});

describe("a help desk", () => {
  it("knows whether its reader helps from their seat, as it is now", () => {
    const desk = apply(
      emptyRoom("lobby"),
      joined(0, 0, { seat: { role: "member", kind: "help" } }),
    );
    expect([desk.seat.kind, keepsOrder(desk)]).toEqual(["help", false]);
    const seat = { role: "moderator", kind: "help" } as const;
    expect(keepsOrder(apply(desk, { type: "seat", room: "lobby", seat } as never))).toBe(true);
  });

  it("shows how a request stands as soon as that is told", () => {
    const desk = apply(emptyRoom("lobby"), joined(2, 3, { messages: [asked()] }));
    const told = { type: "helped", room: "lobby", seq: 4, id: "h", of: 3, user: bob } as const;
    const claimed = apply(desk, { ...told, state: "claimed", at: 9 } as never);
    expect(claimed.messages[0]?.help).toEqual({ state: "claimed", at: 9, by: bob });
    const again = { ...told, seq: 5, state: "waiting", at: 11 };
    expect(apply(claimed, again as never).messages[0]?.help).toEqual({ state: "waiting", at: 11 });
    expect(apply(desk, { type: "passed", room: "lobby", seq: 4 }).position.seq).toBe(4);
  });

  it("asks for what its box is for", () => {
    expect(prompt(false, null)).toBe("Ask for help");
    expect(prompt(false, 3)).toBe(prompt(true, 3));
    expect(prompt(true, null)).toContain("Choose a request");
  });

  it("is told aloud, once for every step", () => {
    const before: Room = {
      ...emptyRoom("desk"),
      known: true,
      messages: [asked({}, { user: ann })],
    };
    const now = asked({ state: "claimed", by: bob }, { user: ann });
    const after = { ...before, messages: [now], forms: 1 };
    expect(news(before, after, ann)).toEqual(["bob helps ann."]);
    expect(news(after, { ...after, messages: [...after.messages] }, ann)).toEqual([]);
  });
});
