// <tornchat-question>: the choices of a question, who chose what, and how long it is open. Loaded with
// the first message that asks something.
//
// Rule: the server alone says what was answered and when it is closed; mine is shown at once, and is
// mine to change as long as it lets me.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { duration } from "../duration.js";
import { isOpen } from "../outcome.js";
import { define } from "../panel/define.js";
import { check } from "../panel/icons.js";
import { controls } from "../panel/style.js";
import type { Answer, Message, Question } from "../protocol.js";
import type { Change } from "../room.js";
import { clock, moment } from "../time.js";
import { words } from "../words.js";
import { cardWords } from "./card.words.js";
import { part, partStyle } from "./part.js";
import { questionStyle } from "./question.style.js";
import { Tick } from "./tick.js";

const MINUTE = 60_000;
/** So many people who chose the same are named. */
const NAMED = 5;

/** What its reader does with a question. */
export type AnswerEvent = CustomEvent<{ readonly message: Message; readonly choice: number }>;
export type WithdrawEvent = CustomEvent<Message>;

/** Who reads it, and what they may. */
export interface Reader {
  /** Their id. */
  readonly me: string;
  readonly mayAnswer: boolean;
  /** Whether they help whoever asks for it here. */
  readonly serves: boolean;
  /** Gives the server's time in milliseconds. */
  readonly now: () => number;
}

export function question(message: Message, reader: Reader, change?: Change): TemplateResult {
  return html`<tornchat-question
    .message=${message}
    .reader=${reader}
    .change=${change}
  ></tornchat-question>`;
}

export class QuestionCard extends LitElement {
  static override properties = {
    message: { attribute: false },
    reader: { attribute: false },
    change: { attribute: false },
    active: { state: true },
  };
  declare message: Message;
  declare reader: Reader;
  /** What I did to the message and is not kept yet. */
  declare change: Change | undefined;
  /** The choice that the arrow keys are at. */
  declare active: number | null;

  constructor() {
    super();
    this.active = null;
    new Tick(this, () => this.#holds());
  }

  get #question(): Question {
    return this.message.question ?? { choices: [], until: 0 };
  }

