// <tornchat-bell>: when its reader is called to the chat on this browser, and not for which room.
//
// Rule: the browser is asked for leave only on a click. Where it can show no notices, a sentence says
// why instead.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { host } from "../host.js";
import { LEVELS, type Level } from "../session/attention.js";
import { mayNotify, obstacle } from "../session/notices.js";
import type { Session } from "../session/session.js";
import { words } from "../words.js";
import { define } from "./define.js";
import { bell } from "./icons.js";
import { controls } from "./style.js";

export class Bell extends LitElement {
  static override properties = { session: { attribute: false }, room: {} };
  declare session: Session;
  /** The name of the room before the reader's eyes. */
  declare room: string;

  protected override render(): TemplateResult {
    const t = words();
    const level = this.#level;
    return html`<details @toggle=${() => this.requestUpdate()}>
      <summary>${bell} ${t.notices}: <span class="quiet">${t.noticesAre[level]}</span></summary>
      ${this.#hindrance() ?? this.#choices(level)}
    </details>`;
  }

  /** What is set counts only where notices can be shown. */
  get #level(): Level {
    const able = host.notify || (obstacle() === null && Notification.permission === "granted");
    return able ? this.session.attention.level : "off";
  }

  #hindrance(): TemplateResult | null {
    const why = host.notify ? null : obstacle();
    return why && html`<p class="quiet">${words().noNotices[why]}</p>`;
  }

  #choices(now: Level): TemplateResult {
    const t = words();
    const choice = (level: Level) => html`<label>
      <input type="radio" name="level" .checked=${level === now} @click=${() => this.#choose(level)} />
      ${t.levels[level]}
    </label>`;
    return html`<fieldset>
      <legend>${t.callMe}</legend>
      ${LEVELS.map(choice)} ${now === "off" ? nothing : this.#mute()}
    </fieldset>`;
  }

  #mute(): TemplateResult {
    const { attention } = this.session;
    const title = this.session.room(this.room).title || this.room;
    return html`<label>
      <input
        type="checkbox"
        .checked=${attention.isMute(this.room)}
        @change=${({ target }: Event) => {
          attention.mute(this.room, (target as HTMLInputElement).checked);
          this.session.tell();
        }}
      />
      ${words().muteRoom(title)}
    </label>`;
  }

  async #choose(level: Level): Promise<void> {
    const may = level === "off" || host.notify !== undefined || (await mayNotify());
    this.session.attention.level = may ? level : "off";
    this.session.tell();
    this.requestUpdate();
    await this.updateComplete;
    // A choice that the browser refused springs back.
    for (const [at, radio] of this.renderRoot
      .querySelectorAll<HTMLInputElement>("[type=radio]")
      .entries())
      radio.checked = LEVELS[at] === this.#level;
  }

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        margin-top: 0.75em;
        padding-inline: 0.4em;
        font-size: 0.9em;
      }
      summary {
        padding: 0.3em 0.6em;
        border-radius: var(--round);
        cursor: pointer;
      }
      fieldset {
        display: grid;
        gap: 0.4em;
        margin-block: 0.25em 0.6em;
        padding: 0.5em 0.75em 0.75em;
        border: 1px solid var(--line);
        border-radius: var(--round);
      }
      label {
        display: flex;
        align-items: baseline;
        gap: 0.5em;
      }
      input {
        width: auto;
      }
      p {
        padding: 0.25em 0.6em;
      }
    `,
  ];
}

define("tornchat-bell", Bell);
