// The few signs of the UI, drawn: what is drawn cannot be typed into a name.

import { html, type TemplateResult } from "lit";

function icon(path: string): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>`;
}

export const menu = icon("M4 7h16M4 12h16M4 17h16");
export const people = icon(
  "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5c.4-3.3 3-5.5 6.5-5.5s6.1 2.2 6.5 5.5M16 5a3.2 3.2 0 0 1 0 6.2M18 14.4c2 .8 3.3 2.6 3.5 5.1",
);
export const guest = icon(
  "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5c.4-3.3 3-5.5 6.5-5.5s6.1 2.2 6.5 5.5M18 6v6M15 9h6",
);
export const cross = icon("M6 6l12 12M18 6L6 18");
export const arrowUp = icon("M12 19V5M6 11l6-6 6 6");
export const arrowDown = icon("M12 5v14M6 13l6 6 6-6");
export const again = icon("M19 12a7 7 0 1 1-2.1-5M17 3v4h-4");
export const bell = icon("M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 2h-15ZM10 21h4");
export const plus = icon("M12 5v14M5 12h14");
export const prompt = icon("M5 7l5 5-5 5M13 17h6");
export const badge = icon(
  "M6 4.5h12v16H6ZM10 4.5v-2h4v2M12 12a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM8.8 17.2c.4-1.8 1.6-2.7 3.2-2.7s2.8.9 3.2 2.7",
);
export const unsure = icon(
  "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.4 9.6a2.6 2.6 0 1 1 3.8 2.3c-.9.5-1.2 1-1.2 1.9M12 16.7v.3",
);
export const vouched = icon(
  "M12 3l7 2.5v6c0 4.6-2.8 7.8-7 9.5-4.2-1.7-7-4.9-7-9.5v-6ZM8.5 12l2.5 2.5 4.5-5",
);
export const crown = icon("M4.5 18.5h15M5 15.5L3.8 7.5l4.5 3.2L12 5l3.7 5.7 4.5-3.2-1.2 8Z");
export const gavel = icon("M13 4l7 7M10.5 6.5l7 7M12 5l-4 4 6 6 4-4M10.5 11.5l-6 6 2 2 6-6");
export const eye = icon(
  "M2.5 12c2.2-4 5.4-6 9.5-6s7.3 2 9.5 6c-2.2 4-5.4 6-9.5 6s-7.3-2-9.5-6ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
);
export const exit = icon("M10 5H5v14h5M14 8l4 4-4 4M18 12H9");
export const more = icon("M6 12h.01M12 12h.01M18 12h.01");
export const check = icon("M5 12.5l4.5 4.5L19 7.5");
export const reply = icon("M10 7L4.5 12l5.5 5M5 12h8c4 0 6.5 2.2 6.5 6");
export const quote = icon("M9.5 7C7 8.2 5.5 10 5.5 13v4h5v-5h-3M18 7c-2.5 1.2-4 3-4 6v4h5v-5h-3");
export const copy = icon("M9 9h10v10H9ZM6 15H5V5h10v1");
export const link = icon(
  "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
);
export const pencil = icon("M5 19l1-4L16 5l3 3L9 18ZM14 7l3 3");
export const bin = icon("M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12M10.5 10.5v5M13.5 10.5v5");
export const insertAbove = icon("M4 14h16v6H4ZM12 10V3M9 6l3-3 3 3");
export const insertBelow = icon("M4 4h16v6H4ZM12 14v7M9 18l3 3 3-3");
export const replaceCell = icon("M4 8h13l-3-3M20 16H7l3 3");
export const clip = icon(
  "M20 11.5l-8 8a5 5 0 0 1-7-7l8.3-8.3a3.3 3.3 0 0 1 4.7 4.7l-8.3 8.2a1.6 1.6 0 0 1-2.3-2.3l7.6-7.5",
);
export const sheet = icon("M6 3h8l4 4v14H6ZM14 3v4h4");
export const download = icon("M12 4v11M7 10.5l5 5 5-5M5 20h14");
export const clockFace = icon("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2");
export const horn = icon("M4 10v4h3l9 4.5v-13L7 10ZM8 14l1.5 5h2M19 10a2.8 2.8 0 0 1 0 4");
