import { describe, expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import type { Sampler } from '../../src/core/sampler.ts';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { autoTransfer } from '../../src/sampling/density/auto-transfer.ts';
import { copula } from '../../src/sampling/density/copula.ts';
import { jitter } from '../../src/sampling/density/jitter.ts';
import { kernelDensity } from '../../src/sampling/density/kernel-density.ts';
import { marginals } from '../../src/sampling/density/marginals.ts';
import { mixture } from '../../src/sampling/density/mixture.ts';
import { munge } from '../../src/sampling/density/munge.ts';
import { rows } from '../../src/sampling/density/rows.ts';
import { uniform } from '../../src/sampling/uniform.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { samplerLaws, seenOf } from '../../src/testing/sampler-laws.ts';

const SAMPLERS: readonly (readonly [string, () => Sampler])[] = [
  ['rows', rows],
  ['marginals', marginals],
  ['munge', munge],
  ['kernelDensity', kernelDensity],
  ['copula', copula],
  ['jitter', jitter],
  ['autoTransfer', autoTransfer],
  [
    'mixture',
    () =>
      mixture([
        [rows(), 1],
        [munge(), 2],
        [uniform(), 0.5],
      ]),
  ],
];
for (const [name, make] of SAMPLERS) samplerLaws(name, make, { cases: 12 });

const plane = new Space({ a: real(0, 1), b: real(0, 1) });
/** 400 rows near the diagonal, in the middle of the square. */
const diagonal = seenOf(plane, points(400, 'diagonal'));

function points(count: number, path: string): Matrix {
  const rng = new Rng(path);
  return Matrix.from(
    Array.from({ length: count }, () => {
      const a = 0.3 + 0.4 * rng.uniform();
      return [a, a + 0.02 * rng.normal()];
    }),
  );
}

function correlation(x: Matrix): number {
  const [a, b] = [x.column(0), x.column(1)];
  const mean = (of: Float64Array) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (p: Float64Array, q: Float64Array, mp: number, mq: number) =>
    p.reduce((sum, value, i) => sum + (value - mp) * (q[i] - mq), 0);
  return product(a, b, ma, mb) / Math.sqrt(product(a, a, ma, ma) * product(b, b, mb, mb));
}

const draw = (sampler: Sampler, count: number, seen: Dataset = diagonal) =>
  sampler.sample(seen.space, count, seen, testRun(`draw/${sampler.name}`));

describe('points like those seen', () => {
  test.each(SAMPLERS.slice(0, 6))('of %s have their mean and spread', (_, make) => {
    const x = draw(make(), 4000);
    for (const j of [0, 1]) {
      const [own, real] = [x.column(j), diagonal.x.column(j)];
      const mean = (of: Float64Array) => of.reduce((sum, value) => sum + value, 0) / of.length;
      const spread = (of: Float64Array) => {
        const center = mean(of);
        return Math.sqrt(mean(of.map((value) => (value - center) ** 2)));
      };
      expect(Math.abs(mean(own) - mean(real))).toBeLessThan(0.02);
      expect(spread(own) / spread(real)).toBeGreaterThan(0.85);
      expect(spread(own) / spread(real)).toBeLessThan(1.15);
    }
  });

  test('keep what ties the inputs together, but for marginals', () => {
    const real = correlation(diagonal.x);
    expect(real).toBeGreaterThan(0.97);
    expect(Math.abs(correlation(draw(marginals(), 4000)))).toBeLessThan(0.06);
    for (const [sampler, least] of [
      [rows(), 0.97],
      [munge(), 0.95],
      [copula(), 0.95],
      [jitter(), 0.95],
      [kernelDensity(), 0.85],
    ] as const)
      expect(correlation(draw(sampler, 4000))).toBeGreaterThan(least);
  });

  test('of a row and its nearest neighbor have values between and near them', () => {
    const seen = seenOf(plane, [
      [0.2, 0.3],
      [0.24, 0.38],
      [0.9, 0.95],
      [0.88, 0.9],
    ]);
    const near = (u: Float64Array) => (u[0] < 0.5 ? u.every((v) => v > 0.1 && v < 0.5) : u.every((v) => v > 0.8));
    const x = draw(munge({ swap: 0.7, variance: 5 }), 400, seen);
    for (let i = 0; i < x.rows; i++) expect(near(x.row(i))).toBe(true);
    // The larger the divisor, the closer to the two values.
    const tight = draw(munge({ swap: 0.7, variance: 1e9 }), 400, seen);
    const values = new Set([...tight.column(0)].map((value) => value.toFixed(6)));
    expect([...values].sort()).toEqual(['0.200000', '0.240000', '0.880000', '0.900000']);
  });

  test('of rows come without repeating until all have been there', () => {
    const x = draw(rows(), 400);
    expect(new Set(Array.from({ length: 400 }, (_, i) => x.row(i).join())).size).toBe(400);
    const more = draw(rows(), 800);
    const counts = new Map<string, number>();
    for (let i = 0; i < 800; i++) counts.set(more.row(i).join(), (counts.get(more.row(i).join()) ?? 0) + 1);
    expect([...counts.values()].every((count) => count === 2)).toBe(true);
  });

  test('of rows are of the pool or of the data, and last those to be avoided', () => {
    const x = points(30, 'some');
    const y = Matrix.from(Array.from({ length: 30 }, (_, i) => [i < 10 ? i : Number.NaN]));
    const known = Array.from({ length: 30 }, (_, i) => ({
      ...{ id: `${i}`, status: 'completed' as const, milliseconds: 0 },
      ...(i >= 25 && { avoided: true }),
    }));
    const seen = new Dataset(plane, [{ name: 'f' }], x, y, known).concat(
      new Dataset(plane, [{ name: 'f' }], x.select([12]), y.select([12]), [{ ...known[12], avoided: true }]),
    );
    const at = (sample: Matrix) =>
      Array.from({ length: sample.rows }, (_, i) =>
        Array.from({ length: 30 }, (_, k) => k).find((k) => x.row(k).join() === sample.row(i).join()),
      );
    expect(at(draw(rows({ from: 'data' }), 10, seen)).sort((a, b) => a! - b!)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const pool = at(draw(rows({ from: 'pool' }), 15, seen));
    expect(pool.at(-1)).toBe(12);
    expect(pool.every((k) => k! >= 10 && k! < 25)).toBe(true);
    expect(new Set(pool).size).toBe(15);
  });

  test('keep values that many rows share, choices that occur, and what conditions decide', () => {
    const space = new Space({
      kind: categorical('bolt', 'weld', 'glue'),
      count: integer(1, 6),
      load: real(0, 10),
      torque: real(0, 1, { activeWhen: { kind: 'bolt' } }),
    });
    const rng = new Rng('conditions');
    const seen = seenOf(
      space,
      Matrix.from(
        Array.from({ length: 200 }, () => {
          const bolt = rng.uniform() < 0.5;
          const point = {
            kind: bolt ? 'bolt' : 'weld',
            count: 1 + rng.integer(3),
            load: rng.uniform() < 0.4 ? 0 : 5 + rng.uniform(),
          };
          return space.encode(bolt ? { ...point, torque: 0.8 + 0.1 * rng.uniform() } : point);
        }),
      ),
    );
    for (const [name, make] of SAMPLERS.slice(0, 6)) {
      const x = draw(make(), 500, seen);
      const made = Array.from({ length: 500 }, (_, i) => space.decode(x.row(i)));
      const share = (is: (point: (typeof made)[number]) => boolean) => made.filter(is).length / made.length;
      expect([name, share(({ kind }) => kind === 'glue')]).toEqual([name, 0]);
      expect(share(({ load }) => load === 0)).toBeGreaterThan(0.3);
      expect(share(({ load }) => load > 0 && load < 4)).toBeLessThan(0.02);
      for (const { kind, torque, count } of made) {
        expect(torque === undefined).toBe(kind !== 'bolt');
        // What stands for a torque that plays no part, 0.5, is none.
        if (torque !== undefined) expect(torque).toBeGreaterThan(0.6);
        expect(count).toBeLessThanOrEqual(5);
      }
    }
  });
});

describe('a mixture', () => {
  test('has of each part as many as its weight says, and tells of rows what its parts do', () => {
    const part = (name: string, value: number): Sampler => ({
      name,
      sample: (space, count) =>
        new Matrix(count, space.dimension, new Float64Array(count * space.dimension).fill(value)),
    });
    const x = mixture([
      [part('a', 0.25), 3],
      [part('b', 0.75), 1],
    ]).sample(plane, 10, Dataset.empty(plane, []), testRun('m'));
    expect([...x.column(0)].filter((value) => value === 0.25)).toHaveLength(8);
    expect(mixture([[uniform(), 1]]).fromRows).toBeUndefined();
    expect(
      mixture([
        [uniform(), 1],
        [rows(), 1],
      ]),
    ).toMatchObject({
      ...{ name: 'uniform + rows', fromRows: true, factory: 'mixture' },
      options: {
        parts: [
          { sampler: 'uniform', weight: 1 },
          { sampler: 'rows', weight: 1 },
        ],
      },
    });
  });

  test.each([
    [[], /mixture: parts must be a list of 1 or more/],
    [[[uniform(), 0]], /mixture: parts\[0\].weight must be a number above 0, got 0/],
    [[[3, 1]], /mixture: parts\[0\].sampler must be a sampler such as latinHypercube\(\), got 3/],
    [3, /mixture: parts must be a list/],
  ])('of %s is refused', (parts, message) => {
    expect(() => mixture(parts as never)).toThrow(message);
  });
});

test('rows that stand twice are no neighbors of themselves, and no grid', () => {
  const space = new Space({ a: real(0, 1), b: real(0, 1) });
  const once = uniform().sample(space, 20, seenOf(space, []), testRun('once'));
  const twice = seenOf(space, [...Array.from({ length: 40 }, (_, i) => once.row(i % 20))]);
  const known = new Set(Array.from({ length: 20 }, (_, i) => once.row(i).join()));
  for (const sampler of [munge(), jitter()]) {
    const made = sampler.sample(space, 200, twice, testRun('made'));
    const copies = Array.from({ length: 200 }, (_, i) => made.row(i).join()).filter((row) => known.has(row));
    expect(copies.length).toBeLessThan(100);
  }
});
