import { expect, test } from 'vitest';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import type { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { effectsOf } from '../../../src/study/sensitivity/sensitivity.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const sum = (x: Matrix, weights: readonly number[]) =>
  Float64Array.from({ length: x.rows }, (_, i) =>
    weights.reduce((total, weight, j) => total + weight * x.get(i, j), 0),
  );

test("Sobol' indices of linear functions are the shares of their squared weights, at the price of one function", async () => {
  let asked = 0;
  const both = (x: Matrix) => {
    asked += x.rows;
    return [sum(x, [1, 2, 0]), sum(x, [0, 0, 3])];
  };
  const run = { rng: new Rng('effects'), clock: () => performance.now() };
  const [first, second] = await effectsOf(both, space, run);
  expect(first.total[0]).toBeCloseTo(0.2, 1);
  expect(first.first[1]).toBeCloseTo(0.8, 1);
  expect(second.first).toEqual([0, 0, expect.closeTo(1, 1)]);
  expect(second.main[2].at(-1)).toBeCloseTo(3, 5);
  expect(asked).toBe(5 * 1024 + 3 * 25 * 256);
});

test('a long analysis lets signals in, and leaves when it is cancelled', async () => {
  const controller = new AbortController();
  let asked = 0;
  const slow = (x: Matrix) => {
    asked++;
    const end = performance.now() + 30;
    while (performance.now() < end);
    return [sum(x, [1, 1, 1])];
  };
  setTimeout(() => controller.abort(), 100);
  const run = { rng: new Rng('effects'), clock: () => performance.now(), signal: controller.signal };
  await expect(effectsOf(slow, space, run)).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked).toBeLessThan(40);
});
