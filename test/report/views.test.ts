import { expect, test, vi } from 'vitest';
import { Space } from '../../src/core/space/space.ts';
import {
  categorical,
  conformal,
  Dataset,
  drawConvergence,
  drawEffects,
  drawMap,
  drawParity,
  drawSlices,
  drawSobol,
  gaussianProcess,
  latinHypercube,
  Matrix,
  nearestNeighbor,
  type Picture,
  Rng,
  randomForest,
  real,
} from '../../src/index.ts';
import { aerofoil, beam, changed } from './studies.ts';

const run = { rng: new Rng('views'), clock: () => 0 };
const space = new Space({ x: real(1, 100, { scale: 'log', unit: 'mm' }), y: real(-1, 1), kind: categorical('a', 'b') });
const outputs = [
  { name: 'f', unit: 'kg' },
  { name: 'grade', classes: ['low', 'high'] as const },
];

/** Rows of f = log10 x + y / 10, of which the kind matters to nothing. */
function rows(size: number): Dataset {
  const points = latinHypercube().sample(space, size, Dataset.empty(space, outputs), run) as Matrix;
  const evaluations = Array.from({ length: size }, (_, i) => {
    const u = points.row(i);
    const { x, y } = space.decode(u) as { x: number; y: number };
    const values = Float64Array.of(Math.log10(x) + y / 10, y > 0 ? 1 : 0);
    return { id: `${i}`, u, milliseconds: 0, status: 'completed' as const, values };
  });
  return Dataset.empty(space, outputs).append(evaluations);
}

const model = await gaussianProcess().fit(rows(24).only([0]), run);

test('of a model: what its inputs do, as numbers in the order of the inputs and as a picture', async () => {
  const sobol = await drawSobol(model);
  expect(sobol.data.map(({ name }) => name)).toEqual(['x', 'y', 'kind']);
  const [x, y, kind] = sobol.data;
  expect(x.total).toBeGreaterThan(0.9);
  expect(y.total).toBeLessThan(0.1);
  expect(kind.total).toBeLessThan(0.01);
  const effects = await drawEffects(model, { output: 'f' });
  const [{ levels, means }] = effects.data;
  expect(levels).toHaveLength(means.length);
  expect(means[0]).toBeCloseTo(0, 1);
  expect(means.at(-1)).toBeCloseTo(2, 1);
});

test('of a model: slices in the author’s units with intervals around what it predicts', () => {
  const { data, svg } = drawSlices(model, { at: { y: 1 } });
  const [x, y, kind] = data;
  expect([x.values[0], x.values.at(-1), kind.values]).toEqual([1, expect.closeTo(100, 9), ['a', 'b']]);
  expect(x.means[20]).toBeCloseTo(1 + 1 / 10, 1); // in the middle of the logarithm
  for (const [lower, upper] of x.intervals ?? []) expect(upper).toBeGreaterThan(lower);
  expect(y.intervals).toHaveLength(y.means.length);
  expect(svg).toContain('f along each input');
});

test('of a model with noise: a slice has the intervals that `at` tells', async () => {
  const exact = rows(24).only([0]);
  const scattered = Matrix.from(
    Array.from({ length: exact.size }, (_, i) => Float64Array.of(exact.y.get(i, 0) + (i % 2) / 2)),
  );
  const noisy = await gaussianProcess().fit(exact.withOutputs(exact.outputs, scattered), run);
  const point = { x: 10, y: 1, kind: 'a' };
  const kind = drawSlices(noisy, { at: point }).data.at(-1)!;
  const { interval, deviation } = noisy.at(point).f;
  expect(deviation).toBeGreaterThan(0.1);
  expect(kind.values[0]).toBe('a');
  expect(kind.intervals![0]).toEqual(interval!.map((bound) => expect.closeTo(bound, 3)));
});

