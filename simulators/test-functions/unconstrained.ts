import { type Parameters, real } from 'imago';
import { free, sum, type TestFunction } from './test-function.ts';

/** d parameters x1 .. xd with equal bounds. */
function cube(dimension: number, lower: number, upper: number): Parameters {
  return Object.fromEntries(Array.from({ length: dimension }, (_, i) => [`x${i + 1}`, real(lower, upper)]));
}

/** Branin's function, three equal minima [Dixon1978]. */
export const branin: TestFunction = {
  name: 'branin',
  source: 'Dixon1978',
  parameters: { x1: real(-5, 10), x2: real(0, 15) },
  evaluate([x1, x2]) {
    const bend = x2 - (5.1 / (4 * Math.PI ** 2)) * x1 ** 2 + (5 / Math.PI) * x1 - 6;
    return free(bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x1) + 10);
  },
  optimum: {
    // Where the bracket vanishes and cos x1 = -1, f = 10 / (8 pi).
    value: 10 / (8 * Math.PI),
    points: [
      [-Math.PI, 12.275],
      [Math.PI, 2.275],
      [3 * Math.PI, 2.475],
    ],
  },
};

/** The Goldstein-Price function: four local minima, values over six decades [Goldstein1971]. */
export const goldsteinPrice: TestFunction = {
  name: 'goldstein-price',
  source: 'Goldstein1971',
  parameters: cube(2, -2, 2),
  evaluate([x, y]) {
    const first = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x * x - 14 * y + 6 * x * y + 3 * y * y);
    const second = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y);
    return free(first * second);
  },
  optimum: { value: 3, points: [[0, -1]] },
};

const weights = [1, 1.2, 3, 3.2];
const scales3 = [
  [3, 10, 30],
  [0.1, 10, 35],
  [3, 10, 30],
  [0.1, 10, 35],
];
const centers3 = [
  [0.3689, 0.117, 0.2673],
  [0.4699, 0.4387, 0.747],
  [0.1091, 0.8732, 0.5547],
  [0.0381, 0.5743, 0.8828],
];
const scales6 = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const centers6 = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

/** The sum of four Gaussian bumps that the Hartmann functions share; only the first x.length columns act. */
function bumps(x: readonly number[], scales: readonly number[][], centers: readonly number[][]): number {
  return sum(4, (i) => weights[i] * Math.exp(-sum(x.length, (j) => scales[i][j] * (x[j] - centers[i][j]) ** 2)));
}

/** Hartmann's function of three variables [Dixon1978]. */
export const hartmann3: TestFunction = {
  name: 'hartmann-3',
  source: 'Dixon1978',
  parameters: cube(3, 0, 1),
  evaluate: (x) => free(-bumps(x, scales3, centers3)),
  optimum: { value: -3.8627797873326624, points: [[0.11458887665506896, 0.55564889461693, 0.8525469846866774]] },
};

/**
 * Hartmann's function of four variables, (1.1 - bumps) / 0.8387, as the DiceOptim package scales it; [Picheny2013] prints 0.839.
 * The printed minimizer (0.1873, 0.1906, 0.5566, 0.2647), -3.135474, is not quite one.
 */
export const hartmann4: TestFunction = {
  name: 'hartmann-4',
  source: 'Picheny2013',
  parameters: cube(4, 0, 1),
  evaluate: (x) => free((1.1 - bumps(x, scales6, centers6)) / 0.8387),
  optimum: {
    value: -3.135615338602114,
    points: [[0.1873952729734667, 0.19415152930244073, 0.557917780062569, 0.26477962417039713]],
  },
};

/** Hartmann's function of six variables [Dixon1978]. */
export const hartmann6: TestFunction = {
  name: 'hartmann-6',
  source: 'Dixon1978',
  parameters: cube(6, 0, 1),
  evaluate: (x) => free(-bumps(x, scales6, centers6)),
  optimum: {
    value: -3.3223680114155147,
    points: [
      [
        0.20168951100670543, 0.15001069182345797, 0.476873974221897, 0.2753324304940561, 0.31165161660011326,
        0.6573005340656203,
      ],
    ],
  },
};

/** Ackley's function of `dimension` variables: a hole at the origin in a plain of ripples [Ackley1987]. */
export function ackley(dimension: number): TestFunction {
  return {
    name: `ackley-${dimension}`,
    source: 'Ackley1987',
    parameters: cube(dimension, -32.768, 32.768),
    evaluate(x) {
      const radius = Math.sqrt(sum(dimension, (i) => x[i] ** 2) / dimension);
      const ripple = sum(dimension, (i) => Math.cos(2 * Math.PI * x[i])) / dimension;
      return free(-20 * Math.expm1(-0.2 * radius) + Math.E - Math.exp(ripple));
    },
    optimum: { value: 0, points: [new Array<number>(dimension).fill(0)] },
  };
}

/** Rosenbrock's valley of `dimension` >= 2 variables [Rosenbrock1960]. */
export function rosenbrock(dimension: number): TestFunction {
  return {
    name: `rosenbrock-${dimension}`,
    source: 'Rosenbrock1960',
    parameters: cube(dimension, -5, 10),
    evaluate: (x) => free(sum(dimension - 1, (i) => 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2)),
    optimum: { value: 0, points: [new Array<number>(dimension).fill(1)] },
  };
}

/** One coordinate's share of Michalewicz's function, steepness m = 10; `i` counts from 1. */
function ridge(x: number, i: number): number {
  return -Math.sin(x) * Math.sin((i * x * x) / Math.PI) ** 20;
}

/** The minimum of one coordinate's share: the function is a sum over coordinates, so a line search of each is exact. */
function deepest(i: number): number {
  const cells = 400 * i;
  let best = 0;
  for (let k = 1; k < cells; k++) if (ridge((k * Math.PI) / cells, i) < ridge((best * Math.PI) / cells, i)) best = k;
  let [low, high] = [((best - 1) * Math.PI) / cells, ((best + 1) * Math.PI) / cells];
  const golden = (Math.sqrt(5) - 1) / 2;
  while (high - low > 1e-9) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (ridge(a, i) < ridge(b, i)) high = b;
    else low = a;
  }
  return (low + high) / 2;
}

/** Michalewicz's function of `dimension` variables, m = 10: d! local minima between flat plains [Michalewicz1992]. */
export function michalewicz(dimension: number): TestFunction {
  const best = Array.from({ length: dimension }, (_, i) => deepest(i + 1));
  const value = sum(dimension, (i) => ridge(best[i], i + 1));
  return {
    name: `michalewicz-${dimension}`,
    source: 'Michalewicz1992',
    parameters: cube(dimension, 0, Math.PI),
    evaluate: (x) => free(sum(dimension, (i) => ridge(x[i], i + 1))),
    optimum: { value, points: [best] },
  };
}
