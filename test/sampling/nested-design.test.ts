import { describe, expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { ImagoError } from '../../src/core/errors.ts';
import { categorical, integer, ordinal, type Parameter, real, type Scalar } from '../../src/core/parameter.ts';
import type { Sampler } from '../../src/core/sampler.ts';
import { Space } from '../../src/core/space.ts';
import type { Matrix } from '../../src/numerics/matrix.ts';
import { minimumDistance } from '../../src/sampling/distance.ts';
import { nestedDesign } from '../../src/sampling/nested-design.ts';
import { uniform } from '../../src/sampling/uniform.ts';
import { runOf, samplerLaws, seenOf } from '../laws/sampler-laws.ts';

/** Two levels of the first parameter, which no condition can be on. */
function someLevels(parameter: Parameter): Scalar[] {
  if (parameter.kind === 'real') return [parameter.lower, parameter.upper];
  return parameter.kind === 'integer' ? [parameter.lower, parameter.upper] : [...parameter.values].slice(0, 2);
}

const ofFirst: Sampler = (space, count, seen, run) => {
  const [[resolution, parameter]] = Object.entries(space.parameters);
  const levels = [...new Set(someLevels(parameter))];
  return nestedDesign({ resolution, levels, ratio: 0.5, sampler: uniform() })(space, count, seen, run);
};

samplerLaws('nestedDesign', () => ofFirst);

const space = new Space({
  a: real(0, 1),
  cells: ordinal([8, 16, 32]),
  b: real(0, 1),
  kind: categorical('x', 'y'),
});
const none = Dataset.empty(space, []);

/** The rows of a level as texts, without the level. */
function pointsAt(x: Matrix, j: number, value: number): string[] {
  return Array.from({ length: x.rows }, (_, i) => Array.from(x.row(i)))
    .filter((u) => Math.abs(u[j] - value) < 1e-9)
    .map((u) => u.toSpliced(j, 1).join());
}

describe('nesting', () => {
  test('the points of each finer level are among those of the coarser one, in the shares asked for', () => {
    const x = nestedDesign({ resolution: 'cells' })(space, 84, none, runOf('nested'));
    const [coarse, middle, fine] = [1 / 6, 1 / 2, 5 / 6].map((u) => pointsAt(x, 1, u));
    expect([coarse.length, middle.length, fine.length]).toEqual([64, 16, 4]);
    expect(new Set(coarse).size).toBe(64);
    for (const point of middle) expect(coarse).toContain(point);
    for (const point of fine) expect(middle).toContain(point);
  });

  test('levels can be given in another order, and of a real parameter they must be', () => {
    const mesh = new Space({ size: real(0.01, 1, { scale: 'log' }), a: real(0, 1) });
    const x = nestedDesign({ resolution: 'size', levels: [0.1, 0.02], ratio: 0.5 })(
      mesh,
      12,
      Dataset.empty(mesh, []),
      runOf('order'),
    );
    const sizes = Array.from({ length: 12 }, (_, i) => Number(mesh.decode(x.row(i)).size));
    expect(sizes.map((size) => size.toFixed(6))).toEqual([
      ...new Array(8).fill('0.100000'),
      ...new Array(4).fill('0.020000'),
    ]);
    const run = () => nestedDesign({ resolution: 'size' })(mesh, 4, Dataset.empty(mesh, []), runOf('order'));
    expect(run).toThrow(/say which levels it has/);
  });

  test('the finest level is a Latin hypercube, and the coarser one keeps nearly all of its strata', () => {
    const two = new Space({ grid: integer(1, 2), a: real(0, 1), b: real(0, 1) });
    const x = nestedDesign({ resolution: 'grid' })(two, 50, Dataset.empty(two, []), runOf('strata'));
    const fine = x.select(Array.from({ length: 10 }, (_, i) => 40 + i));
    for (const j of [1, 2])
      expect([...fine.column(j)].map((u) => Math.floor(10 * u)).sort((p, q) => p - q)).toEqual([...Array(10).keys()]);
    const coarse = x.select(Array.from({ length: 40 }, (_, i) => i));
    for (const j of [1, 2]) expect(new Set(coarse.column(j).map((u) => Math.floor(40 * u))).size).toBeGreaterThan(30);
  });

  test('the coarse design is better spaced than random points with the finer ones among them', () => {
    const two = new Space({ grid: integer(1, 2), a: real(0, 1), b: real(0, 1) });
    const spaced = (sampler?: Sampler) =>
      [0, 1, 2, 3, 4]
        .map((seed) => {
          const design = nestedDesign({ resolution: 'grid', ...(sampler && { sampler }) });
          const x = design(two, 50, Dataset.empty(two, []), runOf(seed));
          return minimumDistance(x.select(Array.from({ length: 40 }, (_, i) => i)), two);
        })
        .reduce((sum, distance) => sum + distance, 0) / 5;
    expect(spaced()).toBeGreaterThan(1.5 * spaced(uniform()));
  });

  test('points seen at a level are extended, not repeated', () => {
    const two = new Space({ grid: integer(1, 2), a: integer(1, 20) });
    const first = nestedDesign({ resolution: 'grid', ratio: 0.5 })(two, 15, Dataset.empty(two, []), runOf('seen'));
    const more = nestedDesign({ resolution: 'grid', ratio: 0.5 })(two, 15, seenOf(two, first), runOf('seen'));
    expect(new Set(pointsAt(first.stack(more), 0, 0.75)).size).toBe(10);
  });

  test('a parameter that depends on the resolution is active where it should be', () => {
    const two = new Space({ grid: ordinal([1, 2]), a: real(0, 1), order: integer(1, 9, { activeWhen: { grid: 2 } }) });
    const x = nestedDesign({ resolution: 'grid', ratio: 1 })(two, 8, Dataset.empty(two, []), runOf('active'));
    expect([...x.column(2)].slice(0, 4)).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(new Set(x.column(2).slice(4)).size).toBe(4);
  });
});

test('says what is wrong with its options', () => {
  const run = (options: Partial<Parameters<typeof nestedDesign>[0]>) => () =>
    nestedDesign({ resolution: 'cells', ...options })(space, 8, none, runOf('wrong'));
  expect(run({ ratio: 0 })).toThrow(/ratio must be a number in \(0, 1\], got 0/);
  expect(run({ resolution: 'mesh' })).toThrow(/no parameter 'mesh'.*known: a, cells, b, kind/);
  expect(run({ levels: [8, 8] })).toThrow(/levels must be different/);
  expect(run({ levels: [8, 9] })).toThrow(/'cells' cannot be 9/);
  expect(run({ resolution: 'cells', levels: [] })).toThrow(ImagoError);
  const inactive = new Space({ a: integer(0, 1), grid: integer(1, 2, { activeWhen: { a: 1 } }) });
  expect(() => nestedDesign({ resolution: 'grid' })(inactive, 2, Dataset.empty(inactive, []), runOf(''))).toThrow(
    /conditional/,
  );
});
