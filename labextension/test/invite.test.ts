import { render } from "lit";
import { encode } from "uqr";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { InviteDialog } from "../src/invite/invite.js";
import { qr } from "../src/invite/qr.js";
import { Panel } from "../src/panel/panel.js";
import type { Gate, Guest, Invite } from "../src/protocol.js";
import { AT, FakeSocket, FRAME, setUp, tearDown, WELL } from "./fake-socket.js";
import { ann, bob, joined } from "./people.js";

const KEY = "the-key-that-is-shown-once";
const eve = { id: "guest:1", name: "eve", kind: "guest", declared: true } as const;
const INVITE: Invite = {
  id: "i1",
  rooms: ["lobby"],
  at: AT,
  user: ann,
  until: AT + 3_600_000,
  uses: 3,
};

/** The far end of the REST calls: what it was asked, and what it holds. */
const server = {
  gate: { state: "closed" } as Gate,
  invites: [] as Invite[],
  guests: [] as Guest[],
  asked: [] as [method: string, path: string, body: unknown][],

  answer(method: string, path: string, body: unknown): unknown {
    this.asked.push([method, path, body]);
    if (path === "api/gate") {
      if (method === "DELETE") Object.assign(this, { gate: { state: "closed" }, guests: [] });
      return this.gate;
    }
    if (path === "api/rooms/lobby/invites" && method === "POST") {
      this.invites = [INVITE];
      this.gate = { state: "open", addresses: ["http://10.0.0.7:8000/", "http://lab.test:8000/"] };
      return { ...INVITE, key: KEY };
    }
    if (method === "DELETE") {
      this.guests = this.guests.filter(({ user }) => !path.endsWith(user.id));
      this.invites = this.invites.filter(({ id }) => !path.endsWith(id));
      return null;
    }
    if (path === "api/rooms/lobby/invites") return { invites: this.invites };
    if (path === "api/rooms/lobby/guests") return { guests: this.guests };
    return Object.entries(WELL).find(([known]) => path === known)?.[1].body;
  },
};

let panel: Panel;
let pages = 0;

beforeEach(() => {
  setUp();
  localStorage.clear();
  Object.assign(server, { gate: { state: "closed" }, invites: [], guests: [], asked: [] });
  vi.stubGlobal("fetch", async (address: URL, { method = "GET", body }: RequestInit = {}) => {
    const path = address.pathname.replace(/^\/\d+\//, "");
    const said = server.answer(method, path, body && JSON.parse(String(body)));
    return said === undefined
      ? new Response("{}", { status: 404 })
      : new Response(said === null ? null : JSON.stringify(said), { status: said ? 200 : 204 });
  });
});

afterEach(() => {
  panel?.remove();
  vi.runAllTimers();
  tearDown();
});

/** However busy the machine is. */
function until<Found>(look: () => Found | Promise<Found>): Promise<unknown> {
  return vi.waitUntil(look, { timeout: 50_000 });
}

async function pass(milliseconds = FRAME): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await panel.updateComplete;
}

/** A panel of the lobby whose reader may let guests in, unless `more` says otherwise. */
async function shown(more: Parameters<FakeSocket["welcomes"]>[0] = {}): Promise<FakeSocket> {
  panel = Object.assign(new Panel(), { base: `http://chat.test/${++pages}/` });
  document.body.append(panel);
  await pass();
  FakeSocket.last.welcomes({ features: ["invite"], ...more });
  FakeSocket.last.says(joined(0, 2));
  await pass();
  return FakeSocket.last;
}

function opener(): ParentNode | null {
  return panel.renderRoot.querySelector<Panel>("header tornchat-opener")?.renderRoot ?? null;
}

/** The dialog, once the server told what there is. */
async function opened(): Promise<InviteDialog> {
  opener()?.querySelector("button")?.click();
  const found = () => opener()?.querySelector<InviteDialog>("tornchat-invite");
  await until(async () => {
    await pass();
    return found()?.gate;
  });
  await pass();
  return found() as InviteDialog;
}

