import { expect, test } from 'vitest';
import { normalQuantile } from '../../src/numerics/distributions.ts';
import { studentHalfWidth, studentStretch } from '../../src/numerics/student.ts';

// Abramowitz and Stegun, table 26.10.
test.each([
  [0.95, 1, 12.706],
  [0.95, 2, 4.303],
  [0.9, 3, 2.353],
  [0.95, 10, 2.228],
  [0.99, 10, 3.169],
  [0.95, 19, 2.093],
  [0.998, 4, 7.173],
  [0.95, 60, 2.0],
])('%f of Student t with %d degrees of freedom lie within %f', (level, degrees, width) => {
  expect(studentHalfWidth(level, degrees)).toBeCloseTo(width, 3);
});

test('one degree is the Cauchy distribution, many are the normal one', () => {
  for (const level of [0.01, 0.5, 0.999]) {
    expect(studentHalfWidth(level, 1) / Math.tan((level * Math.PI) / 2)).toBeCloseTo(1, 9);
    expect(studentHalfWidth(level, 200_000)).toBeCloseTo(normalQuantile((1 + level) / 2), 4);
  }
});

test('refuses what has no answer', () => {
  expect(() => studentHalfWidth(1, 3)).toThrow(/a level lies in \(0, 1\), got 1/);
  expect(() => studentHalfWidth(0.95, 0)).toThrow(/at least 1, got 0/);
});

// Two-sided points of Student's t, as tables print them.
test.each([
  [0.5, 4, 0.741],
  [0.95, 3, 3.182],
  [0.95, 5, 2.571],
  [0.95, 10, 2.228],
  [0.99, 10, 3.169],
  [0.99, 30, 2.75],
  [0.999, 120, 3.373],
])('at level %d with %d degrees of freedom the expansion reaches to %d', (level, degrees, point) => {
  const z = normalQuantile((1 + level) / 2);
  expect(Math.abs((z * studentStretch(z, degrees)) / point - 1)).toBeLessThan(1.5e-3);
});

test('with many degrees of freedom the expansion is the normal distribution', () => {
  expect(studentStretch(2, 1e9)).toBeCloseTo(1, 8);
});
