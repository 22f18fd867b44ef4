// <tornchat-panel base room home>: the chat, wherever it is mounted.
//
// Rule: it shows the session and hands on what its reader does; it decides nothing about messages.
// What it looks like follows from its own width and from `home`, not from the browser's window.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { Refused } from "./api.js";
import "./composer.js";
import type { Composer } from "./composer.js";
import { define } from "./define.js";
import { type Drawer, drawer, header, me } from "./frame.js";
import "./messages.js";
import type { ChoiceEvent, Messages } from "./messages.js";
import "./name.js";
import "./notice.js";
import { panelStyle } from "./panel.style.js";
import "./people.js";
import { personStyle } from "./person.js";
import "./presence.js";
import { DEFAULT_ROOM } from "./protocol.js";
import { hasNews, type No, type Room } from "./room.js";
import "./rooms.js";
import { type Session, sessionAt } from "./session.js";
import { controls, tokens } from "./style.js";
import { isBlank, isRoomName } from "./text.js";
import { VERSION } from "./version.js";
import { saysNo, words } from "./words.js";

export type Home = "page" | "cell" | "sidebar";

/** Lab runs commands on keys that are meant for us; these two stop it (both are needed). */
const SUPPRESS = "data-lm-suppress-shortcuts";
const KEYS = ["keydown", "keypress", "keyup"];
/** Where Lab says whether its theme is light. */
const LAB_THEME = "data-jp-theme-light";

export class Panel extends LitElement {
  static override properties = {
    base: {},
    room: { reflect: true },
    home: { reflect: true },
    drawer: { state: true },
    asking: { state: true },
    refusal: { state: true },
  };
  /** The chat's address, ending in "/". */
  declare base: string;
  declare room: string;
  declare home: Home;
  /** What lies open over the messages where there is no room beside them. */
  declare drawer: Drawer | null;
  /** Whether a name is asked before what was written is sent. */
  declare asking: boolean;
  /** Why the room that is missing could not be created. */
  declare refusal: string;
  /** Set as soon as `base` is. */
  session: Session | null = null;
  /** The rooms this panel is in, and how to leave each. */
  readonly #visited = new Map<string, () => void>();
  #unwatch: (() => void) | undefined;
  #draftOf = "";
  readonly #themed = new MutationObserver(() => this.#theme());

  constructor() {
    super();
    this.room = DEFAULT_ROOM;
    this.home = "page";
    this.drawer = null;
    this.asking = false;
    this.refusal = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#theme();
    this.#themed.observe(document.body, { attributes: true, attributeFilter: [LAB_THEME] });
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#themed.disconnect();
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

  /** Where there are keys, one can write at once; on a touch screen that would raise a keyboard. */
  #readyToWrite(): void {
    if (!matchMedia("(pointer: fine)").matches) return;
    void this.updateComplete.then(() => this.#composer?.focus());
  }

  get #composer(): Composer | null {
    return this.renderRoot.querySelector("tornchat-composer");
  }

  // ------------------------------------------------------------------------------ lifecycle

