// A home: an element of somebody else's page in which the panel lives.
//
// Rule: every home loads the very same address, so that a browser page has one UI and one session;
// and a home is never blank: where the UI cannot be loaded it says why, and what mends it.

import { diagnose, type Health, type Trouble } from "./health.js";
import type { Home, Panel } from "./panel.js";
import { doorWords } from "./words.js";

/** What to do on a server that has no chat: the first line mends it, the second shows it. */
const MEND = "pip install jupyter_tornchat\njupyter server extension list";
const MEND_ANEW = "pip install --force-reinstall jupyter_tornchat";

export interface Place {
  /** The chat's address, ending in "/". */
  readonly base: string;
  readonly room: string;
  readonly home: Home;
  /** The version of whoever mounts it, where it may differ from the server's. */
  readonly version?: string;
}

/**
 * Mounts the panel in `host`.
 *
 * @param ready is called with the panel once it is there.
 * @returns what takes it away again.
 */
export function mount(host: HTMLElement, place: Place, ready?: (panel: Panel) => void): () => void {
  let gone = false;
  host.classList.add("tornchat-home");
  const say = (...children: (Node | string)[]) => {
    if (!gone) host.replaceChildren(...children);
  };
  const open = async (): Promise<void> => {
    say(line("p", doorWords().opening));
    const trouble = await diagnose(new URL(place.base, document.baseURI));
    if (trouble && trouble.problem !== "off") return say(...remedy(trouble, place, open));
    const panel = await load(place).catch(() => null);
    if (!panel) return say(...noBundle(open));
    say(...(await versions(place)), panel);
    if (!gone) ready?.(panel);
  };
  void open();
  return () => {
    gone = true;
    host.replaceChildren();
  };
}

async function load({ base, room, home }: Place): Promise<Panel> {
  const address = new URL("static/tornchat.js", new URL(base, document.baseURI)).href;
  await import(/* webpackIgnore: true */ address);
  const panel = document.createElement("tornchat-panel") as Panel;
  return Object.assign(panel, { base, room, home });
}

async function versions({ base, version }: Place): Promise<Node[]> {
  if (!version) return [];
  const answer = await fetch(new URL("api/health", new URL(base, document.baseURI)));
  const server = ((await answer.json()) as Health).version;
  if (!server || server === version) return [];
  return [line("p", doorWords().otherVersion(version, server))];
}

function remedy({ problem }: Trouble, { base }: Place, again: () => void): Node[] {
  const t = doorWords();
  const { says, mend } = t.problems[problem];
  const nodes = [line("strong", says), line("p", mend)];
  if (problem === "gone") nodes.push(line("pre", MEND));
  if (problem === "signed_out") {
    const link = Object.assign(line("a", t.signIn), { href: base, target: "_blank" });
    nodes.push(link);
  }
  return [...nodes, button(t.tryAgain, again)];
}

function noBundle(again: () => void): Node[] {
  const t = doorWords();
  const nodes = [line("strong", t.noBundle.says), line("p", t.noBundle.mend)];
  return [...nodes, line("pre", MEND_ANEW), button(t.tryAgain, again)];
}

function line(tag: string, text: string): HTMLElement {
  return Object.assign(document.createElement(tag), { textContent: text });
}

function button(text: string, act: () => void): HTMLElement {
  return Object.assign(line("button", text), { onclick: act });
}
