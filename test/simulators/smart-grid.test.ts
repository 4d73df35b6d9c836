import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Consumer, starCharacteristic } from '../../simulators/smart-grid/characteristic.ts';
import { modes, slowestDecay } from '../../simulators/smart-grid/growth.ts';
import { countRightOf, type RetardedFunction, rightmostRoot } from '../../simulators/smart-grid/rightmost-root.ts';
import smartGrid from '../../simulators/smart-grid.ts';
import { Rng } from '../../src/numerics/random.ts';

const text = readFileSync(new URL('../fixtures/smart-grid.csv', import.meta.url), 'utf8');
const [names, ...lines] = text
  .trim()
  .split('\n')
  .map((line) => line.split(','));
const rows = lines.map((line) => line.map(Number));
const consumersOf = (row: readonly number[]): Consumer[] =>
  [0, 1, 2, 3].map((j) => ({ tau: row[j], T: row[4 + j], g: row[8 + j] }));
const star = { alpha: 0.1, k: Math.sqrt(63) };
const context = { rng: new Rng('smart-grid'), seed: 1, signal: new AbortController().signal };

/** x'(t) = -a x(t - tau): s + a e^{-s tau} = 0, so s = W(-a tau) / tau. */
function scalarDelay(a: number, tau: number): RetardedFunction {
  return {
    degree: 1,
    evaluate(re, im, out) {
      const lag = a * Math.exp(-re * tau);
      const [c, s] = [lag * Math.cos(im * tau), -lag * Math.sin(im * tau)];
      out.set([re + c, im + s, 1 - tau * c, -tau * s]);
    },
    remainder: (re, radius) => (Math.abs(a) * Math.exp(Math.max(0, -re * tau))) / radius,
  };
}

describe('the scalar delay equation, whose roots are the Lambert function', () => {
  test.each([
    ['W(1) is the omega constant', -1, 0.5671432904097838, 0],
    ['W(-pi/2) = i pi/2', Math.PI / 2, 0, Math.PI / 2],
    ['W(-1), from mpmath', 1, -0.31813150520476413, 1.3372357014306895],
    ['W(-0.2), real', 0.2, -0.2591711018190738, 0],
    ['W(-5), from mpmath', 5, 0.8448446054321697, 1.975008754889034],
  ])('%s', (_, a, re, im) => {
    const root = rightmostRoot(scalarDelay(a, 1));
    expect(root.re).toBeCloseTo(re, 9);
    expect(root.im).toBeCloseTo(im, 9);
    // s e^{s tau} = -a, whichever root it is.
    const [er, phase] = [Math.exp(root.re), root.im];
    expect(er * (root.re * Math.cos(phase) - root.im * Math.sin(phase))).toBeCloseTo(-a, 9);
    expect(er * (root.re * Math.sin(phase) + root.im * Math.cos(phase))).toBeCloseTo(0, 9);
  });

  test('a double root, W(-1/e) = -1, is enclosed by bisection', () => {
    expect(rightmostRoot(scalarDelay(1 / Math.E, 1)).re).toBeCloseTo(-1, 6);
  });

  test('the roots right of a line number as many as the branches of the Lambert function there', () => {
    // |s| = 5 e^{-Re s} < 300 for Re s > -4, so that 400 branches are enough.
    const branches = (line: number) => {
      let count = 0;
      for (let k = 0; k < 400; k++) {
        // Fixed point of s = log(-5 / s) on branch k, conjugate pairs counted twice.
        let [x, y] = [1, 2 * Math.PI * k + 2];
        for (let i = 0; i < 500; i++)
          [x, y] = [Math.log(5 / Math.hypot(x, y)), Math.PI + 2 * Math.PI * k - Math.atan2(y, x)];
        if (x > line) count += 2;
      }
      return count;
    };
    for (const line of [0.5, -1, -2, -3, -4]) expect(countRightOf(scalarDelay(5, 1), line).count).toBe(branches(line));
  });
});

