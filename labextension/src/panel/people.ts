// Who is in the room.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { User } from "../protocol.js";
import { keepsOrder, type Room } from "../room.js";
import { locale, words } from "../words.js";
import { define } from "./define.js";
import { gavel, more } from "./icons.js";
import { face, name, personStyle, roleMark } from "./person.js";
import { controls } from "./style.js";

export class People extends LitElement {
  static override properties = { room: { attribute: false }, user: { attribute: false } };
  declare room: Room;
  declare user: User | null;

  protected override render(): TemplateResult {
    const t = words();
    const { members, count, known } = this.room;
    const keeps = keepsOrder(this.room);
    const others = count - members.length;
    return html`
      <ul aria-label=${t.people}>
        ${repeat(
          this.#sorted(),
          (user) => user.id,
          (user) => this.#person(user, keeps),
        )}
      </ul>
      ${others > 0 ? html`<p class="quiet">${members.length > 0 ? t.andMore(others) : t.now(others)}</p>` : nothing}
      ${known && count === 0 ? html`<p class="quiet">${t.nobodyHere}</p>` : nothing}
      ${
        members.length === 1 && members[0]?.id === this.user?.id
          ? html`<p class="quiet">${t.alone}</p>`
          : nothing
      }
      ${
        keeps
          ? html`<button class="plain keep" aria-haspopup="dialog" @click=${() => this.#order(null)}>
            ${gavel} ${t.order.keepOrder}
          </button>`
          : nothing
      }
    `;
  }

  #order(whom: User | null): void {
    this.dispatchEvent(new CustomEvent("order", { detail: whom }));
  }

  /** Me first, then by name. */
  #sorted(): User[] {
    const me = this.user?.id;
    const order = new Intl.Collator(locale());
    return this.room.members.toSorted(
      (one, other) =>
        Number(other.id === me) - Number(one.id === me) || order.compare(one.name, other.name),
    );
  }

  #person(user: User, keeps: boolean): TemplateResult {
    const me = user.id === this.user?.id;
    return html`<li>
      ${face(user)}
      <span class="who">${name(user, !me)}${roleMark(this.room.roles[user.id])}${me ? html` <span class="quiet you">(${words().you})</span>` : nothing}</span>
      ${
        keeps && !me
          ? html`<button
            class="plain"
            aria-haspopup="dialog"
            aria-label=${words().order.keepOrderOf(user.name)}
            @click=${() => this.#order(user)}
          >
            ${more}
          </button>`
          : nothing
      }
    </li>`;
  }

  static override styles = [
    controls,
    personStyle,
    css`
      :host {
        display: block;
      }
      li {
        display: flex;
        align-items: center;
        gap: 0.6em;
        padding: 0.25em 0;
        min-width: 0;
      }
      .face {
        font-size: 0.8em;
      }
      .name {
        font-weight: 400;
      }
      .keep {
        display: flex;
        gap: 0.5em;
        width: 100%;
        padding-inline: 0;
        text-align: start;
        color: var(--quiet);
      }
      .who {
        flex: 1;
        min-width: 0;
      }
      .you {
        white-space: nowrap;
      }
      p {
        padding: 0.35em 0;
        font-size: 0.9em;
      }
    `,
  ];
}

define("tornchat-people", People);
