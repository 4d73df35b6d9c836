import { sum, type Term } from '../../core/graph/term.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { type FlatState, FlatTrees, flatten } from '../trees/flat.ts';
import { joined } from '../trees/forest-model.ts';
import type { Nodes } from '../trees/nodes.ts';
import { TreeTerms } from '../trees/tree-terms.ts';

/** Rows that are answered together, so that they stay in the cache while the trees go by. */
const CHUNK = 256;

/** A sum of trees for each score as plain data. */
export interface BoostedSum {
  /** What each score begins with. */
  readonly start: Float64Array;
  /** Those of one round after those of the other; the k-th of a round adds to score k. */
  readonly trees: FlatState;
  /** One for every node of the trees. */
  readonly values: Float64Array;
}

/** The sum that adds, for each score k, trees[t][k] in round t. */
export function boostedSum(start: Float64Array, trees: readonly (readonly Nodes[])[]): BoostedSum {
  const all = trees.flat();
  return { start, trees: flatten(all), values: joined(all.map(({ value }) => value)) };
}

/** A sum of trees for each score. */
export class Boosted {
  readonly #sum: BoostedSum;
  readonly #trees: FlatTrees;

  constructor(sum: BoostedSum) {
    this.#sum = sum;
    this.#trees = new FlatTrees(sum.trees);
  }

  /**
   * The scores at a point.
   * @internal
   */
  terms({ u }: PointTerms): Term[] {
    const { start, trees, values } = this.#sum;
    return Array.from(start, (first, k) => {
      const own = new TreeTerms(trees, u, (t) => t % start.length === k);
      return sum(own.axis, own.value(values), first);
    });
  }

  /** Scores at each row of x, one row after the other. */
  scores(x: Matrix): Float64Array {
    const { start, values } = this.#sum;
    const width = start.length;
    const scores = new Float64Array(x.rows * width);
    const leaves = new Int32Array(CHUNK);
    for (let from = 0; from < x.rows; from += CHUNK) {
      const to = Math.min(x.rows, from + CHUNK);
      for (let i = from; i < to; i++) scores.set(start, i * width);
      for (let t = 0; t < this.#trees.count; t++) {
        this.#trees.leaves(t, x, from, to, leaves);
        for (let i = from; i < to; i++) scores[i * width + (t % width)] += values[leaves[i - from]];
      }
    }
    return scores;
  }
}
