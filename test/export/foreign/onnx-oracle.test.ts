import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { label } from '../../../src/core/oracle.ts';
import { outputList } from '../../../src/core/output.ts';
import { image } from '../../../src/core/space/group.ts';
import { categorical, integer, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { exportedModel } from '../../../src/export/exported.ts';
import { type OnnxOptions, onnxOracle } from '../../../src/export/foreign/onnx-oracle.ts';
import { onnxOf } from '../../../src/export/onnx/onnx.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';

/** Graphs that another program wrote: z = x W for six numbers x, in many shapes. */
const { files, weights }: { files: Record<string, string>; weights: number[][] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/onnx-graphs.json'), 'utf8'),
);
const bytesOf = (file: string) => Uint8Array.from(Buffer.from(files[file], 'base64'));
const range = { range: [0, 255] as const };
const space = new Space(Object.fromEntries([...'abcdef'].map((name) => [name, real(0, 4)])));
const pixels = new Space(image(2, 3, range));
const side = outputList({ side: { classes: ['left', 'right'] } });
const x = Matrix.from(
  Array.from({ length: 5 }, (_, i) => Float64Array.from({ length: 6 }, (_, j) => ((i * 7 + j * 3) % 5) / 4)),
);
const run = testRun('onnx');

function logits(row: ArrayLike<number>, unit: number): number[] {
  return [0, 1].map((k) => Array.from(row).reduce((sum, value, j) => sum + unit * value * weights[j][k], 0));
}

function shares(row: ArrayLike<number>, unit: number): number[] {
  const exps = logits(row, unit).map(Math.exp);
  return exps.map((one) => one / (exps[0] + exps[1]));
}

async function ask(file: string, of: Space, options: OnnxOptions = {}, outputs = side) {
  return label(
    await onnxOracle(bytesOf(file), { space: of, outputs }, { name: `${file}.onnx`, ...options }),
    x,
    'q',
    run,
  );
}

beforeAll(async () => {
  await onnxOracle(bytesOf('plain'), { space, outputs: side });
});

describe('a graph', () => {
  test.each([
    ['plain', space, { softmax: true }],
    ['shares', space, {}],
    ['both', space, {}],
    ['open', space, { softmax: true }],
    ['one', space, { softmax: true }],
    ['four', space, { softmax: true }],
    ['doubles', space, { softmax: true }],
    ['sides', pixels, { softmax: true, inputs: 'unit' }],
    ['image', pixels, { softmax: true, inputs: 'unit' }],
    ['plain', space, { softmax: true, inputs: 'unit', input: 'x', answers: { side: 'z' } }],
  ] as const)('%s answers what it is asked, in its shape', async (file, of, options) => {
    const { shares: told } = await ask(file, of, options);
    const unit = 'inputs' in options ? 1 : 4;
    for (let i = 0; i < x.rows; i++)
      shares(x.row(i), unit).forEach((share, k) => {
        expect(told?.get(i, k)).toBeCloseTo(share, 5);
      });
  });

  test.each(['label', 'zipped'])('%s, which says the number of a class, is sure of it', async (file) => {
    const { shares: told = new Matrix(0, 0) } = await ask(file, space);
    for (let i = 0; i < x.rows; i++) {
      const [left, right] = logits(x.row(i), 4);
      expect([...told.row(i)]).toEqual(left >= right ? [1, 0] : [0, 1]);
    }
  });

  test('takes the nearest bytes of an image, of which it says scores', async () => {
    const { shares: told } = await ask('bytes', new Space(image(2, 3, { range: [0, 2] })), { softmax: true });
    const nearest = (u: number) => Math.round(2 * u);
    for (let i = 0; i < x.rows; i++)
      shares(x.row(i).map(nearest), 1).forEach((share, k) => {
        expect(told?.get(i, k)).toBeCloseTo(share, 5);
      });
  });

  test.each([
    ['wide', space, {}, /^wide\.onnx: its input 'x' has the shape n x 5, which is not that of points of 6 parameters$/],
    [
      'twoOpen',
      space,
      {},
      /^twoOpen\.onnx: its input 'x' has the shape n x c x h, which has more than one dynamic axis for points of 6 parameters$/,
    ],
    ['flat', space, {}, /^flat\.onnx: its input 'x' has the shape 6, which is not that of points of 6 parameters$/],
    ['turned', pixels, {}, /^turned\.onnx: its input 'x' has the shape n x 3 x 2, the images have 2 x 3 pixels$/],
    ['text', space, {}, /^text\.onnx: its input 'x' is string; known: float32, float64, int32, uint8$/],
    [
      'bytes',
      space,
      { softmax: true },
      /^bytes\.onnx: its input 'x' is uint8, whole numbers from 0 to 255, and parameter 'a' is a number in \[0, 4\]: save the graph with an input of float32$/,
    ],
    [
      'bytes',
      new Space(image(2, 3, { range: [-1, 1] })),
      { softmax: true },
      /^bytes\.onnx: its input 'x' is uint8, whole numbers from 0 to 255, and parameter '\w+' is a number in \[-1, 1\]: save/,
    ],
    ['bytes', pixels, { inputs: 'unit' }, /^bytes\.onnx: its input 'x' is uint8, and inputs: unit are from 0 to 1: /],
    ['plain', space, { input: 'y' }, /^plain\.onnx has no input 'y'.*; known: x$/],
    ['plain', space, { answers: { side: 'y' } }, /^plain\.onnx does not answer 'y'.*; known: z$/],
    [
      'plain',
      space,
      { answers: { sid: 'z' } },
      /^plain\.onnx: there is no output 'sid' to find an answer of; known: side$/,
    ],
    [
      'three',
      space,
      {},
      /^three\.onnx has nothing that answers 'side', one of 2 classes; it answers q \(float32, n x 4\): say by answers/,
    ],
    [
      'three',
      space,
      { answers: { side: 'q' } },
      /^three\.onnx answers q \(float32, n x 4\), which does not fit 'side', one of 2 classes$/,
    ],
    ['plain', space, {}, /^plain\.onnx, output 'side': .*$/],
  ] as const)('%s that does not fit is refused in a sentence', async (file, of, options, message) => {
    await expect(ask(file, of, options)).rejects.toThrow(message);
  });

  test('is none where the file is none', async () => {
    const junk = Uint8Array.from({ length: 40 }, (_, i) => i);
    await expect(onnxOracle(junk, { space, outputs: side }, { name: 'junk.onnx' })).rejects.toThrow(
      /^junk\.onnx is no ONNX graph that onnxruntime-\w+ can run: /,
    );
  });
});

test('what imago exports teaches imago, categories and conditions as they were', async () => {
  const mixed = new Space({
    a: real(1, 100, { scale: 'log' }),
    n: integer(0, 3),
    kind: categorical('oak', 'ash'),
    rib: real(0, 1, { activeWhen: { n: { min: 2 } } }),
  });
  const outputs = outputList({ load: {}, state: { classes: ['good', 'fair', 'bad'] } });
  const data = labeled(mixed, outputs, 60, (u) => [
    u[0] + (u[2] > 0.5 ? 2 : 0) + u[3],
    u[1] < 0.3 ? 0 : u[2] < 0.5 ? 1 : 2,
  ]);
  const model = await decisionTree().fit(data, testRun('tree'));
  const [{ bytes }] = onnxOf(exportedModel(model, { name: 'beam', data }));
  const oracle = await onnxOracle(bytes, { space: mixed, outputs });
  const answers = await label(oracle, data.x, 'q', run);
  expect([...answers.targets().data]).toEqual([...model.predict(data.x).data]);
});
