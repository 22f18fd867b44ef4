// The box one writes in.
//
// Rule: what was typed is never lost and never changed: it goes as it stands, or it stays with a
// word why. Enter sends, Shift+Enter begins a line; while an input method composes, Enter is its.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { isEditable } from "../message/actions.js";
import { Tick } from "../message/tick.js";
import { define } from "../panel/define.js";
import { arrowUp } from "../panel/icons.js";
import { personStyle } from "../panel/person.js";
import { controls } from "../panel/style.js";
import { plain } from "../plain.js";
import type { Limits, Message, User } from "../protocol.js";
import type { Room } from "../room.js";
import { type Draft, EMPTY, edit, leave, paste, quote, reply } from "../session/draft.js";
import type { Session } from "../session/session.js";
import { characters, excess, isBlank } from "../text.js";
import { words } from "../words.js";
import { audience } from "./audience.js";
import { bar } from "./bar.js";
import { Completion, completionStyle } from "./completion.js";
import { composerStyle } from "./composer.style.js";
import { filesOf } from "./drop.js";
import { emoji } from "./emoji.js";
import { Paste } from "./paste.js";
import { peopleOf } from "./people.js";
import { type Question, question } from "./question.js";
import { type Silence, silence } from "./silence.js";
import { carriesToken, type Secrets, secretsOf, withoutTokens } from "./token.js";
import { Tray, type Writer } from "./tray.js";

/** From this part of the limit on, the composer tells how many characters are left. */
const NEARLY = 0.9;
/** The key code of a key that an input method took; some browsers tell it no other way. */
const COMPOSING = 229;
const A_SECOND = 1_000;
/** A timer cannot wait for much longer. */
const A_DAY = 86_400_000;

/** What to send, or to save. */
export type SayEvent = CustomEvent<Draft>;
/** What stands in the box now. */
export type DraftEvent = CustomEvent<Draft>;

