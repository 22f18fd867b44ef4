// <tornchat-panel base room home>: the chat, wherever it is mounted.
//
// Rule: it shows the session and hands on what its reader does; it decides nothing about messages.
// What it looks like follows from its own width and from `home`, not from the browser's window.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import "./composer.js";
import type { Composer } from "./composer.js";
import { define } from "./define.js";
import { cross, exit, menu, people } from "./icons.js";
import "./messages.js";
import type { ChoiceEvent, Messages } from "./messages.js";
import "./name.js";
import "./notice.js";
import { panelStyle } from "./panel.style.js";
import "./people.js";
import { face, name, personStyle } from "./person.js";
import "./presence.js";
import { DEFAULT_ROOM } from "./protocol.js";
import { hasNews, type Room } from "./room.js";
import "./rooms.js";
import { type Session, sessionAt } from "./session.js";
import { controls, tokens } from "./style.js";
import { VERSION } from "./version.js";
import { saysNo, words } from "./words.js";

export type Home = "page" | "cell" | "sidebar";
type Drawer = "rooms" | "people";

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
  };
  /** The chat's address, ending in "/". */
  declare base: string;
  declare room: string;
  declare home: Home;
  /** What lies open over the messages where there is no room beside them. */
  declare drawer: Drawer | null;
  /** Whether a name is asked before what was written is sent. */
  declare asking: boolean;
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
    if (this.asking && text.trim()) {
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
    const waits = !session.named && room.unsent.some(({ state }) => state === "pending");
    return html`<section class="talk" aria-label=${words().chat}>
      ${this.#header(room, title)}
      ${room.no ? this.#noRoom(session, room) : this.#messages(session, room)}
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

  #header(room: Room, title: string): TemplateResult {
    const t = words();
    const news = [...(this.session?.rooms.values() ?? [])].some(
      (room) => room.name !== this.room && hasNews(room),
    );
    return html`<header>
      <button
        class="plain to-rooms"
        aria-label=${news ? `${t.rooms} (${t.unread})` : t.rooms}
        title=${t.rooms}
        aria-expanded=${this.drawer === "rooms"}
        @click=${() => this.#toggle("rooms")}
      >
        ${menu}${news ? html`<span class="dot"></span>` : nothing}
      </button>
      <h2 title=${room.name}><bdi>${title}</bdi></h2>
      <button
        class="plain to-people"
        aria-label="${t.people}: ${t.peopleIn(room.count)}"
        title=${t.people}
        aria-expanded=${this.drawer === "people"}
        @click=${() => this.#toggle("people")}
      >
        ${people} <span class="count">${room.count || ""}</span>
      </button>
    </header>`;
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
  #noRoom(session: Session, room: Room): TemplateResult {
    const { code = "", reason = "" } = room.no ?? {};
    return html`<div class="no-room" role="alert">
      <p>${saysNo(code, reason)}</p>
      ${
        code === "no_such_room"
          ? html`<button class="main" @click=${() => this.#createRoom(session, room.name)}>
            ${words().createThis(room.name)}
          </button>`
          : nothing
      }
    </div>`;
  }

  async #createRoom(session: Session, name: string): Promise<void> {
    await session.createRoom(name, name).catch(() => {});
    session.join(name);
  }

  #rooms(session: Session): TemplateResult {
    return this.#drawer(
      "rooms",
      html`<tornchat-rooms
          .session=${session}
          .room=${this.room}
          .list=${session.list}
          .joined=${[...session.rooms.values()]}
          @open=${(event: CustomEvent<string>) => this.open(event.detail)}
        ></tornchat-rooms>
        ${this.#me(session)}`,
    );
  }

  #people(session: Session, room: Room): TemplateResult {
    return this.#drawer(
      "people",
      html`<tornchat-people .room=${room} .user=${session.user}></tornchat-people>`,
      html`<span class="count">${room.count || ""}</span>`,
    );
  }

  #drawer(which: Drawer, content: TemplateResult, more: unknown = nothing): TemplateResult {
    const t = words();
    const open = this.drawer === which;
    return html`<aside class="drawer ${which} ${open ? "open" : ""}" aria-label=${t[which]}>
      <div class="bar">
        <h2>${t[which]} ${more}</h2>
        <button class="plain close" aria-label=${t.close} @click=${this.#closeDrawer}>
          ${cross}
        </button>
      </div>
      ${content}
    </aside>`;
  }

  /** Who I am here; whoever only said so may sign out here, others do it where they signed in. */
  #me(session: Session): TemplateResult | typeof nothing {
    const { user, named } = session;
    if (!user || !named) return nothing;
    const mine = this.home === "page" && (user.kind === "guest" || user.declared);
    return html`<div class="me">
      ${face(user)} <span class="who">${name(user)}</span>
      ${
        mine
          ? html`<button
            class="plain"
            aria-label=${words().signOut}
            title=${words().signOut}
            @click=${this.#signOut}
          >
            ${exit}
          </button>`
          : nothing
      }
    </div>`;
  }

  static override styles = [tokens, controls, personStyle, panelStyle];
}

define("tornchat-panel", Panel);
