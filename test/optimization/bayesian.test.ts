import { expect, test } from 'vitest';
import { bayesian } from '../../src/optimization/bayesian.ts';
import { kernelSurrogate } from '../fixtures/kernel-surrogate.ts';
import { optimizerLaws } from '../laws/optimizer-laws.ts';

optimizerLaws('bayesian', bayesian({ surrogate: kernelSurrogate(), initial: 5, search: { raw: 64, starts: 3 } }), 18);

test('refuses a senseless number of initial points', () => {
  expect(() => bayesian({ surrogate: kernelSurrogate(), initial: 1 })).toThrow(/initial.*at least 2, got 1/);
});
