import { html, render } from "lit";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actions } from "../src/message/actions.js";
import { handle } from "../src/message/handle.js";
import type { Message } from "../src/protocol.js";
import { message } from "./people.js";

const place = document.createElement("div");
document.body.append(place);
afterAll(() => place.remove());

beforeEach(() => {
  render(null, place);
  draw(message(3));
});

function draw(shown: Message): void {
  render(
    html`<article class="message" tabindex="-1">${handle(shown, false, false)}</article><a href="#">`,
    place,
  );
}

function find<Found extends Element = HTMLElement>(selector: string): Found {
  const found = place.querySelector<Found>(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
}

/** What the message has: its one button, or all that may be done with it. */
function has(): (string | null)[] {
  return [...find("article").children].map(({ localName }) => localName);
}

function point(type: string, pointerType: string): void {
  find("article").dispatchEvent(new PointerEvent(type, { pointerType }));
}

/** The button under the focus. */
function focused(): string | undefined {
  const { activeElement } = find<Actions>("tornchat-actions").renderRoot as ShadowRoot;
  return (activeElement as HTMLElement | null)?.dataset.act;
}

/** The button is pressed, and what it opens is there. */
async function press(): Promise<void> {
  find(".handle").click();
  await vi.waitFor(() => expect(focused()).toBe("reply"));
}

function backOut(): void {
  const bar = find<Actions>("tornchat-actions").renderRoot.querySelector(".bar");
  bar?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
}

describe("the handle of a message", () => {
  it("is all that may be done with it while a mouse is over it", async () => {
    expect(has()).toEqual(["button"]);
    point("pointerenter", "mouse");
    expect(has()).toEqual(["tornchat-actions"]);
    point("pointerleave", "mouse");
    await vi.waitFor(() => expect(has()).toEqual(["button"]));
  });

  it("stays one button under a finger, which presses it", async () => {
    point("pointerenter", "touch");
    expect(has()).toEqual(["button"]);
    await press();
    expect(has()).toEqual(["tornchat-actions"]);
  });

  it("opens with the focus that came by keyboard, and closes when that goes on", async () => {
    find("article").focus();
    expect(has()).toEqual(["tornchat-actions"]);
    find("a").focus();
    await vi.waitFor(() => expect(has()).toEqual(["button"]));
  });

  it("gives the focus back to its message with Escape", async () => {
    await press();
    backOut();
    expect(document.activeElement).toBe(find("article"));
  });

  it("stays open when its message is another one, and goes with what was deleted", async () => {
    await press();
    draw(message(3, { text: "changed" }));
    expect(focused()).toBe("reply");
    draw(message(3, { deleted: true }));
    expect(has()).toEqual([]);
  });
});
