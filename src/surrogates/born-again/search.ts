import type { Grid } from './grid.ts';
import { Memo } from './memo.ts';
import { Region } from './region.ts';

/** A region that was cut in two, or a class. */
export type Plan =
  | { readonly class: number; readonly inside: Int32Array }
  | { readonly axis: number; readonly cut: number; readonly left: Plan; readonly right: Plan };

/** A part of a region: its slabs along an axis up to a cut, or after it. */
export interface Part {
  readonly axis: number;
  readonly cut: number;
  readonly isAfter: boolean;
}

/** Cells whose classes are looked up, and cells of boxes that are looked at, after which a search pauses: some hundredths of a second. */
const [FILLING, WORK] = [2 ** 15, 3e6];
/** Cells that take as long as looking for the bounds of a box. */
const LOOKING = 32;

/**
 * What the searches for a least tree share: the regions from the whole grid down to the one that is looked at, each a part of the one above, and
 * bounds of the cost of each box, which are kept. A cost is a number of splits, on the longest path or altogether.
 */
export abstract class Search {
  readonly grid: Grid;
  /** The whole grid, then a part of it, and so on. */
  protected readonly regions: Region[] = [];
  protected readonly memo: Memo = new Memo();
  /** Bounds of the part that was looked at last. */
  protected lower = 0;
  protected upper = 0;
  /** Cells of each axis. */
  readonly #sizes: readonly number[];
  /** What an interval of each axis adds to the key of its box. */
  readonly #keys: readonly Float64Array[];
  /** The class of every cell, the last axis running fastest. */
  readonly #classes: Uint8Array;
  #filled = 0;
  readonly #cell: Int32Array;
  #isKnown = false;
  #tree: Plan | undefined;
  /** Trees of regions that are done, by the keys of these. */
  readonly #trees = new Map<number, Plan>();
  #work = 0;
  /** Work of this call of `advance` up to the first bound that is new, which the next call will do again; -1 before. */
  #repeated = -1;
  #start = 0;

  constructor(grid: Grid) {
    this.grid = grid;
    this.#sizes = grid.axes.map(({ inside }) => inside.length);
    this.#keys = intervalKeys(this.#sizes);
    this.#classes = new Uint8Array(grid.cells);
    this.#cell = new Int32Array(this.#sizes.length);
  }

  /** Boxes that were looked at. */
  get states(): number {
    return this.memo.size;
  }

  /** Cells of boxes that were looked at, each as often as it was. */
  get work(): number {
    return this.#work;
  }