describe('the star', () => {
  test('agrees with every label of the published simulations', { tags: ['slow'] }, () => {
    let agreed = 0;
    for (const row of rows) agreed += Number(slowestDecay(consumersOf(row), star).re < 0) === row[12] ? 1 : 0;
    expect(rows).toHaveLength(2000);
    expect(agreed).toBe(2000);
  });

  test.each([
    // Eigenvalues of the infinitesimal generator by Chebyshev collocation [Breda2005], computed apart with numpy at 40 and 50 nodes, alike to 1e-11.
    [0, -0.04401165067, 2.819384066],
    [1, -0.02782539492, 2.824812812],
    [3, 0.01445706754, 2.894784366],
    [484, -0.00051981481, 2.844094643],
    [1177, 0.00003753175, 2.852530672],
    [1999, 0.0600467447, 2.740046093],
  ])('row %i has the rightmost root that collocation finds', (index, re, im) => {
    const root = slowestDecay(consumersOf(rows[index]), star);
    expect(Math.abs(root.re - re)).toBeLessThan(2e-10);
    expect(Math.abs(root.im - im)).toBeLessThan(2e-9);
  });

  test('the rightmost root solves the characteristic equation to rounding, and nothing lies right of it', () => {
    const out = new Float64Array(4);
    for (const row of rows.slice(0, 200)) {
      const [mode] = modes(consumersOf(row), star);
      const root = slowestDecay(consumersOf(row), star);
      mode.evaluate(root.re, root.im, out);
      expect(Math.hypot(out[0], out[1]) / Math.hypot(out[2], out[3])).toBeLessThan(1e-12);
      expect(countRightOf(mode, root.re + 1e-8).count).toBe(0);
      expect(countRightOf(mode, root.re - 1e-8).count).toBeGreaterThan(0);
    }
  });

  test('the derivative of the characteristic function is that of its differences, also near the origin', () => {
    const f = starCharacteristic(
      consumersOf(rows[0]).map((consumer) => ({ consumer, count: 1 })),
      star,
    );
    const at = (re: number, im: number) => {
      const out = new Float64Array(4);
      f.evaluate(re, im, out);
      return out;
    };
    for (const [re, im] of [
      [0.01, 2.8],
      [-0.3, 0.2],
      [1e-4, 2e-4],
      [0, 0],
    ]) {
      const h = 1e-5;
      const [, , dr, di] = at(re, im);
      const scale = Math.hypot(dr, di);
      expect((at(re + h, im)[0] - at(re - h, im)[0]) / (2 * h) / scale).toBeCloseTo(dr / scale, 7);
      expect((at(re, im + h)[1] - at(re, im - h)[1]) / (2 * h) / scale).toBeCloseTo(dr / scale, 7);
      expect((at(re + h, im)[1] - at(re - h, im)[1]) / (2 * h) / scale).toBeCloseTo(di / scale, 7);
    }
  });

  test('without elasticity the swing modes are s^2 + alpha s + k = 0 and s^2 + alpha s + 5 k = 0', () => {
    const root = slowestDecay(
      [1, 2, 3, 4].map((tau) => ({ tau, T: tau, g: 0 })),
      star,
    );
    expect(root.re).toBeCloseTo(-star.alpha / 2, 9);
    const frequencies = [star.k, 5 * star.k].map((stiffness) => Math.sqrt(stiffness - star.alpha ** 2 / 4));
    expect(Math.min(...frequencies.map((frequency) => Math.abs(frequency - root.im)))).toBeLessThan(1e-9);
  });

  test('the common mode of a star without lines decays with alpha when nothing is elastic', () => {
    // k = 0 leaves s + alpha and s (s + alpha) of each consumer: the phases of uncoupled nodes are neutral.
    expect(
      rightmostRoot(starCharacteristic([{ consumer: { tau: 1, T: 1, g: 0 }, count: 4 }], { alpha: 0.1, k: 0 })).re,
    ).toBeCloseTo(0, 8);
  });

  const consumer = fc.record({
    tau: fc.double({ min: 0.5, max: 5, noNaN: true }),
    T: fc.double({ min: 1, max: 4, noNaN: true }),
    g: fc.double({ min: 0.05, max: 1, noNaN: true }),
  });

  test('exchanging consumers changes nothing', () => {
    const four = fc.array(consumer, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(four, fc.integer({ min: 0, max: 2 ** 31 }), (consumers, seed) => {
        const shuffled = new Rng(seed).shuffle([...consumers]);
        expect(slowestDecay(shuffled, star)).toEqual(slowestDecay(consumers, star));
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test('equal consumers are the limit of nearly equal ones', () => {
    fc.assert(
      fc.property(consumer, (one) => {
        const nearly = [0, 1, 2, 3].map((j) => ({ ...one, g: one.g * (1 + j * 1e-7) }));
        expect(slowestDecay(nearly, star).re).toBeCloseTo(slowestDecay([one, one, one, one], star).re, 5);
      }),
      { numRuns: 30, seed: 2 },
    );
  });
});

describe('the simulator', () => {
  test('its parameters are the columns of the published data', () => {
    expect(smartGrid.space.names).toEqual(names.slice(0, 12));
  });

  test('answers growth and the class of stability', async () => {
    for (const [index, stability] of [
      [0, 'stable'],
      [3, 'unstable'],
    ] as const) {
      const point = Object.fromEntries(names.slice(0, 12).map((name, j) => [name, rows[index][j]]));
      const answer = await smartGrid.run(smartGrid.space.decode(smartGrid.space.encode(point)), context);
      expect(answer.stability).toBe(stability);
      expect(answer.growth < 0).toBe(stability === 'stable');
    }
  });
});
