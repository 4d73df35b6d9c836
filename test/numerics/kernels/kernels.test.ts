import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena, hasKernels } from '../../../src/numerics/kernels/arena.ts';
import { packedLength, panelOf } from '../../../src/numerics/kernels/packed-correlation.ts';
import { PackedFactors } from '../../../src/numerics/kernels/packed-factors.ts';
import { describe as description, slopeStarts } from '../../../src/numerics/kernels/packed-kernel.ts';
import { cholesky, choleskyInverse } from '../../../src/numerics/linear-algebra/cholesky.ts';
import { solveLower, solveLowerTransposed } from '../../../src/numerics/linear-algebra/triangular.ts';
import { Rng } from '../../../src/numerics/random.ts';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 31, 64, 127, 129, 200];
const arena = new Arena();
const size = fc.integer({ min: 1, max: 90 });
const seed = fc.integer({ min: 0, max: 1e6 });

/** A symmetric positive definite matrix whose condition is at most about 1e4. */
function definite(n: number, name: string): Float64Array {
  const rng = new Rng(name);
  const b = Float64Array.from({ length: n * n }, () => rng.normal());
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 1e-2 * n : 0;
      for (let k = 0; k < n; k++) sum += b[i * n + k] * b[j * n + k];
      a[i * n + j] = sum;
    }
  return a;
}

/** Loads and factors `a`; where everything stands in the arena. */
function factored(a: Float64Array, n: number) {
  const { kernels } = arena;
  arena.reset({});
  const strips = Math.ceil(n / 4);
  const [full, l, u, b] = [n * n, packedLength(strips), packedLength(strips), packedLength(strips)].map((count) =>
    arena.allocate(count),
  );
  const [inverses, x] = [arena.allocate(4 * strips), arena.allocate(16 * strips * 2)];
  arena.write(full, a);
  kernels.packLower(full, n, l);
  const failed = kernels.cholesky(l, strips, inverses, panelOf(n));
  kernels.unpackLower(l, n, full);
  return { kernels, strips, failed, full, l, u, b, inverses, x };
}

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, scale] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
    scale = Math.max(scale, Math.abs(b[i]));
  }
  return difference / scale;
}

test('this engine runs the kernels', () => expect(hasKernels()).toBe(true));

