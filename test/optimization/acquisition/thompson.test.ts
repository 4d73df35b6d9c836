import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { Criterion } from '../../../src/core/optimizer.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { thompson } from '../../../src/optimization/acquisition/thompson.ts';
import { bayesian } from '../../../src/optimization/bayesian/bayesian.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { acquisitionLaws } from '../../../src/testing/acquisition-laws.ts';
import { dataset, points, testRun } from '../../../src/testing/labeled.ts';
import { search } from '../../../src/testing/optimizer-laws.ts';
import { bounded, cube, problemOf } from '../../../src/testing/problems.ts';

acquisitionLaws('Thompson sampling', thompson());
const space = cube(2);
const wave = (u: Float64Array) => Math.sin(5 * u[0]) + u[1];
const model = await gaussianProcess().fit(
  (() => {
    const x = points(space, 8, new Rng('thompson/rows'));
    const y = Matrix.from(
      Array.from({ length: 8 }, (_, i) => [wave(x.row(i))]),
      1,
    );
    return dataset(space, [{ name: 'f' }], x, y);
  })(),
  testRun('thompson/fit'),
);

/** With no history the spread is 1, so the criterion is minus the draw. */
function drawOf(stream: string): Criterion {
  const problem = problemOf(space);
  const history = Dataset.empty(space, problem.outputs);
  return thompson({ candidates: 64 })(
    { model, problem, history, pending: new Matrix(0, 2), incumbent: 0 },
    testRun(stream),
  );
}

test('draws have the mean and the covariance of the posterior', { tags: ['slow'] }, () => {
  const seeds = Array.from({ length: 200 }, (_, s) => `draw/${s}`);
  const x = Matrix.from([
    [0.15, 0.85],
    [0.3, 0.8],
  ]);
  const drawn = seeds.map((stream) => drawOf(stream).value(x));
  const { mean, covariance } = model.joint(x);
  const moment = (of: (values: Float64Array) => number) => drawn.reduce((sum, v) => sum + of(v), 0) / drawn.length;
  for (const i of [0, 1]) {
    const deviation = Math.sqrt(covariance[0].get(i, i));
    expect(Math.abs(moment((v) => -v[i]) - mean.get(i, 0))).toBeLessThan((4 * deviation) / Math.sqrt(drawn.length));
    for (const j of [0, 1]) {
      const product = moment((v) => (-v[i] - mean.get(i, 0)) * (-v[j] - mean.get(j, 0)));
      const scale = deviation * Math.sqrt(covariance[0].get(j, j));
      expect(Math.abs(product / scale - covariance[0].get(i, j) / scale)).toBeLessThan(0.25);
    }
  }
});

test('a draw is one function: it stays the same in between and agrees with what is known', () => {
  const criterion = drawOf('one');
  const u = Float64Array.of(0.4, 0.6);
  const beside = Float64Array.of(0.4, 0.6 + 1e-5);
  const [a, b] = criterion.value(Matrix.from([u, beside]));
  expect(Math.abs(a - b)).toBeLessThan(1e-3);
  const { gradient } = criterion.gradient!(u);
  expect((b - a) / 1e-5).toBeCloseTo(gradient[1], 2);
  const known = points(space, 8, new Rng('thompson/rows'));
  criterion.value(known).forEach((value, i) => {
    expect(-value).toBeCloseTo(wave(known.row(i)), 2);
  });
});

const plain = gaussianProcess({
  kernel: 'matern-5/2',
  transform: 'none',
  trend: 'constant',
  calibrate: false,
  starts: 1,
});
const engine = bayesian({ surrogate: plain, acquisition: thompson({ candidates: 128 }) });

test('searches by draws of its own for each point of a batch, within a constraint', { tags: ['slow'] }, async () => {
  const problem = problemOf(space, [bounded('g')]);
  const answer = (u: Float64Array) => [(u[0] - 0.2) ** 2 + (u[1] - 0.3) ** 2, 0.6 - u[0] - u[1]];
  const { history } = await search(engine, { problem, answer }, { budget: 28, q: 4 });
  expect(new Set(Array.from({ length: 28 }, (_, i) => history.x.row(i).join())).size).toBe(28);
  // At (0.25, 0.35): 0.005.
  const best = problem.best(history)!;
  expect(best.feasible).toBe(true);
  expect(best.merit).toBeLessThan(0.02);
});
