// How the top of a help desk looks.

import { css } from "lit";

export const deskStyle = css`
  :host {
    display: block;
    min-height: 0;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25em 0.75em;
    align-items: center;
    padding: 0.4em var(--pad);
    border-bottom: 1px solid var(--line);
    background: var(--side);
    font-size: 0.95em;
  }
  .bar button {
    min-height: 2em;
    padding: 0.15em 0.7em;
  }
  .back::before {
    content: "←" / "";
    margin-inline-end: 0.4em;
  }
  .back:dir(rtl)::before {
    content: "→" / "";
  }
  .of {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  ol {
    max-height: min(45vh, 30em);
    margin: 0;
    padding: 0;
    overflow-y: auto;
    list-style: none;
    border-bottom: 1px solid var(--line);
    background: var(--side);
  }
  li {
    padding: 0.5em var(--pad);
  }
  li + li {
    border-top: 1px solid var(--line);
  }
  .who {
    font-weight: 600;
  }
  .says {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    overflow-wrap: anywhere;
    white-space: pre-line;
  }
  .more {
    padding: 0.3em var(--pad);
    border-bottom: 1px solid var(--line);
  }
`;
