import { describe, expect, it } from "vitest";
import type { User } from "../src/protocol.js";
import {
  apply,
  change,
  changeOf,
  type Deed,
  emptyRoom,
  type Frame,
  KEPT,
  lose,
  MOST,
  type Room,
  say,
  settle,
  type Unsent,
} from "../src/room.js";
import { hasNews, see } from "../src/seen.js";
import { ann, bob, joined, message, messages, resumed } from "./people.js";

const empty = emptyRoom("lobby", "e1");

function roomAfter(...frames: Frame[]): Room {
  return frames.reduce(apply, empty);
}

/** The messages `from` to `to`, as the answer to who asked for those before `before`. */
function page(from: number, to: number, before: number, more = true): Frame {
  const ref = `before ${before}`;
  return { type: "page", room: "lobby", messages: messages(from, to), more, ref } as Frame;
}

function seqs(room: Room): number[] {
  return room.messages.map(({ seq }) => seq);
}

function pending(id: string): Unsent {
  return { room: "lobby", id, text: id, at: 0, state: "pending" };
}

describe("messages", () => {
  it("lie in the order of their seq", () => {
    const room = roomAfter(joined(0, 2), message(3), message(4));
    expect(seqs(room)).toEqual([1, 2, 3, 4]);
    expect(room.position).toEqual({ epoch: "e1", seq: 4, check: "m4" });
  });

  it("that come twice are shown once", () => {
    const room = roomAfter(joined(0, 2), message(3));
    expect(apply(room, message(3))).toBe(room);
    expect(apply(room, message(1))).toBe(room);
  });

  it("that one may not see leave no hole, and nothing to come back with", () => {
    const passed = { type: "passed", room: "lobby", seq: 3 };
    const room = roomAfter(joined(0, 2), passed);
    expect(room.position).toEqual({ epoch: "e1", seq: 3, check: undefined });
    expect(seqs(apply(room, message(4)))).toEqual([1, 2, 4]);
  });

  it("beyond a hole are not shown; the room is behind, and its position stays", () => {
    const room = roomAfter(joined(0, 2), message(4));
    expect(seqs(room)).toEqual([1, 2]);
    expect(room.behind).toBe(true);
    expect(room.position.seq).toBe(2);
    expect(apply(room, message(5))).toBe(room);
  });

  it("of a kind nobody knows yet move the position on, and show nothing", () => {
    const poll: Frame = { type: "poll", room: "lobby", seq: 3, id: "p3" };
    const room = roomAfter(joined(0, 2), poll, message(4));
    expect(seqs(room)).toEqual([1, 2, 4]);
    expect(apply(roomAfter(joined(0, 2)), poll).position).toEqual({
      epoch: "e1",
      seq: 3,
      check: "p3",
    });
  });

  it("that carry no seq change nothing", () => {
    const room = roomAfter(joined(0, 2));
    expect(apply(room, { type: "typing", room: "lobby" })).toBe(room);
  });
});

describe("a first join", () => {
  it("brings the newest page, and says whether older ones exist", () => {
    const room = roomAfter(joined(150, 200, { more: true }));
    expect(seqs(room)).toEqual(messages(151, 200).map(({ seq }) => seq));
    expect(room).toMatchObject({ here: true, known: true, older: true, behind: false });
    expect(room).toMatchObject({ title: "Lobby", members: [ann, bob], count: 2 });
  });

  it("replaces what was known", () => {
    expect(seqs(roomAfter(joined(0, 2), joined(0, 1)))).toEqual([1]);
  });

  it("of an empty room has position 0 and no check", () => {
    expect(roomAfter(joined(0, 0)).position).toEqual({ epoch: "e1", seq: 0, check: undefined });
  });
});

