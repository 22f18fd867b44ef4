// Who writes at a panel: what they say, answer, edit and take back.
//
// Rule: a draft belongs to a room and a person; it comes with them and goes with them. Nothing goes
// out without a name: where there is none yet it is asked, and what waited goes out under it.

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Composer } from "../composer/composer.js";
import type { Act } from "../message/actions.js";
import type { Choice } from "../message/message.js";
import { plain } from "../plain.js";
import type { Message, User } from "../protocol.js";
import { Refused } from "../session/api.js";
import { add, type Draft, EMPTY, isEmpty, isSame, rest, textOf } from "../session/draft.js";
import { type Mine, pendingIn } from "../session/outbox.js";
import type { Session } from "../session/session.js";
import { isBlank } from "../text.js";
import { saysNo, words } from "../words.js";
import { copy } from "./copy.js";

/** What it needs of its panel. */
export interface Desk extends ReactiveControllerHost {
  readonly session: Session | null;
  /** The room that is shown. */
  readonly room: string;
  /** The `seq` of the message whose thread is shown alone. */
  readonly thread: number | null;
  readonly composer: Composer | null;
  readonly renderRoot: HTMLElement | DocumentFragment;
  /** Goes to the newest message. */
  follow(): void;
}

export class Author implements ReactiveController {
  /** A name is asked: `send` is the room whose draft goes out under it. */
  asking: { readonly send: string | null } | null = null;
  readonly #desk: Desk;
  #draftOf = "";
  #saying = false;

  constructor(desk: Desk) {
    this.#desk = desk;
    desk.addController(this);
  }

  hostUpdated(): void {
    const { session, room, composer } = this.#desk;
    if (!session || !composer) return;
    const of = session.user ? `${room} ${session.user.id}` : "";
    if (of === this.#draftOf) return;
    const typedBeforeWelcome = this.#draftOf === "" && !isEmpty(composer.draft);
    this.#draftOf = of;
    if (typedBeforeWelcome) session.keepDraft(room, composer.draft);
    else composer.fill(of ? session.draft(room) : EMPTY);
  }

  /** Whoever is nobody any more says nothing: it stays in the box, and the notice tells why. */
  async say(draft: Draft): Promise<void> {
    const { session, room } = this.#desk;
    const signedOut = session?.line.is === "closed" && session.user === null;
    if (!session || signedOut || this.#saying) return;
    this.#saying = true;
    const named = session.named || (await session.namedElsewhere().catch(() => false));
    this.#saying = false;
    if (named) this.#send(session, room, draft);
    else this.#ask({ send: room });
  }

  /** Sends or saves a draft, and takes it out of the room's box if it still stands there. */
  #send(session: Session, room: string, draft: Draft): void {
    const { reply = this.#desk.thread ?? undefined, edit, files } = draft;
    const text = textOf(draft);
    if (edit === undefined) session.say(room, text, { reply, files });
    else session.edit({ room, seq: edit }, text);
    const shown = room === this.#desk.room;
    if (isSame(this.#written(session, room), draft)) {
      session.keepDraft(room, rest(draft));
      if (shown) this.#desk.composer?.fill(rest(draft));
    }
    if (shown && edit === undefined) this.#desk.follow();
  }

  /** What stands in the box of a room, whether it is the one shown or not. */
  #written(session: Session, room: string): Draft {
    const shown = room === this.#desk.room ? this.#desk.composer?.draft : undefined;
    return shown && !isEmpty(shown) ? shown : session.draft(room);
  }

  // ------------------------------------------------------------------------------- the name

  #ask(asking: Author["asking"]): void {
    this.asking = asking;
    this.#desk.requestUpdate();
  }

  /** The name is said: what waited for it goes out under it. */
  readonly named = (): void => {
    const { session, composer } = this.#desk;
    const room = this.asking?.send ?? null;
    if (session && room !== null) {
      const draft = this.#written(session, room);
      if (!isBlank(draft.text)) this.#send(session, room, draft);
    }
    this.#ask(null);
    composer?.focus();
  };

  /** What was to be done needs a name; what is in the box is no part of it. */
  readonly askName = (): void => {
    this.#ask(this.asking ?? { send: null });
  };

  /** No name after all: what waited for it goes back into the box. */
  readonly unnamed = (): void => {
    const { session, room, composer } = this.#desk;
    this.#ask(null);
    for (const waits of session ? pendingIn(session.room(room)) : []) this.choose("edit", waits);
    composer?.focus();
  };

  // --------------------------------------------------------------------- what is there already

  /** What to do with a message of mine, or a change of one, that was not kept. */
  choose(choice: Choice, mine: Mine): void {
    const { session, room, composer } = this.#desk;
    if (choice === "retry") session?.retry(mine);
    else session?.discard(mine);
    if (choice !== "edit" || !composer || "of" in mine) return;
    const text = composer.draft.text;
    const { reply = composer.draft.reply } = mine;
    const draft = {
      ...composer.draft,
      reply,
      text: text.trim() ? add(mine.text, text) : mine.text,
    };
    composer.fill(draft);
    session?.keepDraft(room, draft);
    composer.focus();
  }

  /** Where there is no name yet, it is asked, and the answer waits for it. */
  answer(message: Message, choice: number): void {
    const { session } = this.#desk;
    if (!session?.user) return;
    session.answer(message, choice);
    if (!session.named) void session.namedElsewhere().catch(() => false);
  }

  /** What to do with a message that is kept. */
  act(act: Act, message: Message): void {
    const { session, composer } = this.#desk;
    if (!session || !composer) return;
    if (act === "order") void this.order(message.user);
    else if (act === "delete" && message.user.id === session.user?.id) session.delete(message);
    else if (act === "delete") void this.#takeAway(message);
    else if (act === "copy") void this.#copy(plain(message), words().copied);
    else if (act === "link") void this.#copy(linkTo(session.base, message), words().linkCopied);
    else composer[act](message);
  }

  /** Opens where order is kept: with somebody, or with null in the room. */
  readonly order = async (whom: User | null): Promise<void> => {
    const { session, room, renderRoot } = this.#desk;
    const { open } = await import("../order/order.js");
    if (session) open(renderRoot, session, session.room(room), whom);
  };

  /** Another's message, as who keeps order may. */
  async #takeAway({ room, seq }: Message): Promise<void> {
    try {
      await this.#desk.session?.api.moderate(room, { act: "clear", of: seq });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#desk.composer?.tell(saysNo(error.no.code, error.no.reason), true);
    }
  }

  async #copy(text: string, says: string): Promise<void> {
    const copied = await copy(text);
    this.#desk.composer?.tell(copied ? says : words().notCopied);
  }
}

/** The page's address that shows a message. It opens for whoever the server lets in. */
function linkTo(base: string, { room, seq }: Message): string {
  return new URL(`?${new URLSearchParams({ room, message: `${seq}` })}`, base).href;
}
