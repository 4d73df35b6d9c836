import { expect, test } from 'vitest';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { conformal } from '../../src/surrogates/conformal/conformal.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { outlierNotes } from '../../src/surrogates/outliers.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1) });
const outputs = [{ name: 'f' }];

test('an outlier is named by the model that has to live with it', async () => {
  let at = 0;
  const data = labeled(space, outputs, 40, (u) => [at++ === 17 ? 1e9 : Math.sin(5 * u[0]) + u[1]]);
  const { health } = await conformal(gaussianProcess()).fit(data, testRun('outlier'));
  expect(health.notes.join()).toContain('f: row 17 (test/17) is 1000000000, over 1000 times as far');
});

test('heavy tails, plateaus and huge values are no outliers', () => {
  const notes = (f: (u: Float64Array) => number) => outlierNotes(labeled(space, outputs, 60, (u) => [f(u)]));
  expect(notes((u) => Math.exp(8 * u[0]))).toEqual([]);
  expect(notes((u) => (u[0] > 0.2 ? 1 : u[1]))).toEqual([]);
  expect(notes((u) => 1e308 * (u[0] - 0.5))).toEqual([]);
  expect(notes(() => 3)).toEqual([]);
});
