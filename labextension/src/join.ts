// The page that an invite leads to. The invite's key stands behind the "#" of its address, which no
// browser sends; it is taken out of there before anything else happens, and kept nowhere.
//
// Rule: the page has all its words already, in its reader's language; this only shows them.

import type { Room, User } from "./protocol.js";

/** What the server answers to who holds an invite. */
interface Welcome {
  readonly rooms: readonly Room[];
  readonly user: User;
  readonly until: number;
  readonly past: boolean;
  /** Who is in by it already, in this browser. */
  readonly guest?: User;
}

/** Codes that are about the name, and not about the invite. */
const OF_NAME = new Set(["bad_name", "name_taken"]);

const key = new URLSearchParams(location.hash.slice(1)).get("k") ?? "";
history.replaceState(null, "", location.pathname);

const form = find<HTMLFormElement>("enter");
const name = find<HTMLInputElement>("name");
const looking = find("looking");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void ask(name.value);
});
void (key ? ask() : look());

function find<T extends HTMLElement>(id: string): T {
  return document.querySelector(`#${id}`) as T;
}

/** Without an invite: in, where this browser is in already. */
async function look(): Promise<void> {
  const answer = await fetch("api/me").catch(() => null);
  if (answer?.ok) location.replace("./");
  else refuse("no_key");
}

/** Asks what the invite opens; with a name, comes in by it. */
async function ask(chosen?: string): Promise<void> {
  const submit = form.querySelector("button");
  looking.hidden = chosen !== undefined;
  if (submit) submit.disabled = true;
  try {
    const answer = await fetch("api/join", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-XSRFToken": token() },
      body: JSON.stringify(chosen === undefined ? { key } : { key, name: chosen }),
    });
    const said = await answer.json();
    if (answer.ok) welcome(said as Welcome);
    else refuse(String(said.code));
  } catch {
    refuse("down");
  } finally {
    looking.hidden = true;
    if (submit) submit.disabled = false;
  }
}

function token(): string {
  return form.querySelector<HTMLInputElement>("[name=_xsrf]")?.value ?? "";
}

function welcome({ rooms, user, until, past, guest }: Welcome): void {
  if (guest) {
    location.replace(`./?${new URLSearchParams({ room: rooms[0]?.room ?? "" })}`);
    return;
  }
  show("");
  find("by").textContent = user.name;
  find("rooms").replaceChildren(...rooms.map((room) => line(room.title)));
  find("past").hidden = !past;
  find("now").hidden = past;
  const time = find<HTMLTimeElement>("until");
  time.dateTime = new Date(until).toISOString();
  const words = { dateStyle: "medium", timeStyle: "short" } as const;
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, words).format(until);
  offer(true);
  name.focus();
}

/** What is asked of a guest, and told to them. */
function offer(is: boolean): void {
  form.hidden = find("about").hidden = !is;
}

function line(title: string): HTMLElement {
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("bdi"), { textContent: title }));
  return item;
}

/** Says what is wrong; where it is the name, another one may be said. */
function refuse(code: string): void {
  const ofName = OF_NAME.has(code);
  show(code);
  if (code === "bad_invite") offer(false);
  name.setAttribute("aria-invalid", String(ofName));
  if (ofName) name.select();
}

function show(code: string): void {
  const all = [...document.querySelectorAll<HTMLElement>("#no [data-code]")];
  const known = all.some((says) => says.dataset.code === code);
  for (const says of all) says.hidden = says.dataset.code !== (known || !code ? code : "down");
}
