import { type Parameters, real } from 'imago';
import { bounded, type TestFunction } from './test-function.ts';

/** x1, x2, ... with the given bounds. */
function box(bounds: readonly (readonly [number, number])[]): Parameters {
  return Object.fromEntries(bounds.map(([lower, upper], i) => [`x${i + 1}`, real(lower, upper)]));
}
const repeat = <T>(value: T, count: number): T[] => new Array<T>(count).fill(value);

/** G05: four variables, three equalities of sines; value with the equalities exact [Liang2006]. */
export const g05: TestFunction = {
  name: 'g05',
  source: 'Liang2006',
  parameters: box([...repeat([0, 1200] as const, 2), ...repeat([-0.55, 0.55] as const, 2)]),
  inequalities: 2,
  equalities: 3,
  evaluate: ([x1, x2, x3, x4]) => ({
    f: 3 * x1 + 1e-6 * x1 ** 3 + 2 * x2 + (2e-6 / 3) * x2 ** 3,
    g: [x3 - x4 - 0.55, x4 - x3 - 0.55],
    h: [
      1000 * Math.sin(-x3 - 0.25) + 1000 * Math.sin(-x4 - 0.25) + 894.8 - x1,
      1000 * Math.sin(x3 - 0.25) + 1000 * Math.sin(x3 - x4 - 0.25) + 894.8 - x2,
      1000 * Math.sin(x4 - 0.25) + 1000 * Math.sin(x4 - x3 - 0.25) + 1294.8,
    ],
  }),
  optimum: {
    value: 5126.498109595273,
    points: [[679.9453198512117, 1026.0671326104648, 0.11887636449310189, -0.3962335532032103]],
  },
};

/** G06: two variables, a thin crescent of feasible points [Liang2006]. */
export const g06: TestFunction = {
  name: 'g06',
  source: 'Liang2006',
  parameters: box([
    [13, 100],
    [0, 100],
  ]),
  inequalities: 2,
  evaluate: ([x1, x2]) =>
    bounded((x1 - 10) ** 3 + (x2 - 20) ** 3, [
      100 - (x1 - 5) ** 2 - (x2 - 5) ** 2,
      (x1 - 6) ** 2 + (x2 - 5) ** 2 - 82.81,
    ]),
  // Both constraints are active: two circles meet.
  optimum: { value: -6961.813875580137, points: [[14.095, 5 - Math.sqrt(100 - 9.095 ** 2)]] },
};

/** G07: ten variables, quadratic, six of eight constraints active [Liang2006]. */
export const g07: TestFunction = {
  name: 'g07',
  source: 'Liang2006',
  parameters: box(repeat([-10, 10] as const, 10)),
  inequalities: 8,
  evaluate([x1, x2, x3, x4, x5, x6, x7, x8, x9, x10]) {
    const first = x1 ** 2 + x2 ** 2 + x1 * x2 - 14 * x1 - 16 * x2 + (x3 - 10) ** 2 + 4 * (x4 - 5) ** 2 + (x5 - 3) ** 2;
    const second = 2 * (x6 - 1) ** 2 + 5 * x7 ** 2 + 7 * (x8 - 11) ** 2 + 2 * (x9 - 10) ** 2 + (x10 - 7) ** 2 + 45;
    return bounded(first + second, [
      -105 + 4 * x1 + 5 * x2 - 3 * x7 + 9 * x8,
      10 * x1 - 8 * x2 - 17 * x7 + 2 * x8,
      -8 * x1 + 2 * x2 + 5 * x9 - 2 * x10 - 12,
      3 * (x1 - 2) ** 2 + 4 * (x2 - 3) ** 2 + 2 * x3 ** 2 - 7 * x4 - 120,
      5 * x1 ** 2 + 8 * x2 + (x3 - 6) ** 2 - 2 * x4 - 40,
      x1 ** 2 + 2 * (x2 - 2) ** 2 - 2 * x1 * x2 + 14 * x5 - 6 * x6,
      0.5 * (x1 - 8) ** 2 + 2 * (x2 - 4) ** 2 + 3 * x5 ** 2 - x6 - 30,
      -3 * x1 + 6 * x2 + 12 * (x9 - 8) ** 2 - 7 * x10,
    ]);
  },
  optimum: {
    value: 24.30620906818,
    points: [
      [
        2.17199634142692, 2.3636830416034, 8.77392573913157, 5.09598443745173, 0.990654756560493, 1.43057392853463,
        1.32164415364306, 9.82872576524495, 8.2800915887356, 8.3759266477347,
      ],
    ],
  },
};

