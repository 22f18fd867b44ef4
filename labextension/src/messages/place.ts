// Which rows of a long list are in the DOM, and where its reader is.
//
// Rule: the reader's place is theirs. It is the end, which is followed, or one row and how far from
// the edge it begins; whatever comes above that row or changes its height, the row stays there.
// While somebody scrolls, the rows are shifted instead: writing the scroller's position would end the
// browser's own movement.

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { Sizes } from "./sizes.js";

/** So near the end (pixels) one is at the end. */
const END = 48;
/** Rows that are ready beyond either edge. */
const SPARE = 5;
/** Space (pixels) above the first row and below the last one. */
const PADDING = 12;
/** The view is taken for this high (pixels) until it was measured. */
const VIEW = 800;
/** So long (milliseconds) after the last movement nobody scrolls any more. */
const STILL = 150;
/** More rows than these are not kept for a selection (or the keyboard) that left the view. */
const HELD = 500;

/** Some row, and how far below the upper edge it begins. */
interface Spot {
  readonly key: string;
  readonly index: number;
  readonly top: number;
}

export class Place implements ReactiveController {
  /** `null` is the end, wherever that is. */
  #spot: Spot | null = null;
  /** Where the scroller was when we last looked. */
  #top = 0;
  /** How far below their place in the layout the rows lie, until the scrolling is over. */
  #shift = 0;
  #view = VIEW;
  #shown: number[] = [];
  /** Runs while somebody scrolls. */
  #scrolling: ReturnType<typeof setTimeout> | undefined;
  readonly #host: ReactiveControllerHost & Element;
  readonly #sizes = new Sizes(PADDING);
  /** What must stay in the DOM though it is out of sight. */
  readonly #held: () => readonly number[];
  readonly #observed = new Set<Element>();
  readonly #observer = new ResizeObserver((entries) => this.#resized(entries));

  constructor(host: ReactiveControllerHost & Element, held: () => readonly number[] = () => []) {
    this.#host = host;
    this.#held = held;
    host.addController(this);
  }

  get #scroller(): HTMLElement | null {
    return (this.#host.shadowRoot as ShadowRoot).querySelector(".scroller");
  }

