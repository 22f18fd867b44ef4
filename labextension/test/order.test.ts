// Order in a room: what moderators do comes to each of its readers.

import { render } from "lit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silence } from "../src/composer/silence.js";
import { sentence } from "../src/deed.js";
import { news } from "../src/messages/aloud.js";
import { name, roleMark } from "../src/panel/person.js";
import type { Moderated, Page, Seat, User } from "../src/protocol.js";
import { apply, emptyRoom, olderRef, type Room } from "../src/room.js";
import { speak } from "../src/words.js";
import { ann, bob, joined, message, messages } from "./people.js";

const AT = Date.UTC(2026, 10, 23);
let lobby: Room;

beforeEach(() => {
  lobby = apply(emptyRoom("lobby", "e1"), joined(0, 3));
});

function deed(seq: number, more: Partial<Moderated>): Moderated {
  const kept = { type: "moderated", room: "lobby", seq, id: `d${seq}`, user: ann, at: AT } as const;
  return { ...kept, act: "mute", ...more };
}

function texts(room: Room): string[] {
  return room.messages.map(({ text, deleted }) => (deleted ? "deleted" : text));
}

describe("a deed", () => {
  it.each<[Partial<Moderated>, string]>([
    [{ act: "mute", whom: bob, until: AT + 600_000 }, "ann muted bob for 10 minutes"],
    [{ act: "mute", whom: bob, until: AT + 86_400_000 }, "ann muted bob for 1 day"],
    [{ act: "unmute", whom: bob }, "ann lets bob speak again"],
    [{ act: "role", whom: bob, role: "moderator" }, "ann made bob a moderator"],
    [{ act: "kick", whom: bob }, "ann sent bob out"],
    [{ act: "ban", whom: bob }, "ann banned bob"],
    [{ act: "slow", seconds: 90 }, "ann lets everyone speak once every 90 seconds"],
    [{ act: "slow", seconds: 0 }, "ann ended slow mode"],
    [{ act: "slow" }, "ann ended slow mode"],
    [{ act: "clear", of: 2 }, "ann took a message away"],
    [{ act: "clear", whom: bob }, "ann took away what bob said"],
    [{ act: "clear" }, "ann cleared the room"],
    [
      { act: "kind", kind: "announce" },
      "ann made this a room for announcements: only moderators speak",
    ],
    [{ act: "kind" }, "ann opened the room: everyone may speak"],
  ])("is a sentence with names: %o", (more, says) => {
    expect(sentence(deed(4, more)).replace(/[\u2068\u2069]/g, "")).toBe(says);
  });

  it("is kept with its place, and read aloud to all but who did it", () => {
    const done = deed(4, { whom: bob, until: AT + 600_000 });
    const after = apply(lobby, done);
    expect(after.moderated).toEqual([done]);
    expect(after.position.seq).toBe(4);
    expect(news(lobby, after, bob)).toEqual([sentence(done)]);
    expect(news(lobby, after, ann)).toEqual([]);
  });

  it("gives a role and takes it back", () => {
    const made = apply(lobby, deed(4, { act: "role", whom: bob, role: "moderator" }));
    expect(made.roles).toEqual({ [bob.id]: "moderator" });
    expect(apply(made, deed(5, { act: "role", whom: bob, role: "member" })).roles).toEqual({});
  });

  it("makes the room slow or another kind of room for who is in it", () => {
    const slow = apply(lobby, deed(4, { act: "slow", seconds: 30 }));
    expect(slow.seat).toEqual({ role: "member", slow: 30 });
    expect(apply(slow, deed(5, { act: "kind", kind: "announce" })).seat.kind).toBe("announce");
  });
});

describe("what a moderator clears", () => {
  it("is one message, all of somebody, or all", () => {
    const more = apply(lobby, message(4, { user: ann }));
    expect(texts(apply(more, deed(5, { act: "clear", of: 2 })))).toEqual([
      "1",
      "deleted",
      "3",
      "4",
    ]);
    const ofBob = apply(more, deed(5, { act: "clear", whom: bob }));
    expect(texts(ofBob)).toEqual(["deleted", "deleted", "deleted", "4"]);
    const all = apply({ ...ofBob, older: true }, deed(6, { act: "clear" }));
    expect(texts(apply(all, message(7)))).toEqual(["7"]);
    expect(all.moderated.map(({ seq }) => seq)).toEqual([6]);
    expect(all.older).toBe(false);
  });

  it("does not come back with an older page that was read before it", () => {
    const some = apply(emptyRoom("lobby", "e1"), joined(3, 6, { more: true }));
    const ref = olderRef(some);
    const cleared = apply({ ...some, fetching: true }, deed(7, { act: "clear", whom: bob }));
    const page: Page = { type: "page", room: "lobby", messages: messages(1, 3), more: false, ref };
    expect(texts(apply(cleared, page))).toEqual(Array(6).fill("deleted"));
  });
});

