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