  #theme(): void {
    const light = document.body.getAttribute(LAB_THEME);
    if (light === null) this.removeAttribute("scheme");
    else this.setAttribute("scheme", light === "true" ? "light" : "dark");
  }

  #attach(): void {
    this.session = sessionAt(this.base);
    this.#unwatch = this.session.watch(() => this.requestUpdate());
  }

  #detach(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    for (const leave of this.#visited.values()) leave();
    this.#visited.clear();
    this.session = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("base")) this.#detach();
    if (!this.isConnected || !this.base) return;
    if (!this.session) this.#attach();
    if (!this.#visited.has(this.room)) {
      this.#visited.set(this.room, this.session?.look(this.room) ?? (() => {}));
    }
  }

  protected override firstUpdated(): void {
    if (this.home === "page") this.#readyToWrite();
  }

  protected override updated(): void {
    this.#bringDraft();
  }

  /** A draft belongs to a room and a person: it comes with them, and goes with them. */
  #bringDraft(): void {
    const { session } = this;
    const composer = this.#composer;
    if (!session || !composer) return;
    const of = session.user ? `${this.room} ${session.user.id}` : "";
    if (of === this.#draftOf) return;
    const typedBeforeWelcome = this.#draftOf === "" && composer.text !== "";
    this.#draftOf = of;
    if (typedBeforeWelcome) session.keepDraft(this.room, composer.text);
    else composer.fill(of ? session.draft(this.room) : "");
  }

  // --------------------------------------------------------------------------- what one does

  async #say(text: string): Promise<void> {
    const { session } = this;
    if (!session) return;
    if (!session.named && !(await session.namedElsewhere().catch(() => false))) {
      this.asking = true;
      return;
    }
    session.say(this.room, text);
    this.#emptied();
  }

  /** The name is said: what was written goes out under it. */
  #named(): void {
    const text = this.#composer?.text ?? "";
    if (this.asking && !isBlank(text)) {
      this.session?.say(this.room, text);
      this.#emptied();
    }
    this.asking = false;
    this.#composer?.focus();
  }

  /** No name after all: what waited for it goes back into the box. */
  #unnamed(): void {
    this.asking = false;
    const waits = this.session?.room(this.room).unsent.find(({ state }) => state === "pending");
    if (waits) this.#choose("edit", waits);
    this.#composer?.focus();
  }

  #emptied(): void {
    this.#composer?.fill("");
    this.session?.keepDraft(this.room, "");
    this.renderRoot.querySelector<Messages>("tornchat-messages")?.follow();
  }

  #choose(choice: ChoiceEvent["detail"]["choice"], unsent: ChoiceEvent["detail"]["unsent"]): void {
    if (choice === "retry") this.session?.retry(unsent);
    else this.session?.discard(unsent);
    if (choice !== "edit") return;
    const written = this.#composer?.text ?? "";
    const text = written.trim() ? `${unsent.text}\n${written}` : unsent.text;
    this.#composer?.fill(text);
    this.session?.keepDraft(this.room, text);
    this.#composer?.focus();
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
    const room = session.room(this.room);
    return html`<div
      class="frame"
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === "Escape" && this.drawer) void this.#closeDrawer();
      }}
    >
      ${this.#rooms(session)} ${this.#talk(session, room)} ${this.#people(session, room)}
    </div>`;
  }

  #talk(session: Session, room: Room): TemplateResult {
    const title = room.title || room.name;
    const news = [...session.rooms.values()].some((one) => one.name !== room.name && hasNews(one));
    const waits = !session.named && room.unsent.some(({ state }) => state === "pending");
    return html`<section class="talk" aria-label=${words().chat}>
      ${header(room, this.drawer, news, this.home === "page" ? 1 : 2, (drawer) => this.#toggle(drawer))}
      ${room.no ? this.#noRoom(session, room, room.no) : this.#messages(session, room)}
      <tornchat-presence .room=${room} .user=${session.user}></tornchat-presence>
      <tornchat-notice
        .line=${session.line}
        .base=${session.base}
        ?stale=${VERSION !== "" && session.version !== VERSION}
        @try-now=${() => session.tryNow()}
      ></tornchat-notice>
      ${
        this.asking || waits
          ? html`<tornchat-name
            .session=${session}
            ?waiting=${waits || !isBlank(this.#composer?.text ?? "")}
            @named=${this.#named}
            @cancel=${this.#unnamed}
          ></tornchat-name>`
          : nothing
      }
      <tornchat-composer
        ?hidden=${room.no !== null}
        .room=${title}
        .limits=${session.limits}
        @draft=${(event: CustomEvent<string>) => session.keepDraft(this.room, event.detail)}
        @say=${(event: CustomEvent<string>) => this.#say(event.detail)}
      ></tornchat-composer>
    </section>`;
  }

  #messages(session: Session, room: Room): TemplateResult {
    return html`<tornchat-messages
      .room=${room}
      .user=${session.user}
      .now=${() => session.now}
      @older=${() => session.older(this.room)}
      @seen=${() => session.see(this.room)}
      @choice=${({ detail }: ChoiceEvent) => this.#choose(detail.choice, detail.unsent)}
    ></tornchat-messages>`;
  }

  /** The room cannot be shown: why, and what one can do. */
  #noRoom(session: Session, room: Room, { code, reason }: No): TemplateResult {
    return html`<div class="no-room" role="alert">
      <p>${saysNo(code, reason)}</p>
      ${
        code === "no_such_room" && isRoomName(room.name)
          ? html`<button class="main" @click=${() => this.#createRoom(session, room.name)}>
            ${words().createThis(room.name)}
          </button>`
          : nothing
      }
      <p class="bad">${this.refusal}</p>
    </div>`;
  }

  async #createRoom(session: Session, name: string): Promise<void> {
    this.refusal = "";
    try {
      await session.createRoom(name, name);
      session.join(name);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refusal = saysNo(error.no.code, error.no.reason);
      this.asking = error.no.code === "unnamed";
    }
  }

  #rooms(session: Session): TemplateResult {
    const rooms = html`<tornchat-rooms
        .session=${session}
        .room=${this.room}
        .list=${session.list}
        .joined=${[...session.rooms.values()]}
        @open=${(event: CustomEvent<string>) => this.open(event.detail)}
        @unnamed=${() => {
          this.asking = true;
        }}
      ></tornchat-rooms>
      ${me(session, this.home === "page" ? () => this.#signOut() : null)}`;
    return drawer("rooms", this.drawer === "rooms", rooms, () => this.#closeDrawer());
  }

  #people(session: Session, room: Room): TemplateResult {
    const people = html`<tornchat-people
      .room=${room}
      .user=${session.user}
    ></tornchat-people>`;
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
