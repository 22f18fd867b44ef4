// The form of an invite to come: for how long, for how many, into which rooms, and what they see.

import { html, nothing, type TemplateResult } from "lit";
import { duration } from "../duration.js";
import type { Room } from "../room.js";
import type { Wish } from "../session/grants.js";
import type { Session } from "../session/session.js";
import { inviteWords } from "./invite.words.js";

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** For how long (seconds) an invite may hold. */
const TERMS = [HOUR, 8 * HOUR, DAY, 7 * DAY, 30 * DAY];

export function form(
  session: Session,
  room: Room,
  make: (event: SubmitEvent) => void,
): TemplateResult {
  const t = inviteWords();
  const { limits } = session;
  const terms = TERMS.filter((seconds) => seconds <= limits.invite_seconds);
  return html`<form class="wish" @submit=${make}>
    <label>
      ${t.holds}
      <select name="seconds">
        ${terms.map(
          (seconds) => html`<option value=${seconds} ?selected=${seconds === DAY}>
            ${duration(seconds * 1_000)}
          </option>`,
        )}
      </select>
    </label>
    <label>
      ${t.uses}
      <input name="uses" type="number" required min="1" max=${limits.invite_uses} value="1" />
    </label>
    <fieldset>
      <legend>${t.sees}</legend>
      <label><input type="radio" name="past" value="" checked /> ${t.fromNow}</label>
      <label><input type="radio" name="past" value="past" /> ${t.past}</label>
    </fieldset>
    ${others(session, room)}
    <button class="main">${t.make}</button>
  </form>`;
}

function others(session: Session, room: Room): TemplateResult | typeof nothing {
  const found = session.list.filter(({ room: name }) => name !== room.name);
  if (found.length === 0) return nothing;
  return html`<details>
    <summary>${inviteWords().rooms}</summary>
    ${found.map(
      ({ room: name, title }) => html`<label>
        <input type="checkbox" name="room" value=${name} /> <bdi>${title || name}</bdi>
      </label>`,
    )}
  </details>`;
}

/** What was filled in. */
export function wishOf(form: HTMLFormElement): Wish {
  const said = new FormData(form);
  return {
    rooms: said.getAll("room").map(String),
    seconds: Number(said.get("seconds")),
    uses: Number(said.get("uses")),
    past: said.get("past") !== "",
  };
}
