// How the panel is laid out: by its own width, and by where it is.

import { css } from "lit";

export const panelStyle = css`
  :host {
    display: block;
    height: 100%;
    min-height: 0;
    container: panel / size;
    overflow: hidden;
    font: 15px / 1.5 var(--font);
    color: var(--text);
    background: var(--ground);
    text-align: start;
    --pad: 14px;
  }
  :host([home="cell"]) {
    height: 26em;
    min-height: 14em;
    resize: vertical;
    border: 1px solid var(--line);
    border-radius: var(--round);
    font-size: 14px;
  }
  :host([home="sidebar"]) {
    font-size: 14px;
  }
  .frame {
    position: relative;
    display: flex;
    height: 100%;
  }
  .talk {
    display: grid;
    grid-template: auto minmax(0, 1fr) auto auto auto auto / minmax(0, 1fr);
    flex: 1;
    min-width: 0;
    height: 100%;
  }
  :host([dropping]) .talk::after {
    content: attr(data-drop);
    position: absolute;
    inset: 0;
    z-index: 2;
    display: grid;
    place-items: center;
    padding: var(--pad);
    border: 3px dashed var(--accent);
    background: color-mix(in srgb, var(--ground) 88%, transparent);
    font-size: 1.2em;
    text-align: center;
    pointer-events: none;
  }
  header,
  .bar {
    display: flex;
    align-items: center;
    gap: 0.4em;
    min-height: 3em;
    padding: 0.3em 0.5em;
    border-bottom: 1px solid var(--line);
  }
  .title {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    font-weight: 650;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .count {
    font-size: 0.9em;
    font-weight: 400;
    color: var(--quiet);
    font-variant-numeric: tabular-nums;
  }
  .to-rooms {
    position: relative;
  }
  .dot {
    position: absolute;
    top: 0.3em;
    inset-inline-end: 0.4em;
    width: 0.55em;
    height: 0.55em;
    border-radius: 50%;
    background: var(--accent);
  }

  .drawer {
    position: absolute;
    z-index: 1;
    inset-block: 0;
    display: none;
    flex-direction: column;
    width: min(18em, 88%);
    background: var(--side);
    overflow-y: auto;
    scrollbar-width: thin;
  }
  .drawer.open {
    display: flex;
    box-shadow: 0 0 24px #0005;
  }
  .drawer.rooms {
    inset-inline-start: 0;
    border-inline-end: 1px solid var(--line);
  }
  .drawer.people {
    inset-inline-end: 0;
    border-inline-start: 1px solid var(--line);
  }
  .bar {
    position: sticky;
    top: 0;
    z-index: 1;
    flex: none;
    padding-inline-start: 14px;
    background: inherit;
  }
  .bar h2 {
    flex: 1;
    font-weight: 650;
  }
  tornchat-rooms {
    flex: 1;
    padding: 0.5em 0.4em;
  }
  tornchat-people {
    padding: 0.5em 14px;
  }
  .people tornchat-opener {
    padding: 0 2px;
    color: var(--quiet);
  }
  header tornchat-opener::part(word) {
    display: none;
  }
  .me {
    position: sticky;
    bottom: 0;
    display: flex;
    align-items: center;
    gap: 0.6em;
    padding: 0.5em 14px;
    border-top: 1px solid var(--line);
    background: inherit;
  }
  .me .face {
    font-size: 0.85em;
  }
  .who {
    flex: 1;
    min-width: 0;
  }

  @container panel (min-width: 640px) {
    :host(:is([home="page"], [home="tab"])) .drawer.rooms {
      position: static;
      display: flex;
      width: 15em;
      box-shadow: none;
    }
    :host(:is([home="page"], [home="tab"])) :is(.to-rooms, .rooms .close) {
      display: none;
    }
    :host(:is([home="page"], [home="tab"])) header {
      padding-inline-start: 14px;
    }
  }
  @container panel (min-width: 520px) {
    header tornchat-opener::part(word) {
      display: inline;
    }
  }
  @container panel (min-width: 960px) {
    :host(:is([home="page"], [home="tab"])) .frame {
      --pad: 22px;
    }
    :host(:is([home="page"], [home="tab"])) .drawer.people {
      position: static;
      display: flex;
      width: 15em;
      box-shadow: none;
    }
    :host(:is([home="page"], [home="tab"])) :is(.to-people, .people .close) {
      display: none;
    }
    :host(:is([home="page"], [home="tab"])) header {
      padding-inline-start: 22px;
    }
  }
`;