function press(dialog: InviteDialog, says: string): void {
  const found = [...dialog.renderRoot.querySelectorAll("button")].find((button) =>
    [button.getAttribute("aria-label"), button.textContent?.trim()].includes(says),
  );
  if (!found) throw new Error(`no button says ${says}`);
  found.click();
}

function fill(place: ParentNode, selector: string, value: string): void {
  const field = place.querySelector(selector) as HTMLInputElement | HTMLSelectElement;
  field.value = value;
  field.dispatchEvent(new Event("change"));
}

function text(dialog: InviteDialog, selector = "dialog"): string {
  return dialog.renderRoot.querySelector(selector)?.textContent?.replace(/\s+/g, " ") ?? "";
}

describe("an invite", () => {
  it("is offered to nobody who may not let guests in", async () => {
    await shown({ features: ["keys"] });
    expect(opener()?.querySelector("button")).toBeNull();
  });

  it("is made as the form says, and its link is shown once", async () => {
    const socket = await shown();
    const dialog = await opened();
    const form = dialog.renderRoot.querySelector("form") as HTMLFormElement;
    fill(form, "[name=seconds]", "604800");
    fill(form, "[name=uses]", "3");
    form.querySelector<HTMLInputElement>("[name=past][value=past]")?.click();
    form.requestSubmit();
    await until(() => dialog.made !== null);
    await pass();
    expect(server.asked).toContainEqual([
      "POST",
      "api/rooms/lobby/invites",
      { rooms: [], seconds: 604_800, uses: 3, past: true },
    ]);
    expect(text(dialog, ".made pre")).toBe(`http://10.0.0.7:8000/join#k=${KEY}`);

    fill(dialog.renderRoot, ".made select", "http://lab.test:8000/");
    await pass();
    const link = `http://lab.test:8000/join#k=${KEY}`;
    expect(text(dialog, ".made pre")).toBe(link);
    expect(dialog.renderRoot.querySelector(".qr path")?.getAttribute("d")).toBe(pathOf(link));

    server.gate = { state: "closed" };
    socket.says({ type: "presence", room: "lobby", joined: [eve], left: [], count: 3 });
    await until(() => dialog.gate?.state === "closed");
    await pass();
    expect(text(dialog)).not.toContain("The link is shown only this once.");

    press(dialog, "Close");
    await pass();
    const again = await opened();
    expect(text(again)).not.toContain(KEY);
    expect(text(again)).toContain("0 of 3 guests came");
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(KEY);
  });

  it("is not offered where guests are forbidden, and why is said", async () => {
    server.gate = { state: "forbidden", trouble: "TornChat.guests is off" };
    await shown();
    const dialog = await opened();
    expect(dialog.renderRoot.querySelector("form")).toBeNull();
    expect(text(dialog)).toContain("does not let guests in");
    expect(text(dialog)).toContain("TornChat.guests is off");
  });

  it("tells what keeps others out, and what mends it", async () => {
    const trouble = "this server listens on 127.0.0.1 alone";
    server.gate = { state: "open", addresses: ["http://127.0.0.1:8000/"], trouble };
    server.invites = [INVITE];
    await shown();
    const dialog = await opened();
    expect(text(dialog, ".trouble")).toContain(trouble);
    expect(text(dialog, ".trouble")).toContain("c.TornChat.public_url");
  });
});

