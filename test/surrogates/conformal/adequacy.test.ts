import { describe, expect, test } from 'vitest';
import type { Surrogate } from '../../../src/core/model.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { haltonPoints } from '../../../src/numerics/sequences/halton.ts';
import { conformal } from '../../../src/surrogates/conformal/conformal.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { auto } from '../../../src/surrogates/selection/selection.ts';
import { judgementOf } from '../../../src/surrogates/verdict.ts';
import { dataset, labeled, points, testRun } from '../../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const outputs = [{ name: 'f' }];
const wave = (u: Float64Array) => Math.sin(9 * u[0]) * Math.cos(5 * u[1]) + u[2];
const smooth = (u: Float64Array) => Math.sin(3 * u[0]) + u[1] * u[1] - 0.5 * u[2] + u[0] * u[1];

/** The error that is told, the true one, both in spreads, and the verdict. */
async function told(x: Matrix, f: (u: Float64Array) => number, noise = 0, make: () => Surrogate = auto) {
  const rng = new Rng('noise');
  const y = new Matrix(
    x.rows,
    1,
    Float64Array.from({ length: x.rows }, (_, i) => f(x.row(i)) + noise * rng.normal()),
  );
  const model = await conformal(make()).fit(dataset(space, outputs, x, y), testRun('told'));
  const fresh = labeled(space, outputs, 1000, (u) => [f(u)], 'fresh');
  const mean = fresh.y.data.reduce((sum, v) => sum + v, 0) / 1000;
  const answers = model.predict(fresh.x).data;
  const square = (of: (i: number) => number) => fresh.y.data.reduce((sum, _, i) => sum + of(i) ** 2, 0);
  const adequacy = model.health.adequacy?.[0];
  const nrmse = Math.sqrt(square((i) => fresh.y.data[i] - answers[i]) / square((i) => fresh.y.data[i] - mean));
  return { told: adequacy?.nrmse ?? Number.NaN, nrmse, adequacy, judgement: judgementOf('f', adequacy) };
}

const grid = (levels: number) => {
  const x = new Matrix(levels ** 3, 3);
  for (let i = 0; i < x.rows; i++)
    for (let j = 0, rest = i; j < 3; j++, rest = Math.floor(rest / levels))
      x.set(i, j, ((rest % levels) + 0.5) / levels);
  return x;
};

describe('the error that is told', () => {
  test.each([
    ['a Halton sequence', haltonPoints(64, 3)],
    ['random points', points(space, 64, new Rng('random'))],
    ['points of which half are a cluster', clustered()],
  ])('is near the true one from %s', async (_, x) => {
    const { told: one, nrmse } = await told(x, wave);
    expect(one / nrmse).toBeGreaterThan(1 / 3);
    expect(one / nrmse).toBeLessThan(3);
  });

  test('is without the noise of answers, which is told beside it', async () => {
    const { told: one, nrmse, adequacy, judgement } = await told(points(space, 150, new Rng('noisy')), smooth, 0.06);
    expect(nrmse).toBeLessThan(0.06);
    expect(one).toBeLessThan(0.1);
    expect(one).toBeGreaterThan(nrmse / 3);
    expect(adequacy?.noise).toBeGreaterThan(0.05);
    expect(judgement.verdict).toBe('prediction');
    expect(judgement.text).toMatch(/ beside [\d.]+ % that it takes for noise/);
  });

  test('is without the noise that replicates tell', async () => {
    const sites = points(space, 40, new Rng('sites'));
    const x = sites.select(Array.from({ length: 120 }, (_, i) => i % 40));
    const { told: one, nrmse, adequacy } = await told(x, smooth, 0.1);
    expect(adequacy?.noise).toBeGreaterThan(0.1);
    expect(one).toBeGreaterThan(nrmse / 2);
    expect(one).toBeLessThan(2 * nrmse);
  });

  test('of what was never learned is not taken for noise', async () => {
    const rough = (u: Float64Array) => Math.sin(60 * u[0] + 47 * u[1]) + 2 * u[2];
    const { told: one, nrmse } = await told(points(space, 60, new Rng('rough')), rough);
    expect(one).toBeGreaterThan(nrmse / 2);
  });

  test('of a grid of few values is no leave to predict between them', async () => {
    const { judgement, adequacy } = await told(grid(4), wave, 0, gaussianProcess);
    expect(adequacy?.fewValued).toEqual(['a', 'b', 'c']);
    expect(judgement.verdict).not.toBe('prediction');
    expect((await told(grid(4), (u) => u[0] + u[1], 0, gaussianProcess)).judgement.text).toContain(
      'between the few values of a, b, c',
    );
    expect((await told(points(space, 64, new Rng('random')), smooth)).adequacy?.fewValued).toBeUndefined();
  });
});

function clustered(): Matrix {
  const x = points(space, 80, new Rng('clustered'));
  for (let i = 40; i < 80; i++) for (let j = 0; j < 3; j++) x.set(i, j, 0.3 + 0.1 * x.get(i, j));
  return x;
}
