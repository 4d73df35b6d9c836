import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mostProbable } from '../../../src/core/columns.ts';
import { outputList } from '../../../src/core/output.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { forestFromJson } from '../../../src/export/foreign/forest.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { restoreModel } from '../../../src/surrogates/restore.ts';

/** Forests that scikit-learn wrote by the lines in docs/surrogates.md, and its own answers at points half of which lie on thresholds of the first input. */
const written = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/forests/scikit-learn.json'), 'utf8'));
const space = new Space({ a: real(-2, 3), b: real(1, 1e4, { scale: 'log' }), n: integer(0, 5) });
const classes = ['warm', 'cold', 'hot'];
const verdict = outputList({ verdict: { classes } });
const number = outputList({ y: {} });
const x = Matrix.from(written.points.map(([a, b, n]: number[]) => space.encode({ a, b, n })));
const names: string[] = written.classifier.classes;

describe('a forest of scikit-learn', () => {
  test('answers a class with the shares that it gives, in the order of the output', () => {
    const shares = forestFromJson(JSON.stringify(written.classifier), { space, outputs: verdict }).predict(x);
    for (let i = 0; i < x.rows; i++) {
      for (const [k, name] of classes.entries())
        expect(shares.get(i, k)).toBeCloseTo(written.probabilities[i][names.indexOf(name)], 12);
      expect(classes[mostProbable(shares.row(i))]).toBe(written.predicted[i]);
    }
  });

  test('answers a number, and is given back from its state', () => {
    const model = forestFromJson(JSON.stringify(written.regressor), { space, outputs: number });
    const answer = model.predict(x);
    for (let i = 0; i < x.rows; i++) expect(answer.get(i, 0)).toBeCloseTo(written.numbers[i], 9);
    expect(restoreModel(structuredClone(model.state)).predict(x).data).toEqual(answer.data);
    expect(model.trees()).toHaveLength(4);
  });

  test('says what is wrong with a file', () => {
    const { trees } = written.classifier;
    const read = (given: object, other: Partial<{ space: Space; outputs: typeof verdict }> = {}) =>
      forestFromJson(JSON.stringify({ ...written.classifier, ...given }), { space, outputs: verdict, ...other });
    expect(() => forestFromJson('{', { space, outputs: verdict })).toThrow(/the text is no JSON/);
    expect(() => forestFromJson('[1]', { space, outputs: verdict })).toThrow(/it has no trees/);
    expect(() => read({ trees: [] })).toThrow(/no list of trees/);
    expect(() => read({ trees: [{ ...trees[0], left: [1] }] })).toThrow(
      /trees\[0\].left: must be a list with an entry/,
    );
    expect(() => read({ trees: [{ ...trees[0], left: trees[0].left.map(() => 0) }] })).toThrow(/there twice/);
    expect(() => read({ classes: ['hot', 'mild', 'cold'] })).toThrow(/has no class 'mild'; known: warm, cold, hot/);
    expect(() => read({ classes: undefined })).toThrow(/lists no classes/);
    expect(() => read({}, { outputs: number })).toThrow(/output 'y' is a number/);
    expect(() => read({ features: ['a', 'n', 'b'] })).toThrow(/the forest's inputs are/);
    expect(() => read({}, { space: new Space({ a: real(0, 1) }) })).toThrow(/splits input \d, and there are 1: a/);
    const metal = new Space({ a: categorical('x', 'y'), b: real(1, 1e4), n: integer(0, 5) });
    expect(() => read({}, { space: metal })).toThrow(/splits input 'a' at .* it is a category/);
    expect(() => read({ trees: [{ ...trees[0], column: trees[0].column.map(() => 'length') }] })).toThrow(
      /trees\[0\], node 0 splits input 'length', and there are 3: a, b, n/,
    );
    expect(() => read({ classes: ['hot', 'cold', 'hot'] })).toThrow(/the forest lists class hot twice/);
    expect(() => read({ trees: [{ ...trees[0], value: trees[0].value.map(() => [-1, 3, 0]) }] })).toThrow(
      /its value must be 3 numbers from 0 that add up to more than 0, got \[-1,3,0\]/,
    );
    expect(() => read({}, { outputs: [] })).toThrow(
      /^forestFromJson: outputs must be a list such as \[\{ name: 'mass' \}\], got \[\]$/,
    );
    expect(() => forestFromJson('{"trees":[]}', { space: { a: real(0, 1) }, outputs: number } as never)).toThrow(
      /^forestFromJson: space must be made by new Space\(\), got \{"a":/,
    );
    expect(() => read({ vote: 'most' })).toThrow(/vote must be 'mean' or 'majority', got 'most'/);
  });

  test('counts the votes of its trees where each votes for one class', () => {
    const json = JSON.stringify({ ...written.classifier, vote: 'majority' });
    const shares = forestFromJson(json, { space, outputs: verdict }).predict(x);
    expect(shares.data.every((share) => Number.isInteger(Math.round(share * 5 * 1e9) / 1e9))).toBe(true);
  });
});
