import type { TreeNode } from '../../core/structure.ts';
import { foldTree, type Opened } from '../../numerics/fold-tree.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Nodes } from './nodes.ts';
import { levelAt } from './split.ts';
import { type SubsetState, subsetsOf } from './subsets.ts';

/** Many trees in flat arrays, one after the other. */
export interface FlatState {
  /** Where each tree begins among all nodes. */
  readonly roots: Int32Array;
  /** Column of each node's split, -1 for a leaf. */
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  /** Places among all nodes. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly subsets: SubsetState;
}

/** The trees one after the other. */
export function flatten(trees: readonly Nodes[]): FlatState {
  const size = trees.reduce((sum, { column }) => sum + column.length, 0);
  const roots = new Int32Array(trees.length);
  const [column, left, right] = [0, 1, 2].map(() => new Int32Array(size));
  const threshold = new Float64Array(size);
  const [split, levels]: [number[], Uint8Array[]] = [[], []];
  let at = 0;
  trees.forEach((nodes, t) => {
    roots[t] = at;
    column.set(nodes.column, at);
    threshold.set(nodes.threshold, at);
    for (let i = 0; i < nodes.column.length; i++) {
      left[at + i] = at + nodes.left[i];
      right[at + i] = at + nodes.right[i];
      const subset = nodes.subset[i];
      if (!subset) continue;
      split.push(at + i);
      levels.push(subset);
    }
    at += nodes.column.length;
  });
  return { roots, column, threshold, left, right, subsets: { nodes: Int32Array.from(split), levels } };
}

/** The trees for people and students to read, values (c numbers for each node) in the outputs' units. */
export function treesOf(trees: FlatState, values: Float64Array, scales: Float64Array): TreeNode[] {
  const { roots, column, threshold, left, right, subsets } = trees;
  const levels = subsetsOf(subsets, column.length);
  const width = scales.length;
  const open = (node: number): Opened<number, TreeNode> => {
    const count = Number.NaN;
    if (column[node] < 0)
      return { value: { kind: 'leaf', value: scales.map((scale, k) => values[node * width + k] * scale), count } };
    const subset = levels[node];
    return {
      left: left[node],
      right: right[node],
      join: (yes, no) => ({
        ...{ kind: 'split', column: column[node], threshold: threshold[node], count },
        ...(subset && { levels: [...subset.keys()].filter((level) => subset[level] === 1) }),
        ...{ left: yes, right: no },
      }),
    };
  };
  return Array.from(roots, (root) => foldTree(root, open));
}

/** Answers from flat trees: what they say is read without a detour. */
export class FlatTrees {
  /** Number of trees. */
  readonly count: number;
  readonly #roots: Int32Array;
  readonly #column: Int32Array;
  readonly #threshold: Float64Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #subset: readonly (Uint8Array | undefined)[];
  readonly #hasSubsets: boolean;

  constructor({ roots, column, threshold, left, right, subsets }: FlatState) {
    this.count = roots.length;
    this.#roots = roots;
    this.#column = column;
    this.#threshold = threshold;
    this.#left = left;
    this.#right = right;
    this.#hasSubsets = subsets.nodes.length > 0;
    this.#subset = this.#hasSubsets ? subsetsOf(subsets, column.length) : [];
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
