// One line that tells how the connection is, where it is not as it should be, and what to do.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Problem } from "../problem.js";
import type { Invite } from "../protocol.js";
import type { Trouble } from "../session/health.js";
import type { LineState } from "../session/line.js";
import type { Kernel } from "../session/transport.js";
import { words } from "../words.js";
import { Chunk } from "./chunk.js";
import { define } from "./define.js";
import { controls } from "./style.js";

const visit = new Chunk(() => import("../invite/visit.js"));

/** A line that opens within this time (milliseconds) is not worth a word. */
const QUICK = 1_200;

export class Notice extends LitElement {
  static override properties = {
    line: { attribute: false },
    base: {},
    slow: { state: true },
    stale: { type: Boolean },
    kernel: { attribute: false },
    busy: { type: Boolean },
    invite: { attribute: false },
  };
  declare line: LineState;
  declare base: string;
  /** Whether the server has another version than this page. */
  declare stale: boolean;
  /** The kernel through which the chat comes, if it does. */
  declare kernel: Kernel | null;
  declare busy: boolean;
  /** By which its reader is here as a guest. */
  declare invite: Invite | null;
  declare slow: boolean;
  #clock: ReturnType<typeof setInterval> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.slow = false;
    this.stale = false;
    this.kernel = null;
    this.busy = false;
    this.invite = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
    clearTimeout(this.#patience);
    this.#clock = this.#patience = undefined;
  }

  protected override updated(): void {
    if (this.line.is === "open") {
      clearTimeout(this.#patience);
      this.#patience = undefined;
      if (this.slow) this.slow = false;
    } else {
      this.#patience ??= setTimeout(() => {
        this.slow = true;
      }, QUICK);
    }
    if (this.line.is === "waiting") this.#clock ??= setInterval(() => this.requestUpdate(), 1_000);
    else {
      clearInterval(this.#clock);
      this.#clock = undefined;
    }
  }

  protected override render(): TemplateResult {
    return html`<div role="status">${this.#content()}</div>`;
  }

  #content(): unknown {
    const t = words();
    const { line } = this;
    if (line.is === "open")
      return this.stale ? this.#stale() : [this.#relayed(), this.#visit(nothing)];
    if (line.is === "closed") return this.#closed(line.trouble);
    if (line.is === "waiting" && line.trouble) return this.#trouble(line.trouble, line.until);
    if (!this.slow) return nothing;
    if (line.is === "connecting") return html`<p class="line quiet">${t.connecting}</p>`;
    return html`<p class="line">${t.lost} ${t.keptForYou} ${this.#nextTry(line.until)}</p>`;
  }

  #closed(trouble: Trouble | null): unknown {
    const says = trouble ? this.#trouble(trouble) : nothing;
    return trouble?.problem === "removed" ? this.#visit(says) : says;
  }

  /** Whose guest one is, or was. */
  #visit(meanwhile: unknown): unknown {
    const { invite, line } = this;
    if (!invite) return meanwhile;
    return visit.show((found) => found.visit(invite, line.is === "open"), meanwhile);
  }

  /** Whoever speaks through a kernel is to know as whom. */
  #relayed(): TemplateResult | typeof nothing {
    if (!this.kernel) return nothing;
    const t = words();
    return html`<p class="line quiet">
      ${t.relayed(this.kernel.program)} ${this.busy ? t.kernelBusy : nothing}
    </p>`;
  }

  #stale(): TemplateResult {
    return html`<p class="line">${words().updated} ${this.#reload()}</p>`;
  }

  #trouble({ problem, detail }: Trouble, until?: number): TemplateResult {
    const remedy = words().doors.problems[problem];
    return html`<div class="line trouble">
      <p><strong>${remedy.says}</strong> ${remedy.mend}</p>
      ${remedy.run ? html`<pre>${remedy.run}</pre>` : nothing}
      ${problem === "off" && detail ? html`<pre>${detail}</pre>` : nothing}
      ${until === undefined ? this.#wayBack(problem) : html`<p>${this.#nextTry(until)}</p>`}
    </div>`;
  }

  /** The seconds count down for the eye; a screen reader hears of them once. */
  #nextTry(until: number): TemplateResult {
    const t = words();
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1_000));
    return html`<span aria-hidden="true" class="quiet">${t.nextTry(seconds)}</span>
      <button class="word" @click=${this.#tryNow}>${t.tryNow}</button>`;
  }

  #wayBack(problem: Problem): TemplateResult | typeof nothing {
    const t = words().doors;
    const again = html`<button class="word" @click=${this.#tryNow}>${t.tryAgain}</button>`;
    if (problem === "forbidden" || problem === "removed") return html`<p>${again}</p>`;
    if (problem !== "signed_out") return html`<p>${this.#reload()}</p>`;
    const here = location.href.startsWith(this.base);
    return html`<p>
      <a href=${here ? location.href : this.base} target=${here ? "_self" : "_blank"}
        >${t.signIn}</a
      >
      ${again}
    </p>`;
  }

  #reload(): TemplateResult {
    return html`<button class="word" @click=${() => location.reload()}>
      ${words().doors.reload}
    </button>`;
  }

  #tryNow(): void {
    this.dispatchEvent(new CustomEvent("try-now"));
  }

  static override styles = [
    controls,
    css`
      .line {
        padding: 0.5em var(--pad);
        border-top: 1px solid var(--line);
        font-size: 0.9em;
        line-height: 1.45;
      }
      .trouble {
        background: var(--warn-ground);
      }
      pre {
        margin: 0.35em 0;
        overflow-x: auto;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        user-select: all;
      }
    `,
  ];
}

define("tornchat-notice", Notice);
