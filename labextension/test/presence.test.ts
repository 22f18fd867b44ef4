import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AWAY, Presence, STAYS } from "../src/messages/presence.js";
import type { User } from "../src/protocol.js";
import { emptyRoom, type Room } from "../src/room.js";
import { ann, bob, message } from "./people.js";

const cy: User = { id: "u-cy", name: "cy", kind: "guest" };
const room: Room = { ...emptyRoom("lobby"), here: true, known: true, messages: [message(1)] };
let presence: Presence;
let last: Room;

beforeEach(() => {
  vi.useFakeTimers();
  presence = new Presence(() => {});
});

afterEach(() => {
  presence.stop();
  vi.useRealTimers();
});

/** The server says who is here; who of them is shown. */
function here(...members: User[]): string[] {
  last = { ...room, members, count: members.length };
  return shown();
}

function shown(): string[] {
  return presence.see(last, ann.id).members.map(({ name }) => name);
}

function told(): string[] {
  return presence.notes.map(({ says }) => says.replace(/[\u2068\u2069]/g, ""));
}

describe("a person", () => {
  it("who is there when I come is shown at once; who comes later after 5 seconds", () => {
    expect(here(ann, bob)).toEqual(["ann", "bob"]);
    expect(here(ann, bob, cy)).toEqual(["ann", "bob"]);
    expect(presence.see(last, ann.id).count).toBe(2);
    vi.advanceTimersByTime(STAYS - 1);
    expect(shown()).toEqual(["ann", "bob"]);
    vi.advanceTimersByTime(1);
    expect(shown()).toEqual(["ann", "bob", "cy"]);
    expect(told()).toEqual([]);
  });

  it("who speaks is shown at once", () => {
    here(ann, bob);
    here(ann, bob, cy);
    last = { ...last, messages: [...last.messages, message(2, { user: cy })] };
    expect(shown()).toEqual(["ann", "bob", "cy"]);
    vi.advanceTimersByTime(STAYS);
    expect(shown()).toEqual(["ann", "bob", "cy"]);
  });

  it("who is here for less leaves no trace, however late", () => {
    here(ann, bob);
    vi.advanceTimersByTime(2 * AWAY);
    here(ann, bob, cy);
    vi.advanceTimersByTime(STAYS - 1);
    here(ann, bob);
    vi.advanceTimersByTime(2 * AWAY);
    expect(shown()).toEqual(["ann", "bob"]);
    expect(told()).toEqual([]);
  });

  it("who is away for less than 5 minutes was not away", () => {
    here(ann, bob);
    expect(here(ann)).toEqual(["ann"]);
    vi.advanceTimersByTime(AWAY - STAYS - 1);
    here(ann, bob);
    vi.advanceTimersByTime(2 * AWAY);
    expect(told()).toEqual([]);
  });

  it("who stays away is told of then, and again when they come back", () => {
    here(ann, bob);
    here(ann);
    vi.advanceTimersByTime(AWAY - 1);
    expect(told()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told()).toEqual(["bob left"]);
    here(ann, bob);
    vi.advanceTimersByTime(STAYS);
    expect(told()).toEqual(["bob left", "bob came in"]);
    expect(presence.notes[0]?.after).toBe("m1");
  });

  it("who was never seen here is told of once the page is open for 5 minutes", () => {
    here(ann);
    vi.advanceTimersByTime(AWAY);
    here(ann, cy);
    vi.advanceTimersByTime(STAYS);
    expect(told()).toEqual(["cy came in"]);
  });
});

describe("a crowd", () => {
  const many = Array.from({ length: 23 }, (_, at) => ({ ...bob, id: `u${at}` }));

  it("is told by its number, and the next number takes its place", () => {
    here(...many);
    vi.advanceTimersByTime(AWAY);
    here(...many, cy);
    vi.advanceTimersByTime(STAYS);
    expect(told()).toEqual(["24 people are here"]);
    here(...many, cy, bob);
    vi.advanceTimersByTime(STAYS);
    expect(told()).toEqual(["25 people are here"]);
  });

  it("of which nobody is named any more has neither left nor come", () => {
    here(ann, bob);
    last = { ...room, members: [], count: 150 };
    expect(shown()).toEqual([]);
    vi.advanceTimersByTime(2 * AWAY);
    expect(here(ann, bob, cy)).toEqual(["ann", "bob", "cy"]);
    vi.advanceTimersByTime(2 * AWAY);
    expect(told()).toEqual([]);
  });
});
