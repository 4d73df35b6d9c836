import { columnCount } from '../../core/columns.ts';
import { ensure, show } from '../../core/errors.ts';
import type { Output } from '../../core/output.ts';
import type { Space } from '../../core/space/space.ts';
import { foldTree } from '../../numerics/fold-tree.ts';
import { ForestModel } from '../../surrogates/trees/forest-model.ts';
import { NodeList, type Nodes } from '../../surrogates/trees/nodes.ts';
import { isColumn, thresholdOf } from './thresholds.ts';

/** Numbers are rounded to four bytes, and an equal one goes left. */
const COMPARISON = { single: true, equal: true };

/** One tree in flat arrays: node 0 is the root, a leaf has -1 as its left child. */
interface FlatTree {
  readonly column: readonly number[];
  readonly threshold: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly value: readonly (readonly number[])[];
}

/** A forest of scikit-learn as the snippet of the documentation writes it. */
export function forestOfScikitLearn(given: object, space: Space, outputs: readonly Output[]): ForestModel {
  const { trees, classes, vote = 'mean' } = given as { trees?: unknown; classes?: unknown; vote?: unknown };
  const [output, other] = outputs;
  ensure(!other, 'invalid-data', () => `a forest of scikit-learn answers one output, and there are ${outputs.length}`);
  ensure(
    Array.isArray(trees) && trees.length > 0,
    'invalid-data',
    () => `the file has no list of trees, got ${show(trees)}`,
  );
  ensure(
    vote === 'mean' || vote === 'majority',
    'invalid-data',
    () => `vote must be 'mean' or 'majority', got ${show(vote)}`,
  );
  const order = classOrder(output, classes);
  const width = columnCount(outputs);
  const read = trees.map((tree, t) =>
    readTree(checked(tree, t), t, { space, width, order, isVote: vote === 'majority' }),
  );
  return ForestModel.of(read, space.dimension, new Float64Array(width).fill(1), outputs, { points: 0, notes: [] });
}

/** Where each number of a leaf stands in a prediction; undefined of a number. */
function classOrder({ name, classes }: Output, given: unknown): readonly number[] | undefined {
  if (!classes) {
    ensure(
      given === undefined,
      'invalid-data',
      () => `the forest tells classes ${show(given)} apart, output '${name}' is a number`,
    );
    return undefined;
  }
  ensure(
    Array.isArray(given) && given.length > 0,
    'invalid-data',
    () => `output '${name}' is a class, and the forest lists no classes, got ${show(given)}`,
  );
  const twice = given.find((one, k) => given.indexOf(one) !== k);
  ensure(twice === undefined, 'invalid-data', () => `the forest lists class ${twice} twice`);
  return given.map((one) => {
    const place = classes.indexOf(String(one));
    ensure(
      place >= 0,
      'invalid-data',
      () => `output '${name}' has no class ${show(one)}; known: ${classes.join(', ')}`,
    );
    return place;
  });
}

function checked(tree: unknown, t: number): FlatTree {
  const one = tree as FlatTree;
  for (const key of ['column', 'threshold', 'left', 'right', 'value'] as const)
    ensure(
      Array.isArray(one?.[key]) && one[key].length > 0 && one[key].length === one.column.length,
      'invalid-data',
      () => `trees[${t}].${key}: must be a list with an entry for each node`,
    );
  return one;
}

interface Reading {
  readonly space: Space;
  readonly width: number;
  readonly order: readonly number[] | undefined;
  readonly isVote: boolean;
}

function readTree(tree: FlatTree, t: number, { space, width, order, isVote }: Reading): Nodes {
  const list = new NodeList();
  const spread = new Float64Array(width);
  const visited = new Set<number>();
  foldTree<number, number>(0, (node) => {
    const at = () => `trees[${t}], node ${node}`;
    ensure(node in tree.column && !visited.has(node), 'invalid-data', () => `${at()} is not there, or there twice`);
    visited.add(node);
    const isLeaf = tree.left[node] < 0;
    const id = list.add(0, 0, isLeaf ? leafValue(tree.value[node], width, order, isVote, at) : spread, spread);
    if (isLeaf) return { value: id };
    const column = tree.column[node];
    ensure(
      isColumn(space, column),
      'invalid-data',
      () =>
        `${at()} splits input ${show(column)}, and there are ${space.dimension}: ${space.names.slice(0, 30).join(', ')}`,
    );
    const threshold = thresholdOf(space, column, tree.threshold[node], COMPARISON);
    const join = (left: number, right: number) => {
      list.split(id, { column, threshold, subset: undefined, gain: 0 }, left, right);
      return id;
    };
    return { left: tree.left[node], right: tree.right[node], join };
  });
  return list.finish();
}

/** What a leaf says: a number, or shares of classes, also of those that the forest does not know; of a vote 1 for the largest. */
function leafValue(
  given: readonly number[],
  width: number,
  order: readonly number[] | undefined,
  isVote: boolean,
  at: () => string,
): Float64Array {
  const values = Array.isArray(given) ? given : [given];
  const total = values.reduce((sum, one) => sum + one, 0);
  ensure(
    values.every(Number.isFinite) &&
      values.length === (order?.length ?? 1) &&
      (!order || (total > 0 && values.every((one) => one >= 0))),
    'invalid-data',
    () =>
      `${at()}: its value must be ${order ? `${order.length} numbers from 0 that add up to more than 0` : '1 number'}, got ${show(given)}`,
  );
  const value = new Float64Array(width);
  if (!order) return value.fill(values[0]);
  const most = values.indexOf(Math.max(...values));
  order.forEach((place, k) => {
    value[place] = isVote ? Number(k === most) : values[k] / total;
  });
  return value;
}
