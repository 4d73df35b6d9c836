import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { exceptionBits, ruleBits } from '../../../src/surrogates/rules/description-length.ts';
import { ruleList } from '../../../src/surrogates/rules/rule-list.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

surrogateLaws('ruleList()', () => ruleList(), { outputs: 'classes', capabilities: ['structure'] });

const space = new Space({ a: real(0, 1), b: real(0, 1), metal: categorical('steel', 'brass', 'lead', 'tin') });
const verdict = outputList({ load: {}, verdict: { classes: ['holds', 'breaks'] } });
const concept = ([a, b, metal]: Float64Array) => ((a > 0.6 && b <= 0.5) || (metal > 0.7 && b > 0.8) ? 1 : 0);
const data = (count: number) => labeled(space, verdict, count, (u) => [u[0], concept(u)]);

describe('a rule list', () => {
  test('finds two rules of two tests where there are two, and answers other outputs with their mean', async () => {
    const model = await ruleList().fit(data(500), testRun('7'));
    const { rules, otherwise } = model.structure();
    expect(rules.map(({ tests }) => tests.length)).toEqual([2, 2]);
    expect(rules.map(({ tests }) => tests.map(({ column }) => column).sort())).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(otherwise.precision).toBeGreaterThan(0.98);
    const fresh = points(space, 1000, new Rng('fresh'));
    const answer = model.predict(fresh);
    const right = Array.from({ length: 1000 }, (_, i) => answer.get(i, 2) > 0.5 === (concept(fresh.row(i)) === 1));
    expect(right.filter(Boolean).length).toBeGreaterThan(970);
    const [first] = rules;
    expect(first.value[0]).toBeGreaterThan(0.7);
    expect(first.value[1] + first.value[2]).toBeCloseTo(1, 12);
  });

  test('of labels that are wrong at times has no more rules and tests than the concept', async () => {
    const four = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1), d: real(0, 1) });
    const rng = new Rng('noise');
    const wrong = labeled(four, outputList({ verdict: { classes: ['holds', 'breaks'] } }), 600, ([a, b, c]) => {
      const breaks = (a > 0.6 && b <= 0.5) || (c > 0.7 && b > 0.6);
      return [breaks !== rng.uniform() < 0.2 ? 1 : 0];
    });
    for (const seed of ['2', '4', '6']) {
      const { rules } = (await ruleList().fit(wrong, testRun(seed))).structure();
      expect(rules.map(({ tests }) => tests.length)).toEqual([2, 2]);
    }
  });

  test('every row is counted in one rule', async () => {
    const model = await ruleList().fit(data(300).weighted(new Float64Array(300).fill(2)), testRun('7'));
    const { rules, otherwise } = model.structure();
    expect([...rules, otherwise].reduce((sum, { count }) => sum + count, 0)).toBeCloseTo(600, 9);
  });

  test('is no longer than it may be, and leaves out what costs least', async () => {
    const model = await ruleList({ maxRules: 1, maxTests: 2 }).fit(data(500), testRun('7'));
    const { rules } = model.structure();
    expect(rules).toHaveLength(1);
    expect(rules[0].tests.map(({ column }) => column).sort()).toEqual([0, 1]);
    const short = (await ruleList({ maxTests: 1 }).fit(data(500), testRun('7'))).structure();
    expect(Math.max(...short.rules.map(({ tests }) => tests.length))).toBe(1);
  });

  test('noise is not learned by heart: no rule is worth its bits', async () => {
    const rng = new Rng('noise');
    const noise = labeled(space, verdict, 400, () => [0, rng.uniform() < 0.35 ? 1 : 0]);
    const model = await ruleList().fit(noise, testRun('7'));
    expect(model.structure().rules.length).toBeLessThan(6);
  });

  test('asks which class is meant where there are none or several', async () => {
    const numbers = labeled(space, outputList({ y: {} }), 20, (u) => [u[0]]);
    await expect(ruleList().fit(numbers, testRun('7'))).rejects.toThrow(
      'ruleList: rules are learned for one class, and no output has classes: y; take decisionTree or ruleScores',
    );
    const two = outputList({ p: { classes: ['x', 'y'] }, q: { classes: ['x', 'y'] } });
    const several = labeled(space, two, 60, (u) => [u[0] > 0.5 ? 1 : 0, u[1] > 0.5 ? 1 : 0]);
    await expect(ruleList().fit(several, testRun('7'))).rejects.toThrow('are: p, q; name one by output');
    await expect(ruleList({ output: 'r' }).fit(several, testRun('7'))).rejects.toThrow("output 'r' is not among");
    const model = await ruleList({ output: 'q' }).fit(several, testRun('7'));
    expect(model.structure().rules.flatMap(({ tests }) => tests.map(({ column }) => column))).toEqual([1]);
  });
});

test('bits of rules and mistakes are those of the definition', () => {
  // A choice of 2 of 8 at p = 1/4: -2 log2(1/4) - 6 log2(3/4); and log2(3) for the number of tests; half of both.
  expect(ruleBits(2, 8)).toBeCloseTo(0.5 * (Math.log2(3) + 4 - 6 * Math.log2(0.75)), 12);
  expect(ruleBits(0, 8)).toBe(0);
  // 4 covered with 1 wrong, 12 not covered with 2 wrong: the larger part is expected to have half of the three mistakes.
  const binomial = (all: number, k: number, p: number) => -k * Math.log2(p) - (all - k) * Math.log2(1 - p);
  expect(exceptionBits({ covered: 4, uncovered: 12, falsePositives: 1, falseNegatives: 2 })).toBeCloseTo(
    Math.log2(17) + binomial(4, 1, 1 / 4) + binomial(12, 2, 1.5 / 12),
    12,
  );
});
