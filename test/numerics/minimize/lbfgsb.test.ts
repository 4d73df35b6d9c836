import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lbfgsb, type Objective } from '../../../src/numerics/minimize/lbfgsb.ts';
import { Rng } from '../../../src/numerics/random.ts';

const rosenbrock: Objective = (x, gradient) => {
  let value = 0;
  gradient.fill(0);
  for (let i = 0; i + 1 < x.length; i++) {
    const valley = x[i + 1] - x[i] * x[i];
    value += 100 * valley * valley + (1 - x[i]) ** 2;
    gradient[i] += -400 * x[i] * valley - 2 * (1 - x[i]);
    gradient[i + 1] += 200 * valley;
  }
  return value;
};

const alternating = (n: number, even: number, odd: number) => Array.from({ length: n }, (_, i) => (i % 2 ? odd : even));
const tight = { valueTolerance: 0, gradientTolerance: 1e-8, maxIterations: 5000 };

// scipy 1.17.1 L-BFGS-B (ftol 0, gtol 1e-8, maxcor 10) from the same starts: evaluations in the third column.
describe('the Rosenbrock function', () => {
  test.each([
    [2, 46],
    [10, 96],
    [50, 345],
  ])('in %i dimensions is minimized in about the %i evaluations of the reference implementation', (n, evaluations) => {
    const result = lbfgsb(rosenbrock, alternating(n, -1.2, 1), tight);
    expect(result.reason).toBe('gradient');
    expect(result.value).toBeLessThan(1e-12);
    for (const v of result.x) expect(Math.abs(v - 1)).toBeLessThan(1e-8);
    expect(result.evaluations).toBeLessThan(1.25 * evaluations);
  });

  test.each([
    [2, 30, 0.25],
    [10, 36, 7.594812948946873],
    [50, 33, 47.190687912753056],
  ])('in %i dimensions with active bounds takes about %i evaluations to reach %d', (n, evaluations, value) => {
    const upper = alternating(n, 0.5, 2);
    const lower = alternating(n, -2, -2);
    const result = lbfgsb(rosenbrock, alternating(n, -1.2, 1), { ...tight, lower, upper });
    expect(['gradient', 'value']).toContain(result.reason);
    expect(Math.abs(result.value - value)).toBeLessThan(1e-11 * value);
    expect(result.x[0]).toBe(0.5);
    expect(result.evaluations).toBeLessThan(1.25 * evaluations + 5);
  });
});

// The first driver of the published L-BFGS-B code; scipy 1.17.1 needs 33 evaluations with five pairs.
test('the bounded sample problem of the published code is solved as fast', () => {
  const n = 25;
  const sample: Objective = (x, gradient) => {
    let value = (x[0] - 1) ** 2;
    gradient.fill(0);
    gradient[0] = 2 * (x[0] - 1);
    for (let i = 1; i < n; i++) {
      const t = x[i] - x[i - 1] ** 2;
      value += 4 * t * t;
      gradient[i] += 8 * t;
      gradient[i - 1] -= 16 * x[i - 1] * t;
    }
    return value;
  };
  const bounds = { lower: alternating(n, 1, -100), upper: alternating(n, 100, 100) };
  const result = lbfgsb(sample, alternating(n, 3, 3), { ...bounds, memory: 5, valueTolerance: 0 });
  expect(result.reason).toBe('gradient');
  expect(result.value).toBeLessThan(1e-9);
  expect(result.evaluations).toBeLessThan(1.25 * 33);
});