/** G09: seven variables, degree six [Liang2006]. */
export const g09: TestFunction = {
  name: 'g09',
  source: 'Liang2006',
  parameters: box(repeat([-10, 10] as const, 7)),
  inequalities: 4,
  evaluate([x1, x2, x3, x4, x5, x6, x7]) {
    const f = (x1 - 10) ** 2 + 5 * (x2 - 12) ** 2 + x3 ** 4 + 3 * (x4 - 11) ** 2 + 10 * x5 ** 6 + 7 * x6 ** 2 + x7 ** 4;
    return bounded(f - 4 * x6 * x7 - 10 * x6 - 8 * x7, [
      -127 + 2 * x1 ** 2 + 3 * x2 ** 4 + x3 + 4 * x4 ** 2 + 5 * x5,
      -282 + 7 * x1 + 3 * x2 + 10 * x3 ** 2 + x4 - x5,
      -196 + 23 * x1 + x2 ** 2 + 6 * x6 ** 2 - 8 * x7,
      4 * x1 ** 2 + x2 ** 2 - 3 * x1 * x2 + 2 * x3 ** 2 + 5 * x6 - 11 * x7,
    ]);
  },
  optimum: {
    value: 680.630057374402,
    points: [
      [
        2.330499351474052, 1.951372368471146, -0.4775413995106158, 4.365726249236259, -0.624486959100389,
        1.0381309941096217, 1.594226678067152,
      ],
    ],
  },
};

/** G10: eight variables, a heat exchanger network, badly scaled, all six constraints active [Liang2006]. */
export const g10: TestFunction = {
  name: 'g10',
  source: 'Liang2006',
  parameters: box([[100, 10000], ...repeat([1000, 10000] as const, 2), ...repeat([10, 1000] as const, 5)]),
  inequalities: 6,
  evaluate: ([x1, x2, x3, x4, x5, x6, x7, x8]) =>
    bounded(x1 + x2 + x3, [
      -1 + 0.0025 * (x4 + x6),
      -1 + 0.0025 * (x5 + x7 - x4),
      -1 + 0.01 * (x8 - x5),
      -x1 * x6 + 833.33252 * x4 + 100 * x1 - 83333.333,
      -x2 * x7 + 1250 * x5 + x2 * x4 - 1250 * x4,
      -x3 * x8 + 1250000 + x3 * x5 - 2500 * x5,
    ]),
  optimum: {
    value: 7049.24802052867,
    points: [
      [
        579.3066850179796, 1359.970678079356, 5109.970657431333, 182.01769963061534, 295.6011737027468,
        217.98230036938463, 286.4165259278685, 395.60117370274673,
      ],
    ],
  },
};

/** G11: two variables, one parabola as equality [Liang2006]. */
export const g11: TestFunction = {
  name: 'g11',
  source: 'Liang2006',
  parameters: box(repeat([-1, 1] as const, 2)),
  equalities: 1,
  evaluate: ([x1, x2]) => ({ f: x1 ** 2 + (x2 - 1) ** 2, g: [], h: [x2 - x1 ** 2] }),
  optimum: {
    value: 0.75,
    points: [
      [Math.SQRT1_2, 0.5],
      [-Math.SQRT1_2, 0.5],
    ],
  },
};

/** G13: five variables, three equalities; value with the equalities exact [Liang2006]. */
export const g13: TestFunction = {
  name: 'g13',
  source: 'Liang2006',
  parameters: box([...repeat([-2.3, 2.3] as const, 2), ...repeat([-3.2, 3.2] as const, 3)]),
  equalities: 3,
  evaluate: ([x1, x2, x3, x4, x5]) => ({
    f: Math.exp(x1 * x2 * x3 * x4 * x5),
    g: [],
    h: [x1 ** 2 + x2 ** 2 + x3 ** 2 + x4 ** 2 + x5 ** 2 - 10, x2 * x3 - 5 * x4 * x5, x1 ** 3 + x2 ** 3 + 1],
  }),
  optimum: {
    value: 0.05394984777027201,
    points: [[-1.7171435703943823, 1.5957096901835544, 1.8272457529271946, -0.7636430781841304, -0.7636430781841304]],
  },
};
