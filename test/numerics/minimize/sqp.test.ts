import { describe, expect, test } from 'vitest';
import { type NonlinearProgram, sqp } from '../../../src/numerics/minimize/sqp.ts';

interface Problem {
  readonly name: string;
  readonly start: readonly number[];
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
  readonly inequalities: number;
  readonly optimum: number;
  /** f, the g <= 0, the h = 0. */
  evaluate(x: Float64Array): number[];
}

/** Problems by number in W. Hock, K. Schittkowski, Test Examples for Nonlinear Programming Codes, 1981 [HockSchittkowski1981]. */
const PROBLEMS: readonly Problem[] = [
  {
    name: '6',
    start: [-1.2, 1],
    inequalities: 0,
    optimum: 0,
    evaluate: ([a, b]) => [(1 - a) ** 2, 10 * (b - a * a)],
  },
  {
    name: '7',
    start: [2, 2],
    inequalities: 0,
    optimum: -Math.sqrt(3),
    evaluate: ([a, b]) => [Math.log(1 + a * a) - b, (1 + a * a) ** 2 + b * b - 4],
  },
  {
    name: '26',
    start: [-2.6, 2, 2],
    inequalities: 0,
    optimum: 0,
    evaluate: ([a, b, c]) => [(a - b) ** 2 + (b - c) ** 4, (1 + b * b) * a + c ** 4 - 3],
  },
  {
    name: '35',
    start: [0.5, 0.5, 0.5],
    lower: [0, 0, 0],
    inequalities: 1,
    optimum: 1 / 9,
    evaluate: ([a, b, c]) => [
      9 - 8 * a - 6 * b - 4 * c + 2 * a * a + 2 * b * b + c * c + 2 * a * b + 2 * a * c,
      a + b + 2 * c - 3,
    ],
  },
  {
    name: '39',
    start: [2, 2, 2, 2],
    inequalities: 0,
    optimum: -1,
    evaluate: ([a, b, c, d]) => [-a, b - a ** 3 - c * c, a * a - b - d * d],
  },
  {
    name: '43',
    start: [0, 0, 0, 0],
    inequalities: 3,
    optimum: -44,
    evaluate: ([a, b, c, d]) => [
      a * a + b * b + 2 * c * c + d * d - 5 * a - 5 * b - 21 * c + 7 * d,
      -(8 - a * a - b * b - c * c - d * d - a + b - c + d),
      -(10 - a * a - 2 * b * b - c * c - 2 * d * d + a + d),
      -(5 - 2 * a * a - b * b - c * c - 2 * a + b + d),
    ],
  },
  {
    name: '71',
    start: [1, 5, 5, 1],
    lower: [1, 1, 1, 1],
    upper: [5, 5, 5, 5],
    inequalities: 1,
    optimum: 17.0140173,
    evaluate: ([a, b, c, d]) => [a * d * (a + b + c) + c, 25 - a * b * c * d, a * a + b * b + c * c + d * d - 40],
  },
  {
    name: '100',
    start: [1, 2, 0, 4, 0, 1, 1],
    inequalities: 4,
    optimum: 680.6300573,
    evaluate: ([a, b, c, d, e, f, g]) => [
      (a - 10) ** 2 +
        5 * (b - 12) ** 2 +
        c ** 4 +
        3 * (d - 11) ** 2 +
        10 * e ** 6 +
        7 * f * f +
        g ** 4 -
        4 * f * g -
        10 * f -
        8 * g,
      -(127 - 2 * a * a - 3 * b ** 4 - c - 4 * d * d - 5 * e),
      -(282 - 7 * a - 3 * b - 10 * c * c - d + e),
      -(196 - 23 * a - b * b - 6 * f * f + 8 * g),
      4 * a * a + b * b - 3 * a * b + 2 * c * c + 5 * f - 11 * g,
    ],
  },
];

function programOf({ start, lower, upper, inequalities, evaluate }: Problem): NonlinearProgram {
  const n = start.length;
  const m = evaluate(Float64Array.from(start)).length - 1;
  return {
    lower: lower ? Float64Array.from(lower) : new Float64Array(n).fill(-1e3),
    upper: upper ? Float64Array.from(upper) : new Float64Array(n).fill(1e3),
    inequalities,
    equalities: m - inequalities,
    evaluate(x, values, jacobian) {
      values.set(evaluate(x));
      for (let j = 0; j < n; j++) {
        const step = 1e-6 * Math.max(1, Math.abs(x[j]));
        const [high, low] = [x.slice(), x.slice()];
        high[j] += step;
        low[j] -= step;
        const [above, below] = [evaluate(high), evaluate(low)];
        for (let k = 0; k <= m; k++) jacobian[k * n + j] = (above[k] - below[k]) / (2 * step);
      }
    },
  };
}

describe('problems of Hock and Schittkowski', () => {
  test.each(PROBLEMS)('$name', (problem) => {
    const result = sqp(programOf(problem), problem.start, { maxIterations: 100 });
    expect(result.violation).toBeLessThan(1e-7);
    expect(Math.abs(result.values[0] - problem.optimum)).toBeLessThan(1e-6 * Math.max(1, Math.abs(problem.optimum)));
  });
});

test('knows the multipliers: the slopes of the optimum by the limits', () => {
  // minimize x^2 + y^2 with x + y >= 1 (multiplier 1) and x - y = 0 (multiplier 0).
  const result = sqp(
    programOf({
      name: '',
      start: [3, -1],
      inequalities: 1,
      optimum: 0.5,
      evaluate: ([x, y]) => [x * x + y * y, 1 - x - y, x - y],
    }),
    [3, -1],
  );
  expect(result.converged).toBe(true);
  expect(result.multipliers[0]).toBeCloseTo(1, 6);
  expect(result.multipliers[1]).toBeCloseTo(0, 6);
});

test('ends near the least violation where no point meets the constraints', () => {
  const result = sqp(
    programOf({
      name: '',
      start: [0.2],
      lower: [0],
      upper: [1],
      inequalities: 2,
      optimum: 0,
      evaluate: ([x]) => [x, 2 - x, x - 0.5],
    }),
    [0.2],
  );
  expect(Number.isFinite(result.values[0])).toBe(true);
  expect(result.violation).toBeLessThan(2);
});
