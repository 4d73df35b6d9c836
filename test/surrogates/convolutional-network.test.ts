import { describe, expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import type { Model, Surrogate } from '../../src/core/model.ts';
import { outputList } from '../../src/core/output.ts';
import { convolutionalNetwork, image, Rng, real, Space } from '../../src/index.ts';
import { PackedNetwork } from '../../src/numerics/kernels/packed-network.ts';
import { PlainMemory } from '../../src/numerics/kernels/plain-kernels.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { ConvolutionalShape } from '../../src/surrogates/convolutional-network/shape.ts';
import { ensureInputs } from '../../src/surrogates/inputs.ts';
import { encodeTargets, loss } from '../../src/surrogates/neural-network/targets.ts';
import { packedStepper } from '../../src/surrogates/neural-network/training.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';
import { modelLaws } from '../../src/testing/model-laws.ts';
import { surrogateLaws } from '../../src/testing/surrogate-laws.ts';

const SIDE = 6;

/** Points of any space painted as images, a coordinate in each column of them. */
function painted(x: Matrix): Matrix {
  const images = new Matrix(x.rows, SIDE * SIDE);
  for (let i = 0; i < x.rows; i++)
    for (let at = 0; at < SIDE * SIDE; at++) images.set(i, at, x.get(i, Math.floor(((at % SIDE) * x.columns) / SIDE)));
  return images;
}

/** The network as a surrogate of any space, which sees points as images. */
function ofImages(surrogate: Surrogate): Surrogate {
  return {
    ...surrogate,
    async fit(data, run) {
      const { outputs, y, rows, shares, weights } = data;
      const space = new Space(image(SIDE, SIDE));
      const model = await surrogate.fit(
        new Dataset(space, outputs, painted(data.x), y, rows, {
          ...(shares && { shares }),
          ...(weights && { weights }),
        }),
        run,
      );
      const predict = (x: Matrix) => {
        ensureInputs(x, data.space.dimension);
        return model.predict(painted(x));
      };
      return { health: model.health, predict } satisfies Model;
    },
  };
}

surrogateLaws(
  'convolutional network',
  () =>
    ofImages(
      convolutionalNetwork({
        channels: [4],
        size: 3,
        hidden: 8,
        epochs: 120,
        batch: 8,
        learningRate: 0.02,
        dropout: 0,
      }),
    ),
  {
    capabilities: [],
    units: false,
    q2: 0.5,
    runs: 4,
  },
);

const space = new Space(image(11, 10));
const outputs = outputList({ kind: { classes: ['bar', 'pole', 'none'] }, light: {} });
/** A bar, a pole or nothing somewhere in the image. */
const pictures = (count: number, name: string): Dataset => {
  const rng = new Rng(name);
  const kinds = Array.from({ length: count }, () => rng.integer(3));
  const x = new Matrix(count, 110);
  kinds.forEach((kind, i) => {
    const [row, column] = [2 + rng.integer(7), 2 + rng.integer(6)];
    for (let k = -2; k <= 2; k++)
      if (kind < 2) x.set(i, kind === 0 ? row * 10 + column + k : (row + k) * 10 + column, 0.5 + 0.5 * rng.uniform());
    for (let j = 0; j < 110; j++) x.set(i, j, Math.min(1, x.get(i, j) + 0.1 * rng.uniform()));
  });
  const light = (i: number) => x.row(i).reduce((a, b) => a + b);
  const rows = kinds.map((_, i) => ({ id: `${i}`, status: 'completed' as const, milliseconds: 0 }));
  return new Dataset(space, outputs, x, Matrix.from(kinds.map((kind, i) => [kind, light(i)])), rows);
};
const make = (more = {}) =>
  convolutionalNetwork({ channels: [6, 5], size: 3, hidden: 11, epochs: 30, batch: 16, ...more });

modelLaws('convolutional network of images', async () => {
  const data = pictures(60, 'laws');
  return { data, model: await make({ epochs: 3, members: 2 }).fit(data, testRun('laws')) };
}, []);

test('it tells what is in an image wherever that is, and learns a number beside', async () => {
  const fresh = pictures(200, 'fresh');
  const model = await make({ dropout: 0.2, learningRate: 0.01 }).fit(pictures(400, 'rows'), testRun('net'));
  const answer = model.predict(fresh.x);
  const right = Array.from({ length: 200 }, (_, i) => answer.get(i, fresh.y.get(i, 0)) > 0.5).filter(Boolean).length;
  expect(right / 200).toBeGreaterThan(0.97);
  const squares = Array.from({ length: 200 }, (_, i) => (answer.get(i, 3) - fresh.y.get(i, 1)) ** 2);
  const mean = fresh.y.column(1).reduce((a, b) => a + b) / 200;
  const spread = fresh.y.column(1).reduce((sum, value) => sum + (value - mean) ** 2, 0);
  expect(squares.reduce((a, b) => a + b) / spread).toBeLessThan(0.2);
});

describe('in WebAssembly', () => {
  const data = pictures(10, 'passes');
  const targets = encodeTargets(outputs, data.targets());
  const shape = new ConvolutionalShape({
    image: { rows: 11, columns: 10 },
    channels: [6, 5],
    size: 3,
    hidden: 11,
    outputs: 4,
  });
  const start = shape.initialize(new Rng('weights'));
  const all = Int32Array.from({ length: 7 }, (_, i) => (3 * i) % 10);
  const pass = (memory?: PlainMemory, parameters = start) => {
    const network = new PackedNetwork(shape, data.x.data, parameters, 7, memory);
    network.begin();
    const answers = network.forward(all).slice();
    const delta = new Float64Array(answers.length);
    const value = loss(targets, all, Float64Array.from(answers), delta);
    network.delta.set(delta);
    return { answers, value, gradient: network.backward(7).slice() };
  };
  const worst = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    const list = Array.from(b);
    const scale = Math.max(...list.map(Math.abs));
    return Math.max(...list.map((value, i) => Math.abs(value - a[i]))) / scale;
  };

  test('passes forward and back are those of its twin, to 1e-5', () => {
    const [packed, twin] = [pass(), pass(new PlainMemory())];
    expect(worst(packed.answers, twin.answers)).toBeLessThan(1e-5);
    expect(worst(packed.gradient, twin.gradient)).toBeLessThan(1e-5);
  });

  test('gradients are the finite differences of the loss, as far as single precision tells', () => {
    const { gradient } = pass();
    const scale = Math.max(...gradient.map(Math.abs));
    const far: number[] = [];
    for (let i = 0; i < start.length; i += 7) {
      const [upper, lower] = [0.001, -0.001].map((h) => {
        const moved = start.slice();
        moved[i] += h;
        return pass(undefined, moved).value;
      });
      far.push(Math.abs(gradient[i] - (upper - lower) / 0.002) / scale);
    }
    // A step over a kink of the largest pixel or of relu tells another slope.
    expect(far.filter((one) => one > 0.003).length).toBeLessThan(0.02 * far.length);
  });

  test('what fills a tile never learns', () => {
    const live = start.map((value) => (value === 0 ? 0 : 1));
    const schedule = { epochs: 5, batch: 4, learningRate: 0.01, weightDecay: 0.1, patience: Infinity };
    const step = packedStepper(shape as never, data.x, targets, start, 10, schedule);
    const parameters = start.slice();
    for (let epoch = 0; epoch < 3; epoch++)
      step(
        Int32Array.from({ length: 10 }, (_, i) => i),
        epoch,
        parameters,
      );
    shape.layers.forEach(({ weights, biases, outputs: units }, l) => {
      for (let at = weights; at < biases; at++) expect(parameters[at] !== 0).toBe(live[at] === 1);
      for (let j = shape.widths[l + 1]; j < units; j++) expect(parameters[biases + j]).toBe(0);
    });
    expect(live.reduce((a, b) => a + b)).toBe(shape.learned - 6 - 5 - 11 - 4);
  });
});

test.each([
  [
    new Space({ a: real(0, 1) }),
    /^convolutionalNetwork: the space has no image; declare its pixels by image\(28, 28\)/,
  ],
  [
    new Space({ ...image(11, 10), angle: real(0, 1) }),
    /beside the pixels of the image there are other parameters, such as 'angle'/,
  ],
  [new Space(image(8, 8)), /images of 8 x 8 pixels are too small for 2 convolutions of 3 x 3/],
])('a space that it is not for is refused', async (own, message) => {
  const data = labeled(own, outputList({ y: {} }), 5, (u) => [u[0]]);
  await expect(make().fit(data, testRun('net'))).rejects.toThrow(message);
});
