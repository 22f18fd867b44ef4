// A part of a whole, as a bar. It is for the eyes: words beside it say the same.

import { css, html, type TemplateResult } from "lit";

export function part(some: number, whole: number): TemplateResult {
  return html`<progress aria-hidden="true" .max=${whole} .value=${some}></progress>`;
}

/** How much of it is done, where a text says so ("3/10", "42 %"), of 1. */
export function partOf(text: string): number | null {
  const [, some, all = "100"] =
    /(?<![\d/.])(\d+(?:\.\d+)?)\s*(?:\/\s*(\d+)|[%％])(?![\d/])/.exec(text) ?? [];
  const part = Number(some) / Number(all);
  return part >= 0 && part <= 1 ? part : null;
}

export const partStyle = css`
  progress {
    width: 100%;
    height: 0.35em;
    border: 0;
    border-radius: 1em;
    overflow: hidden;
    appearance: none;
    background: var(--touched);
  }
  progress::-webkit-progress-bar {
    background: var(--touched);
  }
  progress::-webkit-progress-value {
    border-radius: 1em;
    background: var(--accent);
  }
  progress::-moz-progress-bar {
    border-radius: 1em;
    background: var(--accent);
  }
`;
