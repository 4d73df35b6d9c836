import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { AcquisitionView } from '../../../src/core/optimizer.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { bayesian } from '../../../src/optimization/bayesian/bayesian.ts';
import { forecastAt, pooledWithRecord } from '../../../src/optimization/bayesian/forecast.ts';
import type { Transform } from '../../../src/optimization/bayesian/transform.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { testRun } from '../../../src/testing/labeled.ts';
import { answers } from '../../../src/testing/optimizer-laws.ts';
import { bounded, cube, problemOf } from '../../../src/testing/problems.ts';

/** A view whose model says the same everywhere. */
function view(mean: number[], variance: number[], incumbent?: number): AcquisitionView {
  const problem = problemOf(cube(1), mean.length > 1 ? [bounded('g')] : []);
  const rows = (values: number[], n: number) =>
    Matrix.from(
      Array.from({ length: n }, () => Float64Array.from(values)),
      values.length,
    );
  return {
    model: {
      health: { points: 1, notes: [] },
      predict: (x) => rows(mean, x.rows),
      posterior: (x) => ({ mean: rows(mean, x.rows), variance: rows(variance, x.rows) }),
    },
    problem,
    history: Dataset.empty(problem.space, problem.outputs),
    pending: new Matrix(0, 1),
    ...(incumbent !== undefined && { incumbent }),
  };
}

const u = Float64Array.of(0.5);

test('is the normal probability beyond the incumbent and the margin, and the closed form of expected improvement', () => {
  // Phi(-1) = 0.158655..., and EI at mean 1, deviation 1, incumbent 0: phi(1) - Phi(-1) = 0.0833155.
  const plain = forecastAt(view([1], [1], 0), u, 0, undefined)!;
  expect(plain.probabilityOfImprovement).toBeCloseTo(0.1586553, 6);
  expect(plain.expectedImprovement).toBeCloseTo(0.0833155, 6);
  expect(forecastAt(view([1], [1], 1), u, 1, undefined, 1)!.probabilityOfImprovement).toBeCloseTo(0.1586553, 6);
  // A constraint that holds with even chances halves both.
  const half = forecastAt(view([1, 0], [1, 1], 0), u, 0, undefined)!;
  expect(half.probabilityOfImprovement).toBeCloseTo(0.1586553 / 2, 6);
  expect(half.expectedImprovement).toBeCloseTo(0.0833155 / 2, 6);
  expect(forecastAt(view([1], [1]), u, 0, undefined)).toBeUndefined();
});

test('speaks in units of the objective whatever the model was fitted to', () => {
  const double: Transform = { name: 'double', kind: 'double', apply: (v) => 2 * v, logSlope: () => Math.log(2) };
  const told = forecastAt(view([2], [4], 0), u, 0, double, 1)!;
  expect(told.probabilityOfImprovement).toBeCloseTo(0.0227501, 6);
  expect(told.expectedImprovement).toBeCloseTo(0.0833155, 6);
});

const forecast = { probabilityOfImprovement: 0.5, expectedImprovement: 3 };

test('is pooledWithRecord by how many of the last dozen runs improved by more than the margin', () => {
  const problem = problemOf(cube(1));
  // The first row improves on nothing; of the last twelve two improve, one of them by 0.1.
  const merits = [9, 8, 8, 8.5, 7, 7, 6.9, 7, 7, 7, 7, 7, 7, 7];
  const history = Dataset.empty(problem.space, problem.outputs).append(
    answers({ answer: (v) => [merits[Math.round(v[0] * 100)]] }, Matrix.from(merits.map((_, i) => [i / 100])), 0),
  );
  expect(pooledWithRecord(forecast, problem, history)).toEqual({
    probabilityOfImprovement: (12 * 0.5 + 2) / 24,
    expectedImprovement: 3,
  });
  expect(pooledWithRecord(forecast, problem, history, { margin: 0.2 }).probabilityOfImprovement).toBe(
    (12 * 0.5 + 1) / 24,
  );
  expect(pooledWithRecord(forecast, problem, history, { stochastic: true })).toEqual(forecast);
  // A record of one run, and of none.
  expect(pooledWithRecord(forecast, problem, history.select([0, 1])).probabilityOfImprovement).toBeCloseTo(
    (12 * 0.5 + 1) / 13,
    12,
  );
  expect(pooledWithRecord(forecast, problem, history.select([0])).probabilityOfImprovement).toBe(0.5);
});

test('is not pooledWithRecord by runs without a feasible value before them, nor by machines that broke down', () => {
  const problem = problemOf(cube(1), [bounded('g')]);
  const violations = [4, 3, 2, 1, -1, -1];
  const rows = answers(
    { answer: (v) => [1, violations[Math.round(v[0] * 100)]] },
    Matrix.from(violations.map((_, i) => [i / 100])),
    0,
  );
  const lost = { status: 'failed' as const, cause: 'infrastructure' as const, reason: 'test', milliseconds: 0 };
  const history = Dataset.empty(problem.space, problem.outputs).append([
    ...rows,
    { id: 'lost', u: Float64Array.of(0.9), ...lost },
  ]);
  expect(pooledWithRecord(forecast, problem, history).probabilityOfImprovement).toBeCloseTo((12 * 0.5) / 13, 12);
});

test('foretells improvements better than their base rate does', async () => {
  const optimizer = bayesian({
    surrogate: gaussianProcess({ transform: 'none', calibrate: false, kernel: 'squared-exponential', starts: 1 }),
    search: { raw: 128, starts: 4 },
  });
  const problem = problemOf(cube(2));
  const told: number[] = [];
  const came: number[] = [];
  for (let seed = 0; seed < 3; seed++) {
    const at = testRun(`chance/${seed}`).rng;
    const [a, b, w] = [at.uniform(), at.uniform(), 4 + 6 * at.uniform()];
    const answer = (v: Float64Array) => [
      Math.sin(w * (v[0] + a)) + Math.cos(w * (v[1] - b)) + (v[0] - a) ** 2 + (v[1] - b) ** 2,
    ];
    let history = Dataset.empty(problem.space, problem.outputs);
    while (history.size < 22) {
      const knowledge = { history, pending: new Matrix(0, 2), remaining: 22 - history.size };
      const { x, probabilityOfImprovement } = await optimizer.suggest(problem, knowledge, 1, testRun(`chance/${seed}`));
      const before = problem.best(history)?.merit ?? Number.POSITIVE_INFINITY;
      history = history.append(answers({ answer }, x, history.size));
      if (probabilityOfImprovement === undefined) continue;
      told.push(probabilityOfImprovement);
      came.push(problem.best(history)!.merit < before ? 1 : 0);
    }
  }
  const rate = came.reduce((sum, v) => sum + v, 0) / came.length;
  const brier = told.reduce((sum, p, i) => sum + (p - came[i]) ** 2, 0) / told.length;
  expect(told.length).toBeGreaterThan(40);
  expect(brier).toBeLessThan(rate * (1 - rate));
});