export class Composer extends LitElement implements Writer {
  static override properties = {
    session: { attribute: false },
    room: { attribute: false },
    user: { attribute: false },
    limits: { attribute: false },
    prompt: {},
    draft: { state: true },
    asked: { state: true },
  };
  declare session: Session;
  declare room: Room;
  declare user: User | null;
  declare limits: Limits;
  /** What it asks for, where that is not only a message. */
  declare prompt: string;
  declare draft: Draft;
  /** What is said or asked in answer to the last thing its writer did. */
  declare asked: Question | null;
  #composing = false;
  readonly #tray = new Tray(this);
  readonly #paste = new Paste();
  readonly #completion = new Completion(this, [
    peopleOf(
      () => this.room,
      () => this.user,
    ),
    emoji,
  ]);

  constructor() {
    super();
    this.prompt = "";
    new Tick(this, () => this.#holds());
    this.draft = EMPTY;
    this.asked = null;
  }

  get #silence(): Silence | null {
    return silence(this.room, this.user, this.session.now);
  }

  /** For how long what is said of a silence holds. */
  #holds(): number | null {
    const silence = this.room ? this.#silence : null;
    if (!silence || silence.left === null) return null;
    return silence.writes ? Math.min(silence.left, A_SECOND) : Math.min(silence.left, A_DAY);
  }

  /** Shows a draft, as that of another room. */
  fill(draft: Draft): void {
    this.#completion.close();
    this.draft = draft;
    this.asked = null;
  }

  /** Says something in passing, as that a link is copied. */
  tell(says: string, bad = false): void {
    this.asked = { says, bad };
  }

  // What one does with a message that is there.

  reply(message: Message): void {
    this.become(reply(this.draft, message));
  }

  quote(message: Message): void {
    this.become(quote(this.draft, plain(message)));
  }

  edit(message: Message): void {
    this.become(edit(this.draft, message));
  }

  /** Files to send with the next message. */
  attach(files: readonly File[]): Promise<void> {
    return this.#tray.add(files);
  }

  override focus(): void {
    this.#box?.focus();
  }

  get #box(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  protected override updated(changed: PropertyValues): void {
    const box = this.#box;
    const anew = box?.value !== this.draft.text; // as after a silence, in which there is no box
    if (!box || !(anew || changed.has("draft"))) return;
    if (anew) box.value = this.draft.text;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  }

  /** Another draft by its writer's own doing: it is kept, and the writing goes on in it. */
  become(draft: Draft): void {
    this.fill(draft);
    this.dispatchEvent(new CustomEvent("draft", { detail: draft }));
    void this.updateComplete.then(() => {
      this.focus();
      this.#box?.setSelectionRange(draft.text.length, draft.text.length);
    });
  }

  #typed(event: InputEvent): void {
    this.draft = { ...this.draft, text: (event.target as HTMLTextAreaElement).value };
    this.asked = null;
    this.dispatchEvent(new CustomEvent("draft", { detail: this.draft }));
    if (!event.isComposing && !this.#composing) void this.#completion.look();
  }

  #pressed(event: KeyboardEvent): void {
    if (event.isComposing || this.#composing || event.keyCode === COMPOSING) return;
    const { draft } = this;
    const bare = !(event.shiftKey || event.altKey || event.ctrlKey || event.metaKey);
    const newLine = event.key === "Enter" && (event.shiftKey || onTouchScreen());
    if (!newLine && this.#completion.pressed(event)) this.focus();
    else if (event.key === "Enter" && !newLine) this.#submit();
    else if (event.key === "Escape" && isTask(draft)) this.#leave();
    else if (event.key === "e" && event.ctrlKey !== event.metaKey && !event.altKey) this.#fence();
    else if (event.key === "ArrowUp" && bare && draft.text === "" && this.#lastOfMine) {
      this.edit(this.#lastOfMine);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #leave(): void {
    this.become(leave(this.draft));
  }

  get #lastOfMine(): Message | undefined {
    return this.room.messages.findLast(
      (message) => message.user.id === this.user?.id && message.text !== "" && isEditable(message),
    );
  }

  #submit(sure = false): void {
    const t = words();
    const { draft } = this;
    const over = excess(draft.text, this.limits);
    const empty = isBlank(draft.text) && !this.#tray.isFull;
    const waits = draft.edit === undefined ? this.#silence?.says : "";
    const no = empty ? t.emptyText : over ? t.tooLong(over) : waits || "";
    const secrets = secretsOf(this.session.base);
    this.asked = no ? { says: no, bad: true, choices: over ? this.#tray.offer() : [] } : null;
    if (no) this.focus();
    else if (!sure && carriesToken(draft.text, secrets)) this.#askAboutToken(secrets);
    else void this.#send();
  }

  async #send(): Promise<void> {
    this.focus();
    const { draft } = this;
    const files = this.#tray.isFull ? await this.#tray.take() : undefined;
    if (files === null) return;
    this.dispatchEvent(new CustomEvent("say", { detail: files ? { ...draft, files } : draft }));
  }

  #askAboutToken(secrets: Secrets): void {
    const t = words();
    const without = (): void => {
      this.become({ ...this.draft, text: withoutTokens(this.draft.text, secrets) });
      this.#submit(true);
    };
    this.#ask({
      says: t.token,
      bad: true,
      choices: [
        { says: t.withoutToken, choose: without },
        { says: t.sendAnyway, choose: () => this.#submit(true) },
        { says: t.back, choose: () => this.#back() },
      ],
    });
  }

  /** Asks, and waits for an answer: the focus goes to the first one. */
  #ask(question: Question): void {
    this.asked = question;
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector<HTMLElement>(".question button")?.focus();
    });
  }

  /** To what was written, with nothing decided. */
  #back(): void {
    this.asked = null;
    this.focus();
  }

  #pasted(event: ClipboardEvent): void {
    const { clipboardData } = event;
    const box = this.#box;
    if (!clipboardData || !box) return;
    const files = filesOf(clipboardData);
    if (files.length > 0) {
      event.preventDefault();
      void this.attach(files);
      return;
    }
    this.draft = paste(this.draft, clipboardData.getData("text/plain"));
    this.#paste.take(clipboardData, box);
  }

  #fence(): void {
    if (this.#box?.value) this.#paste.fence(this.#box);
  }

  protected override render(): TemplateResult {
    const t = words();
    const prompt = this.prompt || t.messageBox(this.room.title || this.room.name);
    const open = this.#completion.isOpen;
    const send = this.draft.edit === undefined ? t.send : t.save;
    const silence = this.#silence;
    if (silence && !silence.writes) {
      return html`${audience(this.room)}
        <p class="silence" role="status">${silence.says}</p>
        ${question(this.asked ?? { says: "" }, () => this.#back())}`;
    }
    return html`
      ${audience(this.room)} ${bar(this.draft, this.room, () => this.#leave())}
      ${this.#tray.render(() => {
        this.asked = null;
      })}
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#submit();
        }}
      >
        ${this.#tray.button()}
        <textarea
          rows="1"
          dir="auto"
          enterkeyhint=${onTouchScreen() ? "enter" : "send"}
          aria-label=${prompt}
          aria-describedby="audience bar hint notice"
          placeholder=${prompt}
          title=${onTouchScreen() ? nothing : t.hintEnter}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls=${open ? "completion" : nothing}
          aria-activedescendant=${open ? this.#completion.chosen : nothing}
          @input=${this.#typed}
          @keydown=${this.#pressed}
          @paste=${this.#pasted}
          @compositionstart=${() => {
            this.#composing = true;
          }}
          @compositionend=${() => {
            this.#composing = false;
            void this.#completion.look();
          }}
          @click=${() => this.#completion.look()}
          @blur=${() => this.#completion.close()}
        ></textarea>
        ${this.#completion.render()}
        <button class="main send" aria-label=${send} title=${send}>${arrowUp}</button>
      </form>
      <span id="hint" class="unseen">${onTouchScreen() ? t.hintTouch : t.hintKeys}</span>
      ${question(this.asked ?? this.#inPassing(), () => this.#back())}
    `;
  }

  /** What is said of the text as it stands. */
  #inPassing(): Question {
    const t = words();
    const { text } = this.draft;
    const over = excess(text, this.limits);
    if (over) return { says: t.tooMany(over), bad: true, choices: this.#tray.offer() };
    if (this.#paste.isIn(text)) {
      const choose = (): void => this.#fence();
      return { says: t.pastedCode, choices: [{ says: t.asCode, title: t.asCodeKey, choose }] };
    }
    const silence = this.#silence;
    if (silence) return { says: silence.says };
    const left = this.limits.text_chars - characters(text);
    return { says: left < this.limits.text_chars * (1 - NEARLY) ? t.left(left) : "" };
  }

  static override styles = [controls, personStyle, composerStyle, completionStyle];
}

function isTask({ reply, edit }: Draft): boolean {
  return reply !== undefined || edit !== undefined;
}

/** On a touch screen Enter is a new line, and the button sends. */
function onTouchScreen(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

define("tornchat-composer", Composer);
