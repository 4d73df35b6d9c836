import { describe, expect, test } from 'vitest';
import type { AcquisitionView } from '../../../src/core/optimizer.ts';
import { Problem } from '../../../src/core/problem.ts';
import { normalCdf } from '../../../src/numerics/distributions.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { hypervolume } from '../../../src/numerics/minimize/hypervolume.ts';
import { Rng } from '../../../src/numerics/random.ts';
import {
  logExpectedHypervolumeImprovement,
  referenceOf,
} from '../../../src/optimization/acquisition/expected-hypervolume-improvement.ts';
import { standardImprovement } from '../../../src/optimization/acquisition/improvement.ts';
import { logEndImprovement } from '../../../src/optimization/acquisition/log-end-improvement.ts';
import { logExpectedImprovement } from '../../../src/optimization/acquisition/log-expected-improvement.ts';
import { acquisitionLaws, viewOf as oneObjective } from '../../../src/testing/acquisition-laws.ts';
import { analyticModel, wavyColumn } from '../../../src/testing/analytic-model.ts';
import { dataset, points, testRun } from '../../../src/testing/labeled.ts';
import { bounded, cube, output } from '../../../src/testing/problems.ts';

acquisitionLaws('expected hypervolume improvement', logExpectedHypervolumeImprovement());

const space = cube(3);
const columns = [wavyColumn(2, 0), wavyColumn(1.3, 0.2, 3), wavyColumn(0.7, -0.5, 0.5), wavyColumn(1, 0, 0.1)];
const corners: Record<number, number[][]> = {
  2: [
    [-0.5, 1],
    [0.2, -0.5],
    [0.6, -2],
  ],
  3: [
    [-0.5, 1, 0],
    [0.2, -0.5, 0.1],
    [0.6, -2, 0.2],
    [0.4, 0.4, -0.6],
  ],
};

function viewOf(m: number, constraintCount: number, front: Matrix | undefined): AcquisitionView {
  const names = ['f1', 'f2', 'f3'].slice(0, m);
  const constraints = [bounded('g')].slice(0, constraintCount);
  const outputs = [...names, ...(constraintCount ? ['g'] : [])].map((name) => ({ name }));
  const problem = new Problem(space, outputs, names.map(output), constraints);
  const x = points(space, 12, new Rng('hypervolume/history'));
  return {
    model: analyticModel([...columns.slice(0, m), ...columns.slice(3, 3 + constraintCount)]),
    problem,
    history: dataset(space, outputs, x, new Matrix(12, outputs.length)),
    pending: new Matrix(0, 3),
    front,
  };
}

describe.each([
  [2, 0],
  [2, 1],
  [3, 0],
])('with %i objectives and %i constraints', (m, constraintCount) => {
  const front = Matrix.from(corners[m]);
  const reference = new Array<number>(m).fill(1.5);
  const view = viewOf(m, constraintCount, front);
  const criterion = logExpectedHypervolumeImprovement({ reference })(view, testRun('ehvi'));
  const x = points(space, 12, new Rng('hypervolume/x'));

  test('the gradient is the slope of the value', () => {
    for (let i = 0; i < x.rows; i++) {
      const u = x.row(i);
      const { value, gradient } = criterion.gradient!(u);
      expect(value).toBeCloseTo(criterion.value(Matrix.from([u]))[0], 10);
      for (let j = 0; j < 3; j++) {
        const sides = Matrix.from([u, u]);
        sides.set(0, j, u[j] + 1e-5);
        sides.set(1, j, u[j] - 1e-5);
        const [above, below] = criterion.value(sides);
        expect(Math.abs(gradient[j] - (above - below) / 2e-5)).toBeLessThan(1e-4 * (1 + Math.abs(gradient[j])));
      }
    }
  });

  test('the value is what a Monte Carlo mean finds', () => {
    if (constraintCount > 0) return;
    const rng = new Rng('hypervolume/monte-carlo');
    const before = hypervolume(front, reference);
    const { mean, variance } = view.model.posterior(x);
    for (let i = 0; i < 4; i++) {
      let sum = 0;
      let squares = 0;
      const draws = 4000;
      for (let k = 0; k < draws; k++) {
        const y = mean.row(i).map((value, c) => value + Math.sqrt(variance.get(i, c)) * rng.normal());
        const gain = hypervolume(front.stack(Matrix.from([y])), reference) - before;
        sum += gain;
        squares += gain * gain;
      }
      const average = sum / draws;
      const error = Math.sqrt((squares / draws - average ** 2) / draws);
      expect(Math.abs(Math.exp(criterion.value(x)[i]) - average)).toBeLessThan(4 * error + 1e-9);
    }
  });
});

