import { meanOf } from '../splitting/impurity.ts';
import type { TreeData } from './data.ts';

/** The best way found to cut a node in two. */
export interface Split {
  readonly column: number;
  /** A row goes left when its number is at most this. */
  readonly threshold: number;
  /** For a categorical column instead: 1 for the levels that go left. */
  readonly subset?: Uint8Array;
  /** By how much the impurity falls, 1 being the impurity of all data in one output. */
  readonly gain: number;
}

/** A new gain must beat the old one by this share of the node's impurity, lest rounding break a tie. */
export const TIE = 1e-12;

/** A search for splits with its scratch space; `count` is the number of rows that a tree is grown from. */
export class SplitSearch {
  readonly #data: TreeData;
  readonly #columns: readonly ArrayLike<number>[];
  readonly #minLeaf: number;
  readonly #gains: Float64Array;
  readonly #grouped: Int32Array;

  constructor(data: TreeData, count: number, minLeaf: number, columns: readonly ArrayLike<number>[] = data.columns) {
    this.#data = data;
    this.#columns = columns;
    this.#minLeaf = minLeaf;
    this.#gains = new Float64Array(count);
    this.#grouped = new Int32Array(count);
  }

  /** The impurity of the node that holds order[0][from .. to); every later call is about this node. */
  enter(order: readonly Int32Array[], from: number, to: number): number {
    return this.#data.impurities.reduce((sum, impurity) => sum + impurity.enter(order[0], from, to), 0);
  }

  /** Whether the column has two different values in the node. */
  varies(order: Int32Array, from: number, to: number, column: number): boolean {
    const values = this.#columns[column];
    return values[order[from]] !== values[order[to - 1]];
  }

  /** The best split of the node on one column that beats `best`; ties go to the earlier one. */
  improve(best: Split | undefined, order: Int32Array, from: number, to: number, column: number, impurity: number) {
    const levels = this.#data.levels[column];
    return levels > 0
      ? this.#improveLevels(best, order, from, to, column, impurity)
      : this.#improveThreshold(best, order, from, to, column, impurity);
  }

  #addUp(order: Int32Array, from: number, to: number): Float64Array {
    const gains = this.#gains.fill(0, 0, to - from - 1);
    for (const impurity of this.#data.impurities) impurity.addGains(order, from, to, gains);
    return gains;
  }

  #improveThreshold(
    best: Split | undefined,
    order: Int32Array,
    from: number,
    to: number,
    column: number,
    impurity: number,
  ): Split | undefined {
    const values = this.#columns[column];
    const gains = this.#addUp(order, from, to);
    const tie = TIE * impurity;
    let bar = best ? best.gain + tie : Number.NEGATIVE_INFINITY;
    let cut = -1;
    let next = values[order[from + this.#minLeaf - 1]];
    for (let i = from + this.#minLeaf - 1; i < to - this.#minLeaf; i++) {
      const here = next;
      next = values[order[i + 1]];
      if (gains[i - from] <= bar || here === next) continue;
      bar = gains[i - from] + tie;
      cut = i;
    }
    if (cut < 0) return best;
    return {
      column,
      threshold: between(values[order[cut]], values[order[cut + 1]]),
      gain: Math.max(0, gains[cut - from]),
    };
  }

  /**
   * Levels are put in the order of their mean response, and cut as if they were numbers: this finds the best subset for one
   * number and for two classes [Breiman1984]. With several prediction columns each of them gives an order to try.
   */
  #improveLevels(
    best: Split | undefined,
    order: Int32Array,
    from: number,
    to: number,
    column: number,
    impurity: number,
  ): Split | undefined {
    const { targets, weights, levels, rowWeights } = this.#data;
    const groups = groupsOf(this.#columns[column], levels[column], order, from, to);
    const tie = TIE * impurity;
    let found = best;
    for (let c = 0; c < targets.length; c++) {
      if (weights[c] === 0) continue;
      const ranked = groups
        .map((group) => ({ ...group, mean: meanOf(targets[c], order, group.from, group.to, rowWeights) }))
        .sort((a, b) => a.mean - b.mean || a.from - b.from);
      let size = 0;
      for (const group of ranked) {
        this.#grouped.set(order.subarray(group.from, group.to), size);
        size += group.to - group.from;
      }
      const gains = this.#addUp(this.#grouped, 0, size);
      let left = 0;
      for (let g = 0; g < ranked.length - 1; g++) {
        left += ranked[g].to - ranked[g].from;
        if (left < this.#minLeaf || size - left < this.#minLeaf) continue;
        if (found && gains[left - 1] <= found.gain + tie) continue;
        const values = ranked.map((group) => this.#columns[column][order[group.from]]);
        const subset = subsetOf(values, g + 1, levels[column], left >= size - left);
        found = { column, threshold: 0, subset, gain: Math.max(0, gains[left - 1]) };
      }
    }
    return found;
  }
}

/** The runs of one level in a sorted column: a category that plays no part is 1/2, which an even number of levels has among its own. */
function groupsOf(
  values: ArrayLike<number>,
  levels: number,
  order: Int32Array,
  from: number,
  to: number,
): { from: number; to: number }[] {
  const groups: { from: number; to: number }[] = [];
  for (let i = from; i < to; ) {
    const start = i;
    const level = levelAt(values[order[start]], levels);
    while (i < to && levelAt(values[order[i]], levels) === level) i++;
    groups.push({ from: start, to: i });
  }
  return groups;
}

/** The first `left` of the values as a set of levels. A level that the node has not seen goes where most of its rows go. */
function subsetOf(values: readonly number[], left: number, levels: number, mostLeft: boolean): Uint8Array {
  const subset = new Uint8Array(levels).fill(mostLeft ? 1 : 0);
  values.forEach((value, g) => {
    subset[levelAt(value, levels)] = g < left ? 1 : 0;
  });
  return subset;
}

/** The level that a unit-cube coordinate stands for. */
export function levelAt(u: number, levels: number): number {
  return Math.min(levels - 1, Math.floor(u * levels));
}

/** The midpoint, or the smaller number where rounding would move the midpoint up to the larger one. */
export function between(lower: number, upper: number): number {
  const middle = lower + (upper - lower) / 2;
  return middle < upper ? middle : lower;
}
