import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Correlation, correlation, PlainCorrelation } from '../../../src/kriging/kernels/correlation.ts';
import { isRadial } from '../../../src/kriging/kernels/kernel.ts';
import { StructuredCorrelation } from '../../../src/kriging/kernels/structured-correlation.ts';
import { PackedCorrelation } from '../../../src/numerics/kernels/packed-correlation.ts';
import { featureStarts, isProduct, type PackedKernel } from '../../../src/numerics/kernels/packed-kernel.ts';
import { Rng } from '../../../src/numerics/random.ts';

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
const KERNELS: readonly PackedKernel[] = ['squared-exponential', 'matern-5/2', 'anova', 'anova-matern-5/2'];

/** Coordinates of features, every other one of which has two. */
const coordinatesOf = (width: number) => Int32Array.from({ length: width }, (_, f) => Math.floor((2 * f) / 3));

/** The packed correlations and their twin. */
function twins(n: number, coordinates: Int32Array, kernel: PackedKernel): readonly Correlation[] {
  const plain = isRadial(kernel)
    ? new PlainCorrelation(n, coordinates.length, kernel)
    : new StructuredCorrelation(n, coordinates, kernel);
  return [new PackedCorrelation(n, coordinates, kernel), plain];
}

/** Shapes that give some coordinates next to no effects of their own and others next to no effects with others. */
const shapeOf = (kernel: PackedKernel, coordinates: Int32Array) =>
  isProduct(kernel)
    ? Float64Array.from({ length: featureStarts(coordinates).length - 1 }, (_, j) => [1, -8, 8, -0.5][j % 4])
    : new Float64Array(0);

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
    const coordinates = coordinatesOf(width);
    const shape = shapeOf(kernel, coordinates);
    const both = twins(n, coordinates, kernel);
    const same = (of: (one: Correlation) => Float64Array, tolerance = 1e-11) => {
      const [packed, plain] = both.map((one) => {
        expect(one.factor(z, 1 + NUGGET, true, shape)).toBe(true);
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
        const [sums, shapeSums] = [new Float64Array(width), new Float64Array(shape.length)];
        const trace = one.differentiate(alpha, 0.7, sums, shapeSums);
        return Float64Array.of(trace, ...sums, ...shapeSums);
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
      both[0].factor(z, 1 + NUGGET, false, shape);
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
    // They come first: behind others, rounding decides on which side of 0 the pivot is.
    const z = Float64Array.of(0.2, 0.2, 0.7, 0.1, 0.4);
    for (const one of twins(5, Int32Array.of(0), kernel))
      expect(one.factor(z, 1, false, shapeOf(kernel, Int32Array.of(0)))).toBe(false);
  });
});

describe('the packed memory', () => {
  test('a factor that was overwritten is refused, not read', () => {
    const [first, second] = [0, 1].map(() => new PackedCorrelation(30, Int32Array.of(0, 1), 'matern-5/2'));
    const z = numbers(60, 'z');
    first.factor(z, 1.1, false);
    second.factor(z, 1.2, false);
    expect(() => first.logDeterminant()).toThrow(/overwritten/);
    expect(second.logDeterminant()).toBeLessThan(0);
  });

  test('posteriors answer in turn, however many there are', { tags: ['slow'] }, () => {
    // Together about 200 MB, more than stay loaded.
    const n = 1600;
    const z = numbers(n, 'many');
    const one = new PackedCorrelation(n, Int32Array.of(0), 'matern-5/2');
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
    expect(correlation(23, Int32Array.of(0, 1), 'anova')).toBeInstanceOf(StructuredCorrelation);
    expect(correlation(24, Int32Array.of(0, 1), 'anova')).toBeInstanceOf(PackedCorrelation);
    expect(correlation(24, Int32Array.of(0, 1), 'matern-3/2')).toBeInstanceOf(StructuredCorrelation);
    const one = new PackedCorrelation(24, Int32Array.of(0, 1), 'matern-5/2');
    expect(() => one.factor(new Float64Array(3), 1, false)).toThrow(RangeError);
    const product = new PackedCorrelation(24, Int32Array.of(0, 1), 'anova');
    expect(() => product.factor(new Float64Array(48), 1, false, Float64Array.of(1))).toThrow(/2 coordinates/);
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
    const fresh = await import('../../../src/kriging/kernels/correlation.ts');
    const packed = await import('../../../src/numerics/kernels/packed-correlation.ts');
    expect(fresh.correlation(100, Int32Array.of(0, 1), 'matern-5/2')).toBeInstanceOf(fresh.PlainCorrelation);
    expect(fresh.correlation(100, Int32Array.of(0, 1), 'anova')).not.toBeInstanceOf(packed.PackedCorrelation);
    const one = new packed.PackedCorrelation(100, Int32Array.of(0, 1), 'matern-5/2');
    expect(() => one.factor(new Float64Array(200), 1, false)).toThrow(/no WebAssembly/);
  });
});