test.each([
  ['with a deviation', randomForest({ trees: 10 })],
  ['without one', nearestNeighbor()],
])('of a conformal model %s: a slice draws the bounds that it claims, and says so', async (_, surrogate) => {
  const claiming = await conformal(surrogate, { method: 'cv+' }).fit(rows(30).only([0]), run);
  const picture = drawSlices(claiming, { data: rows(30).only([0]), at: { kind: 'a' } });
  const [x] = picture.data;
  const points = x.values.map((value) => space.encode({ x: value, y: 0, kind: 'a' }));
  const { lower, upper } = claiming.interval(Matrix.from(points));
  const claimed = x.values.map((_, i) => [lower.get(i, 0), upper.get(i, 0)].map((end) => expect.closeTo(end, 3)));
  expect(x.intervals).toEqual(claimed);
  expect(picture.svg).toContain('95 % interval of the model');
  expect(picture.svg).not.toContain('standard deviations');
});

test('a slice says of a band of deviations that it is one', () => {
  expect(drawSlices(model).svg).toContain('± 1.96 standard deviations');
});

test('of a model: a map over the two inputs that matter most, or those that are asked for', async () => {
  expect((await drawMap(model)).data.inputs).toEqual(['x', 'y']);
  const { data } = await drawMap(model, { over: ['y', 'x'], at: { kind: 'b' } });
  expect(data.inputs).toEqual(['y', 'x']);
  const [ys, xs] = data.values.map((values) => values.map(Number));
  const [r, c] = [xs.length - 1, 0];
  expect([ys[c], xs[r]]).toEqual([-1, expect.closeTo(100, 9)]);
  expect(data.means[r][c]).toBeCloseTo(2 - 0.1, 1);
});

test('a class is shown by the probability of its last name, and without intervals', async () => {
  const classes = await nearestNeighbor().fit(rows(30), run);
  const { data, svg } = drawSlices(classes, { output: 'grade', data: rows(30) });
  expect(svg).toContain('probability of grade = high');
  expect(data[1].intervals).toBeUndefined();
  expect(data[1].means.at(-1)).toBeGreaterThan(data[1].means[0]);
});

test('of a study: what was told there', async () => {
  const { results } = aerofoil;
  const [one] = results.effects;
  expect((await drawSobol(aerofoil)).data.map(({ total }) => total)).toEqual(one.effects.total);
  expect((await drawEffects(aerofoil, { output: one.quantity })).data[0].means).toEqual(one.effects.main[0]);
  expect(drawConvergence(aerofoil).data.map(({ curve }) => curve)).toEqual([
    results.search!.curve,
    ...results.comparison.map(({ curve }) => curve),
  ]);
  const [stage] = results.stages;
  expect(drawParity(aerofoil, { output: 'cd' }).data).toBe(
    stage.fidelity.find(({ output }) => output === 'cd')?.parity,
  );
});

const slice = beam.results.effects[0].slice!;
const [a, b] = slice.inputs.map((k) => beam.results.parameters[k].name);
const profile = { input: 0, levels: [0, 0.5, 1], values: [1, 2, 3], deviations: [0, 1, 2], excess: [-1, 0, 1] };
const kept = changed(beam, { effects: [{ ...beam.results.effects[0], profiles: [profile] }] });

test('of a study: slices through its best point in the author’s units, with intervals and limits', () => {
  const [{ name, bounds }] = beam.results.parameters;
  const { data, svg } = drawSlices(kept);
  expect(data).toEqual([
    {
      ...{ input: name, means: [1, 2, 3], excess: [-1, 0, 1] },
      values: [bounds![0], (bounds![0] + bounds![1]) / 2, bounds![1]],
      intervals: [1, 2, 3].map((mean, i) => [mean - 1.96 * i, mean + 1.96 * i].map((end) => expect.closeTo(end, 2))),
    },
  ]);
  expect(svg).toContain('through the best point');
});

