// How the dialog of guests looks, beside what all dialogs have.

import { css } from "lit";

export const inviteStyle = css`
  select {
    min-height: 2.25em;
    padding: 0.3em 0.5em;
    border: 1px solid var(--edge);
    border-radius: var(--round);
    background: var(--ground);
    color: inherit;
    font: inherit;
  }
  select,
  [type="number"] {
    height: 2.4em;
  }
  .made {
    margin-top: 0.75em;
  }
  legend {
    padding: 0;
  }
  .wish fieldset,
  .wish details {
    flex: 1 1 100%;
  }
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    font-size: 0.9em;
  }
  details {
    max-height: 12em;
    font-size: 0.9em;
    overflow-y: auto;
  }
  summary {
    cursor: pointer;
  }
  :is(fieldset, details) label {
    display: flex;
    gap: 0.5em;
    align-items: center;
    padding-block: 0.25em;
    font-size: inherit;
  }
  :is(fieldset, details) input {
    flex: none;
    width: auto;
    margin: 0;
  }
  .address select {
    width: 100%;
  }
  .qr {
    justify-self: center;
    width: min(15em, 100%);
    height: auto;
    border-radius: var(--round);
    background: #fff;
    fill: #000;
    stroke: none;
    shape-rendering: crispEdges;
  }
  .text pre {
    user-select: all;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .until {
    font-weight: 600;
  }
  .guests {
    flex: 1 1 100%;
    padding-inline-start: 1em;
  }
  .trouble {
    display: grid;
    gap: 0.4em;
    padding: 0.6em 0.75em;
    border-radius: var(--round);
    background: var(--warn-ground);
  }
  .trouble pre {
    padding: 0;
    background: none;
    white-space: pre-wrap;
  }
`;