  get #rows(): HTMLElement[] {
    return [...(this.#scroller?.firstElementChild?.children ?? [])] as HTMLElement[];
  }

  // ---------------------------------------------------------------------------- what one asks

  /** Whether the reader is at the end and goes along with what is new. */
  get following(): boolean {
    return this.#spot === null;
  }

  /** Pixels above the upper edge. */
  get above(): number {
    return this.#scroller?.scrollTop ?? 0;
  }

  /** The rows that are in the DOM. */
  get drawn(): readonly number[] {
    return this.#shown;
  }

  /** The first and the last row in sight. */
  get sight(): { readonly from: number; readonly to: number } {
    const top = this.#offset();
    return { from: this.#sizes.at(top), to: this.#sizes.at(top + this.#view) };
  }

  /** To the end, and along with it from now on. */
  follow(): void {
    this.#go(null);
  }

  /** To the row with this key, which then begins `top` pixels below the edge. */
  to(key: string, top = 0): void {
    this.#go({ key, index: this.#find({ key, index: 0 }), top });
  }

  /** Into sight, by the shortest way. */
  reveal(index: number): void {
    const size = this.#sizes.end(index) - this.#sizes.start(index);
    const lowest = Math.max(PADDING, this.#view - PADDING - size);
    const top = this.#sizes.start(index) - (this.above - this.#shift);
    const key = this.#sizes.key(index);
    if (index === this.#sizes.count - 1) this.follow();
    else if (top < PADDING) this.#go({ key, index, top: PADDING });
    else if (top > lowest) this.#go({ key, index, top: lowest });
  }

  /** Another list: nothing of the one before holds. */
  reset(): void {
    this.#spot = null;
    this.#sizes.forget();
  }

  /**
   * The rows to draw now, of a list of `count` whose keys `key` tells; the same function means the
   * same list.
   */
  rows(count: number, key: (index: number) => string): number[] {
    const same = key === this.#sizes.key;
    const moved = this.#sizes.list(count, key);
    if (this.#spot && !same) this.#spot = { ...this.#spot, index: this.#find(this.#spot, moved) };
    this.#shown = this.#wanted();
    return this.#shown;
  }

  // -------------------------------------------------------------------------------- lifecycle

  hostConnected(): void {
    this.#host.requestUpdate(); // who is moved in the page loses the scrolling
  }

  hostUpdated(): void {
    const scroller = this.#scroller;
    const rows = this.#rows;
    const shown = new Set<Element>(scroller ? [scroller, ...rows] : rows);
    for (const element of this.#observed) {
      if (shown.has(element)) continue;
      this.#observer.unobserve(element);
      this.#observed.delete(element);
    }
    for (const element of shown) {
      if (this.#observed.has(element)) continue;
      this.#observer.observe(element);
      this.#observed.add(element);
    }
    for (const row of rows) this.#measure(row);
    this.#changed();
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#observed.clear();
    clearTimeout(this.#scrolling);
    this.#scrolling = undefined;
  }

  #resized(entries: readonly ResizeObserverEntry[]): void {
    for (const { target } of entries) {
      if (target !== this.#scroller) this.#measure(target as HTMLElement);
    }
    this.#changed();
  }

  /** What is hidden has no size; it comes back as it was. */
  #measure(row: HTMLElement): void {
    const { width, height } = row.getBoundingClientRect();
    if (row.isConnected && width > 0) this.#sizes.set(Number(row.dataset.index), height);
  }

  /** Its reader has scrolled, or we have. */
  scrolled(): void {
    const scroller = this.#scroller;
    if (!scroller || scroller.scrollTop === this.#top || scroller.clientHeight === 0) return;
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    const below = scrollHeight - scrollTop - clientHeight;
    for (const row of this.#rows) this.#measure(row); // the observer tells it only with the frame
    // Rows that became lower leave the browser no space, and it moves up to the end: no reader did.
    if (!this.following && scrollTop < this.#top && below < 1) {
      this.#changed();
      return;
    }
    // Only who scrolls up leaves the end; the end also moves away when there is less space.
    const follows = below < END || (this.following && scrollTop >= this.#top);
    const was = this.following;
    this.#top = scrollTop;
    this.#spot = follows ? null : this.#spotAt(scrollTop - this.#shift);
    clearTimeout(this.#scrolling);
    this.#scrolling = setTimeout(() => this.#stopped(), STILL);
    if (was !== this.following || !this.#isDrawn()) this.#host.requestUpdate();
  }

  #stopped(): void {
    this.#scrolling = undefined;
    this.scrolled(); // what moved since, as the focus does it, is told only with the frame
    if (this.#scrolling !== undefined) return;
    this.#keep();
    if (this.#spot && this.#isDrawn()) this.#spot = this.#spotAt(this.#top);
  }

  // -------------------------------------------------------------------------------- the layout

  /** Sizes or the view changed: rows lie where they belong before anything is painted. */
  #changed(): void {
    this.#keep();
    if (!this.#isDrawn()) this.#host.requestUpdate();
  }

  /** Whether the rows that should be drawn are; some more do no harm until the next time. */
  #isDrawn(): boolean {
    const shown = new Set(this.#shown);
    return this.#wanted().every((row) => shown.has(row));
  }

  /** The rows in sight, some beyond, and those that must stay. */
  #wanted(): number[] {
    const { count } = this.#sizes;
    const { from, to } = this.sight;
    const rows = new Set(
      this.#held()
        .slice(0, HELD)
        .filter((row) => row < count),
    );
    const last = Math.min(count - 1, to + SPARE);
    for (let row = Math.max(0, from - SPARE); row <= last; row++) rows.add(row);
    return [...rows].sort((one, other) => one - other);
  }

  /** Leaves the space of the rows that are not drawn, and puts the reader where they were. */
  #keep(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    this.#view = scroller.clientHeight || this.#view;
    const rows = this.#rows;
    const offset = this.#offset();
    const first = rows[0] ? Number(rows[0].dataset.index) : 0;
    this.#shift = this.#moving(first, offset) ? scroller.scrollTop - offset : 0;
    let end = -this.#shift;
    for (const row of rows) {
      const index = Number(row.dataset.index);
      space(row, "marginTop", this.#sizes.start(index) - end);
      end = this.#sizes.end(index);
      space(row, "marginBottom", row === rows.at(-1) ? this.#sizes.total - PADDING - end : 0);
    }
    const top = this.#spot ? offset + this.#shift : scroller.scrollHeight;
    if (Math.abs(scroller.scrollTop - top) >= 0.5) scroller.scrollTop = top;
    this.#top = scroller.scrollTop;
  }

  /** Whether somebody scrolls, and there is space above the first row that is drawn to shift it. */
  #moving(first: number, offset: number): boolean {
    if (!this.#spot || this.#scrolling === undefined || first === 0) return false;
    return this.#sizes.start(first) + this.#top - offset >= 0;
  }

  #go(spot: Spot | null): void {
    this.#spot = spot;
    this.#keep(); // at once: a scrolling that is not over yet would take the reader back
    this.#host.requestUpdate();
  }

  /** Where the scroller belongs, by the sizes as they are known now. */
  #offset(): number {
    const most = Math.max(0, this.#sizes.total - this.#view);
    if (!this.#spot) return most;
    const { index, top } = this.#spot;
    if (index < 0) return Math.min(this.#top, most); // it left memory
    return Math.min(Math.max(0, this.#sizes.start(index) - top), most);
  }

  /**
   * The row with the focus, if it is in sight (as browsers do it: CSS Scroll Anchoring, "anchor
   * priority candidate"); or else the first one that begins there, or the one that fills it. Where
   * some are not drawn yet, as above a control that the Tab key went to, those that its reader sees
   * stay where they are.
   */
  #spotAt(top: number): Spot {
    const at = this.#sizes.at(top);
    const bottom = top + this.#view;
    const begins = this.#sizes.start(at) < top && at + 1 < this.#sizes.count;
    const first = begins && this.#sizes.start(at + 1) < bottom ? at + 1 : at;
    const isSeen = (row: number) => row >= first && this.#sizes.start(row) < bottom;
    const focused = this.#focused();
    const holds = focused >= at && this.#sizes.start(focused) < bottom;
    const index = holds ? focused : (this.#shown.find(isSeen) ?? first);
    return { key: this.#sizes.key(index), index, top: this.#sizes.start(index) - top };
  }

  /** The row with the focus; -1: there is none. */
  #focused(): number {
    const row = this.#scroller?.querySelector<HTMLElement>(".row:focus-within");
    return row ? Number(row.dataset.index) : -1;
  }

  /** A row is mostly where it was, or as much further down as others are; -1: it is gone. */
  #find({ key, index }: Omit<Spot, "top">, moved = 0): number {
    for (const likely of [index, index + moved]) {
      if (likely >= 0 && likely < this.#sizes.count && this.#sizes.key(likely) === key)
        return likely;
    }
    for (let at = 0; at < this.#sizes.count; at++) if (this.#sizes.key(at) === key) return at;
    return -1;
  }
}

/** By the CSSOM, because the page's policy takes no style attributes. */
function space(row: HTMLElement, side: "marginTop" | "marginBottom", value: number): void {
  const pixels = `${Math.max(0, value)}px`;
  if (row.style[side] !== pixels) row.style[side] = pixels;
}
