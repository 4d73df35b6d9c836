import type { TreeNode } from '../../core/structure.ts';
import { foldTree } from '../../numerics/fold-tree.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { levelAt, type Split } from './split.ts';

/** A grown tree in flat arrays: node 0 is the root, and a node comes before its children. */
export interface Nodes {
  /** Column of each node's split, -1 for a leaf. */
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  /** Levels that go left, for splits of categories. */
  readonly subset: readonly (Uint8Array | undefined)[];
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly count: Int32Array;
  /** c numbers for each node, in the scaled units of the tree's data. */
  readonly value: Float64Array;
  /** Variance of each of the c columns over the node's rows, in squared scaled units. */
  readonly spread: Float64Array;
  /** Weighted impurity of each node. */
  readonly impurity: Float64Array;
}

/** Collects nodes while a tree grows. */
export class NodeList {
  readonly #splits: (Split | undefined)[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #count: number[] = [];
  readonly #impurity: number[] = [];
  readonly #value: number[] = [];
  readonly #spread: number[] = [];

  /** Adds a leaf and returns its number. */
  add(count: number, impurity: number, value: Float64Array, spread: Float64Array): number {
    this.#splits.push(undefined);
    this.#left.push(-1);
    this.#right.push(-1);
    this.#count.push(count);
    this.#impurity.push(impurity);
    for (let k = 0; k < value.length; k++) {
      this.#value.push(value[k]);
      this.#spread.push(spread[k]);
    }
    return this.#splits.length - 1;
  }

  /** Makes a leaf an inner node. */
  split(node: number, split: Split, left: number, right: number): void {
    this.#splits[node] = split;
    this.#left[node] = left;
    this.#right[node] = right;
  }

  /** Gives a node of one number its value. */
  setValue(node: number, value: number): void {
    this.#value[node] = value;
  }

  /** The nodes so far. */
  finish(): Nodes {
    // A constructor copies an array of numbers many times faster than `from` goes through it.
    const size = this.#splits.length;
    const [column, threshold] = [new Int32Array(size).fill(-1), new Float64Array(size)];
    const subset = new Array<Uint8Array | undefined>(size).fill(undefined);
    for (let node = 0; node < size; node++) {
      const split = this.#splits[node];
      if (!split) continue;
      column[node] = split.column;
      threshold[node] = split.threshold;
      subset[node] = split.subset;
    }
    return {
      ...{ column, threshold, subset },
      left: new Int32Array(this.#left),
      right: new Int32Array(this.#right),
      count: new Int32Array(this.#count),
      value: new Float64Array(this.#value),
      spread: new Float64Array(this.#spread),
      impurity: new Float64Array(this.#impurity),
    };
  }
}

/** The child of an inner node that row `i` of x goes to. */
export function childOf(nodes: Nodes, node: number, x: Matrix, i: number): number {
  const u = x.data[i * x.columns + nodes.column[node]];
  const subset = nodes.subset[node];
  const goesLeft = subset ? subset[levelAt(u, subset.length)] === 1 : u <= nodes.threshold[node];
  return goesLeft ? nodes.left[node] : nodes.right[node];
}

/** The leaf that row `i` of x falls into. */
export function leafOf(nodes: Nodes, x: Matrix, i: number): number {
  let node = 0;
  while (nodes.column[node] >= 0) node = childOf(nodes, node, x, i);
  return node;
}

/** The tree for people to read, values in the outputs' units. */
export function structureOf(nodes: Nodes, scales: Float64Array): TreeNode {
  const width = scales.length;
  return foldTree<number, TreeNode>(0, (node) => {
    const count = nodes.count[node];
    if (nodes.column[node] < 0) {
      const value = nodes.value.slice(node * width, (node + 1) * width).map((v, k) => v * scales[k]);
      return { value: { kind: 'leaf', value, count } };
    }
    const subset = nodes.subset[node];
    return {
      left: nodes.left[node],
      right: nodes.right[node],
      join: (left, right) => ({
        ...{ kind: 'split', column: nodes.column[node], threshold: nodes.threshold[node] },
        ...(subset && { levels: [...subset.keys()].filter((level) => subset[level] === 1) }),
        ...{ left, right, count },
      }),
    };
  });
}

/** The same tree with the inner nodes that `isLeaf` picks, and everything under them, made leaves. */
export function cutBack(nodes: Nodes, isLeaf: (node: number) => boolean): Nodes {
  const width = nodes.value.length / nodes.count.length;
  const list = new NodeList();
  foldTree<number, number>(0, (node) => {
    const at = (values: Float64Array) => values.subarray(node * width, (node + 1) * width);
    const id = list.add(nodes.count[node], nodes.impurity[node], at(nodes.value), at(nodes.spread));
    if (nodes.column[node] < 0 || isLeaf(node)) return { value: id };
    const split = {
      column: nodes.column[node],
      threshold: nodes.threshold[node],
      subset: nodes.subset[node],
      gain: 0,
    };
    return {
      left: nodes.left[node],
      right: nodes.right[node],
      join: (left, right) => {
        list.split(id, split, left, right);
        return id;
      },
    };
  });
  return list.finish();
}

/** Number of leaves. */
export function leafCount(nodes: Nodes): number {
  return nodes.column.reduce((sum, column) => sum + (column < 0 ? 1 : 0), 0);
}