describe("a seat", () => {
  const seated = (seat: Seat) => apply(lobby, { type: "seat", room: "lobby", seat } as never);

  it("comes with the room and changes at once", () => {
    expect(apply(lobby, joined(0, 3, { seat: { role: "owner" } })).seat.role).toBe("owner");
    expect(seated({ role: "reader" }).seat.role).toBe("reader");
  });

  it.each<[Seat, string | undefined]>([
    [{ role: "member" }, undefined],
    [{ role: "reader" }, "You may only read in this room."],
    [{ role: "member", kind: "announce" }, "Only moderators speak in this room."],
    [{ role: "moderator", kind: "announce", slow: 10 }, undefined],
    [{ role: "member", muted: AT - 1 }, undefined],
  ])("%o says why one may not speak", (seat, says) => {
    expect(silence(seated(seat), bob, AT)?.says).toBe(says);
  });

  it("that is muted is so until its time, and one moderators too", () => {
    const muted = seated({ role: "moderator", muted: AT + 60_000 });
    expect(silence(muted, bob, AT)).toMatchObject({ left: 60_000, writes: false });
    expect(silence(muted, bob, AT)?.says).toMatch(/^You are muted until \d/);
    expect(silence(muted, bob, AT + 60_000)).toBe(null);
  });

  it("in a slow room waits after its own word, and no other's", () => {
    const slow = { ...seated({ role: "member", slow: 30 }) };
    const said = apply(slow, message(4, { at: AT }));
    expect(silence(said, bob, AT + 10_000)).toEqual({
      says: "One message every 30 seconds; 20 sec left.",
      left: 20_000,
      writes: true,
    });
    expect(silence(said, ann, AT + 10_000)).toBe(null);
    expect(silence(said, bob, AT + 30_000)).toBe(null);
    const slower = apply(said, deed(5, { act: "slow", seconds: 60 }));
    expect(silence(slower, bob, AT + 10_000)).toBe(null);
  });
});

describe("S-21: how sure a name is", () => {
  const declared: User = { ...bob, declared: true };
  const guest: User = { id: "g", name: "bob", kind: "guest", declared: true };
  const host = document.createElement("p");

  afterEach(async () => {
    document.documentElement.lang = "";
    await speak();
  });

  function drawn(user: User, spelt: boolean): { sign: string; says: string } {
    render(name(user, spelt), host);
    const sign = host.querySelector(".mark path")?.getAttribute("d") ?? "";
    return { sign, says: host.querySelector(".mark")?.textContent?.trim() ?? "" };
  }

  it.each([false, true])("is one of three marks, drawn and said (spelt: %s)", (spelt) => {
    const [own, known, visits] = [declared, bob, guest].map((user) => drawn(user, spelt));
    expect(new Set([own?.sign, known?.sign, visits?.sign, ""]).size).toBe(4);
    expect([own, known, visits].map((mark) => mark?.says.replace(/[()]/g, ""))).toEqual([
      "self-declared",
      "known here",
      "guest",
    ]);
  });

  it.each([
    ["en", "program", "ann’s program"],
    ["zh", "程序", "ann 的程序"],
  ])("tells a program by whose it is, to every eye, where that is known (%s)", async (...says) => {
    const [language, anyones, anns] = says;
    const bot: User = { id: "p", name: "bot", kind: "program" };
    document.documentElement.lang = language;
    await speak();
    for (const spelt of [false, true]) {
      const unknown = drawn(bot, spelt);
      expect(unknown.says.replace(/[()]/g, "")).toBe(anyones);
      expect(drawn({ ...bot, whose: "ann" }, spelt)).toEqual({ ...unknown, says: anns });
      expect(host.querySelector(".unseen")).toBeNull();
    }
  });

  it("is no part of the name, whatever that is", () => {
    render(name({ ...guest, name: "bob (known here)" }), host);
    expect(host.querySelector(".name")?.textContent).toBe("bob (known here)");
    expect(host.querySelectorAll(".mark").length).toBe(1);
  });

  it("comes before what somebody is in a room", () => {
    render([name(bob), roleMark("owner"), roleMark("member"), roleMark(undefined)], host);
    const marks = [...host.querySelectorAll(".mark")].map((mark) => mark.textContent?.trim());
    expect(marks).toEqual(["(known here)", "owner"]);
  });
});
