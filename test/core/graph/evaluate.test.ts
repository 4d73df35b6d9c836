import { expect, test } from 'vitest';
import { sizedTerms } from '../../../src/core/graph/evaluate.ts';
import { input, max, multiply, sqrt, subtract } from '../../../src/core/graph/term.ts';

const ROUNDING = 2 ** -53;

/** What is left of 1e6 (1 + e) - 1e6. */
const difference = subtract(multiply(1e6, input(0)), 1e6);

test.each([-1e-15, 0, 1e-15, 1e-12])(
  'a clipped difference is as far off as its terms are large, whatever side %s falls on',
  (e) => {
    const [{ size }] = sizedTerms([max(difference, 0)], [1 + e]);
    expect(size).toBeGreaterThanOrEqual(1e6);
    expect(size).toBeLessThan(3e6);
  },
);

test('what is clipped by far keeps the size of what it is clipped to', () => {
  expect(sizedTerms([max(difference, 0)], [0.9])).toEqual([{ value: 0, size: 0 }]);
});

test('the root of a difference that rounding makes 0 is off by the root of that rounding, and of a large one by its slope', () => {
  const root = sqrt(max(difference, 0));
  for (const e of [-1e-15, 0, 1e-16]) {
    const [{ value, size }] = sizedTerms([root], [1 + e]);
    expect(size * ROUNDING).toBeGreaterThanOrEqual(value);
    expect(size * ROUNDING).toBeGreaterThan(1e-5);
    expect(size * ROUNDING).toBeLessThan(3e-5);
  }
  const [{ value, size }] = sizedTerms([root], [1.125]);
  expect(size / value).toBeCloseTo((0.5 * 2.125e6) / 0.125e6, 6);
  expect(sizedTerms([sqrt(input(0))], [0])).toEqual([{ value: 0, size: 0 }]);
});