  get #answers(): readonly Answer[] {
    return this.#question.answers ?? [];
  }

  get #left(): number {
    return this.#question.until - this.reader.now();
  }

  get #takes(): boolean {
    return isOpen(this.#question) && this.#left > 0;
  }

  /** My choice that is on its way; one that did not come in time was never made. */
  get #onItsWay(): number | undefined {
    const { change } = this;
    if (change?.type !== "answer" || change.state !== "pending") return undefined;
    return isOpen(this.#question) ? change.choice : undefined;
  }

  /** My choice, be it on its way or kept. */
  get #mine(): number | undefined {
    const kept = this.#answers.find(({ user }) => user.id === this.reader.me);
    return this.#onItsWay ?? kept?.choice;
  }

  /** Milliseconds for which what is said of the time holds. */
  #holds(): number | null {
    if (!this.#takes) return null;
    const left = this.#left;
    if (left > MINUTE) return (left % MINUTE) + 1;
    return isCalm() ? left : (left % 1_000) + 1;
  }

  // -------------------------------------------------------------------------- what its reader does

  #choose(choice: number): void {
    if (!this.#takes || !this.reader.mayAnswer || choice === this.#mine) return;
    this.active = choice;
    this.#tell("answer", { message: this.message, choice });
  }

  #tell(what: "answer" | "withdraw", detail: unknown): void {
    this.dispatchEvent(new CustomEvent(what, { detail, bubbles: true, composed: true }));
  }

  #pressed(event: KeyboardEvent): void {
    const { length } = this.#question.choices;
    const turned = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const steps = { ArrowDown: 1, ArrowUp: -1, ArrowRight: turned, ArrowLeft: -turned };
    const ends = { Home: 0, End: length - 1 };
    const { key } = event;
    if (key in steps)
      this.active = (this.#tab + steps[key as keyof typeof steps] + length) % length;
    else if (key in ends) this.active = ends[key as keyof typeof ends];
    else return;
    event.preventDefault();
    event.stopPropagation();
    void this.updateComplete.then(() => this.#buttons[this.#tab]?.focus());
  }

  get #buttons(): NodeListOf<HTMLElement> {
    return this.renderRoot.querySelectorAll<HTMLElement>(".choice");
  }

  /** The choice that Tab gets to. */
  get #tab(): number {
    return this.active ?? this.#mine ?? 0;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("message");
    if (before && before.id !== this.message.id) this.active = null;
  }

  // ---------------------------------------------------------------------------------------- render

  protected override render(): TemplateResult {
    const { choices, vote } = this.#question;
    return html`<div
        class=${vote ? "votes" : "choices"}
        role=${vote ? "radiogroup" : "group"}
        aria-label=${this.message.text}
        @keydown=${this.#pressed}
      >
        ${choices.map((choice, at) => (vote ? this.#vote(choice, at) : this.#choice(choice, at)))}
      </div>
      ${vote ? nothing : this.#answers.slice(-1).map((answer) => this.#answer(answer))}
      ${this.#state()}`;
  }

  /** It can be focused when it is closed too, so that the focus is not lost with the answer. */
  #choice(choice: string, at: number): TemplateResult {
    const picked = at === (this.#answers.at(-1)?.choice ?? this.#mine);
    return html`<button
      class="choice ${this.#look(at, picked)}"
      dir="auto"
      tabindex=${at === this.#tab ? 0 : -1}
      aria-disabled=${this.#takes && this.reader.mayAnswer ? nothing : "true"}
      aria-pressed=${picked ? "true" : nothing}
      @click=${() => this.#choose(at)}
    >${picked ? check : nothing} ${choice}</button>`;
  }

  #vote(choice: string, at: number): TemplateResult {
    const t = words();
    const mine = this.#mine;
    const others = this.#answers.filter(({ user }) => user.id !== this.reader.me);
    const by = others.filter((answer) => answer.choice === at).map(({ user }) => user.name);
    const count = by.length + (mine === at ? 1 : 0);
    const all = others.length + (mine === undefined ? 0 : 1);
    const names = [...(mine === at ? [t.you] : []), ...by];
    return html`<button
      class="choice ${this.#look(at, mine === at)}"
      role="radio"
      tabindex=${at === this.#tab ? 0 : -1}
      aria-checked=${mine === at}
      aria-disabled=${this.#takes && this.reader.mayAnswer ? nothing : "true"}
      @click=${() => this.#choose(at)}
    >
      <span class="ring"></span>
      <span class="says"><bdi>${choice}</bdi></span>
      <span class="count">${cardWords().votes(count)}</span>
      ${part(count, Math.max(1, all))}
      ${names.length > 0 ? html`<span class="who" dir="auto">${named(names)}</span>` : nothing}
    </button>`;
  }

  #look(at: number, picked: boolean): string {
    return `${picked ? "picked" : ""} ${at === this.#onItsWay ? "on-the-way" : ""}`;
  }

  /** yes — Ann, 14:02 */
  #answer({ user, choice, at }: Answer): TemplateResult {
    const says = this.#question.choices[choice];
    return html`<p class="answer">
      <bdi>${says}</bdi> — <bdi>${user.name}</bdi>${words().listComma}<time
        datetime=${new Date(at).toISOString()}
        title=${moment(at)}
        >${clock(at)}</time
      >
    </p>`;
  }

  #state(): TemplateResult | typeof nothing {
    const { closed, vote } = this.#question;
    const t = cardWords();
    if (!isOpen(this.#question)) {
      if (closed === undefined) return nothing;
      const nobody = this.#answers.length === 0 ? t.nobody : "";
      return html`<p class="state">${words().question.closed[closed]} ${nobody}</p>`;
    }
    const rule = vote ? (this.#mine === undefined ? "" : t.changeable) : t.firstCounts;
    const says = !this.#takes ? "" : this.reader.mayAnswer ? rule : t.readOnly;
    return html`<p class="state">
      ${this.#timeLeft()}${says && ` · ${says}`}
      ${
        this.message.user.id === this.reader.me
          ? html`<button class="word" @click=${() => this.#tell("withdraw", this.message)}>
              ${t.withdraw}
            </button>`
          : nothing
      }
    </p>`;
  }

  #timeLeft(): TemplateResult {
    const t = cardWords();
    const left = this.#left;
    const unit = left > MINUTE ? MINUTE : 1_000;
    const says =
      left <= 0
        ? t.over
        : left <= MINUTE && isCalm()
          ? t.lastMinute
          : t.left(duration(Math.ceil(left / unit) * unit, unit === MINUTE ? "minute" : "second"));
    return html`<span class="left" title=${moment(this.#question.until)}>${says}</span>`;
  }

  static override styles = [controls, partStyle, questionStyle];
}

function named(names: readonly string[]): string {
  const t = words();
  const said = names.slice(0, NAMED).join(t.listComma);
  return names.length > NAMED ? `${said} ${t.andMore(names.length - NAMED)}` : said;
}

/** Whether its reader asked that nothing moves. */
function isCalm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

define("tornchat-question", QuestionCard);
