import { html, type LitElement, render } from "lit";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { duration } from "../src/duration.js";
import { job } from "../src/message/job.js";
import { partOf } from "../src/message/part.js";
import { question } from "../src/message/question.js";
import { lastWord, plain } from "../src/plain.js";
import type { Job, Message, Question, User } from "../src/protocol.js";
import type { Change } from "../src/room.js";
import { ann, bob, message } from "./people.js";
import { hostile } from "./vectors.js";

const MINUTE = 60_000;
const place = document.createElement("div");
document.body.append(place);
/** What reached the panel. */
let heard: unknown[];
for (const what of ["answer", "withdraw"])
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

/** The inside of the one element that a template is. */
async function inside(template: unknown): Promise<ShadowRoot> {
  render(html`${template}`, place);
  const element = place.querySelector("*") as LitElement;
  await element.updateComplete;
  return element.renderRoot as ShadowRoot;
}

function texts(root: ParentNode, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map(({ textContent }) =>
    (textContent ?? "").replace(/\s+/g, " ").trim(),
  );
}

function asked(more: Partial<Question> = {}): Message {
  const choices = ["yes", "no", "ask me later"];
  return message(3, { text: "Drop it?", question: { choices, until: 10 * MINUTE, ...more } });
}

function card(shown: Message, change?: Change, more: object = {}): Promise<ShadowRoot> {
  const reader = { me: ann.id, mayAnswer: true, serves: false, now: () => Date.now(), ...more };
  return inside(question(shown, reader, change));
}

function answered(...by: [User, number][]): Pick<Question, "answers"> {
  return { answers: by.map(([user, choice], at) => ({ user, choice, at: at * MINUTE })) };
}

