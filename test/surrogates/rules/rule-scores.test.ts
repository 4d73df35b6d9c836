import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { ruleScores } from '../../../src/surrogates/rules/rule-scores.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

surrogateLaws('ruleScores()', () => ruleScores(), { capabilities: ['structure'] });

const space = new Space({ a: real(0, 1), b: real(0, 1), metal: categorical('steel', 'brass', 'lead') });
const steps = ([a, b, metal]: Float64Array) => [3 + (a > 0.4 ? 2 : 0) - (b <= 0.7 && metal < 0.3 ? 5 : 0)];

describe('rules that add up', () => {
  test('are found with their points where the answer is made of them', async () => {
    const data = labeled(space, outputList({ y: {} }), 600, steps);
    const model = await ruleScores().fit(data, testRun('7'));
    const fresh = points(space, 500, new Rng('fresh'));
    const { data: said } = model.predict(fresh);
    const errors = said.map((value, i) => Math.abs(value - steps(fresh.row(i))[0]));
    expect([...errors].sort((p, q) => p - q)[450]).toBeLessThan(0.1);
    expect(model.structure().rules.length).toBeLessThan(12);
  });

  test('are not more, longer or smaller than they may be', async () => {
    const data = labeled(space, outputList({ y: {} }), 200, (u) => [Math.sin(6 * u[0]) * u[1] + u[2]]);
    const { rules } = (await ruleScores({ maxRules: 7, maxTests: 2, minRows: 20 }).fit(data, testRun('7'))).structure();
    expect(rules).toHaveLength(7);
    expect(Math.max(...rules.map(({ tests }) => tests.length))).toBeLessThanOrEqual(2);
    expect(Math.min(...rules.map(({ count }) => count))).toBeGreaterThanOrEqual(20);
  });

  test('stop where rows left out are explained no better: noise has few rules or none', async () => {
    const rng = new Rng('noise');
    const noise = labeled(space, outputList({ y: {} }), 300, () => [rng.normal()]);
    expect((await ruleScores().fit(noise, testRun('7'))).structure().rules.length).toBeLessThan(6);
  });
});
