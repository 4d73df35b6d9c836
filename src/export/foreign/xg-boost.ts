import { ensure, show } from '../../core/errors.ts';
import type { BoostedFile, BoostedNode } from './boosted-file.ts';

/** A tree of `model.json`: a leaf has -1 as its left child, and its value among the conditions. */
interface Given {
  readonly left_children: readonly number[];
  readonly right_children: readonly number[];
  readonly split_indices: readonly number[];
  readonly split_conditions: readonly number[];
  readonly split_type?: readonly number[];
}

/** What is read of `model.json`. */
interface Learner {
  readonly learner_model_param?: {
    readonly base_score?: string;
    readonly num_class?: string;
    readonly num_feature?: string;
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
  } = (given as { learner: Learner }).learner;
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
    trees && scores && trees.length > 0 && trees.length === scores.length,
    'invalid-data',
    'XGBoost: there are no trees',
  );
  const width = Math.max(1, Number(settings?.num_class ?? 0));
  const isBinary = objective.name === 'binary:logistic';
  const bases = String(settings?.base_score ?? '0.5')
    .replace(/[[\]]/g, '')
    .split(',')
    .map(Number);
  ensure(
    bases.every(Number.isFinite) && (bases.length === 1 || bases.length === width),
    'invalid-data',
    () => `XGBoost: base_score ${show(settings?.base_score)} cannot be read`,
  );
  const start = Array.from({ length: width }, (_, k) => {
    const base = bases[bases.length === 1 ? 0 : k];
    return isBinary ? Math.log(base / (1 - base)) : base;
  });
  const nodes = trees.map((tree) => nodeOf(tree, 0));
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

function nodeOf(tree: Given, node: number): BoostedNode {
  const { left_children: left, right_children: right, split_indices: columns, split_conditions: conditions } = tree;
  ensure(
    [left, right, columns, conditions].every((list) => Array.isArray(list) && node in list),
    'invalid-data',
    () => `XGBoost: a tree has no node ${show(node)}`,
  );
  if (left[node] < 0) return { value: conditions[node] };
  ensure(
    (tree.split_type?.[node] ?? 0) === 0,
    'invalid-data',
    () => `XGBoost: a tree splits input ${columns[node]} as a category: only splits of numbers can be read`,
  );
  return {
    column: columns[node],
    threshold: Math.fround(conditions[node]),
    left: nodeOf(tree, left[node]),
    right: nodeOf(tree, right[node]),
  };
}
