// How it looks, said once: colours and measures, and the controls every part uses.
//
// Rule: colours come from Lab's variables where there is a Lab, else from our own light and dark.
// Text on any of our grounds has at least AA contrast.

import { css } from "lit";

/** For the panel's host; the parts inside inherit them. */
export const tokens = css`
  :host {
    color-scheme: light dark;
    --ground: var(--jp-layout-color1, light-dark(#fff, #17191c));
    --side: var(--jp-layout-color1, light-dark(#f6f7f8, #1d2024));
    --raised: var(--jp-layout-color1, light-dark(#fff, #24282d));
    --touched: color-mix(in srgb, currentColor 7%, transparent);
    --text: var(--jp-ui-font-color1, light-dark(#1b1e22, #e7e9eb));
    --quiet: light-dark(#5a616b, #a4abb3);
    --line: var(--jp-border-color2, light-dark(#dfe2e6, #34393f));
    --edge: light-dark(#868d96, #7a828b);
    --accent: light-dark(#1760c4, #82b3ff);
    --fill: #1b66cc;
    --on-fill: #fff;
    --bad: light-dark(#b3261e, #ff9b93);
    --warn-ground: light-dark(#fff6dd, #35301c);
    --code-ground: var(--jp-cell-editor-background, light-dark(#f5f6f7, #1f2226));
    --code-comment: light-dark(#59636e, #9aa4af);
    --code-keyword: var(--jp-mirror-editor-keyword-color, light-dark(#8a2aa8, #d9a2f0));
    --code-string: var(--jp-mirror-editor-string-color, light-dark(#a3261f, #ff9b93));
    --code-number: light-dark(#7a5200, #e5c25a);
    --code-name: var(--jp-mirror-editor-property-color, light-dark(#1a56b8, #8ab8ff));
    --code-type: light-dark(#0b6470, #6fd3de);
    --code-meta: light-dark(#6b4a9c, #c3aef0);
    --code-added: light-dark(#1b6b2b, #7fd88f);
    --ansi-red: light-dark(#a3261f, #ff9b93);
    --ansi-green: light-dark(#1b6b2b, #7fd88f);
    --ansi-yellow: light-dark(#7a5200, #e5c25a);
    --ansi-blue: light-dark(#1a56b8, #8ab8ff);
    --ansi-magenta: light-dark(#8a2aa8, #e5a0e5);
    --ansi-cyan: light-dark(#0b6470, #6fd3de);
    --ansi-mark: light-dark(#ffe58f, #5a4700);
    --ansi-on-mark: light-dark(#1b1e22, #fff);
    --round: 8px;
    --mono: var(
      --jp-code-font-family,
      ui-monospace,
      SFMono-Regular,
      Menlo,
      Consolas,
      "Noto Sans Mono",
      monospace
    );
    --font: var(
      --jp-ui-font-family,
      system-ui,
      -apple-system,
      "Segoe UI",
      Roboto,
      "Noto Sans",
      "PingFang SC",
      "Microsoft YaHei",
      "Noto Sans CJK SC",
      sans-serif
    );
  }
  :host([scheme="light"]) {
    color-scheme: light;
  }
  :host([scheme="dark"]) {
    color-scheme: dark;
  }
`;

/** For every part. */
export const controls = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  h2,
  p,
  ul {
    margin: 0;
    padding: 0;
    font: inherit;
  }
  ul {
    list-style: none;
  }
  button,
  input,
  textarea {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  button {
    min-height: 2.25em;
    padding: 0.3em 0.8em;
    border: 1px solid var(--line);
    border-radius: var(--round);
    background: transparent;
    cursor: pointer;
  }
  button:hover {
    background: var(--touched);
  }
  button.main {
    border-color: transparent;
    background: var(--fill);
    color: var(--on-fill);
  }
  button.main:hover {
    background: color-mix(in srgb, var(--fill) 88%, #000);
  }
  button.plain {
    border-color: transparent;
  }
  button.word {
    min-height: 0;
    padding: 0 0.15em;
    border: 0;
    color: var(--accent);
    text-decoration: underline;
    text-underline-offset: 0.15em;
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  input,
  textarea {
    width: 100%;
    padding: 0.45em 0.7em;
    border: 1px solid var(--edge);
    border-radius: var(--round);
    background: var(--ground);
  }
  input::placeholder,
  textarea::placeholder {
    color: var(--quiet);
    opacity: 1;
  }
  a {
    color: var(--accent);
    text-underline-offset: 0.15em;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 1px;
  }
  svg {
    width: 1.15em;
    height: 1.15em;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
    vertical-align: -0.22em;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .quiet {
    color: var(--quiet);
  }
  .bad {
    color: var(--bad);
  }
`;
