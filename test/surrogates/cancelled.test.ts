import { expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { partsOf } from '../../src/core/parts.ts';
import { FeatureMap } from '../../src/core/space/feature-map.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { calibrate, FOLDS } from '../../src/kriging/fit/calibration.ts';
import { chooseTransform } from '../../src/kriging/fit/choice.ts';
import { fitKernel } from '../../src/kriging/fit/fit.ts';
import { defaultStart, kriging, LONG, search, searchFrom, shortSearch } from '../../src/kriging/process/search.ts';
import { trendBasis } from '../../src/kriging/process/trend.ts';
import { Response } from '../../src/kriging/response/response.ts';
import { candidateTransforms } from '../../src/kriging/response/transform.ts';
import { Rng } from '../../src/numerics/random.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';
import { fitScales } from '../../src/surrogates/radial-basis/scales.ts';
import { labeled, points, testRun } from '../../src/testing/labeled.ts';

const plane = new Space({ a: real(0, 1), b: real(0, 1) });
const x = points(plane, 20, new Rng('cancelled'));
const y = Float64Array.from({ length: 20 }, (_, i) => Math.sin(6 * x.get(i, 0)) + x.get(i, 1) ** 2);

/** Pauses in the n-th of which the run is cancelled. */
function nth(n: number): () => Promise<void> {
  let times = 0;
  return async () => {
    if (++times === n) throw new Error(`cancelled at the ${n === 3 ? 'third' : `${n}th`} pause`);
  };
}
const third = () => nth(3);

test('a search for hyper-parameters can be cancelled between its iterations', async () => {
  const data = { map: new FeatureMap(plane.columns), basis: trendBasis('constant', x, plane.columns), x, y };
  const starts = [defaultStart('matern-5/2', 2)];
  await expect(search(data, 'matern-5/2', 'estimate', starts, third())).rejects.toThrow(/third pause/);
  await expect(searchFrom(data, 'matern-5/2', 'estimate', starts[0], LONG, third())).rejects.toThrow(/third pause/);
  await expect(shortSearch(data, 'matern-5/2', third())).rejects.toThrow(/third pause/);
});

test('so can those of a calibration, of a choice of transform and of a fit from where an earlier one was', async () => {
  const many = labeled(plane, outputList({ f: {} }), 251, ([a, b]) => [Math.exp(3 * a + b)]);
  const inputs = { map: new FeatureMap(plane.columns), basis: trendBasis('constant', many.x, plane.columns) };
  const data = { ...inputs, x: many.x, y: new Response(many.y.column(0)).targets };
  const fitted = kriging(data, 'matern-5/2', defaultStart('matern-5/2', 2));
  // Of so many rows one part is predicted.
  const parts = partsOf(many.x, plane.columns, FOLDS);
  await expect(calibrate(data, fitted, parts, third())).rejects.toThrow(/third pause/);

  const rows = { ...inputs, x };
  const values = Float64Array.from(y, (value) => Math.exp(2 * value));
  const options = { kernels: ['matern-5/2'], nugget: 'estimate', starts: 1, structured: false } as const;
  let first = 0;
  await fitKernel({ ...rows, y: new Response(values).targets }, 'matern-5/2', options, new Rng('choice'), async () => {
    first++;
  });
  const tried = candidateTransforms(values).length;
  const late = nth(first + tried + 2);
  await expect(chooseTransform(values, rows, options, new Rng('choice'), late)).rejects.toThrow(/pause/);

  const surrogate = gaussianProcess({ kernel: 'matern-5/2', transform: 'none', calibrate: false });
  const first30 = many.select(Array.from({ length: 30 }, (_, i) => i));
  const before = await surrogate.fit(first30, testRun('before'));
  const control = new AbortController();
  let asked = 0;
  const clock = () => {
    if (++asked === 4) control.abort();
    return 0;
  };
  const again = surrogate.refit?.(many, testRun('again', { clock, signal: control.signal }), before);
  await expect(again).rejects.toMatchObject({ code: 'cancelled' });
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
