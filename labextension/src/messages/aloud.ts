// What a screen reader says of what is new.
//
// Rule: it hears each new message once, what came of questions, jobs and requests, what moderators did, and nothing
// else; and of more than it can follow only how much it is. The list itself cannot be the live region:
// only the rows in sight are in the DOM, so scrolling up puts old messages into it, which would all
// be read aloud, and what is new while one reads above would not be there to be read at all. So the
// list is a silent log, and what is new is said here, where nobody sees it.

import { html, LitElement, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { sentence } from "../deed.js";
import { type Outcome, outcomes } from "../outcome.js";
import { define } from "../panel/define.js";
import { controls } from "../panel/style.js";
import { plain } from "../plain.js";
import type { Message, User } from "../protocol.js";
import { after, type Room } from "../room.js";
import { words } from "../words.js";

/** Of more messages than these at once only the number is said. */
const AT_ONCE = 5;
/** Characters of a message that are said; the rest can be read in the list. */
const LONG = 300;
/** So long (milliseconds) after it was told something it is told nothing. */
const PAUSE = 1_000;
/** How long (milliseconds) it stands, for readers that are slow to notice. */
const STANDS = 10_000;

/** What is new in a room since it was like `before`, in words. */
export function news(before: Room, room: Room, me: User | null): string[] {
  const live = before.name === room.name && before.known && room.known;
  if (!live || before.position.epoch !== room.position.epoch) return [];
  const fresh = after(room.messages, before.position.seq).filter(
    ({ user, deleted }) => user.id !== me?.id && !deleted,
  );
  const many = fresh.length > AT_ONCE;
  const news = many ? [words().newBelow(fresh.length)] : fresh.map(spoken);
  const deeds = room.moderated.filter(
    ({ seq, user }) => seq > before.position.seq && user.id !== me?.id,
  );
  return [
    ...news,
    ...deeds.slice(-AT_ONCE).map(sentence),
    ...outcomes(before, room).flatMap((outcome) => came(outcome, me)),
  ];
}

/** What others answered, how a question was closed, how a job ended. */
function came({ message, answers, ended, helped }: Outcome, me: User | null): string[] {
  const { question, job, help, user } = message;
  const t = words();
  if (help) return helped ? [t.help[help.state](user.name, help.by?.name ?? "")] : [];
  if (job) return ended ? [shortened(plain(message))] : [];
  if (!question) return [];
  const says = answers
    .filter(({ user }) => user.id !== me?.id)
    .map(({ user, choice }) => t.question.answered(user.name, question.choices[choice] ?? ""));
  return question.closed ? [...says, t.question.closed[question.closed]] : says;
}

function spoken(message: Message): string {
  return `${message.user.name}: ${shortened(plain(message))}`;
}

function shortened(text: string): string {
  return text.length > LONG ? `${text.slice(0, LONG)}…` : text;
}

interface Said {
  readonly number: number;
  readonly says: string;
}

export class Aloud extends LitElement {
  static override properties = {
    room: { attribute: false },
    user: { attribute: false },
    said: { state: true },
  };
  declare room: Room;
  declare user: User | null;
  declare said: readonly Said[];
  #number = 0;
  /** The room when we last looked for what is new. */
  #known: Room | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.said = [];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  protected override willUpdate(): void {
    if (this.#pause === undefined) this.#look();
  }

  #look(): void {
    const before = this.#known;
    this.#known = this.room;
    const fresh = before ? news(before, this.room, this.user) : [];
    if (fresh.length > 0) this.#say(fresh);
  }

  #say(fresh: readonly string[]): void {
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#look();
    }, PAUSE);
    const said = fresh.map((says) => ({ number: ++this.#number, says }));
    this.said = [...this.said, ...said].slice(-AT_ONCE);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.said = [];
    }, STANDS);
  }

  protected override render(): TemplateResult {
    return html`<div class="unseen" aria-live="polite" aria-relevant="additions">
      ${repeat(
        this.said,
        ({ number }) => number,
        ({ says }) => html`<p dir="auto">${says}</p>`,
      )}
    </div>`;
  }

  static override styles = controls;
}

define("tornchat-aloud", Aloud);