function press(root: ShadowRoot, key: string): void {
  const focused = root.activeElement ?? root.querySelector('[tabindex="0"]');
  focused?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

describe("a question", () => {
  it("is answered by a click, once, and shows that at once", async () => {
    const root = await card(asked());
    expect(texts(root, ".choice")).toEqual(["yes", "no", "ask me later"]);
    root.querySelectorAll<HTMLElement>(".choice")[1]?.click();
    expect(heard).toEqual([{ message: asked(), choice: 1 }]);
    const deed = { type: "answer", choice: 1, state: "pending" } as const;
    const mine: Change = { ...deed, room: "lobby", id: "a", of: 3, at: 0 };
    const next = await card(asked(), mine);
    expect(next.querySelector(".picked.on-the-way")?.textContent).toContain("no");
    next.querySelectorAll<HTMLElement>(".choice")[1]?.click();
    expect(heard.length).toBe(1);
  });

  it("that was answered says who did, and takes nothing more", async () => {
    const root = await card(asked(answered([bob, 0])));
    expect(texts(root, ".answer")[0]).toMatch(/^yes — bob, \d/);
    expect(root.querySelector(".picked")?.getAttribute("aria-pressed")).toBe("true");
    for (const choice of root.querySelectorAll<HTMLElement>(".choice")) {
      expect(choice.getAttribute("aria-disabled")).toBe("true");
      choice.click();
    }
    expect([heard, texts(root, ".state")]).toEqual([[], []]);
  });

  it.each([
    ["deadline", /time is over\. Nobody answered/],
    ["withdrawn", /Closed by whoever asked/],
    ["kernel", /kernel that asked is gone/],
  ] as const)("closed by %s says so, and takes nothing more", async (closed, says) => {
    const root = await card(asked({ closed }));
    expect(texts(root, ".state")[0]).toMatch(says);
    root.querySelector<HTMLElement>(".choice")?.click();
    expect(heard).toEqual([]);
  });

  it("is read only where its reader may not answer", async () => {
    const root = await card(asked(), undefined, { mayAnswer: false });
    expect(texts(root, ".state")[0]).toContain("You may not answer here.");
    root.querySelector<HTMLElement>(".choice")?.click();
    expect(heard).toEqual([]);
  });

  it("can be closed by who asked it, and by nobody else", async () => {
    const mine = { ...asked(), user: ann };
    (await card(mine)).querySelector<HTMLElement>(".state button")?.click();
    expect(heard).toEqual([mine]);
    expect((await card(asked())).querySelector(".state button")).toBe(null);
  });

  it("is one stop of the Tab key, and the arrow keys go from choice to choice", async () => {
    const root = await card(asked());
    const stops = () =>
      [...root.querySelectorAll(".choice")].map((choice) => choice.getAttribute("tabindex"));
    expect(stops()).toEqual(["0", "-1", "-1"]);
    for (const [key, at] of [
      ["ArrowRight", 1],
      ["End", 2],
      ["ArrowDown", 0],
      ["ArrowUp", 2],
      ["Home", 0],
    ] as const) {
      press(root, key);
      await vi.advanceTimersByTimeAsync(0);
      expect(stops().indexOf("0")).toBe(at);
      expect(root.activeElement).toBe(root.querySelectorAll(".choice")[at]);
    }
    expect(root.querySelector('[role="group"]')?.getAttribute("aria-label")).toBe("Drop it?");
  });

  it("tells calmly how long it is open: seconds only in the last minute", async () => {
    const root = await card(asked());
    const left: (string | undefined)[] = [];
    for (const time of [0, MINUTE, 8 * MINUTE, 30_000, 30_000]) {
      await vi.advanceTimersByTimeAsync(time + 2);
      left.push(texts(root, ".left")[0]);
    }
    expect(left).toEqual([
      "10 min left",
      "9 min left",
      "1 min left",
      "30 sec left",
      "The time is over.",
    ]);
  });

  it("does not count seconds for who asked that nothing moves", async () => {
    vi.spyOn(window, "matchMedia").mockReturnValue({ matches: true } as MediaQueryList);
    expect(texts(await card(asked({ until: MINUTE })), ".left")).toEqual([
      "less than a minute left",
    ]);
    vi.restoreAllMocks();
  });
});

describe("a vote", () => {
  const cy: User = { id: "u-cy", name: "cy", kind: "guest" };

  it("shows who chose what, and by bars how many", async () => {
    const root = await card(asked({ vote: true, ...answered([bob, 0], [cy, 0], [ann, 1]) }));
    expect(texts(root, ".count")).toEqual(["2 votes", "1 vote", "0 votes"]);
    expect(texts(root, ".who")).toEqual(["bob, cy", "you"]);
    const bars = [...root.querySelectorAll("progress")].map(({ value, max }) => [value, max]);
    expect(bars).toEqual([
      [2, 3],
      [1, 3],
      [0, 3],
    ]);
    expect(root.querySelector('[aria-checked="true"] bdi')?.textContent).toBe("no");
  });

  it("can be changed while it is open, and my last choice counts before it is kept", async () => {
    const voted = asked({ vote: true, ...answered([ann, 1]) });
    const root = await card(voted);
    expect(texts(root, ".state")[0]).toContain("You can change your choice.");
    root.querySelectorAll<HTMLElement>(".choice")[1]?.click();
    root.querySelectorAll<HTMLElement>(".choice")[2]?.click();
    expect(heard).toEqual([{ message: voted, choice: 2 }]);
    const deed = { type: "answer", choice: 2, state: "pending" } as const;
    const next = await card(voted, { ...deed, room: "lobby", id: "a", of: 3, at: 0 });
    expect(texts(next, ".count")).toEqual(["0 votes", "0 votes", "1 vote"]);
  });

  it("does not count a choice of mine that did not come in time", async () => {
    const late: Change = {
      type: "answer",
      choice: 2,
      state: "pending",
      room: "lobby",
      id: "a",
      of: 3,
      at: 0,
    };
    const votes = await card(asked({ vote: true, closed: "deadline" }), late);
    expect(texts(votes, ".count")).toEqual(["0 votes", "0 votes", "0 votes"]);
    const choices = await card(asked({ closed: "deadline" }), late);
    expect(choices.querySelector(".picked, .on-the-way")).toBeNull();
  });

  it("names not all of many", async () => {
    const many = Array.from({ length: 9 }, (_, at): [User, number] => [
      { id: `u${at}`, name: `n${at}`, kind: "member" },
      0,
    ]);
    const root = await card(asked({ vote: true, closed: "withdrawn", ...answered(...many) }));
    expect(texts(root, ".who")).toEqual(["n0, n1, n2, n3, n4 and 4 more"]);
    expect(texts(root, ".state")).toEqual(["Closed by whoever asked."]);
  });
});

function shows(more: Partial<Job>, said: object = {}): Promise<ShadowRoot> {
  const told: Job = { what: "training", state: "running", since: 0, ...more };
  return inside(job({ ...message(3, { text: "", job: told }), ...said }, () => Date.now()));
}

async function barOf(...told: Parameters<typeof shows>): Promise<number | undefined> {
  return (await shows(...told)).querySelector("progress")?.value;
}

describe("a job", () => {
  it("that runs says for how long, by the minute", async () => {
    const root = await shows({});
    expect(texts(root, "p")).toEqual(["training running"]);
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    expect(texts(root, "p")).toEqual(["training running for 3 min"]);
    expect(root.querySelector('[role="status"]')?.getAttribute("aria-live")).toBe("off");
  });

  it.each([
    ["done", 62 * MINUTE, "done after 1 hr 2 min"],
    ["failed", 2_500, "failed after 2.5 sec"],
    ["lost", 26 * 60 * MINUTE, "lost after 1 day 2 hr: its kernel is gone"],
  ] as const)(
    "that is %s says after how long, by a sign and a word",
    async (state, until, says) => {
      const root = await shows({ state, until });
      expect(texts(root, ".state")).toEqual([says]);
      expect(root.querySelector(`[data-state="${state}"] svg`)).not.toBe(null);
    },
  );

  it("shows how far it is, where its last word says so", async () => {
    expect(await barOf({}, { progress: "epoch 3/10" })).toBe(0.3);
    expect(await barOf({}, { text: "42 %" })).toBe(0.42);
    expect(await barOf({ state: "done", until: 9 }, { text: "3/10" })).toBe(undefined);
    const none = ["", "no 1/2/2024", "7/3", "0/0", "-", "a/b", "120%"];
    expect(none.map(partOf)).toEqual(none.map(() => null));
  });

  it("that failed shows an error as code, and other words as they are", () => {
    const told = (text: string, state: Job["state"] = "failed") =>
      lastWord(message(3, { text, job: { what: "x", state, since: 0 } }));
    expect(told("ValueError: no such file")).toBe("```\nValueError: no such file\n```");
    expect(told("it did not converge")).toBe("it did not converge");
    expect(told("no Error: 3/10", "done")).toBe("no Error: 3/10");
  });
});

describe("as plain text", () => {
  it("a question has its choices and who chose them, a job how it stands", () => {
    expect(plain(asked(answered([bob, 0])))).toBe("Drop it?\n- yes — bob\n- no\n- ask me later");
    const told: Job = { what: "training", state: "lost", since: 0 };
    expect(plain(message(3, { text: "", job: told }))).toBe("training: lost: its kernel is gone");
    expect(plain(message(3))).toBe("3");
  });
});

describe("a duration", () => {
  it.each([
    [4, "0.1 sec", "0.1秒"],
    [300, "0.3 sec", "0.3秒"],
    [59_000, "59 sec", "59秒"],
    [3 * MINUTE, "3 min", "3分钟"],
    [62 * MINUTE, "1 hr 2 min", "1小时2分钟"],
    [49 * 60 * MINUTE, "2 days 1 hr", "2天1小时"],
  ])("of %d ms is said in its reader's language", (takes, en, zh) => {
    expect(duration(takes)).toBe(en);
    document.documentElement.lang = "zh";
    expect(duration(takes)).toBe(zh);
  });
});

describe("S-09: hostile choices and names are text", () => {
  const strange = "script, img, iframe, a, b, style, link, form, object";

  it("in every vector", async () => {
    for (let at = 0; at < hostile.length; at += 10) {
      const choices = hostile.slice(at, at + 10);
      const vote = await card(asked({ choices, vote: true }));
      expect([...vote.querySelectorAll(".says")].map((says) => says.textContent)).toEqual(choices);
      const first = await card(asked({ choices, ...answered([bob, 0]) }));
      expect(first.querySelector(".answer bdi")?.textContent).toBe(choices[0]);
      const [what = ""] = choices;
      const named = await shows({ what });
      expect(named.querySelector(".what")?.textContent).toBe(what);
      for (const root of [vote, first, named]) expect(root.querySelector(strange)).toBe(null);
    }
  });
});
