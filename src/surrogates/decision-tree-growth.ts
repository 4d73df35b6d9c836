import type { TreeData } from './decision-tree-data.ts';
import { meanOf } from './decision-tree-impurity.ts';
import { NodeList, type Nodes } from './decision-tree-nodes.ts';
import { levelAt, type Split, SplitSearch } from './decision-tree-split.ts';

/** Where a tree stops growing. */
export interface Limits {
  /** Splits on the longest path; Infinity for no limit. */
  readonly maxDepth: number;
  /** Fewest rows in a leaf, at least 1. */
  readonly minLeaf: number;
  /** Most leaves; the node whose split mends most is split first. Infinity for no limit. */
  readonly maxLeaves: number;
}

/** Chooses the columns that may split a node, among those that `varies` says are not constant in it. */
export type ColumnChoice = (varies: (column: number) => boolean) => Iterable<number>;

/** Every column. */
export function* everyColumn(data: TreeData, varies: (column: number) => boolean): Iterable<number> {
  for (let j = 0; j < data.inputs; j++) if (varies(j)) yield j;
}

/** A leaf that can be split, and the rows order[j][from .. to) in it. */
interface Candidate {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  readonly split: Split;
}

/**
 * Grows a tree on the rows in `order`: for each column the chosen rows (one may stand there more than once) sorted by that
 * column. `order` is overwritten.
 */
export function grow(
  data: TreeData,
  order: readonly Int32Array[],
  limits: Limits,
  choose: ColumnChoice = (varies) => everyColumn(data, varies),
): Nodes {
  const count = order[0].length;
  const search = new SplitSearch(data, count, limits.minLeaf);
  const list = new NodeList();
  const partition = partitioner(data, order);
  const frontier: Candidate[] = [];

  const addNode = (from: number, to: number, depth: number): number => {
    const impurity = search.enter(order, from, to);
    const { value, spread } = describeRows(data, order[0], from, to);
    const node = list.add(to - from, impurity, value, spread);
    if (impurity <= 0 || depth >= limits.maxDepth || to - from < 2 * limits.minLeaf) return node;
    let split: Split | undefined;
    for (const column of choose((j) => search.varies(order[j], from, to, j)))
      split = search.improve(split, order[column], from, to, column, impurity);
    if (split) frontier.push({ node, from, to, depth, split });
    return node;
  };

  addNode(0, count, 0);
  for (let leaves = 1; leaves < limits.maxLeaves && frontier.length > 0; leaves++) {
    const { node, from, to, depth, split } = take(frontier, limits.maxLeaves < count);
    const middle = partition(split, from, to);
    list.split(node, split, addNode(from, middle, depth + 1), addNode(middle, to, depth + 1));
  }
  return list.finish();
}

/** Takes the candidate that gains most, the earliest of equals; the last one where the order makes no difference. */
function take(frontier: Candidate[], bestFirst: boolean): Candidate {
  let at = frontier.length - 1;
  if (bestFirst) {
    at = 0;
    for (let i = 1; i < frontier.length; i++)
      if (frontier[i].split.gain > frontier[at].split.gain || isEarlier(frontier[i], frontier[at])) at = i;
  }
  const [taken] = frontier.splice(at, 1);
  return taken;
}

function isEarlier(a: Candidate, b: Candidate): boolean {
  return a.split.gain === b.split.gain && a.node < b.node;
}

/** Mean and variance of every target over the rows of a node. */
function describeRows(data: TreeData, order: Int32Array, from: number, to: number) {
  const width = data.targets.length;
  const value = new Float64Array(width);
  const spread = new Float64Array(width);
  for (let k = 0; k < width; k++) {
    const target = data.targets[k];
    const mean = meanOf(target, order, from, to);
    let squares = 0;
    for (let i = from; i < to; i++) squares += (target[order[i]] - mean) ** 2;
    value[k] = mean;
    spread[k] = squares / (to - from);
  }
  return { value, spread };
}

/** A function that moves the rows of a split's left side before those of its right side in every column's order, each side still sorted. */
function partitioner(data: TreeData, order: readonly Int32Array[]) {
  const goesLeft = new Uint8Array(data.rows);
  const held = new Int32Array(order[0].length);
  return (split: Split, from: number, to: number): number => {
    const values = data.columns[split.column];
    const { subset, threshold } = split;
    const own = order[split.column];
    for (let i = from; i < to; i++) {
      const u = values[own[i]];
      goesLeft[own[i]] = subset ? subset[levelAt(u, subset.length)] : u <= threshold ? 1 : 0;
    }
    let middle = from;
    for (const column of order) {
      let right = 0;
      middle = from;
      for (let i = from; i < to; i++) {
        const row = column[i];
        if (goesLeft[row] === 1) column[middle++] = row;
        else held[right++] = row;
      }
      column.set(held.subarray(0, right), middle);
    }
    return middle;
  };
}
