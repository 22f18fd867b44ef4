// What frames the messages: the header, the drawers beside or over them, and who I am.

import { html, nothing, type TemplateResult } from "lit";
import type { Room } from "../room.js";
import type { Session } from "../session/session.js";
import { words } from "../words.js";
import { cross, exit, menu, people } from "./icons.js";
import { face, name } from "./person.js";

/** What lies beside the messages where there is space, and opens over them where there is none. */
export type Drawer = "rooms" | "people";

/** `level` is that of its heading. */
export function header(
  session: Session,
  room: Room,
  open: Drawer | null,
  level: number,
  toggle: (drawer: Drawer) => void,
): TemplateResult {
  const t = words();
  const news = session.unreadAll > session.unread(room.name);
  return html`<header>
    <button
      class="plain to-rooms"
      aria-label=${news ? `${t.rooms} (${t.unread})` : t.rooms}
      title=${t.rooms}
      aria-expanded=${open === "rooms"}
      @click=${() => toggle("rooms")}
    >
      ${menu}${news ? html`<span class="dot"></span>` : nothing}
    </button>
    <div class="title" role="heading" aria-level=${level} title=${room.name}>
      <bdi>${room.title || room.name}</bdi>
    </div>
    <tornchat-opener dialog="invite" .session=${session} .room=${room}></tornchat-opener>
    <button
      class="plain to-people"
      aria-label="${t.people}: ${t.peopleIn(room.count)}"
      title=${t.people}
      aria-expanded=${open === "people"}
      @click=${() => toggle("people")}
    >
      ${people} <span class="count">${room.count || ""}</span>
    </button>
  </header>`;
}

export function drawer(
  which: Drawer,
  open: boolean,
  content: TemplateResult,
  close: () => void,
  count?: number,
): TemplateResult {
  const t = words();
  return html`<aside class="drawer ${which} ${open ? "open" : ""}" aria-label=${t[which]}>
    <div class="bar">
      <h2>${t[which]} <span class="count">${count || nothing}</span></h2>
      <button class="plain close" aria-label=${t.close} @click=${close}>${cross}</button>
    </div>
    ${content}
  </aside>`;
}

/**
 * A guest signs out here. A member signed in elsewhere, and can only take back a name that was
 * their own word.
 */
export function me(
  session: Session,
  signOut: (() => void) | null,
): TemplateResult | typeof nothing {
  const { user, named } = session;
  if (!user || !named) return nothing;
  const mine = user.kind === "guest" || user.declared;
  const t = words();
  const label = user.kind === "guest" ? t.signOut : t.forgetName;
  return html`<div class="me">
    ${face(user)} <span class="who">${name(user)}</span>
    ${
      mine && signOut
        ? html`<button class="plain" aria-label=${label} title=${label} @click=${signOut}>
          ${exit}
        </button>`
        : nothing
    }
  </div>`;
}
