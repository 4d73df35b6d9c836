/**
 * A box of cells without the slabs that are the same as the slab before them. A cut between two slabs of the same classes never makes a tree
 * smaller, and any other has to stand in every tree of the box.
 */
export class Region {
  /** Class of each cell that is left, the last axis running fastest. */
  cells: Uint8Array;
  /** Slabs that are left along each axis. */
  readonly counts: Int32Array;
  /** Of each axis the place in the grid of the last cell of each run of equal slabs; of the last run its first. A cut follows each but the last. */
  readonly ends: readonly Int32Array[];
  /** Number of cells that are left. */
  size = 0;
  /** Cuts that every tree of the box has. */
  cuts = 0;
  /** Most neighbors of another class that a cell has: as many cuts stand on the path to it. */
  around = 0;
  /** Of each cell, neighbors of another class. */
  #others: Uint8Array;
  /** Whether slabs differ from the next ones, along each axis. */
  readonly #differs: readonly Uint8Array[];

  constructor(sizes: readonly number[], room = 1024) {
    this.cells = new Uint8Array(room);
    this.#others = new Uint8Array(room);
    this.counts = Int32Array.from(sizes);
    this.ends = sizes.map((size) => Int32Array.from({ length: size }, (_, i) => i));
    this.#differs = sizes.map((size) => new Uint8Array(size));
  }

  /** The region of all cells of a grid. */
  static whole(sizes: readonly number[], classes: Uint8Array): Region {
    const region = new Region(sizes, classes.length);
    region.cells.set(classes);
    region.size = classes.length;
    region.#reduce();
    return region;
  }

  /** Becomes the part of another region up to its slab `cut` of an axis, or after it. */
  become(of: Region, axis: number, cut: number, isAfter: boolean): void {
    const { counts, ends } = of;
    let inner = 1;
    for (let j = 0; j < counts.length; j++) {
      this.counts[j] = counts[j];
      if (j > axis) inner *= counts[j];
      if (j === axis) continue;
      for (let i = 0; i < counts[j]; i++) this.ends[j][i] = ends[j][i];
    }
    const first = isAfter ? cut + 1 : 0;
    const count = isAfter ? counts[axis] - first : cut + 1;
    this.counts[axis] = count;
    for (let i = 0; i < count; i++) this.ends[axis][i] = ends[axis][first + i];
    // The first cell after the cut, so that boxes of the same content have the same places.
    if (isAfter && count === 1) this.ends[axis][0] = ends[axis][cut] + 1;
    this.#copy(of, counts[axis] * inner, first * inner, count * inner);
    this.#reduce();
  }

  /** Takes `length` cells of each block of another region. */
  #copy(of: Region, block: number, from: number, length: number): void {
    this.size = (of.size / block) * length;
    if (this.cells.length < this.size) {
      this.cells = new Uint8Array(2 * this.size);
      this.#others = new Uint8Array(2 * this.size);
    }
    const [theirs, own] = [of.cells, this.cells];
    let to = 0;
    for (let start = from; start < of.size; start += block)
      for (let i = start; i < start + length; i++) own[to++] = theirs[i];
  }

  #reduce(): void {
    this.cuts = 0;
    this.around = 0;
    if (this.#isPlain()) return;
    const { cells, size, counts } = this;
    const others = this.#others;
    for (let i = 0; i < size; i++) others[i] = 0;
    let slabs = 0;
    for (let j = counts.length - 1, stride = 1; j >= 0; j--) {
      const differs = this.#differs[j];
      const block = stride * counts[j];
      for (let at = 0; at + 1 < counts[j]; at++) {
        let isOther = 0;
        for (let start = at * stride; start < size; start += block)
          for (let i = start; i < start + stride; i++)
            if (cells[i] !== cells[i + stride]) {
              isOther = 1;
              others[i]++;
              others[i + stride]++;
            }
        differs[at] = isOther;
        this.cuts += isOther;
      }
      slabs += counts[j] - 1;
      stride = block;
    }
    for (let i = 0; i < size; i++) if (others[i] > this.around) this.around = others[i];
    if (this.cuts < slabs) this.#drop();
    for (let j = 0; j < counts.length; j++)
      if (counts[j] > 1) this.ends[j][counts[j] - 1] = this.ends[j][counts[j] - 2] + 1;
  }

  #isPlain(): boolean {
    const { cells, size } = this;
    const one = cells[0];
    for (let i = 1; i < size; i++) if (cells[i] !== one) return false;
    return true;
  }

  /** Leaves out each slab that is the same as the one before. */
  #drop(): void {
    const { cells, counts } = this;
    for (let j = counts.length - 1, stride = 1; j >= 0; j--) {
      const [differs, ends, count] = [this.#differs[j], this.ends[j], counts[j]];
      let kept = 1;
      for (let at = 0; at + 1 < count; at++) if (differs[at] === 1) ends[kept++ - 1] = ends[at];
      counts[j] = kept;
      if (kept < count) {
        let to = 0;
        for (let start = 0; start < this.size; start += stride * count)
          for (let at = 0; at < count; at++) {
            if (at > 0 && differs[at - 1] === 0) continue;
            const from = start + at * stride;
            for (let i = 0; i < stride; i++) cells[to++] = cells[from + i];
          }
        this.size = to;
      }
      stride *= kept;
    }
  }
}
