import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { hypervolume, improvementBoxes } from '../../../src/numerics/minimize/hypervolume.ts';
import {
  crowdingDistances,
  dominanceRanks,
  dominates,
  nonDominated,
} from '../../../src/numerics/minimize/non-dominated.ts';

const value = fc.integer({ min: 0, max: 12 }).map((v) => v / 10);
const rowsOf = (m: number, most: number) =>
  fc.array(fc.array(value, { minLength: m, maxLength: m }), { maxLength: most });
const frontOf = fc.integer({ min: 2, max: 4 }).chain((m) => rowsOf(m, 9).map((rows) => Matrix.from(rows, m)));

/** By inclusion and exclusion over all subsets, which needs no order and no slices. */
function byInclusion(points: Matrix, reference: number[]): number {
  let sum = 0;
  for (let subset = 1; subset < 1 << points.rows; subset++) {
    let size = 0;
    const corner = new Array<number>(points.columns).fill(Number.NEGATIVE_INFINITY);
    for (let i = 0; i < points.rows; i++)
      if (subset & (1 << i)) {
        size++;
        points.row(i).forEach((v, k) => {
          corner[k] = Math.max(corner[k], v);
        });
      }
    const volume = corner.reduce((product, v, k) => product * Math.max(0, reference[k] - v), 1);
    sum += size % 2 === 1 ? volume : -volume;
  }
  return sum;
}

describe('hypervolume', () => {
  test('agrees with inclusion and exclusion', () => {
    fc.assert(
      fc.property(frontOf, (points) => {
        const reference = new Array<number>(points.columns).fill(1);
        expect(hypervolume(points, reference)).toBeCloseTo(byInclusion(points, reference), 10);
      }),
    );
  });

  test('what a point adds is its overlap with the improvement boxes', () => {
    fc.assert(
      fc.property(frontOf, fc.array(value, { minLength: 4, maxLength: 4 }), (points, all) => {
        const m = points.columns;
        const reference = new Array<number>(m).fill(1);
        const y = all.slice(0, m);
        const { lower, upper } = improvementBoxes(points, reference);
        let gain = 0;
        for (let b = 0; b < lower.rows; b++)
          gain += y.reduce((product, v, k) => product * Math.max(0, upper.get(b, k) - Math.max(lower.get(b, k), v)), 1);
        const before = hypervolume(points, reference);
        expect(gain).toBeCloseTo(hypervolume(points.stack(Matrix.from([y])), reference) - before, 10);
      }),
    );
  });

  test('an empty front leaves one box, a reference of another length is refused', () => {
    const { lower, upper } = improvementBoxes(new Matrix(0, 2), [3, 4]);
    expect([lower.data, upper.data]).toEqual([
      Float64Array.of(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY),
      Float64Array.of(3, 4),
    ]);
    expect(hypervolume(new Matrix(0, 3), [1, 1, 1])).toBe(0);
    expect(() => hypervolume(new Matrix(1, 2), [1])).toThrow(/1 values does not fit 2/);
  });
});

describe('the Pareto order', () => {
  test('keeps exactly the rows that no other dominates, equal ones once', () => {
    fc.assert(
      fc.property(frontOf, (points) => {
        const rows = Array.from({ length: points.rows }, (_, i) => points.row(i));
        const expected = rows.flatMap((row, i) =>
          rows.some((other, k) => dominates(other, row) || (k < i && other.join() === row.join())) ? [] : [i],
        );
        expect(nonDominated(points)).toEqual(expected);
      }),
    );
  });

  test('ranks by peeling front after front', () => {
    fc.assert(
      fc.property(rowsOf(3, 30), (rows) => {
        const expected = new Array<number>(rows.length).fill(-1);
        for (let rank = 0; expected.includes(-1); rank++) {
          const left = rows.map((_, i) => i).filter((i) => expected[i] < 0);
          for (const i of left.filter((one) => !left.some((k) => dominates(rows[k], rows[one])))) expected[i] = rank;
        }
        expect([...dominanceRanks(Matrix.from(rows, 3))]).toEqual(expected);
      }),
    );
  });

  test('crowding: the ends are infinitely far, the middle has its neighbors gap', () => {
    const distances = crowdingDistances(
      Matrix.from([
        [0, 4],
        [1, 1],
        [4, 0],
        [3, 0.5],
      ]),
    );
    expect([...distances]).toEqual([
      Number.POSITIVE_INFINITY,
      3 / 4 + 3.5 / 4,
      Number.POSITIVE_INFINITY,
      3 / 4 + 1 / 4,
    ]);
  });
});
