// How high the rows of a list are and where each begins: measured where a row was seen, guessed
// where it was not yet.

/** The rows before this one stay where they are: what stands above all. */
const FIRST = 1;
/** A row is taken for this high (pixels) until it was seen. */
const ROW = 48;

export class Sizes {
  count = 0;
  key: (index: number) => string = String;
  /** What was measured, by the rows' keys. */
  readonly #seen = new Map<string, number>();
  #sizes = new Float64Array(0);
  /** Where each row begins, and behind the last one where it ends. */
  #starts = new Float64Array(1);
  /** Up to this row the beginnings hold. */
  #sound = 0;
  readonly #padding: number;

  /** `padding` is the space above the first row and below the last one. */
  constructor(padding: number) {
    this.#padding = padding;
  }

  /**
   * The list now: the one before with rows more or fewer at its ends, or another one. The same
   * function means the same rows.
   *
   * @returns by how many rows those from before lie further down.
   */
  list(count: number, key: (index: number) => string): number {
    if (count === this.count && key === this.key) return 0;
    const moved = this.#moved(count, key) ?? -this.count;
    const from = Math.max(FIRST, FIRST + moved);
    let to = Math.max(from, Math.min(count, this.count + moved));
    while (to > from && key(to - 1) !== this.key(to - 1 - moved)) to--;
    const gone = Math.min(FIRST - moved, this.count);
    for (let index = FIRST; index < gone; index++) this.#seen.delete(this.key(index));
    this.#move(count, from, to, moved);
    this.count = count;
    this.key = key;
    for (let index = 0; index < from; index++) this.#recall(index);
    for (let index = to; index < count; index++) this.#recall(index);
    return moved;
  }

  /** By how many rows the list we know lies further down in this one; null: it is another. */
  #moved(count: number, key: (index: number) => string): number | null {
    const rows = Math.max(count, this.count) - FIRST;
    if (Math.min(count, this.count) <= FIRST) return null;
    for (let step = 0; step < rows; step++) {
      if (key(FIRST + step) === this.key(FIRST)) return step;
      if (this.key(FIRST + step) === key(FIRST)) return -step;
    }
    return null;
  }

  /** Rows `from` to `to` of so many are those that lay `moved` rows above before. */
  #move(count: number, from: number, to: number, moved: number): void {
    const sizes = this.#sizes;
    this.#sound = moved === 0 ? Math.min(this.#sound, to) : 0;
    if (sizes.length < count) {
      this.#sizes = new Float64Array(count + (count >> 1));
      this.#starts = new Float64Array(this.#sizes.length + 1);
      this.#sound = 0;
    }
    if (moved !== 0 || sizes !== this.#sizes) {
      this.#sizes.set(sizes.subarray(from - moved, to - moved), from);
    }
  }

  #recall(index: number): void {
    this.#sizes[index] = this.#seen.get(this.key(index)) ?? ROW;
  }
  /** A row was measured. */
  set(index: number, size: number): void {
    if (index >= this.count) return;
    this.#seen.set(this.key(index), size);
    if (this.#sizes[index] === size) return;
    this.#sizes[index] = size;
    this.#sound = Math.min(this.#sound, index);
  }

  forget(): void {
    this.#seen.clear();
  }

  start(index: number): number {
    this.#add();
    return this.#starts[index] ?? 0;
  }

  end(index: number): number {
    return this.start(index + 1);
  }

  /** The whole height. */
  get total(): number {
    return this.start(this.count) + this.#padding;
  }

  /** The row that lies so many pixels below the top; the nearest where none does. */
  at(top: number): number {
    this.#add();
    let [low, high] = [0, Math.max(0, this.count - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= top) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #add(): void {
    let start = this.#sound === 0 ? this.#padding : (this.#starts[this.#sound] ?? 0);
    for (let index = this.#sound; index < this.count; index++) {
      this.#starts[index] = start;
      start += this.#sizes[index] ?? 0;
    }
    this.#starts[this.count] = start;
    this.#sound = this.count;
  }
}
