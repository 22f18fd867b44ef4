import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { mount } from "../src/home.js";
import { type Answers, answer, setUp, tearDown, WELL } from "./fake-socket.js";

const HERE = import.meta.url;
/** A server whose UI loads. */
const BASE = new URL("server/", HERE).href;
const HEALTH = { ok: true, version: "2.0", user: { name: "ann" }, trouble: null };
let leave: () => void;

beforeEach(() => setUp());

afterEach(() => {
  leave();
  tearDown();
});

/** What a home of a kernel with version 1.0 shows, once it shows something. */
async function mounted(): Promise<HTMLElement> {
  const host = document.createElement("div");
  leave = mount(host, { base: BASE, room: "lobby", home: "cell", version: "1.0" });
  expect(host.textContent).toBe("Opening the chat…");
  await vi.waitUntil(() => host.textContent !== "Opening the chat…");
  return host;
}

describe("a home", () => {
  it("shows the panel, and how to have the same version everywhere", async () => {
    answer({ "api/health": { body: HEALTH } });
    const host = await mounted();
    expect(host.querySelector("tornchat-panel")).not.toBe(null);
    expect(host.querySelector("pre")?.textContent).toBe("pip install jupyter_tornchat==2.0");
  });

  it("says once that only people on this server of a Hub are here", async () => {
    answer({ "api/health": { body: { ...HEALTH, version: "1.0", alone: true } } });
    const note = (await mounted()).querySelector(".alone");
    expect(note?.textContent).toContain("ask your administrator");
    note?.querySelector("button")?.click();
    expect(note?.isConnected).toBe(false);
    leave();
    const again = await mounted();
    expect(again.querySelector("tornchat-panel")).not.toBe(null);
    expect(again.querySelector(".alone")).toBe(null);
  });

  it("shows the panel too where the server goes away in between", async () => {
    const asked = vi.fn();
    answer(WELL);
    const once = fetch;
    vi.stubGlobal("fetch", async (address: URL) => {
      asked();
      if (asked.mock.calls.length > 1) throw new TypeError("Failed to fetch");
      return once(address);
    });
    const host = await mounted();
    expect(asked).toHaveBeenCalledTimes(2);
    expect(host.querySelector("tornchat-panel")).not.toBe(null);
  });

  it.each<[string, Answers, string[]]>([
    ["is away", {}, ["The server does not answer."]],
    [
      "has no chat",
      { "api/health": { status: 404 } },
      ["not on this", "pip install jupyter_tornchat"],
    ],
    [
      "lets this person not chat",
      { "api/health": { status: 403, body: { code: "forbidden" } } },
      ["You may not chat here."],
    ],
  ])("says that the server %s", async (_, answers, says) => {
    answer(answers);
    const host = await mounted();
    for (const said of says) expect(host.textContent).toContain(said);
    expect(host.querySelector("tornchat-panel")).toBe(null);
  });
});
