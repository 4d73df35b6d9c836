import { expect, test } from 'vitest';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { fitKernel } from '../../../src/kriging/fit/fit.ts';
import { featuresOf } from '../../../src/kriging/kernels/features.ts';
import type { KrigingPosterior } from '../../../src/kriging/process/posterior.ts';
import { defaultStart, likelihoodOf, logParameters, search } from '../../../src/kriging/process/search.ts';
import { Response } from '../../../src/kriging/response/response.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { points } from '../../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), kind: categorical('p', 'q', 'r', 's', 't') });
const { map, embedding } = featuresOf(space, {
  categories: 'hypersphere',
  conditions: 'plain',
  warping: 'kumaraswamy',
});
const kernel = 'squared-exponential';
const pause = () => Promise.resolve();

const start = defaultStart(kernel, map.dimension);
const noisy = start.slice();
noisy[noisy.length - 1] = Math.log(1e-2);

/** What two searches came to, and what the fit kept: minus the log likelihood of each under its own features. */
async function rivals(seed: number) {
  const rng = new Rng(`noise/${seed}`);
  const x = points(space, 24, rng.child('x'));
  const y = Float64Array.from({ length: x.rows }, (_, i) => {
    const [a, kind] = x.row(i);
    return Math.sin(8 * a * a) * (kind > 0.5 ? 1 : -0.8) + 0.02 * (seed % 4) * rng.normal();
  });
  const basis = { constant: true, coordinates: [] };
  const data = { map, embedding, moving: true, basis, x, y: new Response(y).targets };
  const options = { kernels: [kernel], nugget: 'estimate', starts: 1, structured: false } as const;
  const unlikeliness = (fit: KrigingPosterior) =>
    likelihoodOf({ ...data, map: fit.parts.map }, kernel, Number.POSITIVE_INFINITY).value(logParameters(fit));
  const exact = await search(data, kernel, 'estimate', [start], pause);
  const other = await search(data, kernel, 'estimate', [noisy], pause);
  const kept = await fitKernel(data, kernel, options, rng, pause);
  const stayed = Math.abs(Math.log(exact.hyperparameters.nugget) - start[start.length - 1]) <= Math.log(10);
  return { exact: unlikeliness(exact), other: unlikeliness(other), kept: unlikeliness(kept), stayed };
}

test('of a fit with noise and one without, each with fitted features of its own, the likelier is kept', {
  tags: ['slow'],
}, async () => {
  const all = [];
  for (let seed = 0; seed < 50; seed++) all.push(await rivals(seed));
  const judged = all.filter(({ stayed }) => stayed);
  // Noise must gain two units.
  for (const { exact, other, kept } of judged) expect(kept).toBe(exact - other > 2 ? other : exact);
  expect(judged.filter(({ exact, other }) => exact - other > 2).length).toBeGreaterThan(0);
  expect(judged.filter(({ exact, other }) => exact - other <= 2).length).toBeGreaterThan(0);
});
