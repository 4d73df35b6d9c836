import { expect, test } from 'vitest';
import { bayesian } from '../../src/optimization/bayesian/bayesian.ts';
import { random } from '../../src/optimization/direct/random.ts';
import { stopping } from '../../src/optimization/stopping.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { optimizerLaws, search } from '../../src/testing/optimizer-laws.ts';
import { cube, problemOf } from '../../src/testing/problems.ts';
import { kernelSurrogate } from '../fixtures/kernel-surrogate.ts';

const problem = problemOf(cube(2));
const bowl = (u: Float64Array) => [(u[0] - 0.3) ** 2 + (u[1] - 0.6) ** 2];
const quick = bayesian({ surrogate: kernelSurrogate(), initial: 5, search: { raw: 64, starts: 3 } });

optimizerLaws('an optimizer that never has to stop', () => stopping(random(), {}));

test('stops at the target, and not before', async () => {
  const { history, last } = await search(stopping(quick, { target: 0.01 }), { problem, answer: bowl }, { budget: 40 });
  expect(last?.stop).toBe('converged');
  expect(history.size).toBeLessThan(40);
  expect(history.y.data.slice(0, -1).every((value) => value > 0.01)).toBe(true);
  expect(history.y.data.at(-1)).toBeLessThanOrEqual(0.01);
});

test('stops when a further run promises less than the tolerance', async () => {
  const exact = bayesian({ surrogate: gaussianProcess({ calibrate: false }), search: { raw: 64, starts: 3 } });
  const { history, last } = await search(
    stopping(exact, { tolerance: 1e-3 }),
    { problem, answer: bowl },
    { budget: 25 },
  );
  expect(last?.stop).toBe('converged');
  expect(Math.min(...history.y.data)).toBeLessThan(0.01);
});

test('stops after as many fruitless runs as it has patience for', async () => {
  const flat = { problem, answer: () => [1] };
  const { history, last } = await search(stopping(random(), { patience: 7 }), flat, { budget: 40 });
  expect(last?.stop).toBe('stagnated');
  expect(history.size).toBe(8);
});

test('refuses senseless limits', () => {
  expect(() => stopping(random(), { tolerance: -1 })).toThrow('tolerance must be a number from 0, got -1');
  expect(() => stopping(random(), { patience: 0 })).toThrow(
    'patience must be a whole number from 1, or Infinity, got 0',
  );
});
