// What a message answers, above it: who said it, and its first line. Pressed, it leads there.

import { css, html, type TemplateResult } from "lit";
import { reply } from "../panel/icons.js";
import { caption, plain } from "../plain.js";
import type { Message } from "../protocol.js";
import { words } from "../words.js";

/** Characters of the line at most; how many fit is the layout's business. */
const LINE = 200;

/** `original` is absent where it is not in memory; pressing fetches it. */
export function quote(original: Message | undefined, go: () => void): TemplateResult {
  const t = words();
  if (original?.deleted) return html`<p class="quote quiet">${reply} ${t.answersDeleted}</p>`;
  return html`<button class="quote" @click=${go}>
    ${reply}
    ${
      original
        ? html`<span class="unseen">${t.answers}</span> <bdi class="who">${original.user.name}</bdi>
            <span class="said" dir="auto">${firstLine(original)}</span>`
        : t.answersOlder
    }
  </button>`;
}

/** What of a message can be said in one line. */
export function firstLine(message: Message): string {
  const { files, cell, data, text } = message;
  const said = !text && data?.length ? caption(data) : plain(message);
  const [line = ""] = said.trim().split("\n", 1);
  return (line || files?.[0]?.name || cell?.notebook || words().cell).slice(0, LINE);
}

export const quoteStyle = css`
  .quote {
    display: flex;
    gap: 0.4em;
    align-items: baseline;
    max-width: 100%;
    min-height: 0;
    padding: 0.1em 0.4em 0.1em 0.1em;
    border: 0;
    font-size: 0.85em;
    line-height: 1.5;
    text-align: start;
    color: var(--quiet);
  }
  .quote svg {
    flex: none;
  }
  .quote .who {
    flex: none;
    max-width: 50%;
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .quote .said {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
