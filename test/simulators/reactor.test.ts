import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cascade, filled, type Operation, width } from '../../simulators/reactor/cascade.ts';
import { factorize, solveFactorized } from '../../simulators/reactor/dense-lu.ts';
import reactor from '../../simulators/reactor/index.ts';
import { integrate, type StiffProblem } from '../../simulators/reactor/rosenbrock.ts';
import { duration, limit, startUp, tankCount } from '../../simulators/reactor/start-up.ts';
import { Rng } from '../../src/numerics/random.ts';

/** Rate constant, reactants, products; species counted from 1. */
type Reaction = readonly [number, readonly number[], readonly number[]];

/** Mass-action kinetics. */
function network(reactions: readonly Reaction[], n: number): StiffProblem {
  const spread = (out: Float64Array, [, reactants, products]: Reaction, rate: number, stride = 1, offset = 0) => {
    for (const i of reactants) out[(i - 1) * stride + offset] -= rate;
    for (const i of products) out[(i - 1) * stride + offset] += rate;
  };
  return {
    derivative(y, out) {
      out.fill(0);
      for (const reaction of reactions)
        spread(
          out,
          reaction,
          reaction[1].reduce((rate, i) => rate * y[i - 1], reaction[0]),
        );
    },
    jacobian(y, out) {
      for (const reaction of reactions)
        reaction[1].forEach((j, place) => {
          const others = reaction[1].filter((_, other) => other !== place);
          spread(
            out,
            reaction,
            others.reduce((rate, i) => rate * y[i - 1], reaction[0]),
            n,
            j - 1,
          );
        });
    },
  };
}

/** Robertson's problem [Robertson1966]. */
const robertson = network(
  [
    [0.04, [1], [2]],
    [3e7, [2, 2], [2, 3]],
    [1e4, [2, 3], [1, 3]],
  ],
  3,
);

/** The high irradiance response of a plant [Schafer1975]. */
const hires = network(
  [
    [0.0007, [], [1]],
    [1.71, [1], [2]],
    [0.43, [2], [1]],
    [8.32, [2], [4]],
    [8.32, [3], [1]],
    [1.71, [3], [4]],
    [0.43, [4], [3]],
    [0.69, [4], [6]],
    [0.035, [5], [3]],
    [1.71, [5], [6]],
    [0.43, [6], [5]],
    [280, [6, 8], [7]],
    [0.43, [7], [5, 8]],
    [0.69, [7], [6, 8]],
    [0.69, [7], [8]],
  ],
  8,
);

/** The chemistry of polluted air in the Netherlands' model [Verwer1994]. */
const pollution = network(
  [
    [0.35, [1], [2, 3]],
    [26.6, [2, 4], [1]],
    [12300, [5, 2], [6, 1]],
    [0.86e-3, [7], [5, 5, 8]],
    [0.82e-3, [7], [8]],
    [15000, [7, 6], [5, 8]],
    [0.13e-3, [9], [10, 8, 5]],
    [24000, [9, 6], [11]],
    [16500, [11, 2], [10, 1, 12]],
    [9000, [11, 1], [13]],
    [0.022, [13], [11, 1]],
    [12000, [10, 2], [14, 1]],
    [1.88, [14], [7, 5]],
    [16300, [1, 6], [15]],
    [4.8e6, [3], [4]],
    [0.35e-3, [4], [16]],
    [0.0175, [4], [3]],
    [1e8, [16], [6, 6]],
    [4.44e11, [16], [3]],
    [1240, [17, 6], [18, 5]],
    [2.1, [19], [2]],
    [5.78, [19], [1, 3]],
    [0.0474, [1, 4], [19]],
    [1780, [19, 1], [20]],
    [3.12, [20], [19, 1]],
  ],
  20,
);
const polluted = new Float64Array(20);
for (const [species, amount] of [
  [2, 0.2],
  [4, 0.04],
  [7, 0.1],
  [8, 0.3],
  [9, 0.01],
  [17, 0.007],
])
  polluted[species - 1] = amount;

// Reference solutions of the test set for IVP solvers [MazziaMagherini2008]; scipy's Radau at a relative tolerance of 3e-13 agrees
// with every one of them to 12 digits, and gave the one at t = 40.
const robertson40 = [0.7158270687194, 9.185534764558e-6, 0.2841637457458];
const robertsonEnd = [0.2083340149701255e-7, 0.8333360770334713e-13, 0.999999979166505];
const hiresEnd = [
  0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2, 0.2386356198831331e-2,
  0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2,
];
const pollutionEnd = [
  0.5646255480022769e-1, 0.1342484130422339, 0.4139734331099427e-8, 0.5523140207484359e-2, 0.2018977262302196e-6,
  0.1464541863493966e-6, 0.7784249118997964e-1, 0.3245075353396018, 0.7494013383880406e-2, 0.1622293157301561e-7,
  0.1135863833257075e-7, 0.2230505975721359e-2, 0.208716288279863e-3, 0.1396921016840158e-4, 0.8964884856898295e-2,
  0.4352846369330103e-17, 0.6899219696263405e-2, 0.1007803037365946e-3, 0.1772146513969984e-5, 0.5682943292316392e-4,
];

