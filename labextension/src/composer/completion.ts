// The list that opens at the caret's word, and what one does with it.
//
// Rule: the focus stays in the box, which names the chosen option. Arrows choose, Enter or Tab takes,
// Escape closes until another word begins. Where there is nothing to offer there is no list, and every
// key is the box's own; the composer asks for nothing while an input method composes.

import type { LitElement } from "lit";
import { css, html, nothing, type ReactiveController, type TemplateResult } from "lit";
import { inCode } from "../fence.js";
import { words } from "../words.js";
import { insert } from "./insert.js";

/** Offered at most; who types on finds the rest. */
export const MOST = 8;

export interface Option {
  /** What goes into the box. */
  readonly text: string;
  readonly sign: unknown;
  readonly says: string;
  readonly more?: string;
}

export interface Found {
  /** Where the word begins that is completed. */
  readonly from: number;
  readonly options: readonly Option[];
  /** Nobody need choose: the first goes in as soon as it is found. */
  readonly certain?: boolean;
}

/** What could stand at the end of the text before the caret; null where it has no word for it. */
export type Source = (before: string) => Found | null | Promise<Found | null>;

const MOVES = new Set(["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"]);

export class Completion implements ReactiveController {
  readonly #host: LitElement;
  readonly #sources: readonly Source[];
  #found: Found | null = null;
  #chosen = 0;
  /** The word that was not to be completed. */
  #closedAt = -1;
  #looks = 0;

  constructor(host: LitElement, sources: readonly Source[]) {
    this.#host = host;
    this.#sources = sources;
    host.addController(this);
  }

  hostUpdated(): void {
    this.#host.renderRoot
      .querySelector("[aria-selected=true]")
      ?.scrollIntoView({ block: "nearest" });
  }

  get #box(): HTMLTextAreaElement | null {
    return this.#host.renderRoot.querySelector("textarea");
  }

  get isOpen(): boolean {
    return this.#found !== null;
  }

  /** For the box: which option is chosen. */
  get chosen(): string {
    return `option-${this.#chosen}`;
  }

  /** The text before the caret is another one now. */
  async look(): Promise<void> {
    const box = this.#box;
    const look = ++this.#looks;
    const found = box && (await this.#find(box.value.slice(0, box.selectionStart)));
    if (look !== this.#looks) return; // something was typed meanwhile
    if (found?.from !== this.#closedAt) this.#closedAt = -1;
    this.#show(found && found.from !== this.#closedAt ? found : null);
    const [first] = this.#found?.options ?? [];
    if (this.#found?.certain && first) this.#take(first);
  }

  async #find(before: string): Promise<Found | null> {
    if (inCode(before)) return null;
    for (const source of this.#sources) {
      const found = await source(before);
      if (found && found.options.length > 0) return found;
    }
    return null;
  }

  #show(found: Found | null): void {
    this.#found = found;
    this.#chosen = 0;
    this.#host.requestUpdate();
  }

  close(): void {
    this.#looks++;
    if (this.#found) this.#show(null);
  }

  /** Whether the list took the key. */
  pressed({ key, shiftKey }: KeyboardEvent): boolean {
    const found = this.#found;
    if (!found) return false;
    const option = found.options[this.#chosen];
    if (key === "ArrowDown") this.#choose(1);
    else if (key === "ArrowUp") this.#choose(-1);
    else if (key === "Escape") {
      this.#closedAt = found.from;
      this.close();
    } else if ((key === "Enter" || key === "Tab") && !shiftKey && option) this.#take(option);
    else {
      if (MOVES.has(key)) this.close();
      return false;
    }
    return true;
  }

  #choose(step: number): void {
    const count = this.#found?.options.length ?? 1;
    this.#chosen = (this.#chosen + step + count) % count;
    this.#host.requestUpdate();
  }

  #take({ text }: Option): void {
    const box = this.#box;
    const from = this.#found?.from;
    this.close();
    if (box && from !== undefined) insert(box, from, box.selectionStart, text);
  }

  render(): TemplateResult {
    const { options = [] } = this.#found ?? {};
    return html`<span class="unseen" aria-live="polite"
        >${options.length > 0 ? words().offered(options.length) : nothing}</span
      >${options.length > 0 ? this.#list(options) : nothing}`;
  }

  #list(options: readonly Option[]): TemplateResult {
    return html`<ul
      id="completion"
      role="listbox"
      aria-label=${words().completions}
      @pointerdown=${(event: Event) => event.preventDefault()}
    >
      ${options.map((option, at) => this.#option(option, at))}
    </ul>`;
  }

  #option(option: Option, at: number): TemplateResult {
    return html`<li
      id="option-${at}"
      role="option"
      aria-selected=${at === this.#chosen}
      @click=${() => this.#take(option)}
    >
      <span class="sign" aria-hidden="true">${option.sign}</span>
      <bdi>${option.says}</bdi>
      ${option.more ? html`<span class="quiet">${option.more}</span>` : nothing}
    </li>`;
  }
}

export const completionStyle = css`
  #completion {
    position: absolute;
    z-index: 2;
    inset-block-end: 100%;
    inset-inline: var(--pad);
    max-width: 28em;
    max-height: min(18em, 50cqh);
    padding: 0.25em;
    border: 1px solid var(--line);
    border-radius: var(--round);
    background: var(--raised);
    box-shadow: 0 2px 12px #0004;
    overflow-y: auto;
    scrollbar-width: thin;
  }
  [role="option"] {
    display: flex;
    align-items: center;
    gap: 0.6em;
    padding: 0.25em 0.5em;
    border-radius: calc(var(--round) - 0.2em);
    cursor: pointer;
  }
  [role="option"]:hover {
    background: var(--touched);
  }
  [role="option"][aria-selected="true"] {
    background: color-mix(in srgb, var(--accent) 18%, transparent);
  }
  [role="option"] bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  [role="option"] .quiet {
    flex: none;
    font-size: 0.85em;
  }
  .sign {
    flex: none;
    min-width: 1.6em;
    text-align: center;
  }
  .sign .face {
    width: 1.9em;
    height: 1.9em;
    font-size: 0.8em;
  }
  @media (pointer: coarse) {
    [role="option"] {
      padding-block: 0.55em;
    }
  }
`;
