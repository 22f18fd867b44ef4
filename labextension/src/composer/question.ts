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

/** Escape answers nothing, and goes `back`. */
export function question({ says, bad, choices = [] }: Question, back: () => void): TemplateResult {
  return html`<div
    class="question"
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      back();
    }}
  >
    <p id="notice" class=${bad ? "bad" : "quiet"} role="status">${says}</p>
    ${choices.map(
      ({ says, title, choose }) =>
        html`<button type="button" class="word" title=${title ?? nothing} @click=${choose}>
          ${says}
        </button>`,
    )}
  </div>`;
}
