import { describe, expect, test } from 'vitest';
import type { Dataset } from '../core/dataset.ts';
import type { Surrogate } from '../core/model.ts';
import { real } from '../core/space/parameter.ts';
import { Space } from '../core/space/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import { Rng } from '../numerics/random.ts';
import { haltonPoints } from '../numerics/sequences/halton.ts';
import { conformal } from '../surrogates/conformal/conformal.ts';
import { judgementOf } from '../surrogates/verdict.ts';
import { dataset, labeled, testRun } from './labeled.ts';

const ROWS = 48;
const DRAWS = 3;
const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const outputs = [{ name: 'f' }];
const ripple = (u: Float64Array) => Math.sin(9 * u[0]) * Math.cos(5 * u[1]) + u[2];

/** A Halton sequence, moved by another vector for each draw. */
function drawn(draw: number): Dataset {
  const x = haltonPoints(ROWS, 3);
  const rng = new Rng('assessment').child(draw);
  const moved = Float64Array.from({ length: 3 }, () => (draw === 0 ? 0 : rng.uniform()));
  for (let i = 0; i < ROWS; i++) for (let j = 0; j < 3; j++) x.set(i, j, (x.get(i, j) + moved[j]) % 1);
  return dataset(cube, outputs, x, Matrix.from(Array.from({ length: ROWS }, (_, i) => [ripple(x.row(i))])));
}

/** What a model tells of itself, and how much of the truth is in its intervals. */
async function told(make: () => Surrogate, data: Dataset) {
  const model = await conformal(make()).fit(data, testRun('assessment'));
  const adequacy = model.health.adequacy?.[0];
  const fresh = labeled(cube, outputs, 400, (u) => [ripple(u)], 'fresh');
  const { lower, upper } = model.interval(fresh.x);
  const inside = fresh.y.data.filter((y, i) => y >= lower.data[i] && y <= upper.data[i]).length;
  return { nrmse: adequacy?.nrmse ?? Number.NaN, verdict: judgementOf('f', adequacy).verdict, coverage: inside / 400 };
}

type Told = Awaited<ReturnType<typeof told>>;

/** How many rows and inputs of noise a surrogate is asked to find nothing in. */
export interface AssessmentLawOptions {
  /** Default 200. */
  readonly rows: number;
  /** Default 12. */
  readonly inputs: number;
}

/** Error, coverage and verdict that a surrogate tells of itself follow from what the data say, not from how they were written down. */
export function assessmentLaws(
  name: string,
  make: () => Surrogate,
  noise: AssessmentLawOptions = { rows: 200, inputs: 12 },
): void {
  describe(`what ${name} tells of itself`, () => {
    let known: Promise<{ readonly first: Told; readonly others: readonly Told[] }> | undefined;
    const draws = () => {
      known ??= (async () => {
        const all: Told[] = [];
        for (let draw = 0; draw < 4; draw++) all.push(await told(make, drawn(draw)));
        return { first: all[0], others: all };
      })();
      return known;
    };
    const range = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

    test.each([
      ['in another order', (n: number) => new Rng('order').permutation(n)],
      ['sorted by an input', (n: number) => sortedBy(n, 0)],
      ['sorted by another', (n: number) => sortedBy(n, 2)],
      ['written down twice', (n: number) => Array.from({ length: 2 * n }, (_, i) => i % n)],
      ['each four times', (n: number) => Array.from({ length: 4 * n }, (_, i) => i >> 2)],
    ])('is the same, to the noise of a fresh draw, of rows %s', async (_, order) => {
      const { first, others } = await draws();
      const other = await told(make, drawn(0).select(order(ROWS)));
      const redrawn = range(others.map(({ nrmse }) => Math.log(nrmse)));
      expect(Math.abs(Math.log(other.nrmse / first.nrmse))).toBeLessThan(redrawn);
      expect(Math.abs(other.coverage - first.coverage)).toBeLessThanOrEqual(range(others.map((one) => one.coverage)));
      expect(others.map(({ verdict }) => verdict)).toContain(other.verdict);
    });

    test('is nothing where answers are noise', async () => {
      const { rows, inputs: d } = noise;
      const inputs = new Space(Object.fromEntries(Array.from({ length: d }, (_, j) => [`x${j}`, real(0, 1)])));
      let q2 = 0;
      for (let draw = 0; draw < DRAWS; draw++) {
        const rng = new Rng('pure noise').child(draw);
        const data = labeled(inputs, outputs, rows, () => [rng.normal()], `noise/${draw}`);
        const model = await conformal(make()).fit(data, testRun('noise'));
        q2 += (1 - (model.health.adequacy?.[0]?.nrmse ?? 0) ** 2) / DRAWS;
      }
      // What one draw tells is 0 give or take 0.05.
      expect(q2).toBeLessThanOrEqual(0.02);
    });
  });
}

function sortedBy(n: number, column: number): number[] {
  const { x } = drawn(0);
  return Array.from({ length: n }, (_, i) => i).sort((a, b) => x.get(a, column) - x.get(b, column));
}
