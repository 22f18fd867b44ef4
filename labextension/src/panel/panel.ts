// <tornchat-panel base room home>: the chat, wherever it is mounted.
//
// Rule: it shows the session and hands on what its reader does; it decides nothing about messages.
// What it looks like follows from its own width and from `home`, not from the browser's window.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { HelpEvent, ThreadEvent } from "../help/request.js";
import { Thread } from "../help/thread.js";
import { Author, type Desk } from "./author.js";
import "./bell.js";
import "../composer/composer.js";
import type { Composer, DraftEvent, SayEvent } from "../composer/composer.js";
import { Drop } from "../composer/drop.js";
import { Chunk } from "./chunk.js";
import { define } from "./define.js";
import { type Drawer, drawer, header, me } from "./frame.js";
import "../messages/messages.js";
import type { ActEvent } from "../message/actions.js";
import type { AnswerEvent, WithdrawEvent } from "../message/question.js";
import type { ChoiceEvent, Messages } from "../messages/messages.js";
import "./name.js";
import "./no-room.js";
import "./notice.js";
import "./opener.js";
import { panelStyle } from "./panel.style.js";
import "./people.js";
import { Presence } from "../messages/presence.js";
import { DEFAULT_ROOM, type User } from "../protocol.js";
import { keepsOrder, type Room } from "../room.js";
import { personStyle } from "./person.js";
import "./rooms.js";
import { pendingIn } from "../session/outbox.js";
import { type Session, sessionAt } from "../session/session.js";
import { VERSION } from "../session/version.js";
import { words } from "../words.js";
import { controls, tokens } from "./style.js";
import { LabTheme } from "./theme.js";

export type Home = "page" | "cell" | "sidebar" | "tab";

/** How long (milliseconds) rooms are kept open for a panel that is only moved in the page. */
const LINGER = 1_000;

const desk = new Chunk(() => import("../help/desk.js"));

/** Lab runs commands on keys that are meant for us; these two stop it (both are needed). */
const SUPPRESS = "data-lm-suppress-shortcuts";
const KEYS = ["keydown", "keypress", "keyup"];

export class Panel extends LitElement implements Desk {
  static override properties = {
    base: {},
    room: { reflect: true },
    home: { reflect: true },
    drawer: { state: true },
    thread: { state: true },
  };
  /** The chat's address, ending in "/". */
  declare base: string;
  declare room: string;
  declare home: Home;
  /** What lies open over the messages where there is no room beside them. */
  declare drawer: Drawer | null;
  /** The `seq` of the message whose thread is shown alone. */
  declare thread: number | null;
  /** Set as soon as `base` is. */
  session: Session | null = null;
  /** The rooms this panel is in, the one shown last at the end, and how to leave each. */
  readonly #visited = new Map<string, () => void>();
  #unwatch: (() => void) | undefined;
  readonly #presences = new Map<string, Presence>();
  readonly #author = new Author(this);
  readonly #thread = new Thread();

  constructor() {
    super();
    this.addController(new LabTheme(this));
    new Drop(this, (files) => this.composer?.attach(files));
    this.room = DEFAULT_ROOM;
    this.home = "page";
    this.drawer = null;
    this.thread = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#detach();
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    if (this.home !== "cell") return root;
    this.setAttribute(SUPPRESS, "true");
    for (const key of KEYS) root.addEventListener(key, (event) => event.stopPropagation());
    return root;
  }

  /** Shows another room; the one before stays joined, so that it can tell what is new. */
  open(room: string): void {
    this.drawer = null;
    if (room === this.room) return;
    this.room = room;
    this.dispatchEvent(new CustomEvent("room", { detail: room }));
    this.#readyToWrite();
  }

  /** Leaves a room for good; who looks at it goes to the one shown before. */
  #leave(room: string): void {
    const leave = this.#visited.get(room);
    this.#visited.delete(room);
    leave?.();
    const before = [...this.#visited.keys()].at(-1);
    if (room === this.room && before !== undefined) this.open(before);
    this.requestUpdate();
  }

  override focus(): void {
    this.composer?.focus();
  }

