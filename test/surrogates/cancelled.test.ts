import { expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { FeatureMap } from '../../src/core/space/feature-map.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { defaultStart, search } from '../../src/kriging/process/search.ts';
import { trendBasis } from '../../src/kriging/process/trend.ts';
import { Rng } from '../../src/numerics/random.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';
import { fitScales } from '../../src/surrogates/radial-basis/scales.ts';
import { labeled, points, testRun } from '../../src/testing/labeled.ts';

const plane = new Space({ a: real(0, 1), b: real(0, 1) });
const x = points(plane, 20, new Rng('cancelled'));
const y = Float64Array.from({ length: 20 }, (_, i) => Math.sin(6 * x.get(i, 0)) + x.get(i, 1) ** 2);

/** A pause in which the run is cancelled at the third time. */
function third(): () => Promise<void> {
  let times = 0;
  return async () => {
    if (++times === 3) throw new Error('cancelled at the third pause');
  };
}

test('a search for hyper-parameters can be cancelled between its iterations', async () => {
  const data = { map: new FeatureMap(plane.columns), basis: trendBasis('constant', x, plane.columns), x, y };
  const starts = [defaultStart('matern-5/2', 2)];
  await expect(search(data, 'matern-5/2', 'estimate', starts, third())).rejects.toThrow(/third pause/);
});

test('so can one for the scales of radial basis functions', async () => {
  const features = { z: x, coordinates: [0, 1], dimension: 2 };
  const scales = Float64Array.of(1, 1);
  await expect(fitScales(features, y, { kernel: 'cubic', tail: 'linear' }, scales, third())).rejects.toThrow(
    /third pause/,
  );
});

test('a response surface of many outputs can be cancelled between them', async () => {
  const outputs = outputList({ f: {}, g: {}, h: {} });
  const data = labeled(plane, outputs, 20, ([a, b]) => [a * b, a + b, a ** 2]);
  const control = new AbortController();
  const clock = () => {
    clocked++;
    if (clocked === 3) control.abort();
    return 100 * clocked;
  };
  let clocked = 0;
  const fit = responseSurface().fit(data, testRun('cancelled', { clock, signal: control.signal }));
  await expect(fit).rejects.toMatchObject({ code: 'cancelled' });
});
