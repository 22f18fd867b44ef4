// What a message is taken by: one button, and in its place all that may be done with the message
// while that is pointed at or focused, or the button was pressed.
//
// Rule: a room shows many messages and its reader takes one, so only that one has more than a button.

import { css, html, nothing, type TemplateResult } from "lit";
import { AsyncDirective, directive } from "lit/async-directive.js";
import type { ChildPart } from "lit/directive.js";
import { more } from "../panel/icons.js";
import type { Message } from "../protocol.js";
import { words } from "../words.js";
import type { Actions } from "./actions.js";
import "./actions.js";

type Taken = [message: Message, mine: boolean, keeps: boolean];

class Handle extends AsyncDirective {
  /** The element of the message. */
  #of: HTMLElement | null = null;
  #taken: Taken | null = null;
  #open = false;
  /** Whether the mouse is over the message. */
  #over = false;

  override update(part: ChildPart, taken: Taken): unknown {
    this.#taken = taken;
    if (!this.#of) this.#watch(part.parentNode as HTMLElement);
    return this.render(...taken);
  }

  #watch(of: HTMLElement): void {
    this.#of = of;
    of.addEventListener("pointerenter", this.#pointed);
    of.addEventListener("pointerleave", this.#left);
    of.addEventListener("focusin", this.#focused);
    of.addEventListener("focusout", this.#left);
  }

  protected override disconnected(): void {
    this.#show(false);
  }

  readonly #pointed = (event: PointerEvent): void => {
    this.#over = event.pointerType === "mouse";
    if (this.#over) this.#show(true);
  };

  readonly #focused = (): void => {
    if (this.#of?.matches(":has(:focus-visible), :focus-visible")) this.#show(true);
  };

  /** Not at once: where a button goes away under the focus, the next one takes it. */
  readonly #left = (event: Event): void => {
    if (event.type === "pointerleave") this.#over = false;
    setTimeout(() => {
      if (!this.#over && !this.#of?.matches(":focus-within")) this.#show(false);
    });
  };

  readonly #pressed = (): void => {
    this.#show(true);
    void this.#of?.querySelector<Actions>("tornchat-actions")?.enter();
  };

  readonly #close = (): void => {
    this.#show(false);
    this.#of?.focus();
  };

  #show(open: boolean): void {
    if (open === this.#open || !this.#taken) return;
    this.#open = open;
    this.setValue(this.render(...this.#taken));
  }

  override render(...[message, mine, keeps]: Taken): TemplateResult | typeof nothing {
    if (message.deleted) return nothing;
    if (!this.#open) return this.#button();
    return html`<tornchat-actions
      .message=${message}
      .mine=${mine}
      .keeps=${keeps}
      @close=${this.#close}
    ></tornchat-actions>`;
  }

  /** Not a stop of the Tab key: whoever comes by keyboard opens it with the message's focus. */
  #button(): TemplateResult {
    return html`<button
      class="plain handle"
      tabindex="-1"
      aria-label=${words().actions}
      aria-expanded="false"
      @click=${this.#pressed}
    >
      ${more}
    </button>`;
  }
}

/** Belongs into the element of its message. */
export const handle = directive(Handle);

export const handleStyle = css`
  .message > .handle {
    position: absolute;
    z-index: 1;
    inset-block-start: 0;
    inset-inline-end: var(--pad);
    width: 2em;
    min-height: 2em;
    padding: 0;
    border-color: var(--line);
    background: var(--raised);
    font-size: 0.9rem;
    opacity: 0;
  }
  @media (hover: hover) {
    .message > .handle {
      inset-block-start: calc(4px - 2em);
    }
  }
  @media (hover: none) {
    .message > .handle {
      width: 2.75em;
      border-color: transparent;
      background: transparent;
      color: var(--quiet);
      opacity: 1;
    }
  }
`;
