// How a dialog looks.

import { css } from "lit";

export const dialogStyle = css`
  dialog {
    width: min(36em, 100vw - 1.5em);
    max-height: calc(100vh - 1.5em);
    padding: 0 1em 1em;
    border: 1px solid var(--line);
    border-radius: calc(var(--round) + 0.3em);
    background: var(--ground);
    color: var(--text);
    overflow-y: auto;
  }
  dialog::backdrop {
    background: #0006;
  }
  .bar {
    position: sticky;
    top: 0;
    z-index: 1;
    display: flex;
    align-items: center;
    gap: 0.5em;
    padding-block: 0.6em;
    background: inherit;
  }
  h2,
  h3 {
    flex: 1;
    margin: 0;
    font: inherit;
    font-weight: 650;
    overflow-wrap: anywhere;
  }
  h2:focus {
    outline: none;
  }
  section {
    display: grid;
    gap: 0.5em;
    margin-top: 0.5em;
    padding-top: 0.75em;
    border-top: 1px solid var(--line);
  }
  p,
  .grant,
  label,
  .text {
    font-size: 0.9em;
  }
  p:empty {
    display: none;
  }
  li,
  form,
  .sure {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5em;
  }
  li {
    padding-block: 0.25em;
  }
  .grant,
  label {
    display: grid;
    flex: 1 1 12em;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .grant bdi {
    font-weight: 600;
  }
  form {
    align-items: end;
  }
  .sure,
  .sure span {
    flex: 1 1 100%;
  }
  [role="status"]:not(:empty, .made *) {
    margin-block: 0.6em;
  }
  .danger {
    border-color: var(--bad);
    color: var(--bad);
  }
  .made {
    display: grid;
    gap: 0.6em;
    padding: 0.75em;
    border: 1px solid var(--accent);
    border-radius: var(--round);
  }
  .text {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0.25em;
    align-items: center;
  }
  .text button {
    display: flex;
    gap: 0.4em;
    align-items: center;
  }
  .text button::after {
    content: "· " attr(data-done);
  }
  .text button:not([data-done])::after {
    display: none;
  }
  pre {
    grid-column: 1 / -1;
    margin: 0;
    padding: 0.5em 0.7em;
    border-radius: var(--round);
    background: var(--code-ground);
    font: 0.9em / 1.45 var(--mono);
    overflow-x: auto;
  }
`;