test('of a study: the map that it has, either way round', async () => {
  const { data, svg } = await drawMap(beam);
  expect(data.inputs).toEqual([a, b]);
  expect(data.means).toBe(slice.values);
  expect(data.values.map(({ length }) => length)).toEqual(slice.levels.map(({ length }) => length));
  expect(svg).toContain('best point');
  const turned = (await drawMap(beam, { over: [b, a] })).data;
  expect([turned.inputs, turned.values]).toEqual([
    [b, a],
    [data.values[1], data.values[0]],
  ]);
  expect(turned.means[3][5]).toBe(data.means[5][3]);
});

test('predictions of the model of the runs are drawn where a search on the simulator has no chain', () => {
  const { stages, search } = aerofoil.results;
  const model = { ...stages[0], name: 'model of the runs' };
  const study = changed(aerofoil, { stages: [], search: { ...search!, on: 'simulator', model } });
  expect(drawParity(study, { output: 'cd' }).svg).toContain('model of the runs: parity of cd');
});

test.each<[string, () => unknown, string]>([
  ['an output', () => drawSlices(model, { output: 'mass' }), "there is no 'mass'; known: f"],
  ['an input', () => drawMap(model, { over: ['x', 'kindd'] }), "there is no 'kindd'; did you mean kind?"],
  ['a value', () => drawSlices(model, { at: { y: 7 } }), '7'],
  ['a quantity of a study', () => drawSobol(beam, { output: 'lift' }), "there is no 'lift'; known: "],
  ['a map of a study', () => drawMap(beam, { over: [a, a] }), `over ${a} and ${b}; draw another one of a model of it`],
  ['a place in a study', () => drawSlices(kept, { at: {} }), '`at` and `data` are for a model'],
  ['slices of an older study', () => drawSlices(beam), 'before slices of'],
  ['a chain', () => drawSobol(changed(beam, { effects: [] })), 'needs a chain'],
  ['a stage', () => drawParity(beam, { stage: 'rule' }), "there is no 'rule'; did you mean rules?"],
  ['a search', () => drawConvergence(changed(beam, { search: null })), 'searched nothing'],
])('%s that is not there is an error that names it', async (_, draw, message) => {
  await expect((async () => draw())()).rejects.toThrow(message);
});

/** What Deno's kernel calls. */
const shown = (picture: Picture<unknown>) =>
  (picture as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for('Jupyter.display')]();

test('a picture stands by itself: in a file, in a notebook, in a page', () => {
  const picture = drawConvergence(aerofoil);
  expect(picture.svg).toMatch(
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" class="imago-picture" viewBox="0 0 \d+ \d+"/,
  );
  expect(`${picture}`).toBe(picture.svg);
  // Its style must not reach other pictures of the page that it is put into.
  const [, style] = /<style>([^<]*)<\/style>/.exec(picture.svg) ?? [];
  const selectors = style.replace(/@media[^{]*\{/g, '').match(/[^{}]+(?=\{)/g) ?? [];
  expect(selectors.length).toBeGreaterThan(20);
  for (const selector of selectors.flatMap((list) => list.split(',')))
    expect(selector.trim()).toMatch(/^\.imago-picture\b/);
  expect(shown(picture)).toEqual({ 'image/svg+xml': picture.svg, 'text/plain': expect.stringContaining('.') });
  expect(() => picture.node()).toThrow('there is no page here');
});

test('a picture is an element that stands nowhere yet: a cell of Observable prints any other one', async () => {
  const picture = await drawSlices(model);
  const content: { firstElementChild?: object } = {};
  const element = {
    parentNode: content as object | null,
    remove() {
      element.parentNode = null;
    },
  };
  const template = {
    content,
    set innerHTML(text: string) {
      expect(text).toBe(picture.svg);
      content.firstElementChild = element;
    },
  };
  vi.stubGlobal('document', { createElement: () => template });
  expect(picture.node()).toBe(element);
  expect(element.parentNode).toBeNull();
  vi.unstubAllGlobals();
});
