import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { boostedFromJson } from '../../../src/export/foreign/boosted.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { restoreModel } from '../../../src/surrogates/restore.ts';

interface Case {
  readonly library: string;
  readonly name: 'two' | 'three' | 'number';
  // biome-ignore lint/suspicious/noExplicitAny: what another program wrote
  readonly model: any;
  readonly answers: readonly (number | readonly number[])[];
}

/** Models of XGBoost and LightGBM with what they answer themselves; of the files, what is read. */
const written = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/forests/boosted.json'), 'utf8'));
const cases: readonly Case[] = written.cases;
const space = new Space({ a: real(-2, 3), b: real(1, 100), n: integer(0, 5) });
const outputs = {
  two: outputList({ verdict: { classes: ['p', 'q'] } }),
  three: outputList({ verdict: { classes: ['p', 'q', 'r'] } }),
  number: outputList({ y: {} }),
};
const x = Matrix.from(written.points.map(([a, b, n]: number[]) => space.encode({ a, b, n })));
const caseOf = (library: string, name: string) =>
  cases.find((one) => one.library === library && one.name === name) as Case;

describe('boosted trees from elsewhere', () => {
  test.each(cases)('$library answers $name as it does itself', ({ library, name, model: given, answers }) => {
    const model = boostedFromJson(JSON.stringify(given), { space, outputs: outputs[name] });
    const prediction = model.predict(x);
    answers.forEach((answer, i) => {
      const expected = name === 'two' ? [1 - Number(answer), Number(answer)] : [answer].flat();
      // XGBoost adds in four bytes.
      for (const [k, value] of expected.entries())
        expect(prediction.get(i, k) / value).toBeCloseTo(1, library === 'xgboost' ? 5 : 12);
    });
    expect(restoreModel(structuredClone(model.state)).predict(x).data).toEqual(prediction.data);
  });

  test('says what is wrong with a file', () => {
    const { model: gbm } = caseOf('lightgbm', 'two');
    const { model: xgb } = caseOf('xgboost', 'two');
    const read =
      (given: unknown, of = outputs.two, inputs: Space = space) =>
      () =>
        boostedFromJson(JSON.stringify(given), { space: inputs, outputs: of });
    const learner = (more: object) => ({ learner: { ...xgb.learner, ...more } });
    const gbmTree = (more: object) => ({
      ...gbm,
      tree_info: [{ tree_structure: { ...gbm.tree_info[0].tree_structure, ...more } }],
    });
    expect(() => boostedFromJson('{', { space, outputs: outputs.two })).toThrow(/the text is no JSON/);
    expect(read([])).toThrow(/neither XGBoost's model.json nor LightGBM's dump_model/);
    expect(read(gbm, outputs.three)).toThrow(/LightGBM answers one of 2 classes, output 'verdict' is one of 3 classes/);
    expect(read(xgb, outputs.number)).toThrow(/output 'y' is a number/);
    expect(read({ ...gbm, objective: 'poisson' })).toThrow(/objective 'poisson' cannot be read/);
    expect(read({ ...gbm, average_output: true })).toThrow(/random forests/);
    expect(read(gbmTree({ decision_type: '==' }))).toThrow(/by '==', a category/);
    expect(read(gbmTree({ missing_type: 'Zero' }))).toThrow(/takes 0 for missing/);
    expect(read(gbmTree({ split_feature: 9 }))).toThrow(/splits input 9, and there are 3: a, b, n/);
    expect(read(learner({ objective: { name: 'rank:ndcg' } }))).toThrow(/objective 'rank:ndcg' cannot be read/);
    expect(read(learner({ gradient_booster: { ...xgb.learner.gradient_booster, name: 'dart' } }))).toThrow(
      /booster 'dart'/,
    );
    const [first] = xgb.learner.gradient_booster.model.trees;
    const tree = (more: object) =>
      learner({ gradient_booster: { name: 'gbtree', model: { tree_info: [0], trees: [{ ...first, ...more }] } } });
    expect(read(tree({ split_type: first.split_type.map(() => 1) }))).toThrow(/as a category/);
    expect(read(tree({ left_children: [99] }))).toThrow(/has no node 99/);
    const metal = new Space({ a: categorical('x', 'y'), b: real(1, 100), n: integer(0, 5) });
    expect(read(xgb, outputs.two, metal)).toThrow(/splits input 'a' at .* it is a category/);
  });

  const leaf = { left_children: [-1], right_children: [-1], split_indices: [0], split_conditions: [1] };
  const split = {
    ...{ left_children: [1, -1, -1], right_children: [2, -1, -1] },
    ...{ split_indices: [0, 0, 0], split_conditions: [0.5, 1, 2] },
  };
  const booster = (trees: unknown, more: object = {}) => ({
    name: 'gbtree',
    model: { trees, tree_info: [0], ...more },
  });
  const learned = (trees: unknown, settings: object = {}, model: object = {}, objective = 'reg:squarederror') => ({
    learner: {
      ...{ objective: { name: objective }, learner_model_param: settings },
      gradient_booster: booster(trees, model),
    },
  });

  test.each<[string, unknown, RegExp, (keyof typeof outputs)?]>([
    [
      'a node that is its own child',
      learned([{ ...split, left_children: [0, -1, -1] }]),
      /trees\[0\] has no node 0, or has it twice$/,
    ],
    [
      'a node with two parents',
      learned([{ ...split, right_children: [1, -1, -1] }]),
      /trees\[0\] has no node 1, or has it twice$/,
    ],
    ['a split at nothing', learned([{ ...split, split_conditions: [null, 1, 2] }]), /trees\[0\] is split at null$/],
    [
      'a column that is no number',
      learned([{ ...split, split_indices: ['length', 0, 0] }]),
      /splits input 'length', and there are 3/,
    ],
    ['a tree that is none', learned([null]), /trees\[0\] has no node 0, or has it twice$/],
    ['trees that are no list', learned('trees'), /XGBoost: there are no trees$/],
    ['no learner', { learner: null }, /XGBoost: objective undefined cannot be read/],
    [
      'several targets',
      learned([split, leaf], { num_target: '2' }, { tree_info: [0, 1] }),
      /answers 2 numbers at once \(num_target\), and one can be read$/,
    ],
    [
      'leaves of several numbers',
      learned([{ ...split, tree_param: { size_leaf_vector: '2' } }]),
      /trees\[0\] has leaves of 2 numbers \(size_leaf_vector\), and one can be read$/,
    ],
    [
      'a tree of a score that there is not',
      learned([split], {}, { tree_info: [1] }),
      /tree_info has 1 for trees\[0\], and there are 1 scores, from 0$/,
    ],
    ['classes that are no number', learned([split], { num_class: 'x' }), /num_class 'x' cannot be read$/],
    ['classes below none', learned([split], { num_class: '-3' }), /num_class '-3' cannot be read$/],
    ['no base score', learned([split], { base_score: '' }), /base_score '' cannot be read$/],
    [
      'a base score that is no share',
      learned([split], { base_score: '1.5' }, {}, 'binary:logistic'),
      /base_score '1.5' cannot be read: of two classes it is between 0 and 1$/,
      'two',
    ],
  ])('refuses %s in a file of XGBoost', (_, given, message, name = 'number') => {
    expect(() => boostedFromJson(JSON.stringify(given), { space, outputs: outputs[name] })).toThrow(message);
  });

  const gbmSplit = {
    ...{ split_feature: 0, threshold: 0.5, decision_type: '<=', missing_type: 'None' },
    ...{ left_child: { leaf_value: 1 }, right_child: { leaf_value: 2 } },
  };
  const gbm = (structure: unknown, more: object = {}) => ({
    ...{ objective: 'regression', num_tree_per_iteration: 1, max_feature_idx: 2, feature_names: ['a', 'b', 'n'] },
    ...{ tree_info: [{ tree_structure: structure }], ...more },
  });

  test.each<[string, unknown, RegExp, (keyof typeof outputs)?]>([
    [
      'linear leaves',
      gbm({ ...gbmSplit, left_child: { leaf_value: 1, leaf_const: 0.3, leaf_features: [0], leaf_coeff: [2] } }),
      /^LightGBM: tree 0 has linear leaves, which cannot be read$/,
    ],
    [
      'a child that is missing',
      gbm({ ...gbmSplit, left_child: undefined }),
      /^LightGBM: tree 0 has a node that is neither a leaf nor a split: undefined$/,
    ],
    [
      'a tree that is none',
      gbm(null, { tree_info: [null] }),
      /^LightGBM: tree 0 has a node that is neither a leaf nor a split: undefined$/,
    ],
    [
      'no trees in a round',
      gbm(gbmSplit, { num_tree_per_iteration: 0 }),
      /num_tree_per_iteration is 0, and regression takes 1 for each round$/,
    ],
    [
      'more trees in a round than answers',
      gbm(gbmSplit, { num_tree_per_iteration: 2 }),
      /num_tree_per_iteration is 2, and regression takes 1 for each round$/,
    ],
    [
      'a round that is cut off',
      gbm(gbmSplit, { objective: 'multiclass num_class:3', num_tree_per_iteration: 3 }),
      /there are 1 trees, and 3 for each round$/,
      'three',
    ],
    [
      'an objective of every object',
      gbm(gbmSplit, { objective: 'constructor' }),
      /objective 'constructor' cannot be read/,
    ],
    ['inputs that are not counted', gbm(gbmSplit, { max_feature_idx: 'x' }), /max_feature_idx 'x' cannot be read$/],
    ['names that are no list', gbm(gbmSplit, { feature_names: 3 }), /feature_names must be a list of texts, got 3$/],
  ])('refuses %s in a file of LightGBM', (_, given, message, name = 'number') => {
    expect(() => boostedFromJson(JSON.stringify(given), { space, outputs: outputs[name] })).toThrow(message);
  });
});

