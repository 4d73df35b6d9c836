import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import type { Augmentation } from '../../../src/core/sampler.ts';
import { image, real, Space, uniform, warp } from '../../../src/index.ts';
import { PackedNetwork } from '../../../src/numerics/kernels/packed-network.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { Dropout, limitNorms } from '../../../src/surrogates/neural-network/dropout.ts';
import { encodersOf, featuresOf } from '../../../src/surrogates/neural-network/features.ts';
import { inputsOf } from '../../../src/surrogates/neural-network/inputs.ts';
import { Network, Pass } from '../../../src/surrogates/neural-network/layers.ts';
import type { NetworkState } from '../../../src/surrogates/neural-network/model.ts';
import { type NeuralNetworkOptions, neuralNetwork } from '../../../src/surrogates/neural-network/neural-network.ts';
import { encodeTargets, loss } from '../../../src/surrogates/neural-network/targets.ts';
import { packedStepper, type Schedule, stepper } from '../../../src/surrogates/neural-network/training.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { cube } from '../../../src/testing/problems.ts';
import { pictures } from '../../fixtures/pictures.ts';

const space = cube(3);
const outputs = outputList({ y: {}, z: {} });
const data = labeled(space, outputs, 24, (u) => [u[0] + u[1] * u[2], Math.sin(3 * u[1])]);
const fitted = (options: NeuralNetworkOptions) =>
  neuralNetwork({ hidden: [8], epochs: 30, members: 1, calibrate: false, ...options }).fit(data, testRun('net'));

describe('dropout', () => {
  const targets = encodeTargets(outputs, data.y);
  const network = new Network([3, 6, 6, targets.width], 'swish');
  const count = 8;
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const inputs = featuresOf(encodersOf(space, data.x, false)).encode(data.x);

  test('leaves out the wished share of units, and changes nothing in the mean', () => {
    const factors = new Dropout([0, 0.2], new Rng('drop')).draw(1, 40_000) as Float32Array;
    const left = factors.filter((factor) => factor === 0).length / factors.length;
    // Five standard errors.
    expect(Math.abs(left - 0.2)).toBeLessThan(5 * Math.sqrt((0.2 * 0.8) / 40_000));
    expect(new Set(factors)).toEqual(new Set([0, Math.fround(1.25)]));
    expect(new Dropout([0, 0.2], new Rng('drop')).draw(0, 8)).toBeUndefined();
    expect(new Dropout([0, 0.2], new Rng('drop')).draw(2, 8)).toBeUndefined();
  });

  test('gradients are the finite differences of the loss with the same units left out', () => {
    const parameters = network.initialize(new Rng('weights'));
    const pass = new Pass(network, count);
    const value = () => {
      all.forEach((row, i) => {
        pass.values[0].set(inputs.row(row), i * inputs.columns);
      });
      const answers = pass.forward(parameters, count, new Dropout([0.2, 0.5, 0.4], new Rng('drop')));
      return loss(targets, all, answers, pass.deltas[pass.deltas.length - 1]);
    };
    value();
    const gradient = new Float64Array(network.size);
    pass.backward(parameters, count, gradient);
    for (let i = 0; i < parameters.length; i += 3) {
      const here = parameters[i];
      const [upper, lower] = [1e-6, -1e-6].map((h) => {
        parameters[i] = here + h;
        return value();
      });
      parameters[i] = here;
      expect(Math.abs(gradient[i] - (upper - lower) / 2e-6)).toBeLessThan(1e-8);
    }
  });

  test('steps in WebAssembly are those of its twin, dropout and norms included, to 1e-4', () => {
    const schedule: Schedule = {
      ...{ epochs: 20, batch: 6, learningRate: 0.02, weightDecay: 0.1, patience: Infinity },
      ...{ dropout: [0.2, 0.5], maxNorm: 0.8 },
    };
    const start = network.initialize(new Rng('weights'));
    const lazy = {
      rows: 24,
      columns: inputs.columns,
      write: (rows: ArrayLike<number>, out: Float64Array | Float32Array) => {
        for (let i = 0; i < rows.length; i++) out.set(inputs.row(rows[i]), i * inputs.columns);
      },
    };
    const rows = Int32Array.from({ length: 24 }, (_, i) => (5 * i) % 24);
    const [twin, packed, made] = [
      stepper(network, inputs, targets, 24, schedule, new Rng('drop')),
      packedStepper(network, inputs, targets, start, 24, schedule, new Rng('drop')),
      packedStepper(network, lazy, targets, start, 24, schedule, new Rng('drop')),
    ].map((step) => {
      const parameters = start.slice();
      for (let epoch = 0; epoch < 10; epoch++) step(rows, epoch, parameters);
      return parameters;
    });
    const far = packed.reduce((most, value, i) => Math.max(most, Math.abs(value - twin[i])), 0);
    expect(far).toBeLessThan(1e-4);
    expect(made).toEqual(packed);
  });
});

test('weights into a hidden unit have at most the wished norm, those out of it any', () => {
  const network = new Network([3, 5, 2], 'relu');
  const parameters = network.initialize(new Rng('weights')).map((value) => 10 * value);
  const before = parameters.slice();
  limitNorms(network.layers, parameters, 2);
  const [{ inputs, outputs: units, weights }, last] = network.layers;
  for (let j = 0; j < 5; j++) {
    const norm = Math.hypot(...Array.from({ length: inputs }, (_, i) => parameters[weights + i * units + j]));
    expect(norm).toBeCloseTo(2, 12);
  }
  expect(parameters.slice(last.weights)).toEqual(before.slice(last.weights));
});