describe('Cholesky factorization', () => {
  test.each(SIZES)('reproduces a matrix of size %i to 1e-13 and its twin to 1e-11', (n) => {
    const a = definite(n, `cholesky/${n}`);
    const { failed, full } = factored(a, n);
    const l = arena.view(full, n * n).slice();
    expect(failed).toBe(-1);
    const product = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        for (let k = 0; k <= Math.min(i, j); k++) product[i * n + j] += l[i * n + k] * l[j * n + k];
    expect(worst(product, a)).toBeLessThan(1e-13);
    const twin = a.slice();
    cholesky(twin, n);
    expect(worst(l, twin)).toBeLessThan(1e-11);
  });

  test('names the first pivot that is not positive, like its twin', () => {
    fc.assert(
      fc.property(size, seed, fc.nat(), (n, s, pick) => {
        const a = definite(n, `bad/${s}`);
        const row = pick % n;
        a[row * n + row] = -1;
        expect(factored(a, n).failed).toBe(row);
        expect(cholesky(a.slice(), n)).toBe(row);
      }),
      { numRuns: 20 },
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d on the diagonal', (value) => {
    const a = definite(9, 'not finite');
    a[5 * 9 + 5] = value;
    expect(factored(a, 9).failed).toBe(5);
  });
});

describe('solves and inverses', () => {
  test('vectors and strips of four agree with the twin', () => {
    fc.assert(
      fc.property(size, seed, (n, s) => {
        const a = definite(n, `solve/${s}`);
        const { kernels, strips, l, inverses, full, x } = factored(a, n);
        const factor = arena.view(full, n * n).slice();
        const rng = new Rng(`right/${s}`);
        const b = Float64Array.from({ length: 8 * n }, () => rng.normal());
        const twin = b.slice();
        solveLower(factor, n, twin);
        arena.write(x, new Float64Array(32 * strips));
        const tiles = arena.view(x, 32 * strips);
        for (let q = 0; q < 8; q++)
          for (let i = 0; i < n; i++) tiles[(q >> 2) * 16 * strips + 4 * i + (q & 3)] = b[q * n + i];
        kernels.solveStrips(l, strips, inverses, x, 2);
        const found = b.map((_, at) => {
          const [q, i] = [Math.floor(at / n), at % n];
          return tiles[(q >> 2) * 16 * strips + 4 * i + (q & 3)];
        });
        expect(worst(found, twin)).toBeLessThan(1e-11);
        arena.write(x, b.subarray(0, n), 4 * strips);
        kernels.solveVector(l, strips, inverses, x);
        expect(worst(arena.view(x, n), twin.subarray(0, n))).toBeLessThan(1e-11);
        kernels.solveVectorTransposed(l, strips, inverses, x);
        const back = twin.slice(0, n);
        solveLowerTransposed(factor, n, back);
        expect(worst(arena.view(x, n), back)).toBeLessThan(1e-11);
      }),
      { numRuns: 25 },
    );
  });

  test.each(SIZES)('the inverse of a matrix of size %i agrees with the twin', (n) => {
    const a = definite(n, `inverse/${n}`);
    const { kernels, strips, l, u, b, inverses, full, x } = factored(a, n);
    const twin = choleskyInverse(arena.view(full, n * n).slice(), n);
    kernels.invertTransposed(l, strips, inverses, u);
    kernels.negativeInverse(u, strips, b);
    kernels.squaredRows(u, strips, x);
    const diagonal = arena.view(x, n).slice();
    kernels.unpackLower(b, n, full);
    const found = arena.view(full, n * n).map((value, at) => (at % n > Math.floor(at / n) ? 0 : -value));
    const lower = twin.map((value, at) => (at % n > Math.floor(at / n) ? 0 : value));
    expect(worst(found, lower)).toBeLessThan(1e-11);
    expect(
      worst(
        diagonal,
        diagonal.map((_, i) => twin[i * n + i]),
      ),
    ).toBeLessThan(1e-11);
  });
});

describe('correlations', () => {
  test.each([
    [0, (r: number) => Math.exp(-r / 2), (r: number) => -Math.exp(-r / 2) / 2],
    [
      1,
      (r: number) => (1 + Math.sqrt(5 * r) + (5 * r) / 3) * Math.exp(-Math.sqrt(5 * r)),
      (r: number) => (-5 / 6) * (1 + Math.sqrt(5 * r)) * Math.exp(-Math.sqrt(5 * r)),
    ],
  ])('of kernel %i and their slopes are right to 2e-15 of their value', (kernel, correlation, slope) => {
    const n = 4000;
    arena.reset({});
    const [k, g] = [arena.allocate(n), arena.allocate(n)];
    const r = Float64Array.from({ length: n }, (_, i) => (i === 0 ? 0 : 10 ** (-9 + (i / n) * 12)));
    arena.write(k, r);
    arena.kernels.correlate(kernel, k, k + 8 * n, g);
    const [found, slopes] = [arena.view(k, n), arena.view(g, n)];
    expect(found[0]).toBe(1);
    for (let i = 0; i < n; i++) {
      // Rounding of the exponent itself counts: relative error of exp(-s) grows with s.
      const allowed = 2e-15 + 3e-16 * (kernel === 0 ? r[i] / 2 : Math.sqrt(5 * r[i]));
      expect(Math.abs(found[i] / correlation(r[i]) - 1)).toBeLessThan(allowed);
      expect(Math.abs(slopes[i] / slope(r[i]) - 1)).toBeLessThan(allowed);
    }
  });

  test('vanish far away and stay not a number', () => {
    arena.reset({});
    const k = arena.allocate(8);
    arena.write(k, [1e5, 1e9, Number.NaN, 0, 1e5, 1e9, Number.NaN, 0]);
    arena.kernels.correlate(0, k, k + 32, 0);
    arena.kernels.correlate(1, k + 32, k + 64, 0);
    const found = [...arena.view(k, 8)];
    for (const i of [0, 1, 4, 5]) expect(found[i]).toBeLessThan(1e-290);
    expect(found.filter(Number.isNaN)).toHaveLength(2);
    expect([found[3], found[7]]).toEqual([1, 1]);
  });
});

describe('products over coordinates', () => {
  const squared = (s: number) => [Math.exp(-s / 2), -Math.exp(-s / 2) / 2];
  const matern = (s: number) => {
    const q = Math.sqrt(5 * s);
    return [(1 + q + (5 * s) / 3) * Math.exp(-q), (-5 / 6) * (1 + q) * Math.exp(-q)];
  };

  test.each([
    ['anova', squared],
    ['anova-matern-5/2', matern],
  ] as const)('of kernel %s and their slopes are right to 1e-15 of 1', (kernel, correlation) => {
    const n = 4001;
    const strips = Math.ceil(n / 4);
    // One coordinate whose correlations go through the whole range, and one with two features.
    const starts = slopeStarts(kernel, Int32Array.of(0, 1, 1));
    const rows = new Float64Array(3 * n);
    for (let i = 1; i < n; i++) rows.set([10 ** (-5 + (i / n) * 7), Math.sin(i), Math.cos(2 * i)], 3 * i);
    for (const logits of [
      [1, -2],
      [-8, 8],
      [8, -8],
    ]) {
      arena.reset({});
      const { kernels } = arena;
      const numbers = description(kernel, starts, Float64Array.from(logits));
      const [at, packed, x, query] = [numbers.length, 12 * strips, 3 * n, 3].map((count) => arena.allocate(count));
      const [out, slope, held] = [4 * strips, 8 * strips, 16].map((count) => arena.allocate(count));
      arena.write(at, numbers);
      arena.write(x, rows);
      kernels.packPoints(x, n, 3, packed);
      arena.write(query, [0, 0, 0]);
      kernels.pointCorrelations(at, query, packed, n, 3, out, slope, held);
      const [found, slopes] = [arena.view(out, 4 * strips), arena.view(slope, 8 * strips)];
      expect(found[0]).toBe(1);
      const [b0, b1] = logits.map((logit) => 1 / (1 + Math.exp(-logit)));
      for (let i = 0; i < n; i++) {
        const [z0, z1, z2] = rows.subarray(3 * i, 3 * i + 3);
        const [k0, g0] = correlation(z0 ** 2);
        const [k1, g1] = correlation(z1 ** 2 + z2 ** 2);
        const [t0, t1] = [1 - b0 + b0 * k0, 1 - b1 + b1 * k1];
        expect(Math.abs(found[i] - t0 * t1)).toBeLessThan(1e-15);
        expect(Math.abs(slopes[i] - b0 * g0 * t1)).toBeLessThan(1e-15);
        expect(Math.abs(slopes[4 * strips + i] - b1 * g1 * t0)).toBeLessThan(1e-15);
      }
      expect([...found.subarray(n)]).toEqual([0, 0, 0]);
    }
  });

  test('stay what they are without a coordinate that is far away, and not a number', () => {
    arena.reset({});
    const starts = slopeStarts('anova', Int32Array.of(0));
    const numbers = description('anova', starts, Float64Array.of(0));
    const [at, points, query, out, slope, held] = [numbers.length, 4, 1, 4, 4, 8].map((count) => arena.allocate(count));
    arena.write(at, numbers);
    arena.write(points, [1e3, 1e9, Number.NaN, 0]);
    arena.write(query, [0]);
    arena.kernels.pointCorrelations(at, query, points, 4, 1, out, slope, held);
    expect([...arena.view(out, 4)]).toEqual([0.5, 0.5, Number.NaN, 1]);
  });
});

describe('factors that are looked up', () => {
  const n = 53;
  const rng = new Rng('factors');
  const level = (count: number) => Math.floor(count * rng.uniform());
  // Five levels, a category of three on the corners of a simplex, any number, two levels of which a query may know a third, and four.
  const starts = Int32Array.of(0, 1, 4, 5, 6, 7);
  const width = 7;
  const row = () => {
    const corner = level(3);
    return [level(5) / 5, ...[0, 1, 2].map((k) => (k === corner ? 0.7 : 0)), rng.uniform(), level(2), level(4)];
  };
  const rows = Float64Array.from(Array.from({ length: n }, row).flat());
  const queries = Float64Array.from(Array.from({ length: 64 }, row).flat());

  /** Both answers to the first `count` queries. */
  function answers(kernel: 'anova' | 'anova-matern-5/2', asked: Float64Array, counts: readonly number[]) {
    const own = new Arena();
    own.reset({});
    const { kernels } = own;
    const strips = Math.ceil(n / 4);
    const numbers = description(kernel, starts, Float64Array.of(1, -1, 0.5, 2, -0.5));
    const [at, x, points, y, packed] = [numbers.length, n * width, 4 * strips * width, 64 * width, 64 * width].map(
      (count) => own.allocate(count),
    );
    const [usual, looked] = [own.allocate(256 * strips), own.allocate(256 * strips)];
    own.write(at, numbers);
    own.write(x, rows);
    kernels.packPoints(x, n, width, points);
    const strip = own.view(points, 4 * strips * width).slice();
    const factors = PackedFactors.of(own, { n, width, kernel: numbers, starts, points: strip }, points);
    return counts.map((count) => {
      own.write(y, asked.subarray(0, count * width));
      kernels.packPoints(y, count, width, packed);
      kernels.crossCorrelations(at, packed, Math.ceil(count / 4), points, n, width, usual);
      factors?.correlate(asked, count, looked);
      // Behind the last query of a strip stand numbers of none.
      const of = (address: number) =>
        [...own.view(address, 16 * strips * Math.ceil(count / 4))].filter(
          (_, i) => 4 * Math.floor(i / (16 * strips)) + (i % 4) < count,
        );
      return { usual: of(usual), looked: of(looked), isUsed: factors !== undefined };
    });
  }

  test.each(['anova', 'anova-matern-5/2'] as const)('are those of %s to the last bit', (kernel) => {
    for (const { usual, looked, isUsed } of answers(kernel, queries, [1, 4, 7, 64, 64])) {
      expect(isUsed).toBe(true);
      expect(looked).toEqual(usual);
    }
  });

  test('are computed anew where queries have more values than there is room for', () => {
    const many = queries.map((value, i) => (i % width === 0 ? i / 400 : value));
    for (const { usual, looked } of answers('anova', many, [64, 10, 64])) expect(looked).toEqual(usual);
  });

  /** Whether factors are kept of 16 points, of which `few` of d coordinates have two values. */
  function isKept(kernel: 'anova' | 'matern-5/2', d: number, few: number): boolean {
    const own = new Arena();
    own.reset({});
    const starts = slopeStarts(
      kernel,
      Int32Array.from({ length: d }, (_, j) => j),
    );
    const points = Float64Array.from({ length: 16 * d }, (_, at) => {
      const row = 4 * Math.floor(at / (4 * d)) + (at % 4);
      return Math.floor(at / 4) % d < few ? row % 2 : row;
    });
    const numbers = description(kernel, starts, new Float64Array(d));
    return PackedFactors.of(own, { n: 16, width: d, kernel: numbers, starts, points }, 0) !== undefined;
  }

  test('are kept where coordinates of few values outnumber the others by more than three to one', () => {
    const kept = (d: number) => Array.from({ length: d + 1 }, (_, few) => few).filter((few) => isKept('anova', d, few));
    expect([1, 2, 4, 5, 9].map(kept)).toEqual([[1], [2], [4], [4, 5], [7, 8, 9]]);
    expect(isKept('matern-5/2', 4, 4)).toBe(false);
  });
});

describe('an arena', () => {
  test('reuses its memory', () => {
    const own = new Arena();
    own.reset({});
    own.allocate(50_000);
    const { byteLength } = own.numbers.buffer;
    for (let i = 0; i < 20; i++) {
      own.reset({});
      own.allocate(50_000);
    }
    expect(own.numbers.buffer.byteLength).toBe(byteLength);
  });

  test('gives an unusually large memory back', () => {
    const own = new Arena();
    own.reset({});
    own.allocate(2 ** 25 + 2 ** 20);
    expect(own.numbers.buffer.byteLength).toBeGreaterThan(2 ** 28);
    own.reset({});
    own.allocate(10);
    expect(own.numbers.buffer.byteLength).toBeLessThan(2 ** 20);
  });
});

describe('products', () => {
  const shapes = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 0, max: 9 }),
  );

  /** The product by its definition, of A or of its transpose, with a bias. */
  function plain(m: number, n: number, k: number, a: Float64Array, b: Float64Array, bias: Float64Array, flip: boolean) {
    const c = new Float64Array(m * n);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        c[i * n + j] = bias[j];
        for (let l = 0; l < k; l++) c[i * n + j] += a[flip ? l * m + i : i * k + l] * b[l * n + j];
      }
    return c;
  }

  test.each([
    ['doubles', 8, 1e-13],
    ['floats', 4, 1e-5],
  ] as const)('of %s are those of the definition, transposed and with a bias', (_, bytes, tolerance) => {
    fc.assert(
      fc.property(shapes, fc.boolean(), ([rows, columns, k], flip) => {
        const [m, n] = [4 * rows, 4 * columns];
        const rng = new Rng(`products/${m}/${n}/${k}`);
        const normals = (count: number) => Float64Array.from({ length: count }, () => rng.normal());
        const [a, b, bias] = [normals(m * k), normals(k * n), normals(n)];
        const { kernels } = arena;
        arena.reset({});
        const [atA, atB, atBias, atC] = [a.length, b.length, n, m * n].map((count) => arena.allocate(count + 1));
        const view = (address: number, count: number) =>
          bytes === 8
            ? new Float64Array(kernels.memory.buffer, address, count)
            : new Float32Array(kernels.memory.buffer, address, count);
        view(atA, a.length).set(a);
        view(atB, b.length).set(b);
        view(atBias, n).set(bias);
        const call = bytes === 8 ? kernels.multiply64 : kernels.multiply32;
        call(m, n, k, atA, flip ? 1 : k, flip ? m : 1, atB, atC, atBias);
        expect(worst(view(atC, m * n), plain(m, n, k, a, b, bias, flip))).toBeLessThan(tolerance);
      }),
      { numRuns: 60, seed: 6 },
    );
  });
});
