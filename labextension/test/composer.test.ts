import { afterEach, describe, expect, it, vi } from "vitest";
import { readers } from "../src/composer/audience.js";
import { Composer } from "../src/composer/composer.js";
import { LIMITS, type User } from "../src/protocol.js";
import { emptyRoom, type Room } from "../src/room.js";
import { Session } from "../src/session/session.js";
import { speak } from "../src/words.js";
import { ann, bob, message } from "./people.js";

const gus: User = { id: "g-gus", name: "gus", kind: "guest" };
const bot: User = { id: "p-bot", name: "bot", kind: "program" };

function room(more: Partial<Room> = {}): Room {
  const members = more.members ?? [ann, bob];
  return { ...emptyRoom("analysis"), members, count: members.length, ...more };
}

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

describe("who reads it", () => {
  it("is told by kind", () => {
    expect(readers(room())).toBe("2 people");
    expect(readers(room({ members: [ann, gus, bot] }))).toBe("1 person, 1 guest, 1 program");
    expect(readers(room({ members: [gus, gus] }))).toBe("2 guests");
  });

  it("is only a number in a crowd, and nothing while nobody is known", () => {
    expect(readers(room({ members: [], count: 250 }))).toBe("250 people");
    expect(readers(room({ members: [], count: 0 }))).toBe("");
  });

  it("is told in Chinese", async () => {
    vi.stubGlobal("navigator", { language: "zh-CN", languages: ["zh-CN"] });
    document.documentElement.lang = "";
    await speak();
    expect(readers(room({ members: [ann, gus, bot] }))).toBe("1 人，1 位访客，1 个程序");
    vi.unstubAllGlobals();
    await speak();
  });
});

/** A composer with the drafts that it told. */
async function composer(shown: Room): Promise<[Composer, HTMLTextAreaElement]> {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  const session = new Session(new URL("http://chat.test/"));
  const made = Object.assign(new Composer(), { session, room: shown, user: ann, limits: LIMITS });
  document.body.append(made);
  await made.updateComplete;
  const box = made.renderRoot.querySelector("textarea");
  if (!box) throw new Error("there is no box");
  return [made, box];
}

async function press(composer: Composer, box: HTMLElement, key: string): Promise<void> {
  box.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
  await composer.updateComplete;
}

describe("an arrow up in the empty box", () => {
  const mine = [
    message(1, { user: ann, text: "first" }),
    message(2, { user: ann, text: "second" }),
    message(3, { user: ann, text: "", deleted: true }),
    message(4, { user: bob, text: "bob's" }),
  ];

  it("edits my last message that is there; Escape leaves it as it was", async () => {
    const [made, box] = await composer(room({ messages: mine }));
    await press(made, box, "ArrowUp");
    expect(made.draft).toMatchObject({ text: "second", edit: 2 });
    expect(box.value).toBe("second");
    await press(made, box, "Escape");
    expect(made.draft.edit).toBeUndefined();
    expect(box.value).toBe("");
  });

  it("is the box's own where there is a text, or nothing of mine", async () => {
    const [made, box] = await composer(room({ messages: mine }));
    made.fill({ text: "half a" });
    await press(made, box, "ArrowUp");
    expect(made.draft).toEqual({ text: "half a" });
    const [other, its] = await composer(room({ messages: mine.slice(3) }));
    await press(other, its, "ArrowUp");
    expect(other.draft.edit).toBeUndefined();
  });
});
