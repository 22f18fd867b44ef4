// How the composer looks.

import { css } from "lit";

export const composerStyle = css`
  :host {
    position: relative;
    display: block;
    padding: 0 var(--pad) max(0.6em, env(safe-area-inset-bottom));
  }
  #audience {
    padding: 0 0.6em 0.2em;
    overflow: hidden;
    font-size: 0.8em;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 0.4em;
    margin-bottom: 0.3em;
    padding-inline-start: 0.6em;
    border-inline-start: 3px solid var(--accent);
    font-size: 0.9em;
  }
  .bar p {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .bar span {
    unicode-bidi: isolate;
    color: var(--quiet);
  }
  form {
    display: flex;
    align-items: flex-end;
    gap: 0.4em;
    padding: 0.3em;
    border: 1px solid var(--edge);
    border-radius: calc(var(--round) + 0.3em);
    background: var(--raised);
  }
  form:focus-within {
    border-color: var(--accent);
    outline: 1px solid var(--accent);
  }
  textarea {
    flex: 1;
    max-height: min(40cqh, 16em);
    padding: 0.35em 0.5em;
    border: 0;
    background: transparent;
    line-height: 1.45;
    tab-size: 4;
    resize: none;
    overflow-y: auto;
    scrollbar-width: thin;
  }
  textarea::placeholder {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  textarea:focus-visible {
    outline: 0;
  }
  form button {
    flex: none;
    width: 2.25em;
    padding: 0;
  }
  .silence {
    padding: 0.6em 0.9em;
    border: 1px solid var(--line);
    border-radius: calc(var(--round) + 0.3em);
    color: var(--quiet);
  }
  .question {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.75em;
    padding: 0.25em 0.6em 0;
    font-size: 0.85em;
  }
  .question:not(:has(button)):has(p:empty) {
    padding: 0;
  }

  @container panel (max-width: 400px) {
    .whole {
      display: none;
    }
  }
`;