test('a convex quadratic in a box ends where the optimality conditions hold', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25 }), fc.nat(), (n, seed) => {
      const rng = new Rng(`quadratic/${seed}`);
      const factor = Float64Array.from({ length: n * n }, () => rng.normal());
      const center = Float64Array.from({ length: n }, () => 2 * rng.normal());
      const quadratic: Objective = (x, gradient) => {
        let value = 0;
        gradient.fill(0);
        for (let i = 0; i < n; i++) {
          let t = 0.3 * (x[i] - center[i]);
          for (let j = 0; j < n; j++) t += factor[i * n + j] * (x[j] - center[j]);
          value += 0.5 * t * t;
          gradient[i] += 0.3 * t;
          for (let j = 0; j < n; j++) gradient[j] += t * factor[i * n + j];
        }
        return value;
      };
      const options = {
        ...tight,
        gradientTolerance: 1e-6,
        lower: alternating(n, -1, 0),
        upper: alternating(n, 1, 0.5),
      };
      const { x, reason } = lbfgsb(quadratic, alternating(n, 9, -9), options);
      const gradient = new Float64Array(n);
      quadratic(x, gradient);
      x.forEach((v, i) => {
        const projected = Math.min(options.upper[i], Math.max(options.lower[i], v - gradient[i]));
        expect(Math.abs(projected - v)).toBeLessThan(1e-5);
      });
      expect(['gradient', 'value', 'stuck']).toContain(reason);
    }),
    { numRuns: 60 },
  );
});

test('a start that is already optimal costs one evaluation', () => {
  const atMinimum = lbfgsb(rosenbrock, [1, 1]);
  expect(atMinimum).toMatchObject({ reason: 'gradient', evaluations: 1, iterations: 0, value: 0 });
  const slope: Objective = (x, gradient) => {
    gradient[0] = 1;
    return x[0];
  };
  expect(lbfgsb(slope, [-3], { lower: [0], upper: [1] })).toMatchObject({
    reason: 'gradient',
    evaluations: 1,
    value: 0,
  });
});

describe('a value that is not finite', () => {
  test.each([Number.POSITIVE_INFINITY, Number.NaN])('(%d) shortens the step and is never the answer', (outside) => {
    // -log x1 - log x2 + 3 x1 + x2 - log(2 - x1 - x2): defined inside a triangle only.
    const barrier: Objective = ([a, b], gradient) => {
      if (!(a > 0 && b > 0 && a + b < 2)) {
        gradient.fill(Number.NaN);
        return outside;
      }
      gradient[0] = -1 / a + 3 + 1 / (2 - a - b);
      gradient[1] = -1 / b + 1 + 1 / (2 - a - b);
      return -Math.log(a) - Math.log(b) + 3 * a + b - Math.log(2 - a - b);
    };
    for (const start of [
      [1e-3, 1e-3],
      [1.9, 0.05],
      [0.05, 1.9],
      [0.3, 0.3],
    ]) {
      const { x, reason } = lbfgsb(barrier, start, { ...tight, gradientTolerance: 1e-7 });
      const gradient = new Float64Array(2);
      expect(Number.isFinite(barrier(x, gradient))).toBe(true);
      expect(Math.hypot(...gradient)).toBeLessThan(1e-6);
      expect(reason).toBe('gradient');
    }
  });

  test('at the start is reported', () => {
    expect(lbfgsb(() => Number.NaN, [1]).reason).toBe('not finite at start');
  });
});

test('the budgets stop the search and say so', () => {
  const start = alternating(10, -1.2, 1);
  expect(lbfgsb(rosenbrock, start, { maxIterations: 5 })).toMatchObject({ reason: 'iterations', iterations: 5 });
  const few = lbfgsb(rosenbrock, start, { maxEvaluations: 12 });
  expect(few.reason).toBe('evaluations');
  expect(few.evaluations).toBeLessThan(12 + 20);
});

test('a gradient that is wrong ends as stuck, not in a loop', () => {
  const lying: Objective = (x, gradient) => {
    gradient[0] = -2 * x[0];
    return x[0] * x[0];
  };
  expect(lbfgsb(lying, [1])).toMatchObject({ reason: 'stuck', value: 1 });
});

test('bounds that do not fit are refused', () => {
  expect(() => lbfgsb(rosenbrock, [1, 1], { lower: [0] })).toThrow(RangeError);
  expect(() => lbfgsb(rosenbrock, [1, 1], { lower: [0, 2], upper: [1, 1] })).toThrow(/variable 1/);
});
