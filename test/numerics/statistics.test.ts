import { expect, test } from 'vitest';
import type { Surrogate } from '../../src/core/model.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { binaryScale } from '../../src/numerics/statistics.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';
import { ruleScores } from '../../src/surrogates/rules/rule-scores.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

test.each([Number.MAX_VALUE, 1e308, 3, 1, 1e-200, 5e-324])('%d loses no digit over its binary scale', (value) => {
  const scale = binaryScale(Float64Array.of(0, -value));
  expect(value / scale).toBeLessThan(2);
  expect((value / scale) * scale).toBe(value);
});

test('nothing but zeros has a scale of 1', () => {
  expect([binaryScale(new Float64Array(3)), binaryScale(new Float64Array(0))]).toEqual([1, 1]);
});

const MODELS: readonly (readonly [string, () => Surrogate])[] = [
  ['a decision tree', () => decisionTree() as Surrogate],
  ['a response surface', () => responseSurface()],
  ['rule scores', () => ruleScores() as Surrogate],
];
test.each(MODELS)('%s learns answers as large as doubles can be', async (_, make) => {
  const data = labeled(new Space({ a: real(0, 1) }), [{ name: 'y' }], 40, ([a]) => [
    a > 0.5 ? Number.MAX_VALUE : -Number.MAX_VALUE,
  ]);
  const model = await make().fit(data, testRun('large'));
  const answers = model.predict(data.x);
  expect(answers.data.every(Number.isFinite)).toBe(true);
  for (let i = 0; i < data.size; i++)
    if (Math.abs(data.x.get(i, 0) - 0.5) > 0.3) expect(Math.sign(answers.get(i, 0))).toBe(Math.sign(data.y.get(i, 0)));
});
