// A home: an element of somebody else's page in which the panel lives.
//
// Rule: every home loads the very same address, so that a browser page has one UI and one session;
// and a home is never blank: where the UI cannot be loaded it says why, and what mends it.

import type { Home, Panel } from "./panel/panel.js";
import { diagnose, type Health, type Trouble } from "./session/health.js";
import { Direct } from "./session/transport.js";
import { doorWords, type Remedy } from "./words/doors.js";

/** A server that does not answer is asked again after this time (milliseconds). */
const AGAIN = 5_000;

/** Another way to the chat than by the page's own server. */
export interface Detour {
  /**
   * The panel, or null where this way leads nowhere.
   *
   * @param late is called where it leads there after all.
   */
  panel(late: () => void): Promise<Panel | null>;
  /** Why it leads nowhere, where somebody said so. */
  readonly reason: string;
  close(): void;
}

export interface Place {
  /** The chat's address, ending in "/"; null where the page does not say where its server is. */
  readonly base: string | null;
  readonly room: string;
  readonly home: Home;
  /** The version of whoever mounts it, where it may differ from the server's. */
  readonly version?: string;
  /** For where the chat is not on the page's server. */
  readonly detour?: Detour;
}

/** A place whose page says where its server is. */
type Known = Place & { readonly base: string };

/**
 * Mounts the panel in `host`.
 *
 * @param ready is called with the panel once it is there.
 * @returns what takes it away again.
 */
export function mount(host: HTMLElement, place: Place, ready?: (panel: Panel) => void): () => void {
  let gone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = async (): Promise<void> => {
    clearTimeout(timer);
    const found = await enter(place, open);
    if (gone) return;
    host.replaceChildren(...found.nodes);
    if (found.panel) ready?.(found.panel);
    else if (found.again) timer = setTimeout(open, AGAIN);
  };
  host.classList.add("tornchat-home");
  host.replaceChildren(line("p", doorWords().opening));
  void open();
  return () => {
    gone = true;
    clearTimeout(timer);
    place.detour?.close();
    host.replaceChildren();
  };
}

interface Found {
  readonly nodes: Node[];
  readonly panel?: Panel;
  /** Whether time alone may mend it. */
  readonly again?: boolean;
  /** Whether the chat is not on the page's server. */
  readonly gone?: boolean;
}

/** The panel, or what stands in its way. */
async function enter(place: Place, retry: () => void): Promise<Found> {
  const { base, room, home } = place;
  const found = base === null ? null : await direct({ ...place, base }, retry);
  if (found && !found.gone) return found;
  const panel = await place.detour?.panel(retry);
  if (panel) return { nodes: [Object.assign(panel, { room, home })], panel };
  const why = place.detour?.reason;
  return (
    found ?? { nodes: [line("p", doorWords().saved(room)), ...(why ? [line("pre", why)] : [])] }
  );
}

/** The same by the page's own server. */
async function direct(place: Known, retry: () => void): Promise<Found> {
  const trouble = await diagnose(new Direct(new URL(place.base, document.baseURI)));
  if (trouble && trouble.problem !== "off") {
    const { problem } = trouble;
    const nodes = remedy(trouble, place, retry);
    return { nodes, again: problem === "down", gone: problem === "gone" };
  }
  const panel = await load(place).catch(() => null);
  if (!panel) return { nodes: show(doorWords().noBundle, retry) };
  // Where the server went away meanwhile the panel says so, and comes back by itself.
  const notes = await tell(place).catch(() => []);
  return { nodes: [...notes, panel], panel };
}

/** What the one UI of a browser page gives to its homes. */
export type UI = typeof import("./tornchat.js");

/** The UI of the chat at `base`: one for the browser page, whoever asks first. */
export function loadUI(base: string): Promise<UI> {
  const address = new URL("static/tornchat.js", new URL(base, document.baseURI)).href;
  return import(/* webpackIgnore: true */ address);
}

async function load({ base, room, home }: Known): Promise<Panel> {
  await loadUI(base);
  const panel = document.createElement("tornchat-panel") as Panel;
  return Object.assign(panel, { base, room, home });
}

/** What is to be known of the place beside the panel. */
async function tell({ base, version }: Known): Promise<Node[]> {
  const answer = await new Direct(new URL(base, document.baseURI)).fetch("api/health", {});
  const health = (await answer.json()) as Health;
  return [...otherVersion(version, health.version), ...alone(health)];
}

function otherVersion(mine?: string, server?: string): Node[] {
  if (!mine || !server || server === mine) return [];
  const same = `pip install jupyter_tornchat==${server}`;
  return [line("p", doorWords().otherVersion(mine, server)), line("pre", same)];
}

const KNOWN_ALONE = "tornchat-known-alone";

/** On a Hub that has no chat of its own only people on this one server are here; said once. */
function alone({ alone, user }: Health): Node[] {
  if (!alone || !user || kept(KNOWN_ALONE)) return [];
  const t = doorWords();
  const said = Object.assign(line("p", `${t.alone} `), { className: "alone" });
  const known = Object.assign(line("button", t.known), {
    onclick: () => {
      keep(KNOWN_ALONE);
      said.remove();
    },
  });
  said.append(known);
  return [said];
}

function kept(name: string): boolean {
  try {
    return localStorage.getItem(name) !== null;
  } catch {
    return false; // this browser keeps nothing
  }
}

function keep(name: string): void {
  try {
    localStorage.setItem(name, "");
  } catch {} // it is said again next time
}

function remedy({ problem }: Trouble, { base }: Known, again: () => void): Node[] {
  const t = doorWords();
  if (problem !== "signed_out") return show(t.problems[problem], again);
  const link = Object.assign(line("a", t.signIn), { href: base, target: "_blank" });
  return show(t.problems[problem], again, link);
}

function show({ says, mend, run }: Remedy, again: () => void, ...more: Node[]): Node[] {
  const commands = run ? [line("pre", run)] : [];
  const tryAgain = Object.assign(line("button", doorWords().tryAgain), { onclick: again });
  return [line("strong", says), line("p", mend), ...commands, ...more, tryAgain];
}

function line(tag: string, text: string): HTMLElement {
  return Object.assign(document.createElement(tag), { textContent: text });
}
