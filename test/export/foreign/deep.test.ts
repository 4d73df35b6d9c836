import { describe, expect, test } from 'vitest';
import type { Model } from '../../../src/core/model.ts';
import { outputList } from '../../../src/core/output.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import type { SavableModel } from '../../../src/core/state/model-state.ts';
import { isTreeEnsemble, type TreeNode } from '../../../src/core/structure.ts';
import { boostedFromJson } from '../../../src/export/foreign/boosted.ts';
import { forestFromJson } from '../../../src/export/foreign/forest.ts';
import { loadModel, saveModel } from '../../../src/export/model-file.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { summarizeStructure } from '../../../src/study/structure-summary.ts';
import { inUnits } from '../../../src/surrogates/point-model.ts';
import { dataset } from '../../../src/testing/labeled.ts';

/** More levels than the stack has room for calls. */
const LEVELS = 20_000;
const subject = { space: new Space({ a: real(0, LEVELS) }), outputs: outputList({ y: {} }) };
const levels = Array.from({ length: LEVELS }, (_, k) => k);

/** Node 2k asks whether the input is at most k + 1/2, which leaf 2k + 1 answers with k; the last leaf answers all levels. */
const columns = [...levels.flatMap(() => [0, -1]), -1];
const thresholds = [...levels.flatMap((k) => [k + 0.5, k]), LEVELS];
const left = [...levels.flatMap((k) => [2 * k + 1, -1]), -1];
const right = [...levels.flatMap((k) => [2 * k + 2, -1]), -1];

/** Trees of LightGBM number their leaves apart: -1 is the first. */
const lightGbmText = `tree
version=v4
num_class=1
num_tree_per_iteration=1
max_feature_idx=0
objective=regression
feature_names=a

Tree=0
num_leaves=${LEVELS + 1}
num_cat=0
split_feature=${levels.map(() => 0).join(' ')}
threshold=${levels.map((k) => k + 0.5).join(' ')}
decision_type=${levels.map(() => 2).join(' ')}
left_child=${levels.map((k) => -k - 1).join(' ')}
right_child=${levels.map((k) => (k + 1 < LEVELS ? k + 1 : -LEVELS - 1)).join(' ')}
leaf_value=${[...levels, LEVELS].join(' ')}

end of trees
`;

const xgBoost = {
  learner: {
    learner_model_param: { num_feature: '1', base_score: '0' },
    objective: { name: 'reg:squarederror' },
    gradient_booster: {
      name: 'gbtree',
      model: {
        tree_info: [0],
        trees: [{ left_children: left, right_children: right, split_indices: columns, split_conditions: thresholds }],
      },
    },
  },
};

const MODELS: readonly (readonly [string, () => Model & SavableModel])[] = [
  [
    'a forest of scikit-learn',
    () => {
      const value = thresholds.map((one) => [one]);
      return forestFromJson(
        JSON.stringify({ trees: [{ column: columns, threshold: thresholds, left, right, value }] }),
        subject,
      );
    },
  ],
  ['boosted trees of XGBoost', () => boostedFromJson(JSON.stringify(xgBoost), subject)],
  ['boosted trees of LightGBM', () => boostedFromJson(lightGbmText, subject)],
];

describe.each(MODELS)('%s, 20,000 levels deep', (_, make) => {
  const x = Matrix.from([0, 1, 700, LEVELS - 1, LEVELS].map((value) => [value / LEVELS]));
  const expected = [0, 1, 700, LEVELS - 1, LEVELS];
  const data = dataset(subject.space, subject.outputs, x, Matrix.from(expected.map((one) => [one])));

  test('is read, answers, and is saved and loaded', () => {
    const model = make();
    expect([...model.predict(x).data]).toEqual(expected);
    expect([...loadModel(saveModel(inUnits(model, data), { name: 'deep' })).model.predict(x).data]).toEqual(expected);
  });
});

test('a tree that deep is looked at node by node, and not told in the results', () => {
  const [, forest] = MODELS[0];
  const model = forest();
  if (!isTreeEnsemble(model)) throw new Error('a forest is made of trees');
  const [root] = model.trees();
  let [node, depth] = [root as TreeNode, 0];
  for (; node.kind !== 'leaf'; node = node.right) depth++;
  expect([depth, ...node.value]).toEqual([LEVELS, LEVELS]);
  const { space, outputs } = subject;
  expect(summarizeStructure({ kind: 'tree', root }, space, outputs)).toEqual({ tree: null });
  const small: TreeNode = { kind: 'leaf', value: Float64Array.of(1), count: 1 };
  expect(summarizeStructure({ kind: 'tree', root: small }, space, outputs).tree).toMatchObject({ values: { y: 1 } });
});