const worst = (y: Float64Array, reference: readonly number[]) =>
  Math.max(...reference.map((value, i) => Math.abs(y[i] / value - 1)));

describe('the factorization', () => {
  test('solves random systems, also where pivots must be exchanged', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 0, max: 1e6 }), (n, seed) => {
        const rng = new Rng(seed);
        const a = Float64Array.from({ length: n * n }, () => rng.normal());
        if (n > 1) a[0] = 0;
        const exact = Float64Array.from({ length: n }, () => rng.normal());
        const b = exact.map((_, i) => exact.reduce((sum, value, j) => sum + a[i * n + j] * value, 0));
        const order = new Int32Array(n);
        expect(factorize(a, order)).toBe(true);
        solveFactorized(a, order, b);
        for (let i = 0; i < n; i++) expect(Math.abs(b[i] - exact[i])).toBeLessThan(1e-6);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('says when a matrix is singular', () => {
    expect(factorize(Float64Array.of(1, 2, 2, 4), new Int32Array(2))).toBe(false);
    expect(factorize(Float64Array.of(Number.NaN), new Int32Array(1))).toBe(false);
  });
});

describe('the integrator', () => {
  const tight = { relative: 1e-9, absolute: 1e-20, firstStep: 1e-6 };

  test.each([
    ['at t = 40', 40, robertson40],
    ['at t = 1e11', 1e11, robertsonEnd],
  ])("solves Robertson's problem %s to 1e-6", (_, end, reference) => {
    const { y, steps } = integrate(robertson, Float64Array.of(1, 0, 0), end, tight);
    expect(worst(y, reference)).toBeLessThan(1e-6);
    expect(y[0] + y[1] + y[2]).toBeCloseTo(1, 10);
    expect(steps).toBeLessThan(6000);
  });

  test('solves HIRES to 1e-6', () => {
    const start = Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0.0057);
    expect(worst(integrate(hires, start, 321.8122, tight).y, hiresEnd)).toBeLessThan(1e-6);
  });

  test('solves Pollution to 1e-6', () => {
    expect(worst(integrate(pollution, polluted, 60, tight).y, pollutionEnd)).toBeLessThan(1e-6);
  });

  test('has order four: the error falls like the fourth power of the number of steps', () => {
    const hareAndLynx = network(
      [
        [1, [1], [1, 1]],
        [1, [1, 2], [2, 2]],
        [1, [2], []],
      ],
      2,
    );
    const solve = (relative: number) =>
      integrate(hareAndLynx, Float64Array.of(2, 0.5), 8, { relative, absolute: 0, firstStep: 1e-3 });
    const exact = [...solve(1e-12).y];
    const [coarse, fine] = [1e-5, 1e-8].map(solve);
    const order = Math.log(worst(coarse.y, exact) / worst(fine.y, exact)) / Math.log(fine.steps / coarse.steps);
    expect(order).toBeGreaterThan(3.7);
    expect(order).toBeLessThan(4.5);
  });

  test('ends exactly at the end and shows every step that it keeps', () => {
    const times: number[] = [];
    const decay: StiffProblem = {
      derivative: (y, out) => out.set([-3 * y[0]]),
      jacobian: (_, out) => out.set([-3]),
    };
    const { y, steps } = integrate(decay, Float64Array.of(2), 1.7, { relative: 1e-8, watch: (t) => times.push(t) });
    expect(times).toHaveLength(steps);
    expect(times.at(-1)).toBe(1.7);
    expect(times.every((t, k) => k === 0 || t > times[k - 1])).toBe(true);
    expect(y[0]).toBeCloseTo(2 * Math.exp(-3 * 1.7), 7);
  });

  test('says where a solution blows up, and when the steps run out', () => {
    const blowUp: StiffProblem = {
      derivative: (y, out) => out.set([y[0] * y[0]]),
      jacobian: (y, out) => out.set([2 * y[0]]),
    };
    expect(() => integrate(blowUp, Float64Array.of(1), 2)).toThrow(/the step vanished at t = (0\.999999|1\.0000)/);
    expect(() => integrate(robertson, Float64Array.of(1, 0, 0), 40, { maxSteps: 10 })).toThrow(/10 steps reached/);
  });
});

const nominal: Operation = {
  dilution: 14.19,
  feedConcentration: 5.1,
  feedTemperature: 378.05,
  coolantTemperature: 366,
  coolantFlow: 200,
  countercurrent: true,
};