describe("resuming", () => {
  it("adds page after page, and is behind until the last", () => {
    const first = roomAfter(joined(0, 2), resumed(2, 4, true));
    expect(first.behind).toBe(true);
    const last = apply(first, resumed(4, 5));
    expect(seqs(last)).toEqual([1, 2, 3, 4, 5]);
    expect(last).toMatchObject({ behind: false, older: false });
    expect(last.position).toEqual({ epoch: "e1", seq: 5, check: "m5" });
  });

  it("doubles nothing where pages and live messages overlap", () => {
    expect(seqs(roomAfter(joined(0, 2), message(3), resumed(2, 4)))).toEqual([1, 2, 3, 4]);
  });

  it("with nothing missed keeps the position and its check", () => {
    const { position } = roomAfter(joined(0, 2), resumed(2, 2));
    expect(position).toEqual({ epoch: "e1", seq: 2, check: "m2" });
  });

  it("fills a hole", () => {
    const room = roomAfter(joined(0, 2), message(4), resumed(2, 4));
    expect(seqs(room)).toEqual([1, 2, 3, 4]);
    expect(room.behind).toBe(false);
  });
});

describe("a reset", () => {
  it("forgets the history, takes the new epoch, and keeps what I have not sent yet", () => {
    const room = say(roomAfter(joined(0, 2)), pending("mine"));
    const next = apply(room, { type: "reset", room: "lobby", epoch: "e2" } as Frame);
    expect(next.messages).toEqual([]);
    expect(next.position).toEqual({ epoch: "e2", seq: 0 });
    expect(next.unsent.map(({ id }) => id)).toEqual(["mine"]);
  });
});

describe("older messages", () => {
  it("go before the others", () => {
    const room = roomAfter(joined(100, 102, { more: true }), page(51, 100, 101));
    expect(seqs(room)).toEqual(messages(51, 102).map(({ seq }) => seq));
    expect(room.older).toBe(true);
  });

  it("end where the room begins", () => {
    const first = page(1, 2, 3, false);
    expect(roomAfter(joined(2, 3, { more: true }), first).older).toBe(false);
  });

  it("that come after those below them left memory make no hole, and can be asked for again", () => {
    const asked = { ...roomAfter(joined(4_000, 5_500, { more: true })), fetching: true };
    const trimmed = see(apply(asked, message(5_501)));
    const room = apply(trimmed, page(3_951, 4_000, 4_001));
    expect(seqs(room)).toEqual(messages(4_502, 5_501).map(({ seq }) => seq));
    expect(room).toMatchObject({ older: true, fetching: false });
  });

  it("leave memory when the reader is at the newest ones", () => {
    const many = roomAfter(joined(0, KEPT + 5));
    const seen = see(many);
    expect(seen.messages.length).toBe(KEPT);
    expect(seqs(seen).at(-1)).toBe(KEPT + 5);
    expect(seen.older).toBe(true);
  });

  it("leave memory where nobody looks too, one by one or page by page", () => {
    const many = roomAfter(joined(0, MOST), message(MOST + 1));
    expect([many.messages.length, seqs(many)[0], many.older]).toEqual([MOST, 2, true]);
    const more = apply(many, resumed(MOST + 1, MOST + 200));
    expect([more.messages.length, seqs(more).at(-1)]).toEqual([MOST, MOST + 200]);
  });
});

/** Entry `seq`: message `of` got another text, or was taken back. */
function changed(seq: number, of: number, text?: string): Frame {
  return { type: "changed", room: "lobby", seq, id: `c${seq}`, of, at: seq, text } as Frame;
}

function textsOf(room: Room): string[] {
  return room.messages.map(({ seq, text }) => `${seq}:${text}`);
}

describe("an edit", () => {
  it("gives a message another text, and has a place of its own", () => {
    const room = roomAfter(joined(0, 2), changed(3, 1, "better"), message(4));
    expect(textsOf(room)).toEqual(["1:better", "2:2", "4:4"]);
    expect(room.messages[0]).toMatchObject({ edited: 3, at: message(1).at });
    expect(room).toMatchObject({ behind: false, position: { epoch: "e1", seq: 4, check: "m4" } });
  });

  it("of a message that is not here moves the position on, and that is all", () => {
    const room = roomAfter(joined(50, 52, { more: true }));
    const next = apply(room, changed(53, 1, "better"));
    expect(next.messages).toBe(room.messages);
    expect(next.position).toEqual({ epoch: "e1", seq: 53, check: "c53" });
  });

  it("beyond a hole changes nothing but that the room is behind", () => {
    const room = apply(roomAfter(joined(0, 2)), changed(4, 1, "better"));
    expect(textsOf(room)).toEqual(["1:1", "2:2"]);
    expect(room.behind).toBe(true);
  });

  it("is not lost where the older page on its way was read before it", () => {
    const asked = { ...roomAfter(joined(2, 4, { more: true })), fetching: true };
    const room = apply(apply(asked, changed(5, 1, "better")), page(1, 2, 3, false));
    expect(textsOf(room)).toEqual(["1:better", "2:2", "3:3", "4:4"]);
    expect(room.above).toEqual([]);
  });
});