  /** Where there are keys, one can write at once; on a touch screen that would raise a keyboard. */
  #readyToWrite(): void {
    if (!matchMedia("(pointer: fine)").matches) return;
    void this.updateComplete.then(() => this.composer?.focus());
  }

  get composer(): Composer | null {
    return this.renderRoot.querySelector("tornchat-composer");
  }

  // ------------------------------------------------------------------------------ lifecycle

  #attach(): void {
    this.session = sessionAt(this.base);
    this.#unwatch = this.session.watch(() => this.requestUpdate());
    this.session.places.add(this);
  }

  #detach(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.session?.places.delete(this);
    for (const leave of this.#visited.values()) setTimeout(leave, LINGER);
    this.#visited.clear();
    for (const presence of this.#presences.values()) presence.stop();
    this.#presences.clear();
    this.session = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("base")) this.#detach();
    if (changed.has("room")) this.thread = null;
    if (!this.isConnected || !this.base) return;
    if (!this.session) this.#attach();
    if (this.session) this.#visit(this.session);
    if (changed.has("room")) this.session?.visit(this.room);
    // Who comes and goes is followed in every room that one may turn back to.
    for (const room of this.#visited.keys()) {
      if (this.session) this.#presence(room).see(this.session.room(room), this.session.user?.id);
    }
  }

  #presence(room: string): Presence {
    const presence = this.#presences.get(room) ?? new Presence(() => this.requestUpdate());
    this.#presences.set(room, presence);
    return presence;
  }

  /** Where one more room would be one too many, the one not shown for the longest is left. */
  #visit(session: Session): void {
    const known = this.#visited.get(this.room);
    const [longest] = this.#visited;
    if (!known && longest && session.atRoomLimit) {
      const [room, leave] = longest;
      leave();
      this.#visited.delete(room);
    }
    this.#visited.delete(this.room);
    this.#visited.set(this.room, known ?? session.look(this.room));
  }

  protected override firstUpdated(): void {
    if (this.home === "page") this.#readyToWrite();
  }

  // --------------------------------------------------------------------------- what one does

  /** To the newest message, as after saying something. */
  follow(): void {
    this.#messagesShown?.follow();
  }

  /** To a message of the room that is shown, from wherever it has to be fetched. */
  seek(seq: number): void {
    void this.updateComplete.then(() => this.#messagesShown?.seek(seq));
  }

  /** Shows one thread alone, from wherever its beginning has to be fetched, or all again. */
  async #turnTo(thread: number | null): Promise<void> {
    this.thread = thread;
    await this.updateComplete;
    this.composer?.focus();
    await this.#messagesShown?.updateComplete;
    const known = this.session?.room(this.room).messages.some(({ seq }) => seq === thread);
    if (thread !== null && !known) this.seek(thread);
  }

  get #messagesShown(): Messages | null {
    return this.renderRoot.querySelector("tornchat-messages");
  }

  async #signOut(): Promise<void> {
    await this.session?.signOut().catch(() => {});
    location.reload(); // the server knows where whoever is nobody goes
  }

  async #toggle(drawer: Drawer): Promise<void> {
    this.drawer = this.drawer === drawer ? null : drawer;
    if (drawer === "rooms") void this.session?.listRooms();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".drawer.open .close")?.focus();
  }

  async #closeDrawer(): Promise<void> {
    const toggle = this.renderRoot.querySelector<HTMLElement>(`.to-${this.drawer}`);
    this.drawer = null;
    await this.updateComplete;
    toggle?.focus();
  }

  // ---------------------------------------------------------------------------------- render

  protected override render(): TemplateResult | typeof nothing {
    const { session } = this;
    if (!session) return nothing;
    const room = this.#presence(this.room).see(session.room(this.room), session.user?.id);
    return html`<div
      class="frame"
      @unnamed=${this.#author.askName}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === "Escape" && this.drawer) void this.#closeDrawer();
      }}
    >
      ${this.#rooms(session)} ${this.#talk(session, room)} ${this.#people(session, room)}
    </div>`;
  }

  #talk(session: Session, room: Room): TemplateResult {
    const author = this.#author;
    const waits = !session.named && pendingIn(room).length > 0;
    return html`<section class="talk" aria-label=${words().chat} data-drop=${words().dropHere}>
      <div>
        ${header(session, room, this.drawer, this.home === "page" ? 1 : 2, (drawer) => this.#toggle(drawer))}
        ${room.no ? nothing : this.#desk(session, room)}
      </div>
      ${room.no ? this.#noRoom(session, room) : this.#messages(session, room)}
      <tornchat-notice
        .line=${session.line}
        .base=${session.base}
        .kernel=${session.kernel}
        .invite=${session.invite}
        ?busy=${session.kernel?.busy}
        ?stale=${VERSION !== "" && session.version !== VERSION}
        @try-now=${() => session.tryNow()}
      ></tornchat-notice>
      ${
        author.asking || waits
          ? html`<tornchat-name
            .session=${session}
            ?waiting=${waits || author.asking?.send}
            @named=${author.named}
            @cancel=${author.unnamed}
          ></tornchat-name>`
          : nothing
      }
      <tornchat-composer
        ?hidden=${room.no !== null || session.isOut}
        .session=${session}
        .room=${room}
        .user=${session.user}
        .limits=${session.limits}
        .prompt=${this.#prompt(room)}
        @draft=${({ detail }: DraftEvent) => session.keepDraft(this.room, detail)}
        @say=${({ detail }: SayEvent) => author.say(detail)}
        @unnamed=${author.askName}
      ></tornchat-composer>
    </section>`;
  }

  #messages(session: Session, room: Room): TemplateResult {
    return html`<tornchat-messages
      .room=${this.#thread.of(room, this.thread)}
      .user=${session.user}
      .now=${() => session.now}
      .address=${(hash: string) => session.fileAddress(this.room, hash)}
      .notes=${this.#presence(room.name).notes}
      ?mayAnswer=${session.can("answer")}
      ?serves=${keepsOrder(room)}
      @older=${() => session.older(this.room)}
      @seen=${() => session.mark(this.room)}
      @choice=${({ detail }: ChoiceEvent) => this.#author.choose(detail.choice, detail.mine)}
      @answer=${({ detail }: AnswerEvent) => this.#author.answer(detail.message, detail.choice)}
      @withdraw=${({ detail }: WithdrawEvent) => session.withdraw(detail)}
      @help=${this.#serve}
      @thread=${({ detail }: ThreadEvent) => this.#turnTo(detail)}
      @act=${({ detail }: ActEvent) => this.#author.act(detail.act, detail.message)}
    ></tornchat-messages>`;
  }

  #desk(session: Session, room: Room): unknown {
    if (room.seat.kind !== "help") return nothing;
    const shown = () => html`<tornchat-help-desk
      .session=${session}
      .room=${room}
      .thread=${this.thread}
      ?serves=${keepsOrder(room)}
      @help=${this.#serve}
      @thread=${({ detail }: ThreadEvent) => this.#turnTo(detail)}
    ></tornchat-help-desk>`;
    return desk.show(shown, nothing);
  }

  /** What the box asks for, where it is not only a message. */
  #prompt(room: Room): unknown {
    if (room.seat.kind !== "help") return "";
    return desk.show(({ prompt }) => prompt(keepsOrder(room), this.thread), "");
  }

  readonly #serve = ({ detail }: HelpEvent): void =>
    this.session?.serve(detail.message, detail.state);

  #noRoom(session: Session, room: Room): TemplateResult {
    return html`<tornchat-no-room
      .session=${session}
      .room=${room}
      @unnamed=${this.#author.askName}
    ></tornchat-no-room>`;
  }

  #rooms(session: Session): TemplateResult {
    const rooms = html`<tornchat-rooms
        .session=${session}
        .room=${this.room}
        .list=${session.list}
        .unread=${session.unreadAll}
        .mine=${[...this.#visited.keys()]}
        @open=${(event: CustomEvent<string>) => this.open(event.detail)}
        @leave=${(event: CustomEvent<string>) => this.#leave(event.detail)}
        @unnamed=${this.#author.askName}
      ></tornchat-rooms>
      <tornchat-bell .session=${session} .room=${this.room}></tornchat-bell>
      ${me(session, this.home === "page" ? () => this.#signOut() : null)}`;
    return drawer("rooms", this.drawer === "rooms", rooms, () => this.#closeDrawer());
  }

  #people(session: Session, room: Room): TemplateResult {
    const people = html`<tornchat-people
        .room=${room}
        .user=${session.user}
        @order=${({ detail }: CustomEvent<User | null>) => this.#author.order(detail)}
      ></tornchat-people>
      <tornchat-opener dialog="programs" .session=${session} .room=${room}></tornchat-opener>`;
    return drawer(
      "people",
      this.drawer === "people",
      people,
      () => this.#closeDrawer(),
      room.count,
    );
  }

  static override styles = [tokens, controls, personStyle, panelStyle];
}

define("tornchat-panel", Panel);
