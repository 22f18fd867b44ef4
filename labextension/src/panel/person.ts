// A person or program, as shown everywhere: a tinted initial, the name, the mark of their kind.

import { css, html, nothing, type TemplateResult } from "lit";
import type { Seat, User } from "../protocol.js";
import { words } from "../words.js";
import { badge, crown, eye, gavel, prompt, unsure, vouched } from "./icons.js";

const HUES = 8;

const hues = new Map<string, number>();
/** How many people have each hue on this page. */
const people = Array.from({ length: HUES }, () => 0);

/** A person's hue is made of their id, and is the next one where others here have more of it. */
function hue(id: string): number {
  const known = hues.get(id);
  if (known !== undefined) return known;
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  const least = Math.min(...people);
  while (people[sum % HUES] !== least) sum++;
  const chosen = sum % HUES;
  hues.set(id, chosen);
  people[chosen] = least + 1;
  return chosen;
}

let letters: Intl.Segmenter | undefined;

/** What a reader would call the first letter, whatever the script. */
function initial(name: string): string {
  letters ??= new Intl.Segmenter();
  const first = letters.segment(name)[Symbol.iterator]().next().value;
  return (first?.segment ?? "?").toLocaleUpperCase();
}

export function face(user: User): TemplateResult {
  const sign = user.kind === "program" ? prompt : initial(user.name);
  return html`<span class="face hue${hue(user.id)} ${user.kind}" aria-hidden="true">${sign}</span>`;
}

/**
 * The name and whose word it is; `spelt` where there is space for that word. For whose program it is
 * there is space everywhere.
 */
export function name(user: User, spelt = false): TemplateResult {
  return html`<bdi class="name">${user.name}</bdi>${mark(user, spelt)}`;
}

/** A mark is drawn, so that no name that anybody types can look like it. */
function mark({ kind, declared, whose }: User, spelt: boolean): TemplateResult {
  const t = words();
  const own = [unsure, t.declared, t.declaredHint] as const;
  const [sign, word, hint] = {
    program: [prompt, whose ? t.programOf(whose) : t.program, t.programHint] as const,
    guest: [badge, t.guest, t.guestHint] as const,
    member: declared ? own : ([vouched, t.vouched, t.vouchedHint] as const),
  }[kind];
  if (spelt || whose) return chip(sign, word, hint);
  return html` <span class="mark bare" title=${hint}
    >${sign}<span class="unseen">(${word})</span></span
  >`;
}

/** What somebody is in a room. */
export type Role = Seat["role"];

const BADGES = { owner: crown, moderator: gavel, reader: eye };

/** What somebody is in a room, where that is more or less than what their mark says. */
export function roleMark(role: Role | undefined): TemplateResult | typeof nothing {
  if (role === undefined || role === "member" || role === "guest") return nothing;
  const { roles, rolesHint } = words().order;
  return html` <span class="mark role" title=${rolesHint[role]}>${BADGES[role]}${roles[role]}</span>`;
}

function chip(sign: unknown, word: string, hint: string): TemplateResult {
  return html` <span class="mark" title=${hint}>${sign}${word}</span>`;
}

export const personStyle = css`
  .face {
    display: inline-grid;
    flex: none;
    place-items: center;
    width: 2.25em;
    height: 2.25em;
    border-radius: 50%;
    overflow: hidden;
    font-weight: 600;
    color: light-dark(
      hsl(var(--hue) 55% 26%),
      hsl(var(--hue) 60% 86%)
    );
    background: light-dark(
      hsl(var(--hue) 60% 90%),
      hsl(var(--hue) 32% 27%)
    );
  }
  .face.program {
    border-radius: 25%;
  }
  .hue0 { --hue: 212; }
  .hue1 { --hue: 168; }
  .hue2 { --hue: 28; }
  .hue3 { --hue: 268; }
  .hue4 { --hue: 340; }
  .hue5 { --hue: 98; }
  .hue6 { --hue: 192; }
  .hue7 { --hue: 48; }
  .name {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .mark {
    display: inline-block;
    padding: 0 0.4em;
    border: 1px solid var(--line);
    border-radius: 1em;
    font-size: 0.8em;
    line-height: 1.45;
    color: var(--quiet);
    overflow-wrap: break-word;
  }
  .mark svg {
    width: 1em;
    height: 1em;
    margin-inline-end: 0.25em;
    vertical-align: -0.15em;
  }
  .mark.bare {
    padding: 0 0.2em;
    border-color: transparent;
  }
  .mark.bare svg {
    margin: 0;
  }
`;
