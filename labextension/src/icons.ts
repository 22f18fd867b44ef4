// The few signs of the UI, drawn: what is drawn cannot be typed into a name.

import { html, type TemplateResult } from "lit";

function icon(path: string): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>`;
}

export const menu = icon("M4 7h16M4 12h16M4 17h16");
export const people = icon(
  "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5c.4-3.3 3-5.5 6.5-5.5s6.1 2.2 6.5 5.5M16 5a3.2 3.2 0 0 1 0 6.2M18 14.4c2 .8 3.3 2.6 3.5 5.1",
);
export const cross = icon("M6 6l12 12M18 6L6 18");
export const arrowUp = icon("M12 19V5M6 11l6-6 6 6");
export const arrowDown = icon("M12 5v14M6 13l6 6 6-6");
export const plus = icon("M12 5v14M5 12h14");
export const prompt = icon("M5 7l5 5-5 5M13 17h6");
export const visitor = icon("M4 12h11M11 7l5 5-5 5M15 4h5v16h-5");
export const pencil = icon("M4 20l1-4L16 5l3 3L8 19l-4 1Z");
export const exit = icon("M10 5H5v14h5M14 8l4 4-4 4M18 12H9");
