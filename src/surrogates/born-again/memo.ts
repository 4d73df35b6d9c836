/** A table from whole numbers below 2^53 to a bound from below and one from above, in typed arrays that grow. */
export class Memo {
  /** Entries so far. */
  size = 0;
  #slots = 1 << 12;
  /** Of each slot a key plus 1, 0 for an empty one. */
  #keys = new Float64Array(this.#slots);
  /** Of each slot the two bounds. */
  #bounds = new Int32Array(2 * this.#slots);

  /** Where the key stands, -1 if nowhere. It moves when another is put. */
  find(key: number): number {
    const slot = this.#place(key);
    return this.#keys[slot] === 0 ? -1 : slot;
  }

  lower(slot: number): number {
    return this.#bounds[2 * slot];
  }

  upper(slot: number): number {
    return this.#bounds[2 * slot + 1];
  }

  /** Puts the bounds of a key in place of those before. */
  put(key: number, lower: number, upper: number): void {
    let slot = this.#place(key);
    if (this.#keys[slot] === 0) {
      if (this.size >= this.#slots * MOST_FULL) {
        this.#grow();
        slot = this.#place(key);
      }
      this.#keys[slot] = key + 1;
      this.size++;
    }
    this.#bounds[2 * slot] = lower;
    this.#bounds[2 * slot + 1] = upper;
  }

  /** Where the key is, or would be. */
  #place(key: number): number {
    const [keys, mask] = [this.#keys, this.#slots - 1];
    const high = Math.floor(key / 2 ** 32);
    let hash = Math.imul((key >>> 0) ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 16)) & mask;
    while (keys[slot] !== 0 && keys[slot] !== key + 1) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, bounds] = [this.#keys, this.#bounds];
    this.#slots *= 2;
    this.#keys = new Float64Array(this.#slots);
    this.#bounds = new Int32Array(2 * this.#slots);
    for (let i = 0; i < keys.length; i++) {
      if (keys[i] === 0) continue;
      const slot = this.#place(keys[i] - 1);
      this.#keys[slot] = keys[i];
      this.#bounds[2 * slot] = bounds[2 * i];
      this.#bounds[2 * slot + 1] = bounds[2 * i + 1];
    }
  }
}

/** Share of slots in use from which on searches for an empty one take long. */
const MOST_FULL = 0.6;