describe("a deletion", () => {
  it("takes everything out of a message but who said it and when", () => {
    const rich = message(3, { reply: 1, files: [], cell: { source: "1" }, edited: 5 });
    const room = roomAfter(joined(0, 2), rich, changed(4, 3));
    const { type, room: name, seq, id, user, at } = rich;
    const left = { type, room: name, seq, id, user, at, text: "", deleted: true };
    expect(room.messages.at(-1)).toEqual(left);
  });
});

describe("an edit of the whole", () => {
  const whole = (more: object): Frame => ({ ...changed(4, 3, "now"), ...more });
  const cell = { source: "1" };
  const shown = { hash: "aa", name: "a.png", type: "image/png", size: 1 };
  const loss = { type: "text/plain", text: "0.1" };

  it("replaces all that a message holds, be it by nothing", () => {
    const rich = message(3, { reply: 1, files: [shown], cell });
    const held = (...frames: Frame[]) => roomAfter(joined(0, 2), rich, ...frames).messages.at(-1);
    const replaced = held(whole({ data: [loss] }));
    expect(replaced).toMatchObject({ text: "now", reply: 1, data: [loss], edited: 4 });
    expect([replaced?.files, replaced?.cell]).toEqual([undefined, undefined]);
    const emptied = held(whole({ files: [] }));
    expect([emptied?.files, emptied?.cell]).toEqual([[], undefined]);
    expect(held(whole({}))).toMatchObject({ text: "now", files: [shown], cell });
  });
});

const ASKED = { choices: ["yes", "no"], until: 9e12 };

/** Entry `seq`: somebody answered the question in message `of`. */
function answered(seq: number, of: number, user: User, choice: number): Frame {
  return {
    type: "answered",
    room: "lobby",
    seq,
    id: `a${seq}`,
    of,
    user,
    choice,
    at: seq,
  } as Frame;
}

function closed(seq: number, of: number, why = "deadline"): Frame {
  return { type: "closed", room: "lobby", seq, id: `x${seq}`, of, why, at: seq } as Frame;
}

describe("a question", () => {
  const asked = roomAfter(joined(0, 2), message(3, { question: ASKED }));
  const answersOf = (room: Room) =>
    room.messages.at(-1)?.question?.answers?.map(({ user, choice }) => [user.id, choice]);

  it("holds the last answer of each person, oldest first, and each moves the position on", () => {
    const frames = [answered(4, 3, ann, 0), answered(5, 3, bob, 1), answered(6, 3, ann, 1)];
    const room = frames.reduce(apply, asked);
    expect(answersOf(room)).toEqual([
      [bob.id, 1],
      [ann.id, 1],
    ]);
    expect(room).toMatchObject({ behind: false, position: { epoch: "e1", seq: 6, check: "a6" } });
    expect(frames.reduce(apply, room)).toBe(room);
  });

  it("says why it is closed, in a place of its own", () => {
    const room = apply(asked, closed(4, 3, "kernel"));
    expect(room.messages.at(-1)?.question).toEqual({ ...ASKED, closed: "kernel" });
    expect(room.position).toEqual({ epoch: "e1", seq: 4, check: "x4" });
  });

  it("beyond a hole or taken back is answered by nobody", () => {
    expect(apply(asked, answered(5, 3, ann, 0))).toEqual({ ...asked, behind: true });
    const gone = apply(apply(asked, changed(4, 3)), answered(5, 3, ann, 0));
    expect(gone.messages.at(-1)).toMatchObject({ deleted: true, seq: 3 });
    expect(answersOf(gone)).toBe(undefined);
  });

  it("loses no answer that comes before the older page it is on", () => {
    const below = { ...roomAfter(joined(3, 5, { more: true })), fetching: true };
    const told = [answered(6, 2, ann, 1), closed(7, 2)].reduce(apply, below);
    const older = { ...page(1, 3, 4, false), messages: [message(2, { question: ASKED })] };
    const question = apply(told, older as Frame).messages[0]?.question;
    expect(question).toMatchObject({ answers: [{ user: ann, choice: 1 }], closed: "deadline" });
  });

  it("comes as it is now after a lost connection, and settles my answer when that is told", () => {
    const mine = { type: "answer", choice: 0, room: "lobby", id: "a4", of: 3, at: 0 } as const;
    const room = change(asked, { ...mine, state: "pending" });
    const answer = { user: ann, choice: 0, at: 4 };
    const now = message(3, { question: { ...ASKED, answers: [answer] } });
    const back = apply(room, { ...resumed(3, 4), messages: [now], check: "a4" } as Frame);
    expect(answersOf(back)).toEqual([[ann.id, 0]]);
    expect(back.changes.length).toBe(1);
    const told = apply(back, answered(4, 3, ann, 0));
    expect([told.changes, told.messages]).toEqual([[], back.messages]);
  });
});

