import { expect, test } from 'vitest';
import { symmetricProduct } from '../../../src/numerics/linear-algebra/symmetric-product.ts';
import { Rng } from '../../../src/numerics/random.ts';

test.each([0, 1, 3, 4, 5, 8, 11])('of %i rows has every sum to the last bit, and zeros above', (n) => {
  const [k, rng] = [7, new Rng('symmetric-product')];
  const weights = Float64Array.from({ length: k }, () => rng.normal());
  const b = Float64Array.from({ length: n * k }, () => rng.normal());
  const a = b.map((value, at) => value * weights[at % k]);
  const expected = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) for (let l = 0; l < k; l++) expected[i * n + j] += a[i * k + l] * b[j * k + l];
  expect(symmetricProduct(a, b, n, k)).toEqual(expected);
});
