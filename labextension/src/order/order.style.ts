// How the dialog of order looks, beyond what all dialogs are.

import { css } from "lit";

export const orderStyle = css`
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
  }
  .who,
  .hold {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5em;
  }
  .hold {
    font-size: 0.9em;
  }
  .grant {
    display: block;
  }
  li .face {
    font-size: 0.8em;
  }
  button[aria-pressed="true"] {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
    font-weight: 600;
  }
`;
