import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/core/dataset.ts';
import { categorical, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { conformal } from '../../src/surrogates/conformal/conformal.ts';
import { domainOf } from '../../src/surrogates/domain.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { comparedRows } from '../../src/surrogates/probes.ts';
import { dataset, labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1) });
const outputs = [{ name: 'f' }];
const inCorner = (u: ArrayLike<number>) => u[0] > 0.6 && u[1] > 0.6;
const hills = (u: ArrayLike<number>) => Math.sin(6 * u[0]) * Math.cos(5 * u[1]) + u[0] * u[1];

function withoutCorner(n: number): Dataset {
  const data = labeled(space, outputs, n, (u) => [hills(u)]);
  return data.select(Array.from({ length: n }, (_, i) => i).filter((i) => !inCorner(data.x.row(i))));
}

/** Probability that a point of large error has a higher score than one of small error. */
function areaUnderCurve(scores: Float64Array, large: boolean[]): number {
  let [right, pairs] = [0, 0];
  large.forEach((isLarge, i) => {
    if (!isLarge) return;
    large.forEach((other, j) => {
      if (other) return;
      pairs++;
      right += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    });
  });
  return right / pairs;
}

describe('the domain of a Gaussian process', () => {
  test('tells large errors in a corner that it never saw from small ones elsewhere', async () => {
    const data = withoutCorner(50);
    const model = await gaussianProcess().fit(data, testRun('corner'));
    const fresh = labeled(space, outputs, 400, (u) => [hills(u)], 'fresh');
    const errors = model.predict(fresh.x).data.map((m, i) => Math.abs(m - fresh.y.data[i]));
    const elsewhere = errors.filter((_, i) => !inCorner(fresh.x.row(i))).sort();
    const limit = elsewhere[Math.floor(0.95 * elsewhere.length)];
    const novelty = domainOf(model, data).novelty(fresh.x);
    expect(
      areaUnderCurve(
        novelty,
        [...errors].map((error) => error > limit),
      ),
    ).toBeGreaterThan(0.9);
    expect(novelty.filter((v, i) => v > 1 && inCorner(fresh.x.row(i))).length).toBeGreaterThan(0);
  });

  test.each([
    ['an emptied corner', (u: ArrayLike<number>) => u[0] > 0.7 && u[1] > 0.7],
    ['the margin around all rows', (u: ArrayLike<number>) => Math.min(u[0], u[1], 1 - u[0], 1 - u[1]) < 0.12],
    ['nowhere in particular', () => false],
  ])('flags about as many points as have large errors: %s', async (_, isEmpty) => {
    const everywhere = !isEmpty([0, 0]) && !isEmpty([1, 1]);
    let [flagged, large] = [0, 0];
    for (let draw = 0; draw < 4; draw++) {
      const all = labeled(space, outputs, 60, (u) => [hills(u)], `threshold/${draw}`);
      const data = all.select([...all.rows.keys()].filter((i) => !isEmpty(all.x.row(i))).slice(0, 30));
      const model = await gaussianProcess().fit(data, testRun(`threshold/${draw}`));
      const fresh = labeled(space, outputs, 1500, (u) => [hills(u)], 'fresh');
      const errors = model.predict(fresh.x).data.map((m, i) => Math.abs(m - fresh.y.data[i]));
      const inside = errors.filter((_, i) => !isEmpty(fresh.x.row(i))).sort();
      const limit = inside[Math.floor(0.95 * inside.length)];
      const novelty = domainOf(model, data).novelty(fresh.x);
      const asked = [...novelty.keys()].filter((i) => everywhere || isEmpty(fresh.x.row(i)));
      flagged += asked.filter((i) => novelty[i] > 1).length / asked.length / 4;
      large += asked.filter((i) => errors[i] > limit).length / asked.length / 4;
    }
    expect(flagged / large).toBeGreaterThan(0.6);
    expect(flagged / large).toBeLessThan(1.7);
  });

  test('has no level of a category without a row, and a note says so', async () => {
    const kinds = new Space({ a: real(0, 1), metal: categorical('iron', 'tin', 'zinc') });
    const all = labeled(kinds, outputs, 60, (u) => [Math.sin(5 * u[0]) + 3 * u[1]]);
    const data = all.select([...all.rows.keys()].filter((i) => all.x.get(i, 1) < 0.6));
    const model = await conformal(gaussianProcess()).fit(data, testRun('levels'));
    const { novelty } = domainOf(model, data);
    expect(novelty(data.x).every((v) => v <= 1)).toBe(true);
    expect([...novelty(Matrix.from([[0.5, 5 / 6]]))]).toEqual([Number.POSITIVE_INFINITY]);
    expect(model.health.notes.join()).toContain('no row has metal = zinc: what is said there is a guess');
    expect((await conformal(gaussianProcess()).fit(all, testRun('levels'))).health.notes.join()).not.toContain(
      'no row has',
    );
  });

  test('holds its own rows', async () => {
    const data = withoutCorner(40);
    const model = await gaussianProcess().fit(data, testRun('rows'));
    expect(
      domainOf(model, data)
        .novelty(data.x)
        .every((v) => v <= 1),
    ).toBe(true);
  });
});

test('without variances novelty is the distance to the nearest row over the one that nearly all rows have', async () => {
  const x = Matrix.from(Array.from({ length: 21 }, (_, i) => [i / 20, 0.5]));
  const data = dataset(space, outputs, x, new Matrix(21, 1));
  const model = await nearestNeighbor().fit(data, testRun('distance'));
  const novelty = domainOf(model, data).novelty(
    Matrix.from([
      [0.5, 0.5],
      [0.5, 0.6],
      [0.525, 0.5],
    ]),
  );
  expect(novelty[0]).toBe(0);
  expect(novelty[1]).toBeCloseTo(2, 9);
  expect(novelty[2]).toBeCloseTo(0.5, 9);
});

test('everything but a single row is outside', async () => {
  const data = dataset(space, outputs, Matrix.from([[0.5, 0.5]]), new Matrix(1, 1));
  const model = await nearestNeighbor().fit(data, testRun('single'));
  expect([
    ...domainOf(model, data).novelty(
      Matrix.from([
        [0.5, 0.5],
        [0, 0],
      ]),
    ),
  ]).toEqual([0, Number.POSITIVE_INFINITY]);
});

test('of many rows some are compared, the same ones in any order', () => {
  const [n, width] = [1500, 2000];
  const rows = Array.from({ length: n }, (_, i) => [((i * 7919) % n) / n, i / n]);
  const compared = comparedRows(Matrix.from(rows), width);
  expect(compared.rows).toBe(Math.floor(Math.sqrt(1e9 / width)));
  expect(comparedRows(Matrix.from([...rows].reverse()), width)).toEqual(compared);
  expect(comparedRows(Matrix.from(rows), 2).rows).toBe(n);
});
