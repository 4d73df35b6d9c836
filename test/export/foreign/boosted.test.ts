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
