import { expect, test } from 'vitest';
import { type DifferentiableModel, isDifferentiable } from '../../../src/core/model.ts';
import { Problem } from '../../../src/core/problem.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { normalCdf } from '../../../src/numerics/distributions.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { bayesian } from '../../../src/optimization/bayesian/bayesian.ts';
import { afterOneMoreRun, ONE_SIDED_95 } from '../../../src/optimization/bayesian/confirmable.ts';
import { searchSurrogate } from '../../../src/study/defaults.ts';
import { analyticModel, wavyColumn } from '../../../src/testing/analytic-model.ts';
import { testRun } from '../../../src/testing/labeled.ts';
import { search } from '../../../src/testing/optimizer-laws.ts';
import { bounded, closed } from '../../../src/testing/problems.ts';

const flat = (mean: number, variance: number) =>
  analyticModel([{ mean: () => mean, variance: () => variance, meanGradient: () => [0], varianceGradient: () => [0] }]);

/** Probability that one run more shows it, as the model says that looks ahead. */
function chanceOf(mean: number, variance: number, noise: number): number {
  const ahead = afterOneMoreRun(flat(mean, variance), noise).posterior(Matrix.from([[0.5]]));
  return normalCdf(-ahead.mean.data[0] / Math.sqrt(ahead.variance.data[0]));
}

test.each([
  [-1.2, 1, 4],
  [-1.2, 1, 0.1],
  [-3, 2, 9],
  [0.3, 1, 0.5],
])(
  'a constraint of mean %d and variance %d is shown by a run with noise of variance %d as often as that says',
  (mean, variance, noise) => {
    const rng = new Rng('proof');
    let shown = 0;
    for (let i = 0; i < 20_000; i++) {
      const truth = mean + Math.sqrt(variance) * rng.normal();
      const answer = truth + Math.sqrt(noise) * rng.normal();
      const after = 1 / (1 / variance + 1 / noise);
      if (after * (mean / variance + answer / noise) + ONE_SIDED_95 * Math.sqrt(after) <= 0) shown++;
    }
    expect(Math.abs(chanceOf(mean, variance, noise) - shown / 20_000)).toBeLessThan(4 * Math.sqrt(0.25 / 20_000));
  },
);

test('without noise a run shows what is, and at the edge nothing does', () => {
  expect(chanceOf(-0.3, 1, 0)).toBeCloseTo(normalCdf(0.3), 12);
  expect(chanceOf(-0.001, 0.01, 1)).toBeLessThan(1e-30);
  const known = afterOneMoreRun(flat(-1, 0), 1).posterior(Matrix.from([[0.5]]));
  expect([known.mean.data[0], known.variance.data[0]]).toEqual([-1, 0]);
});

test('its gradients are those of what it says, and a model without gradients gets none', () => {
  const model = analyticModel([wavyColumn(2, -0.5), wavyColumn(3, 0.2, 4)]);
  const ahead = afterOneMoreRun(model, 0.3) as DifferentiableModel;
  const u = [0.2, 0.7, 0.4];
  const { mean, variance, meanGradient, varianceGradient } = ahead.posteriorGradient(Float64Array.from(u));
  const at = (j: number, step: number) => ahead.posterior(Matrix.from([u.with(j, u[j] + step)]));
  const here = ahead.posterior(Matrix.from([u]));
  expect([mean, variance]).toEqual([here.mean.data, here.variance.data]);
  for (let j = 0; j < 3; j++) {
    const [above, below] = [at(j, 1e-5), at(j, -1e-5)];
    for (let c = 0; c < 2; c++) {
      expect(meanGradient.get(c, j)).toBeCloseTo((above.mean.data[c] - below.mean.data[c]) / 2e-5, 6);
      expect(varianceGradient.get(c, j)).toBeCloseTo((above.variance.data[c] - below.variance.data[c]) / 2e-5, 6);
    }
  }
  const { posteriorGradient: _, ...plain } = model;
  expect(isDifferentiable(afterOneMoreRun(plain, 0.3))).toBe(false);
});

test('a noisy search does not stay where a limit holds by a hair, however cheap', { tags: ['slow'] }, async () => {
  // With one nurse just as many leave as are allowed to; with more it depends on their speed.
  const space = new Space({ nurses: integer(1, 4), speed: real(0, 1) });
  const cost = closed('cost', ({ nurses, speed }) => Number(nurses) + 0.5 * Number(speed));
  const problem = new Problem(space, [{ name: 'g' }], [{ ...cost, sense: 'minimize' }], [bounded('g')]);
  const shares: number[] = [];
  for (let seed = 0; seed < 5; seed++) {
    const rng = new Rng(`hair/${seed}`);
    const answer = (u: Float64Array) => [(u[0] < 0.25 ? 0 : 4 * (0.4 - u[1])) + 0.5 * rng.normal()];
    const engine = () => bayesian({ surrogate: searchSurrogate(), stochastic: true, search: { raw: 64, starts: 2 } });
    const stream = `hair/${seed}`;
    const { history } = await search(engine(), { problem, answer }, { budget: 60, stream });
    // Resumed, it goes on the same.
    const prefix = history.select(Array.from({ length: 40 }, (_, i) => i));
    const knowledge = { history: prefix, pending: new Matrix(0, 2), remaining: 20 };
    const { x } = await engine().suggest(problem, knowledge, 1, testRun(stream));
    expect(x.row(0)).toEqual(history.x.row(40));
    const late = history.x.column(0).subarray(30);
    shares.push(late.filter((nurses) => nurses >= 0.25).length / late.length);
  }
  expect(Math.min(...shares)).toBeGreaterThan(0.25);
});