describe("a job", () => {
  const job = { what: "training", state: "running", since: 1 } as const;
  const running = roomAfter(joined(0, 2), message(3, { job }));
  const progress = (text: string, of = 3): Frame =>
    ({ type: "progress", room: "lobby", of, text }) as Frame;

  it("that runs has a last word, which moves nothing on", () => {
    const room = [progress("1/3"), progress("2/3")].reduce(apply, running);
    expect(room.messages.at(-1)).toMatchObject({ text: "3", progress: "2/3" });
    expect(room.position).toEqual(running.position);
  });

  it("that ended has the text it ended with", () => {
    const end = { ...changed(4, 3, "3/3"), state: "done" } as Frame;
    const room = [progress("2/3"), end, progress("too late")].reduce(apply, running);
    const ended = { ...job, state: "done", until: 4 };
    expect(room.messages.at(-1)).toMatchObject({ text: "3/3", job: ended });
    expect(room.messages.at(-1)?.progress).toBe(undefined);
  });

  it("takes its present form after a lost connection, and has no last word then", () => {
    const now = message(3, { text: "kept", job });
    const answer = { ...resumed(3, 4), messages: [now], check: "c4" } as Frame;
    expect(apply(apply(running, progress("2/3")), answer).messages.at(-1)).toEqual(now);
  });

  it("that nobody knows, or that is no job, has none", () => {
    expect(apply(running, progress("2/3", 9))).toBe(running);
    expect(apply(running, progress("2/3", 2)).messages).toEqual(running.messages);
  });
});

describe("resuming after edits", () => {
  it("adds what is new, replaces what is known, and passes over what is not here", () => {
    const room = roomAfter(joined(50, 52, { more: true }));
    const messages = [
      message(7, { text: "far above", edited: 1 }),
      message(51, { text: "better", edited: 1 }),
      message(54),
    ];
    const answer = { ...resumed(52, 55), messages, check: "c55" };
    const next = apply(room, answer);
    expect(textsOf(next)).toEqual(["51:better", "52:52", "54:54"]);
    expect(next.position).toEqual({ epoch: "e1", seq: 55, check: "c55" });
  });

  it("does not undo what was told meanwhile", () => {
    const room = roomAfter(joined(0, 2), changed(3, 1, "better"), resumed(0, 2));
    expect(textsOf(room)).toEqual(["1:better", "2:2"]);
    expect(room.position).toEqual({ epoch: "e1", seq: 3, check: "c3" });
  });
});

describe("what I change", () => {
  const mine = (id: string, of: number, text?: string) => {
    const deed: Deed = text === undefined ? { type: "delete" } : { type: "edit", text };
    return { ...deed, room: "lobby", id, of, at: 0, state: "pending" } as const;
  };

  it("is pending until its id comes back, and the last one is what I want", () => {
    const first = change(roomAfter(joined(0, 2)), mine("c3", 2, "better"));
    const room = change(first, mine("c4", 2, "best"));
    expect(changeOf(room, message(2))).toMatchObject({ type: "edit", text: "best" });
    expect(changeOf(room, message(1))).toBe(undefined);
    const kept = apply(room, changed(3, 2, "better"));
    expect(kept.changes.map(({ id }) => id)).toEqual(["c4"]);
    expect(apply(kept, changed(4, 2, "best")).changes).toEqual([]);
  });

  it("anew takes the place of what was refused", () => {
    const refused = change(empty, { ...mine("c3", 2, "better"), state: "failed" });
    expect(change(refused, mine("c4", 2)).changes).toEqual([mine("c4", 2)]);
  });
});

