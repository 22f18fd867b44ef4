// How high the rows of a list are and where each begins: measured where a row was seen, guessed
// where it was not yet.

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

  /** The list now. The same function means the same rows. */
  list(count: number, key: (index: number) => string): void {
    if (count === this.count && key === this.key) return;
    this.count = count;
    this.key = key;
    if (this.#sizes.length < count) {
      this.#sizes = new Float64Array(count + (count >> 1));
      this.#starts = new Float64Array(this.#sizes.length + 1);
    }
    for (let index = 0; index < count; index++) {
      this.#sizes[index] = this.#seen.get(key(index)) ?? ROW;
    }
    this.#sound = 0;
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
