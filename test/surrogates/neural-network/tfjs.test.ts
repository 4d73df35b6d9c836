import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as core from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import type { Load } from '../../../src/core/platform/optional-package.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { encodersOf, featuresOf } from '../../../src/surrogates/neural-network/features.ts';
import { Network } from '../../../src/surrogates/neural-network/layers.ts';
import { neuralNetwork } from '../../../src/surrogates/neural-network/neural-network.ts';
import { encodeTargets } from '../../../src/surrogates/neural-network/targets.ts';
import { tfjsStepper } from '../../../src/surrogates/neural-network/tfjs.ts';
import { loadTfjs, type TensorFlow } from '../../../src/surrogates/neural-network/tfjs-backend.ts';
import { stepper } from '../../../src/surrogates/neural-network/training.ts';
import { labeled, points, testRun } from '../../../src/testing/labeled.ts';
import { surrogateLaws } from '../../../src/testing/surrogate-laws.ts';

const tf = core as unknown as TensorFlow;

describe('as others', { tags: ['slow'] }, () => {
  surrogateLaws(
    'neural network trained by TensorFlow.js',
    () =>
      neuralNetwork({
        backend: 'tfjs',
        hidden: [8],
        epochs: 60,
        batch: 64,
        learningRate: 0.05,
        members: 1,
        calibrate: false,
      }),
    { capabilities: ['posterior', 'gradient'], q2: 0.8, runs: 3 },
  );
});

const cube = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
const outputs = outputList({ y: {}, side: { classes: ['left', 'middle', 'right'] }, z: {} });
const answers = (u: Float64Array) => [Math.sin(4 * u[0]) + u[1], Math.floor(2.99 * u[2]), u[0] * u[2]];

/** Packages by their names; the others are not installed. */
function only(packages: Readonly<Record<string, unknown>>): Load {
  return async (name) => {
    const found = packages[name];
    if (found instanceof Error) throw found;
    if (found === undefined)
      throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });
    return found;
  };
}