describe('a text that LightGBM saved', () => {
  const saved = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/forests/light-gbm.json'), 'utf8'));
  const texts: readonly { name: 'two' | 'three' | 'number'; text: string; answers: readonly (number | number[])[] }[] =
    saved.cases;
  const rows = Matrix.from(saved.points.map(([a, b, n]: number[]) => space.encode({ a, b, n })));
  const read =
    (change: (text: string) => string, inputs: Space = space, of = outputs.two) =>
    () =>
      boostedFromJson(change(texts[0].text), { space: inputs, outputs: of });

  test.each(texts)('answers $name as it does itself', ({ name, text, answers }) => {
    const prediction = boostedFromJson(text, { space, outputs: outputs[name] }).predict(rows);
    answers.forEach((answer, i) => {
      const expected = name === 'two' ? [1 - Number(answer), Number(answer)] : [answer].flat();
      for (const [k, value] of expected.entries()) expect(prediction.get(i, k) / value).toBeCloseTo(1, 12);
    });
  });

  test('with splits of a category, cut off, or of other inputs is refused in a sentence', () => {
    expect(() => boostedFromJson(saved.category, { space, outputs: outputs.number })).toThrow(
      /^LightGBM: a tree splits input 2 by '==', a category: only splits of numbers can be read$/,
    );
    expect(read((text) => text.slice(0, -30))).toThrow(
      /^LightGBM: the text is cut off: it has no line `end of trees`$/,
    );
    expect(read((text) => text.replace(/(threshold=\S+) /, '$1'))).toThrow(
      /^LightGBM: tree 0 must have \d+ numbers of threshold, got '/,
    );
    expect(read((text) => text.replace(/left_child=\S+/, 'left_child=0'))).toThrow(
      /^LightGBM: tree 0 has no node 0, or has it twice$/,
    );
    const fewer = new Space({ a: real(-2, 3), b: real(1, 100) });
    expect(read((text) => text, fewer)).toThrow(
      'boostedFromJson: LightGBM learned 3 inputs, and there are 2 parameters',
    );
    const turned = new Space({ b: real(1, 100), a: real(-2, 3), n: integer(0, 5) });
    expect(read((text) => text, turned)).toThrow(
      'boostedFromJson: LightGBM has the inputs in another order: a, b, n; give the parameters in that order',
    );
    expect(read((text) => text.replace('objective=binary', 'objective=poisson'))).toThrow(
      /cannot be read, only regression/,
    );
  });
});
