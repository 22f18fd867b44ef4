// What the composer says and asks, in the line below the box.

import { html, nothing, type TemplateResult } from "lit";

export interface Choice {
  readonly says: string;
  readonly title?: string;
  choose(): void;
}

export interface Question {
  readonly says: string;
  /** Something stands in the way. */
  readonly bad?: boolean;
  readonly choices?: readonly Choice[];
}

export function question({ says, bad, choices = [] }: Question): TemplateResult {
  return html`<div class="question">
    <p id="notice" class=${bad ? "bad" : "quiet"} role="status">${says}</p>
    ${choices.map(
      ({ says, title, choose }) =>
        html`<button type="button" class="word" title=${title ?? nothing} @click=${choose}>
          ${says}
        </button>`,
    )}
  </div>`;
}
