import { NodeList, type Nodes } from './nodes.ts';
import type { Split } from './split.ts';
import type { NodeTable } from './table.ts';

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
function everyColumn(inputs: number, varies: (column: number) => boolean): number[] {
  const found: number[] = [];
  for (let j = 0; j < inputs; j++) if (varies(j)) found.push(j);
  return found;
}

/** A leaf that can be split, and its rows from .. to. */
interface Candidate {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  readonly split: Split;
}

/** Grows a tree on the `count` rows of a table. */
export function grow(table: NodeTable, inputs: number, count: number, limits: Limits, choose?: ColumnChoice): Nodes {
  const list = new NodeList();
  const frontier: Candidate[] = [];
  const chooseFrom = choose ?? ((varies) => everyColumn(inputs, varies));
  const varies = (column: number) => table.varies(column);

  const addNode = (from: number, to: number, depth: number): number => {
    const { impurity, value, spread } = table.enter(from, to);
    const node = list.add(to - from, impurity, value, spread);
    if (impurity <= 0 || depth >= limits.maxDepth || to - from < 2 * limits.minLeaf) return node;
    let split: Split | undefined;
    for (const column of chooseFrom(varies)) split = table.improve(split, column);
    if (split) frontier.push({ node, from, to, depth, split });
    return node;
  };

  addNode(0, count, 0);
  for (let leaves = 1; leaves < limits.maxLeaves && frontier.length > 0; leaves++) {
    const { node, from, to, depth, split } = take(frontier, limits.maxLeaves < count);
    const middle = table.part(split, from, to);
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
