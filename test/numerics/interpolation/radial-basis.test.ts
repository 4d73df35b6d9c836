import { describe, expect, test } from 'vitest';
import type { PolynomialTail } from '../../../src/numerics/interpolation/polynomial-basis.ts';
import { RadialBasis, type RadialKernel } from '../../../src/numerics/interpolation/radial-basis.ts';
import { RadialInterpolant } from '../../../src/numerics/interpolation/radial-interpolant.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';

const CASES: readonly { kernel: RadialKernel; tail: PolynomialTail }[] = [
  { kernel: 'cubic', tail: 'linear' },
  { kernel: 'cubic', tail: 'separable' },
  { kernel: 'cubic', tail: 'quadratic' },
  { kernel: 'thin-plate', tail: 'linear' },
  { kernel: 'gaussian', tail: 'none' },
  { kernel: 'multiquadric', tail: 'constant' },
];

const rng = new Rng('radial-basis');
const points = Matrix.from(Array.from({ length: 40 }, () => Float64Array.from({ length: 3 }, () => rng.uniform())));
const wave = (u: Float64Array) => Math.sin(3 * u[0]) + u[1] * u[2] - u[1] ** 2;
const valuesAt = (x: Matrix, f: (u: Float64Array) => number) =>
  Float64Array.from({ length: x.rows }, (_, i) => f(x.row(i)));

function at(basis: RadialBasis, y: Float64Array, z: Float64Array) {
  const value = new Float64Array(1);
  const gradient = new Float64Array(z.length);
  new RadialInterpolant(basis, [basis.fit(y)]).evaluate(z, value, gradient);
  return { value: value[0], gradient };
}

describe.each(CASES)('$kernel with a $tail tail', ({ kernel, tail }) => {
  const y = valuesAt(points, wave);
  const basis = new RadialBasis(points, { kernel, tail });

  test('repeats its data, with weights that are orthogonal to the tail', () => {
    const fit = basis.fit(y);
    for (let i = 0; i < points.rows; i++) expect(Math.abs(at(basis, y, points.row(i)).value - y[i])).toBeLessThan(1e-9);
    const p = basis.polynomial.matrix(points);
    for (let t = 0; t < p.columns; t++)
      expect(Math.abs(p.column(t).reduce((sum, v, i) => sum + v * fit.weights[i], 0))).toBeLessThan(
        1e-9 * fit.weights.reduce((sum, v) => sum + Math.abs(v), 0),
      );
  });

  test('has the gradients of its values', () => {
    const z = Float64Array.of(0.3, 0.6, 0.45);
    const { gradient } = at(basis, y, z);
    for (let j = 0; j < 3; j++) {
      const [high, low] = [z.slice(), z.slice()];
      high[j] += 1e-5;
      low[j] -= 1e-5;
      const slope = (at(basis, y, high).value - at(basis, y, low).value) / 2e-5;
      expect(Math.abs(gradient[j] - slope)).toBeLessThan(1e-7);
    }
  });

  test('is certain at its points, less so elsewhere, and knows how that changes', () => {
    const z = Float64Array.of(0.3, 0.6, 0.45);
    for (const i of [0, 9]) expect(basis.power(points.row(i))).toBeLessThan(1e-8);
    const gradient = new Float64Array(3);
    expect(basis.power(z, gradient)).toBeGreaterThan(1e-7);
    for (let j = 0; j < 3; j++) {
      const [high, low] = [z.slice(), z.slice()];
      high[j] += 1e-4;
      low[j] -= 1e-4;
      const slope = (basis.power(high) - basis.power(low)) / 2e-4;
      expect(Math.abs(gradient[j] - slope)).toBeLessThan(1e-4 * Math.max(...gradient.map(Math.abs)) + 1e-9);
    }
  });

  test('has the inverse whose diagonal judges the rows, and the leave-one-out power function', () => {
    const inverse = basis.inverse();
    const diagonal = basis.inverseDiagonal([4, 20]);
    expect(Math.abs(inverse[4 * 40 + 4] / diagonal[0] - 1)).toBeLessThan(1e-9);
    const weights = basis.fit(y).weights;
    for (const i of [3, 30]) {
      const sum = y.reduce((total, value, j) => total + inverse[i * 40 + j] * value, 0);
      expect(Math.abs(sum - weights[i])).toBeLessThan(1e-6 * Math.max(...weights.map(Math.abs)));
    }
    const rest = points.select([...y.keys()].filter((i) => i !== 20));
    const power = new RadialBasis(rest, { kernel, tail }).power(points.row(20));
    expect(Math.abs(power * diagonal[1] - 1)).toBeLessThan(1e-5);
  });

  test('leaves rows out as a fit without them does', () => {
    const missed = basis.leftOut(basis.fit(y)).errors.filter((_, i) => [0, 17, 39].includes(i));
    [0, 17, 39].forEach((i, k) => {
      const kept = [...y.keys()].filter((row) => row !== i);
      const { value } = at(
        new RadialBasis(points.select(kept), { kernel, tail }),
        Float64Array.from(kept, (row) => y[row]),
        points.row(i),
      );
      expect(Math.abs(missed[k] - (y[i] - value))).toBeLessThan(1e-8);
    });
  });
});

