import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Rng } from '../../../src/numerics/random.ts';
import {
  type GaussianProcessOptions,
  gaussianProcess,
} from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { PROCESS } from '../../../src/testing/capabilities.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { modelLaws } from '../../../src/testing/model-laws.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

const everything = { categories: 'hypersphere', conditions: 'arc', warping: 'kumaraswamy' } as const;
describe('as others', { tags: ['slow'] }, () => {
  surrogateLaws(
    'gaussianProcess with fitted features',
    () => gaussianProcess({ ...everything, kernel: 'squared-exponential', starts: 1 }),
    { capabilities: PROCESS, refits: true, q2: 0.98, accuracy: 0.8, runs: 6 },
  );
});

const one = outputList({ y: {} });
const beams = new Space({ section: categorical('a', 'b', 'c', 'd', 'e'), load: real(0, 1), length: real(0, 1) });
/** Sections a and d are nearly the same, and so are b and e. */
const stiffness = [1, 2.5, 6, 1.05, 2.4];
const beam = (u: Float64Array) => Math.sin(3 * u[1] + stiffness[Math.floor(u[0] * 5)]) * (1 + u[2]);
/** Sections that have nothing in common. */
const unlike = (u: Float64Array) => Math.sin(4 * u[1] + 2.1 * Math.floor(u[0] * 5) ** 2) + u[2];

const ribbed = new Space({
  ribbed: categorical('no', 'yes'),
  a: real(0, 1),
  height: real(0, 1, { activeWhen: { ribbed: 'yes' } }),
  width: real(0, 1, { activeWhen: { ribbed: 'yes' } }),
});
/** A plate is nothing like one with ribs of half their height. */
const plate = (u: Float64Array) => (u[0] < 0.5 ? Math.sin(6 * u[1]) : 3 + Math.sin(4 * u[2] + 2 * u[3]) + u[1] * u[2]);

const line = new Space({ a: real(0, 1), b: real(0, 1) });
const steep = (u: Float64Array) => Math.log(u[0] + 0.01) * (1 + u[1]);

async function train(space: Space, f: (u: Float64Array) => number, n: number, options: GaussianProcessOptions = {}) {
  const data = labeled(space, one, n, (u) => [f(u)]);
  const model = await gaussianProcess(options).fit(data, testRun('features'));
  const x = points(space, 500, new Rng('features/test'));
  const { mean } = model.posterior(x);
  const truth = Float64Array.from({ length: 500 }, (_, i) => f(x.row(i)));
  const center = truth.reduce((sum, y) => sum + y, 0) / 500;
  const squares = truth.reduce((sum, y, i) => sum + (y - mean.data[i]) ** 2, 0);
  const nrmse = Math.sqrt(squares / truth.reduce((sum, y) => sum + (y - center) ** 2, 0));
  return { data, model, nrmse, embedding: model.hyperparameters[0]?.embedding ?? [] };
}

describe('categories', () => {
  test('that are alike in pairs are found to be, and better foretold', async () => {
    const plain = await train(beams, beam, 50, { categories: 'exchangeable' });
    const auto = await train(beams, beam, 50);
    expect(plain.embedding).toEqual([]);
    expect(auto.embedding).toMatchObject([{ name: 'section', kind: 'hypersphere' }]);
    expect(auto.nrmse).toBeLessThan(0.8 * plain.nrmse);
    const { similarity } = auto.embedding[0];
    for (const [p, q] of [
      [0, 3],
      [1, 4],
    ])
      expect(similarity!.get(p, q)).toBeGreaterThan(Math.max(similarity!.get(p, 2), similarity!.get(q, 2)) + 0.2);
  });

  test('are left alone, with the very predictions of an exchangeable process, where there are fewer rows than pairs', async () => {
    const [plain, auto] = [await train(beams, beam, 9, { categories: 'exchangeable' }), await train(beams, beam, 9)];
    expect(auto.embedding).toEqual([]);
    expect(auto.model.predict(auto.data.x).data).toEqual(plain.model.predict(plain.data.x).data);
  });

  test('that have nothing in common are foretold no worse', async () => {
    const plain = await train(beams, unlike, 50, { categories: 'exchangeable' });
    expect((await train(beams, unlike, 50)).nrmse).toBeLessThan(1.1 * plain.nrmse);
  });

  test('are told apart in more rows than an exact process takes', async () => {
    const { model, embedding, nrmse } = await train(beams, beam, 120, { exactRows: 60 });
    expect(model.health.notes.join()).toMatch(/approximated/);
    expect(embedding).toMatchObject([{ kind: 'hypersphere' }]);
    expect(nrmse).toBeLessThan(0.05);
  });
});

describe('conditions', () => {
  test('on an arc are taken where what is inactive is like nothing that is active', { tags: ['slow'] }, async () => {
    const plain = await train(ribbed, plate, 60, { conditions: 'plain' });
    const auto = await train(ribbed, plate, 60, { conditions: 'auto' });
    expect(plain.embedding).toEqual([]);
    expect(auto.nrmse).toBeLessThan(1.02 * plain.nrmse);
    const arc = await train(ribbed, plate, 60, { conditions: 'arc', kernel: 'squared-exponential' });
    expect(arc.embedding.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['height arc', 'width arc']);
  });
});

describe('warping', () => {
  test('is off by default, asked for it helps where a coordinate is steep at one end', async () => {
    const plain = await train(line, steep, 24);
    const warped = await train(line, steep, 24, { warping: 'auto' });
    expect(plain.embedding).toEqual([]);
    expect(warped.embedding.map(({ kind }) => kind)).toEqual(['warp', 'warp']);
    expect(warped.nrmse).toBeLessThan(0.5 * plain.nrmse);
  });

  test('by evidence leaves alone what is as it is everywhere, and a step that it explains without foretelling it better', async () => {
    const waves = (u: Float64Array) => Math.sin(6 * u[0]) + u[1] ** 2;
    const step = (u: Float64Array) => Math.tanh(20 * (u[0] - 0.15)) + u[1] * Math.sin(3 * u[0]);
    expect((await train(line, waves, 24, { warping: 'auto' })).embedding).toEqual([]);
    expect((await train(line, step, 40, { warping: 'auto' })).embedding).toEqual([]);
    expect((await train(line, step, 40, { warping: 'kumaraswamy' })).embedding).toHaveLength(2);
  });
});

modelLaws(
  'a Gaussian process that chose fitted features',
  async () => {
    const { data, model, embedding } = await train(beams, beam, 50);
    expect(embedding).toHaveLength(1);
    return { data, model };
  },
  PROCESS,
);

test('what no option is called is refused', () => {
  const wrong = { categories: 'ordered', conditions: 'none', warping: 'beta' };
  for (const [name, value] of Object.entries(wrong))
    expect(() => gaussianProcess({ [name]: value } as GaussianProcessOptions)).toThrow(new RegExp(`${name} must be`));
});
