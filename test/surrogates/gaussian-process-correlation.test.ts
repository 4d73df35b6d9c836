import { afterEach, describe, expect, test, vi } from 'vitest';
import { PackedCorrelation } from '../../src/numerics/kernels/packed-correlation.ts';
import { Rng } from '../../src/numerics/random.ts';
import { type Correlation, correlation, PlainCorrelation } from '../../src/surrogates/gaussian-process-correlation.ts';
import type { RadialKernel } from '../../src/surrogates/gaussian-process-kernel.ts';

const NUGGET = 1e-2;
const SHAPES = [
  [1, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [5, 6],
  [31, 2],
  [64, 6],
  [97, 3],
  [130, 20],
] as const;
const KERNELS: readonly RadialKernel[] = ['squared-exponential', 'matern-5/2'];

const numbers = (count: number, name: string) => {
  const rng = new Rng(name);
  return Float64Array.from({ length: count }, () => rng.normal());
};

/** The largest difference, relative to the largest number or 1. */
function difference(a: Float64Array, b: Float64Array): number {
  let [most, scale] = [0, 1];
  for (let i = 0; i < b.length; i++) {
    most = Math.max(most, Number.isFinite(a[i]) ? Math.abs(a[i] - b[i]) : Number.POSITIVE_INFINITY);
    scale = Math.max(scale, Math.abs(b[i]));
  }
  return most / scale;
}

describe.each(KERNELS)('%s: packed and plain correlations', (kernel) => {
  describe.each(SHAPES)('of %i points with %i features', (n, width) => {
    const z = numbers(n * width, `z/${n}`);
    const alpha = numbers(n, `alpha/${n}`);
    const q = numbers(2 * n, `q/${n}`);
    const both = [new PackedCorrelation(n, width, kernel), new PlainCorrelation(n, width, kernel)];
    const same = (of: (one: Correlation) => Float64Array, tolerance = 1e-11) => {
      const [packed, plain] = both.map((one) => {
        expect(one.factor(z, 1 + NUGGET, true)).toBe(true);
        return of(one);
      });
      expect(packed.length).toBe(plain.length);
      expect(difference(packed, plain)).toBeLessThan(tolerance);
    };

    test('agree on the determinant, the solves and the inverse', () => {
      same((one) => Float64Array.of(one.logDeterminant()));
      same((one) => one.inverseDiagonal());
      same((one) => {
        const b = q.slice();
        one.solveLower(b);
        return b;
      });
      same((one) => {
        const b = q.slice();
        one.solveLowerTransposed(b);
        return b;
      });
    });

    test('agree on the derivatives of a likelihood', () => {
      same((one) => {
        const sums = new Float64Array(width + 1);
        sums[width] = one.differentiate(alpha, 0.7, sums.subarray(0, width));
        return sums;
      });
    });

    test('agree on the answers to queries and their derivatives', () => {
      const queries = numbers(9 * width, `queries/${n}`);
      same((one) => {
        const posterior = one.posterior(alpha, q);
        const [products, squares, projections] = [9, 9, 18].map((count) => new Float64Array(count));
        posterior.block(queries, 9, products, squares, projections);
        return Float64Array.of(...products, ...squares, ...projections);
      });
      same((one) => {
        const posterior = one.posterior(alpha, q);
        const [projections, byProduct, bySquare] = [2, width, width].map((count) => new Float64Array(count));
        const { product, square } = posterior.point(queries.subarray(0, width), projections);
        posterior.gradients(Float64Array.of(0.3, -2), byProduct, bySquare);
        return Float64Array.of(product, square, ...projections, ...byProduct, ...bySquare);
      });
    });

    test('a packed answer is the same to the last bit alone, in a block and anywhere in it', () => {
      const queries = numbers(7 * width, `queries/${n}`);
      both[0].factor(z, 1 + NUGGET, false);
      const posterior = both[0].posterior(alpha, q);
      const [products, squares, projections] = [7, 7, 14].map((count) => new Float64Array(count));
      posterior.block(queries, 7, products, squares, projections);
      for (let i = 0; i < 7; i++) {
        const alone = new Float64Array(2);
        const { product, square } = posterior.point(queries.subarray(i * width, (i + 1) * width), alone);
        expect([product, square, ...alone]).toEqual([
          products[i],
          squares[i],
          projections[2 * i],
          projections[2 * i + 1],
        ]);
      }
    });
  });

  test('duplicate points without a nugget are not positive definite for either', () => {
    const z = Float64Array.of(0.1, 0.2, 0.7, 0.2, 0.4);
    for (const one of [new PackedCorrelation(5, 1, kernel), new PlainCorrelation(5, 1, kernel)])
      expect(one.factor(z, 1, false)).toBe(false);
  });
});

describe('the packed memory', () => {
  test('a factor that was overwritten is refused, not read', () => {
    const [first, second] = [0, 1].map(() => new PackedCorrelation(30, 2, 'matern-5/2'));
    const z = numbers(60, 'z');
    first.factor(z, 1.1, false);
    second.factor(z, 1.2, false);
    expect(() => first.logDeterminant()).toThrow(/overwritten/);
    expect(second.logDeterminant()).toBeLessThan(0);
  });

  test('posteriors answer in turn, however many there are', () => {
    // Together about 200 MB, more than stay loaded.
    const n = 1600;
    const z = numbers(n, 'many');
    const one = new PackedCorrelation(n, 1, 'matern-5/2');
    one.factor(z, 1.5, false);
    const alpha = numbers(n, 'alpha');
    const posteriors = Array.from({ length: 18 }, (_, k) =>
      one.posterior(
        alpha.map((value) => value * (k + 1)),
        alpha,
      ),
    );
    const ask = () =>
      posteriors.map((posterior) => {
        const products = new Float64Array(1);
        posterior.block(Float64Array.of(0.3), 1, products);
        return products[0];
      });
    const answers = ask();
    expect(ask()).toEqual(answers);
    answers.forEach((answer, k) => {
      expect(answer / answers[0]).toBeCloseTo(k + 1, 9);
    });
  });

  test('is chosen by the number of points alone', () => {
    expect(correlation(23, Int32Array.of(0, 1), 'matern-5/2')).toBeInstanceOf(PlainCorrelation);
    expect(correlation(24, Int32Array.of(0, 1), 'matern-5/2')).toBeInstanceOf(PackedCorrelation);
    expect(() => new PackedCorrelation(24, 2, 'matern-5/2').factor(new Float64Array(3), 1, false)).toThrow(RangeError);
  });
});

function refusal(): never {
  throw new RangeError('WebAssembly.Module is disallowed on the main thread');
}

describe('an engine without vectors in WebAssembly', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  test.each<[string, object | undefined]>([
    ['has no WebAssembly', undefined],
    ['does not know the instructions', { validate: () => false }],
    ['refuses to compile at once', { validate: () => true, Module: refusal }],
  ])('that %s gets ordinary arrays', async (_, engine) => {
    vi.stubGlobal('WebAssembly', engine);
    vi.resetModules();
    const fresh = await import('../../src/surrogates/gaussian-process-correlation.ts');
    const packed = await import('../../src/numerics/kernels/packed-correlation.ts');
    expect(fresh.correlation(100, Int32Array.of(0, 1), 'matern-5/2')).toBeInstanceOf(fresh.PlainCorrelation);
    const one = new packed.PackedCorrelation(100, 2, 'matern-5/2');
    expect(() => one.factor(new Float64Array(200), 1, false)).toThrow(/no WebAssembly/);
  });
});
