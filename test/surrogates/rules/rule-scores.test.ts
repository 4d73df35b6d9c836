import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { outputList } from '../../../src/core/output.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
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

  test('say more of what they learned after each was revised beside the others', async () => {
    const data = labeled(space, outputList({ y: {} }), 300, (u) => [Math.sin(6 * u[0]) * u[1] + u[2]]);
    const error = async (rounds: number) => {
      const model = await ruleScores({ maxRules: 8, rounds }).fit(data, testRun('7'));
      return model.predict(data.x.unpacked()).data.reduce((sum, value, i) => sum + (value - data.y.data[i]) ** 2, 0);
    };
    expect(await error(2)).toBeLessThan(0.9 * (await error(0)));
  });

  test.each([3.3, 1e9 + 0.1, 0.1])(
    'of an output that is always %s are none: rounding is not explained',
    async (value) => {
      const data = labeled(space, outputList({ y: {} }), 15, () => [value]);
      expect((await ruleScores().fit(data, testRun('7'))).structure().rules).toEqual([]);
    },
  );

  test('can be cancelled while one rule is sought', async () => {
    const stop = new AbortController();
    // Time that passes when it is looked at: each pause lets others in.
    let looks = 0;
    const clock = () => {
      looks += 1;
      if (looks === 12) stop.abort();
      return 100 * looks;
    };
    const data = labeled(space, outputList({ y: {} }), 10, (u) => [u[0]]);
    const fitting = ruleScores({ maxRules: 1, rounds: 0 }).fit(data, testRun('7', { clock, signal: stop.signal }));
    await expect(fitting).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('keep the class of more rows where the shares that they learn are sharpened', async () => {
    // Lead is sure and varies much, the others are unsure and vary little.
    const share = ([a, b, metal]: Float64Array) =>
      metal > 2 / 3 ? 0.8 + 0.18 * Math.sin(20 * a) : 0.5 + (b > 0.3 === a > 0.6 ? 0.06 : -0.06);
    const learned = labeled(space, outputList({ y: { classes: ['no', 'yes'] } }), 1500, (u) => [
      share(u) > 0.5 ? 1 : 0,
    ]);
    const shares = Matrix.from(
      Array.from({ length: 1500 }, (_, i) => [1 - share(learned.x.row(i)), share(learned.x.row(i))]),
    );
    const data = new Dataset(space, learned.outputs, learned.x, learned.y, learned.rows, { shares });
    const fresh = points(space, 4000, new Rng('fresh'));
    const kept = async (sharpen: number) => {
      const said = (await ruleScores({ maxRules: 4, sharpen }).fit(data, testRun('7'))).predict(fresh);
      return Array.from({ length: 4000 }, (_, i) => said.get(i, 1) > 0.5 === share(fresh.row(i)) > 0.5).filter(Boolean)
        .length;
    };
    expect(await kept(3)).toBeGreaterThan((await kept(1)) + 400);
  });

  test('stop where rows left out are explained no better: noise has few rules or none', async () => {
    const rng = new Rng('noise');
    const noise = labeled(space, outputList({ y: {} }), 300, () => [rng.normal()]);
    expect((await ruleScores().fit(noise, testRun('7'))).structure().rules.length).toBeLessThan(6);
  });
});