describe.each(['cpu', 'wasm'])('steps by TensorFlow.js on its %s backend', (backend) => {
  beforeAll(async () => {
    const warn = vi.spyOn(console, 'warn');
    const lean = { '@tensorflow/tfjs-core': core, '@tensorflow/tfjs-layers': {}, '@tensorflow/tfjs-backend-cpu': {} };
    await loadTfjs(only(backend === 'wasm' ? { ...lean, '@tensorflow/tfjs-backend-wasm': {} } : lean));
    expect(tf.getBackend()).toBe(backend);
    expect(warn).not.toHaveBeenCalled();
  });

  test.each(['relu', 'tanh', 'swish'] as const)(
    'of %s units are those of the plain kernels, and nothing is left behind',
    async (activation) => {
      const data = labeled(cube, outputs, 23, answers);
      const inputs = featuresOf(encodersOf(cube, data.x, false));
      const targets = encodeTargets(outputs, data.targets());
      const encoded = inputs.encode(data.x);
      const network = new Network([inputs.width, 5, 7, targets.width], activation);
      const schedule = {
        epochs: 12,
        batch: 8,
        learningRate: 0.02,
        weightDecay: 0.1,
        patience: Number.POSITIVE_INFINITY,
      };
      const start = network.initialize(new Rng('weights'));
      const before = tf.memory().numTensors;
      const steppers = [
        stepper(network, encoded, targets, 23, schedule),
        tfjsStepper(tf, network, encoded, targets, start, 23, schedule),
      ];
      const [own, other] = steppers.map((step) => {
        const parameters = start.slice();
        const order = Int32Array.from({ length: 23 }, (_, i) => i);
        const rng = new Rng('order');
        for (let epoch = 0; epoch < 12; epoch++) step(rng.shuffle(order), epoch, parameters);
        step.dispose?.();
        return parameters;
      });
      const moved = Math.max(...own.map((value, i) => Math.abs(value - start[i])));
      expect(moved).toBeGreaterThan(0.05);
      own.forEach((value, i) => {
        expect(Math.abs(value - other[i])).toBeLessThan(2e-3 * moved);
      });
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});

describe('a neural network trained by TensorFlow.js', () => {
  const small = { hidden: [8], epochs: 40, members: 2, calibrate: false } as const;

  test('says by what it was trained, advertises nothing and leaves no tensors', async () => {
    const warn = vi.spyOn(console, 'warn');
    const data = labeled(cube, outputs, 20, answers);
    await neuralNetwork({ ...small, backend: 'tfjs' }).fit(data, testRun('7'));
    const before = tf.memory().numTensors;
    const { health } = await neuralNetwork({ ...small, backend: 'tfjs' }).fit(data, testRun('7'));
    expect(health.notes).toContain('trained by TensorFlow.js 4.22.0 on its wasm backend');
    expect(tf.memory().numTensors).toBe(before);
    expect(warn).not.toHaveBeenCalled();
  });

  test('leaves no tensors when it is cancelled', async () => {
    const data = labeled(cube, outputs, 20, answers);
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const run = testRun('7', { signal: controller.signal, progress: () => controller.abort() });
    await expect(neuralNetwork({ ...small, epochs: 1000, backend: 'tfjs' }).fit(data, run)).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  test('learns what the built-in one learns', { tags: ['slow'] }, async () => {
    const number = outputList({ y: {} });
    const wave = (u: Float64Array) => Math.sin(4 * u[0]) + u[1] * u[2];
    const data = labeled(cube, number, 60, (u) => [wave(u)]);
    const fresh = points(cube, 300, new Rng('fresh'));
    const error = async (backend: 'built-in' | 'tfjs') => {
      const options = { hidden: [16, 16], epochs: 200, members: 1, calibrate: false, backend };
      const answer = (await neuralNetwork(options).fit(data, testRun('7'))).predict(fresh).data;
      return Math.sqrt(answer.reduce((sum, value, i) => sum + (value - wave(fresh.row(i))) ** 2, 0) / 300);
    };
    const [own, other] = [await error('built-in'), await error('tfjs')];
    expect(own).toBeLessThan(0.1);
    expect(other / own).toBeGreaterThan(0.7);
    expect(other / own).toBeLessThan(1.4);
  });

  test('another backend is refused', () => {
    expect(() => neuralNetwork({ backend: 'gpu' as never })).toThrow(/backend must be built-in or tfjs, got 'gpu'/);
  });
});

describe('of what is installed', () => {
  const union = { ...core, version_core: undefined, version: { 'tfjs-core': '4.22.0' } };
  /** A TensorFlow.js whose backends are these. */
  const like = (...backends: string[]) => ({ ...core, setBackend: async (name: string) => backends.includes(name) });

  test('tfjs-node comes first', async () => {
    const all = {
      '@tensorflow/tfjs-node': like('tensorflow'),
      '@tensorflow/tfjs': union,
      '@tensorflow/tfjs-backend-wasm': {},
    };
    expect(await loadTfjs(only(all))).toMatchObject({
      name: 'tensorflow',
      notes: ['trained by TensorFlow.js 4.22.0 on its tensorflow backend'],
    });
  });

  test('then tfjs on its wasm backend, then on plain JavaScript', async () => {
    const wasm = await loadTfjs(only({ '@tensorflow/tfjs': union, '@tensorflow/tfjs-backend-wasm': {} }));
    expect(wasm).toMatchObject({ name: 'wasm', notes: ['trained by TensorFlow.js 4.22.0 on its wasm backend'] });
    expect(await loadTfjs(only({ '@tensorflow/tfjs': union }))).toMatchObject({ name: 'cpu' });
    const lean = { '@tensorflow/tfjs-core': core, '@tensorflow/tfjs-layers': {}, '@tensorflow/tfjs-backend-cpu': {} };
    expect(await loadTfjs(only(lean))).toMatchObject({ name: 'cpu' });
  });

  test('what cannot be loaded or started is told and passed over', async () => {
    const { name, notes } = await loadTfjs(
      only({
        '@tensorflow/tfjs-node': new Error('The native addon module (tfjs_binding.node) can not be found\nmore'),
        '@tensorflow/tfjs': like('cpu'),
        '@tensorflow/tfjs-backend-wasm': {},
      }),
    );
    expect(name).toBe('cpu');
    expect(notes.slice(1)).toEqual([
      '@tensorflow/tfjs-node is installed and cannot be loaded: The native addon module (tfjs_binding.node) can not be found',
      'TensorFlow.js has no wasm backend that starts',
    ]);
  });

  test('nothing is an error that says what to install', async () => {
    await expect(loadTfjs(only({}))).rejects.toMatchObject({
      code: 'plugin',
      message: expect.stringMatching(/npm install @tensorflow\/tfjs-node, or @tensorflow\/tfjs and/),
    });
    // Without the layers there are no gradients.
    await expect(loadTfjs(only({ '@tensorflow/tfjs-core': core }))).rejects.toMatchObject({ code: 'plugin' });
  });
});
