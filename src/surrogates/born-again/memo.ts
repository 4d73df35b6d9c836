/** A table from whole numbers below 2^53 to a cost and a choice, in one typed array that grows. */
export class Memo {
  /** Entries so far. */
  size = 0;
  #slots = 1 << 12;
  /** Of each slot a key plus 1, 0 for an empty one, and what stands under it: side by side, for a look-up waits for memory. */
  #entries: Float64Array = new Float64Array(2 * this.#slots);

  /** The cost that was put under the key, -1 where there is none. */
  cost(key: number): number {
    const at = this.#place(key);
    return this.#entries[at] === 0 ? -1 : Math.floor(this.#entries[at + 1] / CHOICES);
  }

  /** The choice that was put under the key, which is there. */
  choice(key: number): number {
    return this.#entries[this.#place(key) + 1] % CHOICES;
  }

  /** Puts a cost and a choice, from 0, under a new key. */
  put(key: number, cost: number, choice: number): void {
    if (this.size >= this.#slots * MOST_FULL) this.#grow();
    const at = this.#place(key);
    this.#entries[at] = key + 1;
    this.#entries[at + 1] = cost * CHOICES + choice;
    this.size++;
  }

  /** Where the key is, or would be. */
  #place(key: number): number {
    const [entries, mask] = [this.#entries, this.#slots - 1];
    const high = Math.floor(key / 2 ** 32);
    let hash = Math.imul((key >>> 0) ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 16)) & mask;
    while (entries[2 * slot] !== 0 && entries[2 * slot] !== key + 1) slot = (slot + 1) & mask;
    return 2 * slot;
  }

  #grow(): void {
    const before = this.#entries;
    this.#slots *= 2;
    this.#entries = new Float64Array(2 * this.#slots);
    for (let i = 0; i < before.length; i += 2) {
      if (before[i] === 0) continue;
      const at = this.#place(before[i] - 1);
      this.#entries[at] = before[i];
      this.#entries[at + 1] = before[i + 1];
    }
  }
}

/** Choices are below this, so that a cost and a choice are one whole number below 2^53. */
const CHOICES = 2 ** 26;
/** Share of slots in use from which on searches for an empty one take long. */
const MOST_FULL = 0.6;
