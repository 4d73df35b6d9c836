import { ensure, show } from '../../core/errors.ts';
import { foldTree, type Opened } from '../../numerics/fold-tree.ts';
import type { BoostedFile, BoostedNode } from './boosted-file.ts';

/** A node of `dump_model()`. */
interface Given {
  readonly leaf_value?: number;
  /** Of linear leaves. */
  readonly leaf_coeff?: readonly number[];
  readonly leaf_const?: number;
  readonly split_feature: number;
  readonly threshold: number;
  readonly decision_type: string;
  readonly missing_type?: string;
  readonly left_child: Given;
  readonly right_child: Given;
}

/** LightGBM's `dump_model()`, whose numbers are doubles; an equal one goes left. */
export function lightGbm(given: object): BoostedFile {
  const {
    objective,
    tree_info,
    num_tree_per_iteration = 1,
    average_output,
    max_feature_idx,
    feature_names,
  } = given as {
    objective?: unknown;
    tree_info?: readonly ({ readonly tree_structure?: Given } | null)[];
    num_tree_per_iteration?: number;
    average_output?: boolean;
    max_feature_idx?: number;
    feature_names?: readonly string[];
  };
  const [name, ...settings] = String(objective).split(' ');
  const isMulticlass = name === 'multiclass';
  ensure(
    isMulticlass || name === 'regression' || name === 'binary',
    'invalid-data',
    () => `LightGBM: objective ${show(objective)} cannot be read, only regression, binary and multiclass`,
  );
  const classes = isMulticlass ? num_tree_per_iteration : name === 'binary' ? 2 : 0;
  ensure(!average_output, 'invalid-data', 'LightGBM: random forests (average_output) cannot be read');
  ensure(
    settings.every((one) => one === 'sigmoid:1' || one.startsWith('num_class:')),
    'invalid-data',
    () => `LightGBM: objective ${show(objective)} cannot be read: only a sigmoid of 1 and plain answers can`,
  );
  ensure(Array.isArray(tree_info) && tree_info.length > 0, 'invalid-data', 'LightGBM: there are no trees');
  ensure(
    isMulticlass
      ? Number.isSafeInteger(num_tree_per_iteration) && num_tree_per_iteration > 1
      : num_tree_per_iteration === 1,
    'invalid-data',
    () =>
      `LightGBM: num_tree_per_iteration is ${show(num_tree_per_iteration)}, and ${name} takes ${isMulticlass ? 'one for each class' : 1} for each round`,
  );
  ensure(
    tree_info.length % num_tree_per_iteration === 0,
    'invalid-data',
    () => `LightGBM: there are ${tree_info.length} trees, and ${num_tree_per_iteration} for each round`,
  );
  ensure(
    max_feature_idx === undefined || Number.isSafeInteger(max_feature_idx),
    'invalid-data',
    () => `LightGBM: max_feature_idx ${show(max_feature_idx)} cannot be read`,
  );
  ensure(
    feature_names === undefined || Array.isArray(feature_names),
    'invalid-data',
    () => `LightGBM: feature_names must be a list of texts, got ${show(feature_names)}`,
  );
  const trees = tree_info.map((tree, t) =>
    foldTree<Given | undefined, BoostedNode>(tree?.tree_structure, (given) => opened(given, `tree ${t}`)),
  );
  const rounds = Array.from({ length: trees.length / num_tree_per_iteration }, (_, round) =>
    trees.slice(round * num_tree_per_iteration, (round + 1) * num_tree_per_iteration),
  );
  const start = new Array<number>(num_tree_per_iteration).fill(0);
  return {
    ...{ library: 'LightGBM', comparison: { single: false, equal: true }, classes, start, rounds },
    ...(max_feature_idx !== undefined && { inputs: max_feature_idx + 1 }),
    ...(feature_names && { features: feature_names }),
  };
}

function opened(given: Given | undefined, at: string): Opened<Given | undefined, BoostedNode> {
  ensure(
    given && (given.leaf_value !== undefined || given.decision_type !== undefined),
    'invalid-data',
    () => `LightGBM: ${at} has a node that is neither a leaf nor a split: ${show(given)}`,
  );
  ensure(
    given.leaf_const === undefined && given.leaf_coeff === undefined,
    'invalid-data',
    `LightGBM: ${at} has linear leaves, which cannot be read`,
  );
  if (given.leaf_value !== undefined) return { value: { value: given.leaf_value } };
  ensure(
    given.decision_type === '<=',
    'invalid-data',
    () =>
      `LightGBM: a tree splits input ${show(given.split_feature)} by '${given.decision_type}', a category: only splits of numbers can be read`,
  );
  ensure(
    given.missing_type !== 'Zero',
    'invalid-data',
    () =>
      `LightGBM: a split of input ${given.split_feature} takes 0 for missing (zero_as_missing), which cannot be read`,
  );
  const { split_feature: column, threshold, left_child, right_child } = given;
  return { left: left_child, right: right_child, join: (left, right) => ({ column, threshold, left, right }) };
}