describe("what I say", () => {
  it("is pending until its id comes back", () => {
    const room = say(roomAfter(joined(0, 2)), pending("mine"));
    const kept = apply(room, message(3, { id: "mine", user: ann }));
    expect(kept.unsent).toEqual([]);
    expect(kept.messages.at(-1)).toMatchObject({ seq: 3, id: "mine" });
  });

  it("is found again in a page that resumes", () => {
    const room = say(roomAfter(joined(0, 2)), pending("m3"));
    expect(apply(room, resumed(2, 4)).unsent).toEqual([]);
  });

  it("is settled by an old message too, which is not shown a second time", () => {
    const room = say(roomAfter(joined(0, 2)), pending("m1"));
    const next = apply(room, message(1));
    expect(next.unsent).toEqual([]);
    expect(seqs(next)).toEqual([1, 2]);
  });

  it("keeps its order, and its place when its state changes", () => {
    const room = ["a", "b", "c"].map(pending).reduce(say, empty);
    const failed = say(room, { ...pending("b"), state: "failed" });
    expect(failed.unsent.map(({ id, state }) => [id, state])).toEqual([
      ["a", "pending"],
      ["b", "failed"],
      ["c", "pending"],
    ]);
    expect(settle(failed, "b").unsent.map(({ id }) => id)).toEqual(["a", "c"]);
    expect(settle(failed, "nobody")).toBe(failed);
  });
});

describe("presence", () => {
  it("follows who comes and who goes", () => {
    const cy = { id: "u-cy", name: "cy", kind: "guest" } as const;
    const frame = { type: "presence", room: "lobby", joined: [cy], left: [bob.id], count: 2 };
    expect(roomAfter(joined(0, 0), frame).members).toEqual([ann, cy]);
  });

  it("knows a person once, also under a new name", () => {
    const renamed = { ...bob, name: "Robert" };
    const frame = { type: "presence", room: "lobby", joined: [renamed], left: [], count: 2 };
    expect(roomAfter(joined(0, 0), frame).members).toEqual([ann, renamed]);
  });

  it("forgets who is here in a crowd, of which only the number is told", () => {
    const crowd = { type: "presence", room: "lobby", joined: [], left: [], count: 150 };
    const room = roomAfter(joined(0, 0), crowd);
    expect(room).toMatchObject({ members: [], count: 150 });
    const fewer = { type: "presence", room: "lobby", joined: [ann], left: [], count: 1 };
    expect(apply(room, fewer as Frame)).toMatchObject({ members: [ann], count: 1 });
  });

  it("ends with the line", () => {
    expect(lose(roomAfter(joined(0, 2)))).toMatchObject({ here: false, known: true });
  });
});

describe("news", () => {
  it("is what came since the reader saw the end", () => {
    const seen = see(roomAfter(joined(0, 2)));
    expect(hasNews(seen)).toBe(false);
    expect(hasNews(apply(seen, message(3)))).toBe(true);
    expect(hasNews(see(apply(seen, message(3))))).toBe(false);
  });

  it("is not what was said before its reader first came", () => {
    const room = roomAfter(joined(14_950, 15_000, { more: true }));
    expect(hasNews(room)).toBe(false);
    expect(apply(room, message(15_001))).toMatchObject({ seen: 15_000, known: true });
    const reset = apply(room, { type: "reset", room: "lobby", epoch: "e2" } as Frame);
    expect(hasNews(apply(reset, joined(0, 2)))).toBe(false);
  });

  it("is all that was said since its reader was there and found nothing", () => {
    const marked = { type: "marked", room: "lobby", seq: 0 };
    expect(roomAfter(marked, joined(0, 2)).seen).toBe(0);
    expect(hasNews(roomAfter(marked, joined(0, 2)))).toBe(true);
    expect(hasNews(roomAfter(marked, joined(0, 0)))).toBe(false);
  });

  it("is what the first ones say in a room that was empty, though the line broke", () => {
    expect(hasNews(roomAfter(joined(0, 0), joined(0, 2)))).toBe(true);
  });
});
