// A text as a QR code, drawn.

import { html, type TemplateResult } from "lit";
import { encode } from "uqr";

/** What a camera needs around it, in its own squares. */
const MARGIN = 4;

/** `says` is what it is called for who does not see it. */
export function qr(text: string, says: string): TemplateResult {
  const { size, data } = encode(text, { ecc: "M", border: MARGIN });
  return html`<svg class="qr" role="img" aria-label=${says} viewBox="0 0 ${size} ${size}">
    <path d=${drawn(data)}></path>
  </svg>`;
}

/** The path around its dark squares: those side by side are one, so that no seam shows. */
function drawn(rows: readonly (readonly boolean[])[]): string {
  const line = (row: readonly boolean[]) => row.map((dark) => (dark ? "#" : " ")).join("");
  return rows
    .flatMap((row, y) =>
      [...line(row).matchAll(/#+/g)].map(
        ({ 0: { length }, index }) => `M${index} ${y}h${length}v1h-${length}z`,
      ),
    )
    .join("");
}
