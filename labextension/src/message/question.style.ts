// How a question looks.

import { css } from "lit";

export const questionStyle = css`
  :host {
    display: grid;
    gap: 0.35em;
    max-width: 34em;
    margin-block: 0.35em;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4em;
  }
  .votes {
    display: grid;
    gap: 0.3em;
  }
  .choice {
    max-width: 100%;
    border-color: var(--edge);
    overflow-wrap: anywhere;
    unicode-bidi: isolate;
  }
  .choice.picked {
    border-color: var(--accent);
    background: color-mix(in srgb, var(--accent) 14%, transparent);
  }
  .choice.on-the-way {
    border-style: dashed;
  }
  .choice[aria-disabled] {
    border-color: var(--line);
    cursor: default;
  }
  .choice[aria-disabled]:not(.picked) {
    background: none;
    color: var(--quiet);
  }
  .choice.picked[aria-disabled] {
    border-color: var(--accent);
  }
  .votes .choice {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: 0.1em 0.5em;
    align-items: center;
    width: 100%;
    text-align: start;
  }
  .ring {
    width: 1em;
    height: 1em;
    border: 2px solid var(--edge);
    border-radius: 50%;
  }
  .picked .ring {
    border: 0.3em solid var(--accent);
  }
  .count {
    font-size: 0.85em;
    color: var(--quiet);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  progress {
    grid-column: 2 / -1;
  }
  .who {
    grid-column: 2 / -1;
    font-size: 0.85em;
    color: var(--quiet);
    overflow-wrap: anywhere;
  }
  .answer {
    overflow-wrap: anywhere;
  }
  .answer time,
  .state {
    font-size: 0.85em;
    color: var(--quiet);
  }
  .left {
    font-variant-numeric: tabular-nums;
  }
`;