describe('the reactor', () => {
  test('of one tank has the published steady state', () => {
    // Chen, Kremling & Allgoewer 1995: V'/V = 14.19 / h, jacket heat -1113.5 kJ/h. The flow of coolant draws that heat at 386.06 K.
    const flow = 1113.5 / (2 * (386.06 - 366));
    const operation = { ...nominal, coolantFlow: flow, countercurrent: false };
    const { y } = integrate(cascade(operation, 1), filled(operation, 1), 20, { relative: 1e-8 });
    expect(y[0]).toBeCloseTo(2.1402, 3);
    expect(y[1]).toBeCloseTo(1.0903, 3);
    expect(y[2]).toBeCloseTo(114.19 + 273.15, 1);
    expect(y[3]).toBeCloseTo(112.91 + 273.15, 1);
  });

  test('has the Jacobian of its derivative', () => {
    for (const countercurrent of [true, false]) {
      const problem = cascade({ ...nominal, countercurrent }, 3);
      const n = 3 * width;
      const y = Float64Array.from({ length: n }, (_, k) => [2 - 0.1 * k, 0.3 + 0.1 * k, 380 + k, 375 - k][k % width]);
      const jacobian = new Float64Array(n * n);
      problem.jacobian(y, jacobian);
      for (let j = 0; j < n; j++) {
        const h = 1e-5 * Math.abs(y[j]);
        const [up, down] = [h, -h].map((shift) => {
          const out = new Float64Array(n);
          problem.derivative(
            y.map((value, k) => (k === j ? value + shift : value)),
            out,
          );
          return out;
        });
        for (let i = 0; i < n; i++) {
          const difference = (up[i] - down[i]) / (2 * h);
          expect(Math.abs(jacobian[i * n + j] - difference)).toBeLessThan(1e-4 * (1 + Math.abs(difference)));
        }
      }
    }
  });

  test('without A only exchanges heat: feed and coolant against each other, with all that is lost by one won by the other', () => {
    for (const countercurrent of [true, false]) {
      const operation = { ...nominal, feedConcentration: 0, coolantTemperature: 350, countercurrent };
      const { y } = integrate(cascade(operation, 8), filled(operation, 8), 20, { relative: 1e-9 });
      const lost = nominal.dilution * 10 * 0.9342 * 3.01 * (nominal.feedTemperature - y[8 * width - 2]);
      const won = nominal.coolantFlow * 2 * (y[countercurrent ? 3 : 8 * width - 1] - 350);
      expect(lost / won).toBeCloseTo(1, 7);
    }
  });

  test('is steady at the end, and its integration is exact to 1e-4', () => {
    for (const operation of [
      nominal,
      { ...nominal, dilution: 12, coolantFlow: 30 },
      { ...nominal, dilution: 60, feedConcentration: 6, feedTemperature: 390, countercurrent: false },
    ]) {
      const coarse = startUp(operation);
      const fine = startUp(operation, { relative: 1e-9 });
      expect(Math.abs(coarse.cA / fine.cA - 1)).toBeLessThan(1e-4);
      expect(Math.abs(coarse.cB / fine.cB - 1)).toBeLessThan(1e-4);
      expect(Math.abs(coarse.peakTemperature - fine.peakTemperature)).toBeLessThan(0.05);
      const problem = cascade(operation, tankCount);
      const { y } = integrate(problem, filled(operation, tankCount), duration);
      const slope = new Float64Array(y.length);
      problem.derivative(y, slope);
      expect(Math.max(...slope.map(Math.abs))).toBeLessThan(0.05);
    }
  });
});

describe('the simulator', () => {
  const context = { rng: new Rng('reactor'), seed: 1, signal: new AbortController().signal };
  const point = {
    dilution: 14.19,
    feedConcentration: 5.1,
    feedTemperature: 378.05,
    coolantTemperature: 366,
    coolantFlow: 200,
    coolant: 'against-the-flow' as const,
  };

  test('answers shares that fit together, and equal points equally', async () => {
    const answer = await reactor.run(point, context);
    expect(await reactor.run(point, context)).toEqual(answer);
    expect(answer.product).toBeCloseTo(answer.selectivity * answer.conversion * point.feedConcentration, 12);
  });

  test('fails where the reaction runs away, naming tank and time', () => {
    const hot = { ...point, feedConcentration: 7, feedTemperature: 410, coolantTemperature: 400, coolantFlow: 20 };
    expect(() => reactor.run(hot, context)).toThrow(/^runaway: tank \d+ of 16 passed 410 K after [\d.]+ min$/);
  });

  test('fails in a small part of its box', { tags: ['slow'] }, () => {
    let failed = 0;
    for (let k = 0; k < 60; k++) {
      // Points of the Kronecker lattice of the root of x^7 = x + 1: even and reproducible.
      const u = Float64Array.from({ length: 6 }, (_, j) => (0.5 + (k + 1) * 1.1127756842787055 ** -(j + 1)) % 1);
      try {
        const answer = reactor.run(reactor.space.decode(u), context) as { peakTemperature: number };
        expect(answer.peakTemperature).toBeLessThanOrEqual(limit);
      } catch (error) {
        expect(String(error)).toMatch(/runaway/);
        failed++;
      }
    }
    expect(failed).toBeGreaterThanOrEqual(1);
    expect(failed).toBeLessThanOrEqual(8);
  });
});
