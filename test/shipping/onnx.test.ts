import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluateTerms } from '../../src/core/graph/evaluate.ts';
import {
  add,
  along,
  divide,
  entry,
  input,
  list,
  multiply,
  number,
  pick,
  subtract,
  sum,
} from '../../src/core/graph/term.ts';
import type { Surrogate } from '../../src/core/model.ts';
import { outputList } from '../../src/core/output.ts';
import { loadOnnxRuntime, type OnnxSession } from '../../src/core/platform/onnx-runtime.ts';
import { categorical, integer, ordinal, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { type ExportedModel, exportedModel } from '../../src/export/exported.ts';
import { onnxOf } from '../../src/export/onnx/onnx.ts';
import { rawPoint, testPoints } from '../../src/export/vectors.ts';
import { differenceOf } from '../../src/shipping/difference.ts';
import { runOnnx } from '../../src/shipping/onnx-runner.ts';
import { conformal } from '../../src/surrogates/conformal/conformal.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { neuralNetwork } from '../../src/surrogates/neural-network/neural-network.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space({
  'Größe "x"': real(0.5, 3, { unit: 'm' }),
  int: real(1, 1e4, { scale: 'log' }),
  angle: real(0, 360, { periodic: true }),
  'a b': integer(0, 4),
  a_b: ordinal([1, 2, 4]),
  material: categorical('steel', "l'acier", 'wood'),
  rib: real(0, 1, { activeWhen: { 'a b': { min: 1 } } }),
});
const outputs = outputList({ points: { unit: 'kN/m^2' }, double: { classes: ['good', 'fair', 'bad'] } });
const data = labeled(space, outputs, 30, (u) => [
  u[0] + Math.cos(2 * Math.PI * u[2]) + u[6] * u[3] + (u[5] > 0.6 ? 1 : 0),
  u[0] < 0.3 ? 0 : u[5] < 0.5 ? 1 : 2,
]);

/** Between them they have every kind of term. */
const MODELS: readonly (readonly [string, () => Surrogate])[] = [
  ['a process', () => gaussianProcess({ kernel: 'matern-5/2', transform: 'none' })],
  ['trees, with bounds by refits', () => conformal(decisionTree() as Surrogate, { method: 'cv+', folds: 4 })],
  ['neighbors', () => nearestNeighbor({ neighbors: 4 })],
  ['a network', () => neuralNetwork({ hidden: [6], activation: 'tanh', members: 2, epochs: 10 })],
];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imago-onnx-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function exported(make: () => Surrogate) {
  const fitted = await make().fit(data, testRun('onnx'));
  const model = exportedModel(fitted, { name: 'beam', data, notes: ['A model of 30 runs.'] });
  for (const { name, bytes } of onnxOf(model)) await writeFile(join(folder, name), bytes);
  return { fitted, model };
}

test.each(MODELS)('%s answers what the model does, to 1e-9 of the spread', async (_, make) => {
  const { fitted, model } = await exported(make);
  const points = testPoints(space, 100);
  const answers = await runOnnx(
    folder,
    model,
    points.map((point) => rawPoint(space, point)),
  );
  expect(differenceOf(model, fitted, data, points, answers, 1e-9).promised).toBeLessThanOrEqual(1);
});

test('a number that a float takes for 0 or 1 is not left out: runtimes drop what they take for neutral', async () => {
  const [a, b] = [input(0), input(1)];
  const alone = { length: 1 };
  const terms = [
    ...[1e-60, -1e-200, 5e-324].flatMap((c) => [
      ...[add(a, c), add(c, a), subtract(a, c)],
      sum(alone, add(a, along(alone, Float64Array.of(c)))),
      sum(alone, a, c),
      ...[entry(Float64Array.of(c), number(0)), pick(list([number(c), number(1)]), 0)].map((own) => add(a, own)),
    ]),
    ...[1 + 1e-8, 1 - 1e-8, 1 + 2 ** -52].flatMap((c) => [multiply(b, c), multiply(c, b), divide(b, c)]),
  ];
  const plain = new Space({ a: real(-1, 1), b: real(0, 10) });
  const model: ExportedModel = {
    ...{ name: 'terms', space: plain, notes: [], lost: [] },
    outputs: terms.map((value, k) => ({ output: { name: `f${k}` }, value })),
  };
  for (const { name, bytes } of onnxOf(model)) await writeFile(join(folder, name), bytes);
  const points = [
    [3e-61, 3],
    [0, 7],
  ];
  const answers = await runOnnx(folder, model, points);
  expect(answers).toEqual(points.map((point) => [...evaluateTerms(terms, point)]));
});

test('bounds of answers that are tiny are those of the model', async () => {
  const plain = new Space({ a: real(0, 1), b: real(0, 1) });
  const rows = labeled(plain, outputList({ f: {} }), 60, ([a, b]) => [1e-200 * (a + b)]);
  const fitted = await conformal(decisionTree() as Surrogate, { method: 'split' }).fit(rows, testRun('tiny'));
  const model = exportedModel(fitted, { name: 'tiny', data: rows });
  for (const { name, bytes } of onnxOf(model)) await writeFile(join(folder, name), bytes);
  const points = testPoints(plain);
  const answers = await runOnnx(
    folder,
    model,
    points.map((point) => rawPoint(plain, point)),
  );
  expect(differenceOf(model, fitted, rows, points, answers, 1e-9).promised).toBeLessThanOrEqual(1);
});

describe('a graph', () => {
  const raw = (model: ExportedModel, rows: readonly (readonly number[])[]) => runOnnx(folder, model, rows);
  let process: ExportedModel;
  beforeAll(async () => {
    ({ model: process } = await exported(() => gaussianProcess({ kernel: 'matern-5/2', transform: 'none' })));
  });

  test('answers one row, none, and many as it answers each', async () => {
    const rows = testPoints(space, 300).map((point) => rawPoint(space, point));
    const all = await raw(process, rows);
    expect(await raw(process, [])).toEqual([]);
    const [alone] = await raw(process, rows.slice(7, 8));
    // Bounds are roots of differences of nearly equal numbers, which are added up in another order.
    expect([alone[0], alone[3]]).toEqual([expect.closeTo(all[7][0], 9), all[7][3]]);
  });

  test('beyond the ranges it answers at their end and does not know; of a point that is no number it says no number', async () => {
    const [inside] = testPoints(space, 1).map((point) => rawPoint(space, point));
    const [far, end, nowhere] = await raw(process, [
      [1e300, ...inside.slice(1)],
      [3, ...inside.slice(1)],
      [Number.NaN, ...inside.slice(1)],
    ]);
    expect(far[0]).toBeCloseTo(end[0], 9);
    expect(far[3]).toBe(0);
    expect(nowhere.slice(0, 3)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(nowhere[3]).toBe(0);
  });

  test('says what its tensors are: names in plain letters, types, shapes, and the author’s own words', async () => {
    const found = await loadOnnxRuntime();
    const file = await readFile(join(folder, 'beam.onnx'));
    const session: OnnxSession = await found!.runtime.InferenceSession.create(file, {});
    expect(session.inputNames).toEqual(['points']);
    expect(session.outputNames).toEqual([
      ...['points_', 'points_lower', 'points_upper', 'points_in_domain'],
      ...['double', 'double_probabilities', 'double_in_domain'],
    ]);
    const row = Float64Array.from(rawPoint(space, testPoints(space, 1)[0]));
    const answers = await session.run({ points: new found!.runtime.Tensor('float64', row, [1, 7]) });
    expect(Object.values(answers).map(({ type, dims }) => [type, dims])).toEqual([
      ...[0, 1, 2].map(() => ['float64', [1]]),
      ...[
        ['bool', [1]],
        ['int64', [1]],
        ['float64', [1, 3]],
        ['bool', [1]],
      ],
    ]);
    expect(file.toString('utf8')).toContain('"name":"Größe \\"x\\"","unit":"m","lower":0.5,"upper":3');
    expect(file.toString('utf8')).toContain('A model of 30 runs.');
    await session.release();
  });
});
