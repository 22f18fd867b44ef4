// How the list of messages looks.

import { css } from "lit";

export const messagesStyle = css`
  :host {
    position: relative;
    display: block;
    min-height: 0;
  }
  .scroller {
    height: 100%;
    overflow-y: auto;
    overflow-anchor: none; /* place.ts keeps the place; two would move it twice */
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }
  .scroller:focus-visible,
  .message:focus-visible {
    outline-offset: -2px;
  }
  .lines {
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    min-height: 100%;
    padding-bottom: 12px;
  }
  .row {
    display: flow-root;
    flex: none;
  }
  .row:has(.empty) {
    margin-block: auto !important;
  }
  .day {
    display: flex;
    align-items: center;
    gap: 0.75em;
    margin: 0.9em var(--pad) 0.3em;
    font-size: 0.8em;
    font-weight: 600;
    color: var(--quiet);
  }
  .day::before,
  .day::after {
    content: "";
    flex: 1;
    border-top: 1px solid var(--line);
  }
  .day.new {
    color: var(--bad);
  }
  .day.new::before,
  .day.new::after {
    border-color: currentColor;
  }
  .note {
    padding: 0.25em var(--pad);
    text-align: center;
    font-size: 0.85em;
    color: var(--quiet);
    overflow-wrap: anywhere;
  }
  .notice {
    padding: 0.5em var(--pad);
    text-align: center;
    font-size: 0.9em;
    color: var(--quiet);
  }
  .empty {
    padding: 2em var(--pad);
    text-align: center;
    text-wrap: balance;
  }
  .below,
  .to-new,
  .sought {
    position: absolute;
    left: 50%;
    translate: -50% 0;
    width: max-content;
    max-width: 90%;
    border-radius: 2em;
    box-shadow: 0 2px 10px #0003;
  }
  .below {
    bottom: 0.75em;
  }
  .to-new,
  .sought {
    top: 0.75em;
  }
  .sought {
    padding: 0.3em 0.9em;
    border: 1px solid var(--line);
  }
  .below:not(.main),
  .to-new,
  .sought {
    background: var(--raised);
  }
`;
