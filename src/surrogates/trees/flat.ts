import type { Matrix } from '../../numerics/matrix.ts';
import type { Nodes } from './nodes.ts';
import { levelAt } from './split.ts';

/** Many trees in flat arrays, one after the other: what they answer is read without a detour. */
export class FlatTrees {
  /** Number of trees. */
  readonly count: number;
  readonly #roots: Int32Array;
  readonly #column: Int32Array;
  readonly #threshold: Float64Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #subset: (Uint8Array | undefined)[] = [];
  readonly #hasSubsets: boolean;

  constructor(trees: readonly Nodes[]) {
    const size = trees.reduce((sum, { column }) => sum + column.length, 0);
    this.count = trees.length;
    this.#roots = new Int32Array(trees.length);
    this.#column = new Int32Array(size);
    this.#threshold = new Float64Array(size);
    this.#left = new Int32Array(size);
    this.#right = new Int32Array(size);
    let at = 0;
    trees.forEach((nodes, t) => {
      this.#roots[t] = at;
      this.#column.set(nodes.column, at);
      this.#threshold.set(nodes.threshold, at);
      for (let i = 0; i < nodes.column.length; i++) {
        this.#left[at + i] = at + nodes.left[i];
        this.#right[at + i] = at + nodes.right[i];
        this.#subset.push(nodes.subset[i]);
      }
      at += nodes.column.length;
    });
    this.#hasSubsets = this.#subset.some((subset) => subset !== undefined);
  }

  /** Place among all nodes where tree t begins. */
  root(t: number): number {
    return this.#roots[t];
  }

  /** Writes the place among all nodes of the leaf of tree t that each row from .. to-1 of x falls into. */
  leaves(t: number, x: Matrix, from: number, to: number, out: Int32Array): void {
    const [column, threshold, left, right] = [this.#column, this.#threshold, this.#left, this.#right];
    const { data, columns } = x;
    for (let i = from; i < to; i++) {
      const row = i * columns;
      let node = this.#roots[t];
      let j = column[node];
      if (!this.#hasSubsets)
        while (j >= 0) {
          node = data[row + j] <= threshold[node] ? left[node] : right[node];
          j = column[node];
        }
      else
        while (j >= 0) {
          const subset = this.#subset[node];
          const u = data[row + j];
          const goesLeft = subset ? subset[levelAt(u, subset.length)] === 1 : u <= threshold[node];
          node = goesLeft ? left[node] : right[node];
          j = column[node];
        }
      out[i - from] = node;
    }
  }
}