test('with one objective it is the expected improvement', () => {
  const view = oneObjective(analyticModel([columns[0], columns[3]]), 1, -0.5);
  const x = points(space, 9, new Rng('hypervolume/one'));
  const expected = logExpectedImprovement()(view, testRun('ehvi')).value(x);
  logExpectedHypervolumeImprovement()(view, testRun('ehvi'))
    .value(x)
    .forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 10);
    });
});

test('stays finite and keeps a slope far above the front', () => {
  const view = viewOf(2, 0, Matrix.from([[-200, -300]]));
  const criterion = logExpectedHypervolumeImprovement({ reference: [-199, -299] })(view, testRun('ehvi'));
  const { value, gradient } = criterion.gradient!(Float64Array.of(0.2, 0.4, 0.6));
  expect(value).toBeLessThan(-1000);
  expect(Number.isFinite(value)).toBe(true);
  expect(Math.hypot(...gradient)).toBeGreaterThan(1);
});

test('the reference of a front lies a tenth of its range beyond its worst values', () => {
  expect(
    referenceOf(
      Matrix.from([
        [0, 7],
        [2, 7],
      ]),
    ),
  ).toEqual([2.2, 7.7]);
});

test('without a reference nothing counts that is worse than the front before its tip', () => {
  const rows = [
    [0, 1],
    [0.5, 0.5],
    [1, 0],
  ];
  const view = viewOf(2, 0, Matrix.from([...rows, [-0.00005, 5]]));
  const x = points(space, 9, new Rng('hypervolume/tip'));
  const own = logExpectedHypervolumeImprovement()(view, testRun('ehvi')).value(x);
  const expected = logExpectedHypervolumeImprovement({ reference: [1.1, 1.1] })(view, testRun('ehvi')).value(x);
  expect(own.every(Number.isFinite)).toBe(true);
  own.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 12);
  });
});

test('beyond an end of the front it is the product of what is gained there and left of the others', () => {
  const front = Matrix.from(corners[2]);
  const view = viewOf(2, 1, front);
  const criterion = logEndImprovement(0)(view);
  const x = points(space, 9, new Rng('hypervolume/end'));
  const { mean, variance } = view.model.posterior(x);
  // The box below the least value of the first objective, and up to a range beyond the worst of the second.
  const below = (i: number, k: number, edge: number, range: number) => {
    const deviation = Math.sqrt(variance.get(i, k));
    return (deviation / range) * Math.exp(standardImprovement((edge - mean.get(i, k)) / deviation).log);
  };
  for (let i = 0; i < x.rows; i++) {
    const holds = normalCdf(-mean.get(i, 2) / Math.sqrt(variance.get(i, 2)));
    const expected = below(i, 0, -0.5, 1.1) * below(i, 1, 1 + 3, 3) * holds ** 2;
    expect(Math.exp(criterion.value(x)[i])).toBeCloseTo(expected, 10);
    const { gradient } = criterion.gradient!(x.row(i));
    for (let j = 0; j < 3; j++) {
      const sides = Matrix.from([x.row(i), x.row(i)]);
      sides.set(0, j, x.get(i, j) + 1e-5);
      sides.set(1, j, x.get(i, j) - 1e-5);
      const [above, under] = criterion.value(sides);
      expect(Math.abs(gradient[j] - (above - under) / 2e-5)).toBeLessThan(1e-4 * (1 + Math.abs(gradient[j])));
    }
  }
});

test('beyond an end of the front the limits are asked once for a point, however many objectives there are', () => {
  const view = viewOf(3, 1, Matrix.from(corners[3]));
  let asked = 0;
  const constraint = view.problem.constraints[0];
  const get = () => {
    asked++;
    return 'inequality';
  };
  Object.defineProperty(constraint, 'kind', { get });
  const criterion = logEndImprovement(1)(view);
  criterion.value(points(space, 5, new Rng('hypervolume/once')));
  expect(asked).toBe(5);
  criterion.gradient!(Float64Array.of(0.1, 0.5, 0.9));
  expect(asked).toBe(6);
});
