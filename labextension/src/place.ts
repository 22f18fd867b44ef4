// Which rows of a long list are in the DOM, and where its reader is.
//
// Rule: the reader's place is theirs. It is the end, which is followed, or one row and how far from
// the edge it begins; whatever comes above that row or changes its height, the row stays there.
// Sizes and ranges are virtual-core's; where to scroll is decided here alone, because two that mend
// one position would mend it twice. While somebody scrolls, the rows are shifted instead: writing
// the scroller's position would end the browser's own movement.

import {
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import type { ReactiveController, ReactiveControllerHost } from "lit";

/** So near the end (pixels) one is at the end. */
const END = 48;
/** Rows that are ready beyond either edge. */
const SPARE = 10;
/** Space (pixels) above the first row and below the last one. */
const PADDING = 12;
/** A row is taken for this high (pixels) until it was seen. */
const ROW = 48;
/** The view until it was measured. */
const FIRST = { width: 800, height: 800 };
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
  #count = 0;
  #key: (index: number) => string = String;
  #shown: number[] = [];
  #busy = false;
  readonly #host: ReactiveControllerHost & Element;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  readonly #options: Omit<VirtualizerOptions<HTMLElement, HTMLElement>, "count">;
  /** What must stay in the DOM though it is out of sight. */
  readonly #held: () => readonly number[];
  #forget: (() => void) | undefined;

  constructor(host: ReactiveControllerHost & Element, held: () => readonly number[] = () => []) {
    this.#host = host;
    this.#held = held;
    this.#options = {
      getScrollElement: () => this.#scroller,
      estimateSize: () => ROW,
      overscan: SPARE,
      paddingStart: PADDING,
      paddingEnd: PADDING,
      measureElement: (row) => row.getBoundingClientRect().height,
      onChange: () => this.#changed(),
      scrollToFn: () => {},
      observeElementOffset: (virtualizer, tell) =>
        observeElementOffset(virtualizer, (top, scrolls) => tell(top - this.#shift, scrolls)),
      observeElementRect: (virtualizer, tell) =>
        observeElementRect(virtualizer, (rect) => {
          if (rect.height === 0) return; // hidden: it comes back as it was
          tell(rect);
          this.#keep();
        }),
    };
    this.#virtualizer = new Virtualizer({ ...this.#options, count: 0 });
    this.#virtualizer.scrollRect = FIRST;
    this.#virtualizer.shouldAdjustScrollPositionOnItemSizeChange = () => false;
    host.addController(this);
  }

  get #scroller(): HTMLElement | null {
    return (this.#host.shadowRoot as ShadowRoot).querySelector(".scroller");
  }

  get #rows(): HTMLElement[] {
    return [...(this.#host.shadowRoot as ShadowRoot).querySelectorAll<HTMLElement>(".row")];
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

  /** The first and the last row in sight. */
  get sight(): { readonly from: number; readonly to: number } {
    const { range } = this.#virtualizer;
    return { from: range?.startIndex ?? 0, to: range?.endIndex ?? this.#count - 1 };
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
    const item = this.#item(index);
    if (!item) return;
    const height = this.#virtualizer.scrollRect?.height ?? 0;
    const lowest = Math.max(PADDING, height - PADDING - item.size);
    const top = item.start - this.above;
    if (index === this.#count - 1) this.follow();
    else if (top < PADDING) this.to(this.#key(index), PADDING);
    else if (top > lowest) this.to(this.#key(index), lowest);
  }

  /** Another list: nothing of the one before holds. */
  reset(): void {
    this.#spot = null;
    this.#virtualizer.itemSizeCache.clear();
  }

  /**
   * The rows to draw now, of a list of `count` whose keys `key` tells; the same function means the
   * same list.
   */
  rows(count: number, key: (index: number) => string): number[] {
    const more = count - this.#count;
    this.#count = count;
    if (key !== this.#key) {
      this.#key = key;
      if (this.#spot) this.#spot = { ...this.#spot, index: this.#find(this.#spot, more) };
    }
    this.#virtualizer.setOptions({ ...this.#options, count, getItemKey: key });
    this.#virtualizer.scrollOffset = this.#offset();
    this.#shown = this.#wanted();
    return this.#shown;
  }

  // -------------------------------------------------------------------------------- lifecycle

  hostConnected(): void {
    this.#host.requestUpdate(); // who is moved in the page loses the scrolling
  }

  hostUpdated(): void {
    this.#forget ??= this.#virtualizer._didMount();
    this.#busy = true;
    this.#virtualizer._willUpdate();
    for (const row of this.#rows) {
      this.#virtualizer.measureElement(row);
      this.#virtualizer.resizeItem(Number(row.dataset.index), row.getBoundingClientRect().height);
    }
    this.#virtualizer.measureElement(null);
    this.#busy = false;
    this.#changed();
  }

  hostDisconnected(): void {
    this.#forget?.();
    this.#forget = undefined;
  }

  /** Its reader has scrolled, or we have. */
  scrolled(): void {
    const scroller = this.#scroller;
    if (!scroller || scroller.scrollTop === this.#top || scroller.clientHeight === 0) return;
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    const below = scrollHeight - scrollTop - clientHeight;
    // Only who scrolls up leaves the end; the end also moves away when there is less space.
    const follows = below < END || (this.following && scrollTop >= this.#top);
    const was = this.following;
    this.#top = scrollTop;
    this.#spot = follows ? null : this.#spotAt(scrollTop - this.#shift);
    if (was !== this.following) this.#host.requestUpdate();
  }

  // -------------------------------------------------------------------------------- the layout

  /** Sizes or the view changed: rows lie where they belong before anything is painted. */
  #changed(): void {
    if (this.#busy) return;
    this.#keep();
    const wanted = this.#wanted();
    const same =
      wanted.length === this.#shown.length &&
      wanted.every((index, at) => index === this.#shown[at]);
    if (!same) this.#host.requestUpdate();
  }

  /** The rows in sight, some beyond, and those that must stay. */
  #wanted(): number[] {
    const seen = this.#virtualizer.getVirtualIndexes();
    const held = this.#held().slice(0, HELD);
    if (held.length === 0) return seen;
    const all = new Set([...seen, ...held.filter((index) => index >= 0 && index < this.#count)]);
    return [...all].sort((one, other) => one - other);
  }

  /** Leaves the space of the rows that are not drawn, and puts the reader where they were. */
  #keep(): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const rows = this.#rows.map((row) => ({ row, item: this.#item(Number(row.dataset.index)) }));
    const offset = this.#offset();
    this.#shift = this.#moving(rows[0]?.item) ? scroller.scrollTop - offset : 0;
    let end = -this.#shift;
    for (const { row, item } of rows) {
      if (!item) continue;
      space(row, "marginTop", item.start - end);
      end = item.end;
      const rest = row === rows.at(-1)?.row ? this.#virtualizer.getTotalSize() - PADDING - end : 0;
      space(row, "marginBottom", rest);
    }
    const top = this.#spot ? offset + this.#shift : scroller.scrollHeight;
    if (Math.abs(scroller.scrollTop - top) >= 0.5) scroller.scrollTop = top;
    this.#top = scroller.scrollTop;
    this.#virtualizer.scrollOffset = this.#top - this.#shift;
  }

  /** Whether somebody scrolls, and there is space above the first row that is drawn to shift it. */
  #moving(first: VirtualItem | undefined): boolean {
    if (!this.#spot || !this.#virtualizer.isScrolling || !first || first.index === 0) return false;
    return first.start + this.#top - this.#offset() >= 0;
  }

  #go(spot: Spot | null): void {
    this.#spot = spot;
    this.#keep(); // at once: a scrolling that is not over yet would take the reader back
    this.#host.requestUpdate();
  }

  /** Where the scroller belongs, by the sizes as they are known now. */
  #offset(): number {
    const height = this.#virtualizer.scrollRect?.height ?? ROW;
    const most = Math.max(0, this.#virtualizer.getTotalSize() - height);
    if (!this.#spot) return most;
    const item = this.#item(this.#spot.index);
    if (!item) return Math.min(this.#top, most);
    return Math.min(Math.max(0, item.start - this.#spot.top), most);
  }

  #item(index: number): VirtualItem | undefined {
    this.#virtualizer.getTotalSize(); // brings the sizes up to date
    return this.#virtualizer.measurementsCache[index];
  }

  /** The first row that begins in sight, or the one that fills it. */
  #spotAt(top: number): Spot | null {
    const item = this.#virtualizer.getVirtualItemForOffset(top);
    if (!item) return null;
    const next = this.#item(item.index + 1);
    const height = this.#virtualizer.scrollRect?.height ?? 0;
    const spot = item.start < top && next && next.start < top + height ? next : item;
    return { key: this.#key(spot.index), index: spot.index, top: spot.start - top };
  }

  /** A row is mostly where it was, or as much further down as rows were added; -1: it is gone. */
  #find({ key, index }: Omit<Spot, "top">, more = 0): number {
    for (const likely of [index, index + more]) {
      if (likely >= 0 && likely < this.#count && this.#key(likely) === key) return likely;
    }
    for (let at = 0; at < this.#count; at++) if (this.#key(at) === key) return at;
    return -1;
  }
}

/** By the CSSOM, because the page's policy takes no style attributes. */
function space(row: HTMLElement, side: "marginTop" | "marginBottom", value: number): void {
  const pixels = `${Math.max(0, value)}px`;
  if (row.style[side] !== pixels) row.style[side] = pixels;
}
