import { expect, test } from 'vitest';
import { normalQuantile } from '../../../src/numerics/distributions.ts';
import { studentStretch } from '../../../src/surrogates/conformal/student.ts';

// Two-sided points of Student's t, as tables print them.
test.each([
  [0.5, 4, 0.741],
  [0.95, 3, 3.182],
  [0.95, 5, 2.571],
  [0.95, 10, 2.228],
  [0.99, 10, 3.169],
  [0.99, 30, 2.75],
  [0.999, 120, 3.373],
])('at level %d with %d degrees of freedom it reaches to %d', (level, degrees, point) => {
  const z = normalQuantile((1 + level) / 2);
  expect(Math.abs((z * studentStretch(z, degrees)) / point - 1)).toBeLessThan(1.5e-3);
});

test('with many degrees of freedom it is the normal distribution', () => {
  expect(studentStretch(2, 1e9)).toBeCloseTo(1, 8);
});
