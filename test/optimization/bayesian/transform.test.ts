import { expect, test } from 'vitest';
import { fitColumn } from '../../../src/optimization/bayesian/column-fit.ts';
import {
  constraintTransforms,
  frontTransforms,
  identity,
  objectiveTransforms,
} from '../../../src/optimization/bayesian/transform.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';
import { cube } from '../../../src/testing/problems.ts';
import { kernelSurrogate } from '../../fixtures/kernel-surrogate.ts';

const values = Float64Array.of(3, -1, 40, 7, 1e4, 2);

test('transforms increase, and know the logarithm of their slope', () => {
  const all = [...objectiveTransforms(values), ...constraintTransforms(values), ...frontTransforms(values, 10)];
  for (const transform of all)
    for (const value of values) {
      const h = 1e-4 * (1 + Math.abs(value));
      const slope = (transform.apply(value + h) - transform.apply(value)) / h;
      expect(slope).toBeGreaterThan(0);
      expect(Math.abs(Math.log(slope) - transform.logSlope(value))).toBeLessThan(1e-2);
    }
});

test('a transform of a constraint keeps zero where it is', () => {
  for (const transform of constraintTransforms(values)) {
    expect(transform.apply(0)).toBe(0);
    expect(transform.apply(-3)).toBe(-transform.apply(3));
  }
});

test('a transform of one of several objectives changes nothing that counts, and shortens a long tail', () => {
  const [, shortened] = frontTransforms(values, 10);
  for (const value of [-1, 2, 10]) expect(shortened.apply(value)).toBe(value);
  expect(shortened.apply(10 + 1e-6)).toBeCloseTo(10 + 1e-6, 10);
  expect(shortened.apply(1e4)).toBeLessThan(100);
  expect(frontTransforms(values, 1000)).toEqual([identity]);
  expect(frontTransforms(values, -2)).toEqual([identity]);
});

test('equal values are left as they are', () => {
  expect(objectiveTransforms(Float64Array.of(2, 2, 2))).toEqual([identity]);
  expect(constraintTransforms(Float64Array.of(0, 0))).toEqual([identity]);
  expect(frontTransforms(Float64Array.of(2, 2, 2), 2)).toEqual([identity]);
});

test('leave-one-out takes a logarithm for values over many orders of magnitude, and none for a plain wave', async () => {
  const space = cube(2);
  const wave = (u: Float64Array) => Math.sin(3 * u[0]) + Math.cos(2 * u[1]);
  const chosen = async (of: (w: number) => number) => {
    const data = labeled(space, [{ name: 'f' }], 25, (u) => [of(wave(u))]);
    const column = { kind: 'objective' as const, text: 'f', modeled: true, values: data.y.column(0) };
    return (await fitColumn(column, data, kernelSurrogate(), testRun('fit'))).transform.name;
  };
  expect(await chosen((w) => w)).toBe('identity');
  expect(await chosen((w) => -Math.exp(-5 * w))).toMatch(/^-log/);
  expect(await chosen((w) => Math.exp(5 * w))).toMatch(/^log/);
});

test('a transform far behind the best is not tried again before the next whole fit', async () => {
  const data = labeled(cube(2), [{ name: 'f' }], 25, (u) => [Math.exp(5 * (Math.sin(3 * u[0]) + Math.cos(2 * u[1])))]);
  const column = { kind: 'objective' as const, text: 'f', modeled: true, values: data.y.column(0) };
  const { transform, tried } = await fitColumn(column, data, kernelSurrogate(), testRun('fit'));
  expect(transform.name).toMatch(/^log/);
  expect(tried).toHaveLength(objectiveTransforms(column.values).length);
  expect(tried[0].model).toBeUndefined();
  expect(tried.filter(({ model }) => model).length).toBeGreaterThanOrEqual(1);
});

test('the logarithm of a constraint has the scale of its limit, however far most rows miss it', () => {
  const near = Array.from({ length: 20 }, (_, i) => (i - 16) / 16);
  const far = Array.from({ length: 40 }, (_, i) => 10 * (1 + i));
  const [logarithm, ...others] = constraintTransforms(Float64Array.from([...near, ...far]), 1);
  // With so long a tail nothing else is tried.
  expect(others).toEqual([]);
  // What lies within the limit is spread over as much as all that is beyond it by twice as much.
  expect(logarithm.apply(0) - logarithm.apply(-1)).toBeCloseTo(Math.log(2), 10);
});
