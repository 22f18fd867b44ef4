// A widget of Lab's in which a panel lives: the sidebar, and the inside of a tab.
//
// Rule: only who opens it is in the room, so the panel is there from the first time it is shown.

import { type ISignal, Signal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import { mount } from "../home.js";
import type { Home, Panel } from "../panel/panel.js";
import type { Session } from "../session/session.js";

export class View extends Widget {
  readonly #base: string;
  readonly #home: Home;
  /** Where the panel is, below what a home shows above it. */
  readonly #place = document.createElement("div");
  readonly #roomChanged = new Signal<this, string>(this);
  #room: string;
  #panel: Panel | null = null;
  #unmount: (() => void) | undefined;
  /** It was activated before its panel was there. */
  #awaited = false;

  constructor(base: string, home: Home, room: string) {
    super();
    this.#base = base;
    this.#home = home;
    this.#room = room;
    this.addClass("tornchat-view");
    this.node.append(this.#place);
    this.node.tabIndex = -1;
  }

  get room(): string {
    return this.#room;
  }

  get roomChanged(): ISignal<this, string> {
    return this.#roomChanged;
  }

  open(room: string): void {
    if (this.#panel) this.#panel.open(room);
    else this.#turnTo(room);
  }

  override dispose(): void {
    this.#unmount?.();
    Signal.clearData(this);
    super.dispose();
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) this.#show();
  }

  protected override onAfterShow(): void {
    this.#show();
  }

  protected override onActivateRequest(): void {
    this.#awaited = this.#panel === null;
    if (this.#panel) this.#panel.focus();
    else this.node.focus();
  }

  #show(): void {
    const place = { base: this.#base, room: this.#room, home: this.#home };
    this.#unmount ??= mount(this.#place, place, (panel) => this.#mounted(panel));
  }

  #mounted(panel: Panel): void {
    this.#panel = panel;
    if (panel.room !== this.#room) panel.open(this.#room);
    panel.addEventListener("room", () => this.#turnTo(panel.room));
    if (this.#awaited) void panel.updateComplete.then(() => panel.focus());
  }

  #turnTo(room: string): void {
    if (room === this.#room) return;
    this.#room = room;
    this.#roomChanged.emit(room);
  }
}

/** What people call a room. */
export function titleOf(session: Session | null, name: string): string {
  const listed = session?.list.find(({ room }) => room === name);
  return session?.room(name).title || listed?.title || name;
}
