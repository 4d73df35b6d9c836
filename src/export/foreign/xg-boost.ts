import { ensure, show } from '../../core/errors.ts';
import { foldTree } from '../../numerics/fold-tree.ts';
import type { BoostedFile, BoostedNode } from './boosted-file.ts';

/** A tree of `model.json`: a leaf has -1 as its left child, and its value among the conditions. */
interface Given {
  readonly left_children: readonly number[];
  readonly right_children: readonly number[];
  readonly split_indices: readonly number[];
  readonly split_conditions: readonly number[];
  readonly split_type?: readonly number[];
  readonly tree_param?: { readonly size_leaf_vector?: string };
}

/** What is read of `model.json`. */
interface Learner {
  readonly learner_model_param?: {
    readonly base_score?: string;
    readonly num_class?: string;
    readonly num_feature?: string;
    readonly num_target?: string;
  };
  readonly feature_names?: readonly string[];
  readonly objective?: { readonly name?: string };
  readonly gradient_booster?: {
    readonly name?: string;
    readonly model?: { readonly trees?: readonly Given[]; readonly tree_info?: readonly number[] };
  };
}

const OBJECTIVES: readonly string[] = ['reg:squarederror', 'binary:logistic', 'multi:softprob', 'multi:softmax'];

/** XGBoost's `model.json`, whose numbers have four bytes; an equal one goes right. */
export function xgBoost(given: object): BoostedFile {
  const {
    learner_model_param: settings,
    objective,
    gradient_booster: booster,
    feature_names: features,
  } = (given as { learner: Learner | null }).learner ?? {};
  const { trees, tree_info: scores } = booster?.model ?? {};
  ensure(
    objective?.name && OBJECTIVES.includes(objective.name),
    'invalid-data',
    () => `XGBoost: objective ${show(objective?.name)} cannot be read, only ${OBJECTIVES.join(', ')}`,
  );
  ensure(
    booster?.name === 'gbtree',
    'invalid-data',
    () => `XGBoost: booster ${show(booster?.name)} cannot be read, only gbtree`,
  );
  ensure(
    Array.isArray(trees) && Array.isArray(scores) && trees.length > 0 && trees.length === scores.length,
    'invalid-data',
    'XGBoost: there are no trees',
  );
  ensure(
    Number(settings?.num_target ?? 1) <= 1,
    'invalid-data',
    () => `XGBoost: it answers ${settings?.num_target} numbers at once (num_target), and one can be read`,
  );
  const counted = Number(settings?.num_class ?? 0);
  ensure(
    Number.isSafeInteger(counted) && counted >= 0,
    'invalid-data',
    () => `XGBoost: num_class ${show(settings?.num_class)} cannot be read`,
  );
  const width = Math.max(1, counted);
  const stray = scores.findIndex((score) => !(Number.isInteger(score) && score >= 0 && score < width));
  ensure(
    stray < 0,
    'invalid-data',
    () => `XGBoost: tree_info has ${show(scores[stray])} for trees[${stray}], and there are ${width} scores, from 0`,
  );
  const isBinary = objective.name === 'binary:logistic';
  const start = startOf(settings?.base_score, width, isBinary);
  const nodes = trees.map((tree, t) => rootOf(tree, `trees[${t}]`));
  const own = start.map((_, k) => nodes.filter((_, t) => scores[t] === k));
  const longest = Math.max(...own.map(({ length }) => length));
  const rounds = Array.from({ length: longest }, (_, round) => own.map((list) => list[round] ?? { value: 0 }));
  const classes = isBinary ? 2 : width > 1 ? width : 0;
  return {
    ...{ library: 'XGBoost', comparison: { single: true, equal: false }, classes, start, rounds },
    ...(settings?.num_feature !== undefined && { inputs: Number(settings.num_feature) }),
    ...(features && { features }),
  };
}

/** What each score begins with. */
function startOf(given: string | undefined, width: number, isBinary: boolean): number[] {
  const bases = String(given ?? '0.5')
    .replace(/[[\]]/g, '')
    .split(',')
    .map((one) => (one.trim() === '' ? Number.NaN : Number(one)));
  const told = () => `XGBoost: base_score ${show(given)} cannot be read`;
  ensure(bases.every(Number.isFinite) && (bases.length === 1 || bases.length === width), 'invalid-data', told);
  ensure(
    !isBinary || bases.every((base) => base > 0 && base < 1),
    'invalid-data',
    () => `${told()}: of two classes it is between 0 and 1`,
  );
  return Array.from({ length: width }, (_, k) => {
    const base = bases[bases.length === 1 ? 0 : k];
    return isBinary ? Math.log(base / (1 - base)) : base;
  });
}

function rootOf(tree: Given | null, at: string): BoostedNode {
  const {
    left_children: left,
    right_children: right,
    split_indices: columns,
    split_conditions: conditions,
    split_type: kinds,
    tree_param: settings,
  } = tree ?? ({} as Partial<Given>);
  ensure(
    Number(settings?.size_leaf_vector ?? 1) <= 1,
    'invalid-data',
    () => `XGBoost: ${at} has leaves of ${settings?.size_leaf_vector} numbers (size_leaf_vector), and one can be read`,
  );
  const visited = new Set<number>();
  const valueAt = (list: readonly number[] | undefined, node: number) => {
    ensure(
      Array.isArray(list) && node in list,
      'invalid-data',
      () => `XGBoost: ${at} has no node ${show(node)}, or has it twice`,
    );
    return list[node] as number;
  };
  return foldTree<number, BoostedNode>(0, (node) => {
    const [toLeft, toRight, column, condition] = [left, right, columns, conditions].map((list) =>
      valueAt(visited.has(node) ? undefined : list, node),
    );
    visited.add(node);
    if (toLeft < 0) return { value: { value: condition } };
    ensure(
      (kinds?.[node] ?? 0) === 0,
      'invalid-data',
      () => `XGBoost: a tree splits input ${column} as a category: only splits of numbers can be read`,
    );
    ensure(Number.isFinite(condition), 'invalid-data', () => `XGBoost: ${at} is split at ${show(condition)}`);
    const join = (yes: BoostedNode, no: BoostedNode) => ({
      ...{ column, threshold: Math.fround(condition) },
      ...{ left: yes, right: no },
    });
    return { left: toLeft, right: toRight, join };
  });
}