describe("who came by an invite", () => {
  beforeEach(() => {
    server.gate = { state: "open", addresses: ["http://10.0.0.7:8000/"] };
    server.invites = [{ ...INVITE, used: 1 }];
  });

  it("is shown as soon as they are in the room, and is out by one click", async () => {
    const socket = await shown();
    const dialog = await opened();
    expect(dialog.renderRoot.querySelectorAll(".guests li").length).toBe(0);

    server.guests = [{ user: eve, at: AT, invite: "i1" }];
    socket.says({ type: "presence", room: "lobby", joined: [eve], left: [], count: 3 });
    await until(() => dialog.guests.length === 1);
    await pass();
    expect(text(dialog, ".guests li")).toContain("eve");
    expect(text(dialog, ".guests li")).toContain("here now");

    press(dialog, "Shut out eve");
    await until(() => dialog.guests.length === 0);
    await pass();
    expect(server.asked).toContainEqual(["DELETE", "api/rooms/lobby/guests/guest:1", undefined]);
    expect(text(dialog, "section + [role=status]")).toContain("eve is out. Their invite has room");
  });

  it("is out when it ends, once its reader is sure", async () => {
    server.guests = [{ user: eve, at: AT, invite: "i1" }];
    await shown();
    const dialog = await opened();
    const end = dialog.renderRoot.querySelector<HTMLButtonElement>("li > button");
    end?.click();
    await pass();
    expect(text(dialog, ".sure")).toContain("its guest is out at once");
    expect(server.asked.some(([method]) => method === "DELETE")).toBe(false);
    press(dialog, "End");
    await until(() => dialog.invites.length === 0);
    expect(server.asked).toContainEqual(["DELETE", "api/rooms/lobby/invites/i1", undefined]);
  });

  it("is out when the door is closed, which a click opens again", async () => {
    server.guests = [{ user: eve, at: AT, invite: "i1" }];
    await shown();
    const dialog = await opened();
    press(dialog, "Close the door");
    await pass();
    press(dialog, "Close the door");
    await until(() => dialog.gate?.state === "closed");
    await until(() => dialog.guests.length === 0);
    await pass();
    expect(text(dialog)).toContain("It is closed: no link opens anything.");
    press(dialog, "Open the door");
    await until(() => server.asked.some(([method]) => method === "POST"));
    expect(server.asked).toContainEqual(["POST", "api/gate", undefined]);
  });
});

describe("a guest", () => {
  const notice = () =>
    panel.renderRoot.querySelector<Panel>("tornchat-notice")?.renderRoot.textContent ?? "";
  const says = async (words: string) => {
    await until(async () => {
      await pass();
      return notice().includes(words);
    });
  };

  it("is told whose guest they are, from when on they see the room, and until when", async () => {
    await shown({ user: eve, features: [], invite: INVITE });
    await says("You are here as a guest, invited by ann.");
    expect(notice()).toContain("You see what was said since Nov 23");
    expect(notice()).toContain("Your visit ends Nov 23");
  });

  it("sees all where the invite says so", async () => {
    await shown({ user: eve, features: [], invite: { ...INVITE, past: true } });
    await says("You see all that was said here.");
  });

  it("who is shut out is told so, can write no more and does not come back", async () => {
    const socket = await shown({ user: eve, features: [], invite: INVITE });
    socket.breaks(4503);
    await says("Your visit is over.");
    expect(notice()).toContain("ask ann for another invite");
    const composer = panel.renderRoot.querySelector<HTMLElement>("tornchat-composer");
    expect(composer?.hidden).toBe(true);
    window.dispatchEvent(new Event("online"));
    document.dispatchEvent(new Event("visibilitychange"));
    await pass(600_000);
    expect(FakeSocket.all).toEqual([socket]);
  });

  it("is no longer one where they are somebody else", async () => {
    const socket = await shown({ user: eve, features: [], invite: INVITE });
    await says("invited by ann");
    socket.welcomes({ user: bob });
    await pass();
    expect(notice()).not.toContain("invited");
  });
});

describe("a QR code", () => {
  it("shows every dark square and no other", () => {
    const host = document.createElement("div");
    render(qr("http://10.0.0.7:8000/join#k=x", "the link"), host);
    const svg = host.querySelector("svg");
    const { data, size } = encode("http://10.0.0.7:8000/join#k=x", { ecc: "M", border: 4 });
    expect(svg?.getAttribute("viewBox")).toBe(`0 0 ${size} ${size}`);
    const dark = new Set<string>();
    const path = svg?.querySelector("path")?.getAttribute("d") ?? "";
    for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
      for (let at = 0; at < Number(width); at++) dark.add(`${Number(x) + at} ${y}`);
    }
    const right = data.flatMap((row, y) => row.flatMap((is, x) => (is ? [`${x} ${y}`] : [])));
    expect([...dark].toSorted()).toEqual(right.toSorted());
  });
});

/** The path that draws a text. */
function pathOf(link: string): string {
  const host = document.createElement("div");
  render(qr(link, ""), host);
  return host.querySelector("path")?.getAttribute("d") ?? "";
}