test('a quadratic tail repeats any quadratic everywhere', () => {
  const quadratic = (u: Float64Array) => 1 - u[0] + 3 * u[1] * u[2] + u[0] ** 2 - 2 * u[0] * u[1];
  const basis = new RadialBasis(points, { kernel: 'cubic', tail: 'quadratic' });
  const z = Float64Array.of(1.5, -0.5, 0.2);
  expect(at(basis, valuesAt(points, quadratic), z).value).toBeCloseTo(quadratic(z), 9);
});

test('a ridge smooths, and leaves out rows as a smooth fit does', () => {
  const noise = new Rng('noise');
  const y = valuesAt(points, (u) => wave(u) + 0.1 * noise.normal());
  const smooth = new RadialBasis(points, { kernel: 'cubic', tail: 'linear', ridge: 0.1 });
  const rough = new RadialBasis(points, { kernel: 'cubic', tail: 'linear' });
  const error = (basis: RadialBasis) => basis.leftOut(basis.fit(y)).errors.reduce((sum, e) => sum + e * e, 0);
  expect(error(smooth)).toBeLessThan(error(rough));
});

describe('values that are means of several answers', () => {
  const counts = Float64Array.from({ length: points.rows }, (_, i) => 1 + (i % 4) ** 2);
  const noise = new Rng('means');
  const y = valuesAt(points, (u) => wave(u) + 0.1 * noise.normal());

  test.each(CASES)('are missed by their share of the noise of an answer: $kernel, $tail', ({ kernel, tail }) => {
    const basis = new RadialBasis(points, { kernel, tail, ridge: 0.1, counts });
    const { weights } = basis.fit(y);
    expect([basis.jitter, basis.noise > 0]).toEqual([0, true]);
    for (let i = 0; i < points.rows; i++)
      expect(y[i] - at(basis, y, points.row(i)).value).toBeCloseTo((basis.noise / counts[i]) * weights[i], 9);
  });

  test.each(CASES)('are left out with all that is known there: $kernel, $tail', ({ kernel, tail }) => {
    const basis = new RadialBasis(points, { kernel, tail, ridge: 0.1, counts });
    const { errors, powers } = basis.leftOut(basis.fit(y));
    for (const i of [0, 3, 38]) {
      const kept = [...y.keys()].filter((row) => row !== i);
      const known = { kernel, tail, counts: Float64Array.from(kept, (row) => counts[row]) };
      const unit = new RadialBasis(points.select(kept), { ...known, ridge: 1 }).noise;
      const rest = new RadialBasis(points.select(kept), { ...known, ridge: basis.noise / unit });
      const { value } = at(
        rest,
        Float64Array.from(kept, (row) => y[row]),
        points.row(i),
      );
      expect(errors[i]).toBeCloseTo(y[i] - value, 8);
      expect(powers[i] / (rest.power(points.row(i)) + basis.noise / counts[i])).toBeCloseTo(1, 6);
    }
  });
});

describe('degenerate points', () => {
  test('as many as the tail has terms leave nothing out', () => {
    const basis = new RadialBasis(points.select([0, 1, 2, 3]), { kernel: 'cubic', tail: 'linear' });
    expect(basis.freedom).toBe(0);
    expect(basis.leftOut(basis.fit(Float64Array.of(1, 2, 3, 4))).errors).toEqual(new Float64Array(4).fill(Number.NaN));
  });

  test('repeated or on a line are answered with finite numbers', () => {
    const line = Matrix.from(Array.from({ length: 12 }, (_, i) => [i / 12, i / 12, 0.5]));
    for (const x of [line, points.select([3, 3, 3, 5, 5, 8])])
      for (const { kernel, tail } of CASES) {
        const basis = new RadialBasis(x, { kernel, tail });
        const { value, gradient } = at(basis, valuesAt(x, wave), Float64Array.of(0.3, 0.2, 0.9));
        expect([value, ...gradient].every(Number.isFinite)).toBe(true);
      }
  });
});
