import { describe, expect, test } from 'vitest';
import type { Model } from '../../../src/core/model.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { conformalBounds } from '../../../src/surrogates/conformal/bounds.ts';

/** Predicts 0, with a spread of 1. */
const zero: Model = {
  health: { points: 0, notes: [] },
  predict: (x) => new Matrix(x.rows, 1),
};

/** How far pooled scores reach; the rows were dealt to four parts. */
function reachOf(residuals: Float64Array, level = 0.95): number {
  const rows = Int32Array.from(residuals, (_, i) => i);
  const scores = { residuals, errors: residuals, least: 0, rows, judges: rows.map((i) => i % 4) };
  const answer = { mean: new Matrix(1, 1), variance: Matrix.from([[1]]) };
  return conformalBounds({ models: [zero], scores: [scores] }, [answer], level, 'pooled').upper.data[0];
}

const normals = (rng: Rng, n: number) => Float64Array.from({ length: n }, () => rng.normal());

describe('pooled scores', () => {
  test.each([20, 40, 100, 200])('of %d rows cover errors of designs that differ in size as much as measured', (n) => {
    const designs = 2000;
    for (const [level, tolerance] of [
      [0.8, 0.035],
      [0.95, 0.017],
    ]) {
      const rng = new Rng(`pooled/${n}/${level}`);
      let inside = 0;
      for (let i = 0; i < designs; i++) {
        const size = Math.exp((2.6 / Math.sqrt(n)) * rng.normal());
        const reach = reachOf(normals(rng, n), level);
        inside += normals(rng, 5).filter((error) => Math.abs(error) * size <= reach).length / 5;
      }
      expect(Math.abs(inside / designs - level)).toBeLessThan(tolerance);
    }
  });

  test('of four parts are as large as the geometric mean of theirs', () => {
    const scores = normals(new Rng('parts'), 400);
    const uneven = scores.map((r, i) => (i % 4 === 0 ? 3 * r : i % 4 === 1 ? r / 3 : r));
    const even = reachOf(scores, 0.95);
    // The rank, whose weight is 0.3, is another one.
    const rank = (values: Float64Array) => values.map(Math.abs).sort()[380];
    expect(reachOf(uneven) / even).toBeCloseTo((rank(uneven) / rank(scores)) ** 0.3, 1);
  });

  test('count a part without errors for a tenth of the largest', () => {
    const scores = normals(new Rng('easy'), 80);
    const easy = (factor: number) => reachOf(scores.map((r, i) => (i % 4 === 2 ? factor * r : r)));
    expect(easy(0)).toBeGreaterThan(0.3 * easy(1));
    expect(easy(1e-9)).toBeCloseTo(easy(0), 6);
  });

  test('reach in proportion to their size, up to the largest numbers, and nowhere when they are 0', () => {
    const scores = normals(new Rng('scale'), 40);
    const reach = reachOf(scores);
    for (const unit of [1e-200, 1e200]) expect(reachOf(scores.map((r) => unit * r)) / unit).toBeCloseTo(reach, 6);
    expect(reachOf(new Float64Array(40))).toBe(0);
  });

  test('reach further for a higher level, from the lowest on', () => {
    const scores = normals(new Rng('levels'), 40);
    const reaches = [1e-9, 0.01, 0.1, 0.5, 0.9, 0.97].map((level) => reachOf(scores, level));
    expect(reaches[0]).toBeGreaterThan(0);
    for (let i = 1; i < reaches.length; i++) expect(reaches[i]).toBeGreaterThan(reaches[i - 1]);
  });
});
