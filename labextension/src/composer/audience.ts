// Who reads what is written here: the room's name, and how many are in it.
//
// Rule: it says no more than is known. In a crowd the server names nobody, and only the count stands.

import { html, nothing, type TemplateResult } from "lit";
import type { User } from "../protocol.js";
import type { Room } from "../room.js";
import { words } from "../words.js";

/** The first line of the composer; where there is little space, without the room's name. */
export function audience(room: Room): TemplateResult {
  const who = readers(room);
  return html`<p id="audience" class="quiet">
    <span class="whole"><bdi>${room.title || room.name}</bdi>${who ? ": " : nothing}</span>${who}
  </p>`;
}

/** “12 people, 1 guest”; empty while nobody is known to be here. */
export function readers({ members, count }: Room): string {
  const t = words();
  if (count === 0) return "";
  if (members.length < count) return t.peopleIn(count);
  const of = (kind: User["kind"]) => members.filter((user) => user.kind === kind).length;
  const [people, guests, programs] = [of("member"), of("guest"), of("program")];
  const said = [
    people && t.peopleIn(people),
    guests && t.guestsIn(guests),
    programs && t.programsIn(programs),
  ];
  return said.filter(Boolean).join(t.listComma);
}
