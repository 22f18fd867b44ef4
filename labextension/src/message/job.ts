// <tornchat-job>: something that takes a while, what it is called and how it stands. Loaded with the
// first message that tells of one.
//
// Rule: a state is a sign and a word, never a colour alone. What moves is not read aloud: the end is
// (messages/aloud.ts).

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { duration } from "../duration.js";
import { define } from "../panel/define.js";
import { check, clockFace, cross, unsure } from "../panel/icons.js";
import { controls } from "../panel/style.js";
import type { Job } from "../protocol.js";
import type { Current } from "../room.js";
import { moment } from "../time.js";
import { words } from "../words.js";
import { cardWords } from "./card.words.js";
import { part, partOf, partStyle } from "./part.js";
import { Tick } from "./tick.js";

const SIGNS = { running: clockFace, done: check, failed: cross, lost: unsure };
const MINUTE = 60_000;

export function job({ job, text, progress }: Current, now: () => number): TemplateResult {
  return html`<tornchat-job .job=${job} .said=${progress ?? text} .now=${now}></tornchat-job>`;
}

export class JobCard extends LitElement {
  static override properties = {
    job: { attribute: false },
    said: { attribute: false },
    now: { attribute: false },
  };
  declare job: Job;
  /** Its last word. */
  declare said: string;
  /** Gives the server's time in milliseconds. */
  declare now: () => number;

  constructor() {
    super();
    new Tick(this, () => this.#holds());
  }

  #holds(): number | null {
    const { state, since } = this.job;
    return state === "running" ? MINUTE - ((this.now() - since) % MINUTE) : null;
  }

  #stands(): string {
    const { state, since, until } = this.job;
    const took = (until ?? this.now()) - since;
    if (state !== "running") return cardWords().took[state](duration(took));
    return took < MINUTE ? words().job.running : cardWords().took.running(duration(took, "minute"));
  }

  protected override render(): TemplateResult {
    const { what, state, since, until } = this.job;
    const done = state === "running" ? partOf(this.said) : null;
    return html`<p data-state=${state} role="status" aria-live="off">
        ${SIGNS[state]} <bdi class="what">${what}</bdi>
        <span class="state" title=${moment(until ?? since)}>${this.#stands()}</span>
      </p>
      ${done === null ? nothing : part(done, 1)}`;
  }

  static override styles = [
    controls,
    partStyle,
    css`
      :host {
        display: grid;
        gap: 0.25em;
        max-width: 34em;
      }
      p {
        overflow-wrap: anywhere;
      }
      .what {
        margin-inline: 0.15em 0.3em;
        font-weight: 600;
      }
      .state {
        font-size: 0.9em;
      }
      [data-state="running"] svg,
      [data-state="running"] .state {
        color: var(--quiet);
      }
      [data-state="done"] svg,
      [data-state="done"] .state {
        color: var(--ansi-green);
      }
      [data-state="failed"] svg,
      [data-state="failed"] .state {
        color: var(--bad);
      }
      [data-state="lost"] svg,
      [data-state="lost"] .state {
        color: var(--ansi-yellow);
      }
    `,
  ];
}

define("tornchat-job", JobCard);