test('rows that are made when wanted are those that are kept', () => {
  const kept = featuresOf(encodersOf(space, data.x, false)).encode(data.x);
  const copy: Augmentation = { ...uniform(), varied: (_, u) => u };
  const lazy = inputsOf(featuresOf(encodersOf(space, data.x, false)), space, data.x, copy);
  const rows = Int32Array.of(5, 0, 23);
  const out = new Float64Array(3 * kept.columns);
  if (!(lazy instanceof Matrix)) lazy.varied?.(new Rng('versions')).write(rows, out);
  expect(out).toEqual(kept.select(rows).data);
});

test('rows are seen in other versions in each epoch; where these are the rows themselves, nothing changes', async () => {
  const copy: Augmentation = { ...uniform(), varied: (_, u) => u };
  const shifted: Augmentation = {
    ...uniform(),
    varied: (_, u, rng) => u.map((value) => Math.min(1, value + 0.2 * rng.uniform())),
  };
  const [plain, same, other] = await Promise.all([{}, { augment: copy }, { augment: shifted }].map(fitted));
  const x = points(space, 5, new Rng('fresh'));
  expect(same.predict(x).data).toEqual(plain.predict(x).data);
  expect(other.predict(x).data).not.toEqual(plain.predict(x).data);
});

test('packed bytes are learned as the numbers that they stand for', async () => {
  const images = pictures(40, 12);
  const unpacked = new (images.constructor as typeof import('../../../src/core/dataset.ts').Dataset)(
    images.space,
    images.outputs,
    images.x,
    images.y,
    images.rows,
  );
  const net = neuralNetwork({ hidden: [6], epochs: 5, members: 1, calibrate: false });
  const [bytes, numbers] = [await net.fit(images, testRun('net')), await net.fit(unpacked, testRun('net'))];
  expect(bytes.predict(images.x).data).toEqual(numbers.predict(images.x).data);
});

test.each<[NeuralNetworkOptions, RegExp]>([
  [
    { hidden: [8], dropout: [0.1, 0.2, 0.3] },
    /^neuralNetwork: dropout has 3 numbers, one for the inputs and each hidden layer are 2$/,
  ],
  [{ dropout: [1] }, /^neuralNetwork: dropout\[0\] must be a number from 0 to 0\.95, got 1$/],
  [{ temperature: 0 }, /^neuralNetwork: temperature must be /],
  [
    { backend: 'tfjs', temperature: 2, maxNorm: 3 },
    /^neuralNetwork: maxNorm, temperature can be had of the built-in backend only, got backend 'tfjs'$/,
  ],
  [{ augment: uniform() as never }, /^neuralNetwork: augment must be an augmentation such as warp\(\), got /],
])('%o is refused', (options, message) => {
  expect(() => neuralNetwork(options)).toThrow(message);
});

test('a warp in a space without an image is refused', async () => {
  await expect(fitted({ augment: warp() })).rejects.toThrow(
    /^warp: the space has no image; declare its pixels by image\(28, 28\)/,
  );
});

test('units are scaled in the working memory too', () => {
  const network = new Network([4, 8, 4], 'relu');
  const start = network.initialize(new Rng('weights'));
  const inputs = new Float64Array(8).fill(1);
  const packed = new PackedNetwork(network, inputs, start, 4);
  packed.begin();
  const plain = packed.forward(Int32Array.of(0, 1)).slice();
  const halved = packed.forward(Int32Array.of(0, 1), {
    draw: (l, count) => (l === 1 ? new Float32Array(count).fill(0.5) : undefined),
  });
  plain.forEach((value, i) => {
    expect(halved[i]).toBeCloseTo(value / 2, 5);
  });
});

test.each([
  [true, 'mean and deviation'],
  [false, 'the deviation'],
])('pixels of an image, moved: %s, share %s: one that was nearly always dark is not blown up', (areMoved) => {
  const picture = new Space({ ...image(2, 3), angle: real(0, 1) });
  const x = points(picture, 50, new Rng('light'));
  for (let i = 0; i < x.rows; i++) x.set(i, 4, i === 0 ? 0.1 : 0);
  const pixels = Array.from({ length: x.rows }, (_, i) => [...x.row(i).subarray(0, 6)]).flat();
  const meanOf = (values: readonly number[]) => values.reduce((sum, light) => sum + light, 0) / values.length;
  const mean = meanOf(pixels);
  const deviation = Math.sqrt(meanOf(pixels.map((light) => (light - mean) ** 2)));
  const seen = featuresOf(encodersOf(picture, x, areMoved));
  const lit = seen.encode(new Matrix(1, 7, Float64Array.of(1, 1, 1, 1, 1, 1, 0.5)));
  for (let j = 0; j < 6; j++) {
    const own = areMoved ? mean : meanOf([...x.column(j)]);
    expect(lit.get(0, j)).toBeCloseTo((1 - own) / deviation, 10);
  }
  // What is no pixel keeps its own: about .5 and .29.
  expect(Math.abs(lit.get(0, 6))).toBeLessThan(0.5);
});

test('networks share the mean of pixels where an augmentation moves them, and only there; the scale everywhere', async () => {
  const picture = new Space(image(3, 3));
  const rows = labeled(picture, outputList({ y: {} }), 12, (u) => [u[0]]);
  const learn = async (options: NeuralNetworkOptions) => {
    const net = neuralNetwork({ hidden: [4], epochs: 1, members: 1, calibrate: false, ...options });
    const { encoders } = ((await net.fit(rows, testRun('net'))) as unknown as { state: NetworkState }).state;
    const numbers = encoders.filter((encoder) => encoder.kind === 'number');
    return [numbers.map(({ mean }) => mean), numbers.map(({ deviation }) => deviation)].map((all) => new Set(all).size);
  };
  expect(await learn({ augment: warp() })).toEqual([1, 1]);
  expect(await learn({})).toEqual([9, 1]);
});
