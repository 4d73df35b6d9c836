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

/** New boxes, and cells of them, after which a search pauses. */
const [FRESH, WORK] = [200, 1e7];

/**
 * What the searches for a least tree share: the regions from the whole grid down to the one that is looked at, each a part of the one above, and
 * bounds of the cost of each box, which are kept. A cost is a number of splits, on the longest path or altogether.
 */
export abstract class Search {
  readonly grid: Grid;
  /** The whole grid, then a part of it, and so on. */
  protected readonly regions: Region[];
  protected readonly memo: Memo = new Memo();
  /** Bounds of the part that was looked at last. */
  protected lower = 0;
  protected upper = 0;
  /** Cells of each axis. */
  readonly #sizes: readonly number[];
  /** What an interval of each axis adds to the key of its box. */
  readonly #keys: readonly Float64Array[];
  /** Entries and cells at which the search pauses. */
  #untilEntries = 0;
  #untilCells = 0;
  #cells = 0;

  constructor(grid: Grid) {
    this.grid = grid;
    this.#sizes = grid.axes.map(({ inside }) => inside.length);
    this.#keys = intervalKeys(this.#sizes);
    this.regions = [Region.whole(this.#sizes, decisions(grid, this.#sizes))];
  }

  /** Boxes that were looked at. */
  get states(): number {
    return this.memo.size;
  }

  /** Searches for a while; whether the cost of the whole is known then. */
  advance(): boolean {
    this.#untilEntries = this.memo.size + FRESH;
    this.#untilCells = this.#cells + WORK;
    return this.search();
  }

  /** The least tree, once its cost is known. */
  plan(): Plan {
    this.#untilEntries = Number.POSITIVE_INFINITY;
    return this.planOf(0, this.lowest());
  }

  /** Searches until the cost of the whole is known or `isPaused`; whether it is known. */
  protected abstract search(): boolean;

  /** The cost of the whole, once it is known. */
  protected abstract lowest(): number;

  /** A bound from below of the splits of a region's tree. */
  protected abstract leastOf(region: Region): number;

  /** A bound from above. */
  protected abstract mostOf(region: Region): number;

  /** A tree of the region at a level, of no more than `cost` splits. */
  protected abstract planOf(level: number, cost: number): Plan;

  protected get isPaused(): boolean {
    return this.memo.size >= this.#untilEntries && this.#cells >= this.#untilCells;
  }

  /** Sets `lower` and `upper` of a part of the region at a level; if wanted, the part becomes the region at the next level. */
  protected look(level: number, part: Part, isWanted: boolean): void {
    const key = this.partKey(level, part);
    const slot = this.memo.find(key);
    this.lower = 0;
    this.upper = Number.POSITIVE_INFINITY;
    if (slot >= 0) {
      this.lower = this.memo.lower(slot);
      this.upper = this.memo.upper(slot);
      if (!isWanted || this.lower === this.upper) return;
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
  }

  /** The part of the region at a level, as the region at the next. */
  protected open(level: number, { axis, cut, isAfter }: Part): Region {
    if (level + 1 === this.regions.length) this.regions.push(new Region(this.#sizes));
    const region = this.regions[level + 1];
    region.become(this.regions[level], axis, cut, isAfter);
    this.#cells += region.size;
    return region;
  }

  /** Keeps bounds of a part and of the region that it became. */
  protected keep(level: number, part: Part, lower: number, upper: number): void {
    const [key, own] = [this.partKey(level, part), this.keyOf(this.regions[level + 1])];
    this.memo.put(key, lower, upper);
    if (own !== key) this.memo.put(own, lower, upper);
  }

  protected leaf({ cells, ends }: Region): Plan {
    return { class: cells[0], inside: Int32Array.from(ends, (places) => places[0]) };
  }

  /** A tree whose root is a cut of the region at a level, and whose parts cost no more than `most` each. */
  protected split(level: number, axis: number, cut: number, most: number): Plan {
    const plan = (isAfter: boolean): Plan => {
      const part = { axis, cut, isAfter };
      this.look(level, part, false);
      const cost = Math.min(most, this.upper);
      this.open(level, part);
      return this.planOf(level + 1, cost);
    };
    const place = this.regions[level].ends[axis][cut];
    return { axis, cut: place, left: plan(false), right: plan(true) };
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

/** The class of every cell, the last axis running fastest. */
function decisions(grid: Grid, sizes: readonly number[]): Uint8Array {
  const classes = new Uint8Array(grid.cells);
  const cell = new Int32Array(sizes.length);
  for (let place = 0; place < classes.length; place++) {
    classes[place] = grid.decision(cell);
    for (let j = sizes.length - 1; j >= 0 && ++cell[j] === sizes[j]; j--) cell[j] = 0;
  }
  return classes;
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