  /** Searches for a while; whether the least tree is known then. */
  advance(): boolean {
    if (this.regions.length === 0) {
      this.#fill();
      return false;
    }
    this.#start = this.#work;
    this.#repeated = -1;
    this.#isKnown ||= this.search();
    if (this.#isKnown) this.#tree ??= this.planned(0, this.lowest());
    return this.#tree !== undefined;
  }

  /** The least tree, once it is known. */
  plan(): Plan {
    return this.#tree as Plan;
  }

  /** Searches until the cost of the whole is known or `isPaused`; whether it is known. */
  protected abstract search(): boolean;

  /** The cost of the whole, once it is known. */
  protected abstract lowest(): number;

  /** A bound from below of the splits of a region's tree. */
  protected abstract leastOf(region: Region): number;

  /** A bound from above. */
  protected abstract mostOf(region: Region): number;

  /** The least tree of the region at a level, which has cuts and costs no more than `cost`; undefined where it is not known yet. */
  protected abstract planOf(level: number, cost: number): Plan | undefined;

  /** Whether there is a new bound, without which the search would not get on, and the work since is no less than that before it. */
  protected get isPaused(): boolean {
    return this.#repeated >= 0 && this.#work - this.#start >= this.#repeated + Math.max(WORK, this.#repeated);
  }

  /**
   * Sets `lower` and `upper` of a part of the region at a level. With a `limit` the part becomes the region at the next level, unless its cost is
   * known or above.
   */
  protected look(level: number, part: Part, limit?: number): void {
    this.#work += LOOKING;
    const key = this.partKey(level, part);
    const slot = this.memo.find(key);
    this.lower = 0;
    this.upper = Number.POSITIVE_INFINITY;
    if (slot >= 0) {
      this.lower = this.memo.lower(slot);
      this.upper = this.memo.upper(slot);
      if (limit === undefined || this.lower === this.upper || this.lower > limit) return;
    }
    const region = this.open(level, part);
    this.lower = Math.max(this.lower, this.leastOf(region));
    this.upper = Math.min(this.upper, this.mostOf(region));
    const own = region.cuts === 0 ? key : this.keyOf(region);
    const known = own === key ? -1 : this.memo.find(own);
    if (known >= 0) {
      this.lower = Math.max(this.lower, this.memo.lower(known));
      this.upper = Math.min(this.upper, this.memo.upper(known));
    }
    this.memo.put(key, this.lower, this.upper);
    if (slot < 0) this.#noteBound();
  }

  /** The part of the region at a level, as the region at the next. */
  protected open(level: number, { axis, cut, isAfter }: Part): Region {
    if (level + 1 === this.regions.length) this.regions.push(new Region(this.#sizes));
    const region = this.regions[level + 1];
    region.become(this.regions[level], axis, cut, isAfter);
    this.#work += region.size;
    return region;
  }

  /** Keeps bounds of a part and of the region that it became. */
  protected keep(level: number, part: Part, lower: number, upper: number): void {
    const [key, own] = [this.partKey(level, part), this.keyOf(this.regions[level + 1])];
    this.memo.put(key, lower, upper);
    if (own !== key) this.memo.put(own, lower, upper);
    this.#noteBound();
  }

  /** The least tree of the region at a level, of no more than `cost` splits; undefined where it is not known yet. */
  protected planned(level: number, cost: number): Plan | undefined {
    const region = this.regions[level];
    if (region.cuts === 0) return { class: region.cells[0], inside: Int32Array.from(region.ends, ([place]) => place) };
    const key = this.keyOf(region);
    const known = this.#trees.get(key);
    if (known) return known;
    const tree = this.planOf(level, cost);
    if (tree) this.#trees.set(key, tree);
    return tree;
  }

  /** A tree whose root is a cut of the region at a level, and whose parts cost no more than `most` each. */
  protected split(level: number, axis: number, cut: number, most: number): Plan | undefined {
    const planned = (isAfter: boolean): Plan | undefined => {
      const part = { axis, cut, isAfter };
      this.look(level, part);
      const cost = Math.min(most, this.upper);
      this.open(level, part);
      return this.planned(level + 1, cost);
    };
    const place = this.regions[level].ends[axis][cut];
    const left = planned(false);
    const right = left && planned(true);
    return right && { axis, cut: place, left, right };
  }

  #noteBound(): void {
    if (this.#repeated < 0) this.#repeated = this.#work - this.#start;
  }

  /** Looks up the classes of some more cells. */
  #fill(): void {
    const [classes, cell, sizes] = [this.#classes, this.#cell, this.#sizes];
    const end = Math.min(classes.length, this.#filled + FILLING);
    for (; this.#filled < end; this.#filled++) {
      classes[this.#filled] = this.grid.decision(cell);
      for (let j = sizes.length - 1; j >= 0 && ++cell[j] === sizes[j]; j--) cell[j] = 0;
    }
    if (end === classes.length) this.regions.push(Region.whole(sizes, classes));
  }

  protected keyOf({ counts, ends }: Region): number {
    let key = 0;
    for (let j = 0; j < counts.length; j++) key += this.#keys[j][ends[j][0] * this.#sizes[j] + ends[j][counts[j] - 1]];
    return key;
  }

  private partKey(level: number, { axis, cut, isAfter }: Part): number {
    const region = this.regions[level];
    const [keys, size, ends] = [this.#keys[axis], this.#sizes[axis], region.ends[axis]];
    const [from, to] = [ends[0], ends[region.counts[axis] - 1]];
    const [first, last] = isAfter ? [ends[cut] + 1, to] : [from, ends[cut]];
    return this.keyOf(region) - keys[from * size + to] + keys[first * size + last];
  }
}

/** Numbers for the intervals of each axis whose sum over the axes is different for every box. */
function intervalKeys(sizes: readonly number[]): Float64Array[] {
  let step = 1;
  return sizes.map((size) => {
    const keys = new Float64Array(size * size);
    let count = 0;
    for (let from = 0; from < size; from++)
      for (let to = from; to < size; to++) keys[from * size + to] = count++ * step;
    step *= count;
    return keys;
  });
}
