import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { oneHot } from '../../../src/core/columns.ts';
import { outputList } from '../../../src/core/output.ts';
import { exponential } from '../../../src/numerics/kernels/exponential.ts';
import { PackedNetwork } from '../../../src/numerics/kernels/packed-network.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { Adam } from '../../../src/surrogates/neural-network/adam.ts';
import { type EncoderState, featuresOf } from '../../../src/surrogates/neural-network/features.ts';
import { CHUNK, packedForward, plainForward } from '../../../src/surrogates/neural-network/forward.ts';
import { type Activation, activate, multiply } from '../../../src/surrogates/neural-network/kernels.ts';
import { Network, Pass, padded } from '../../../src/surrogates/neural-network/layers.ts';
import { encodeTargets, loss } from '../../../src/surrogates/neural-network/targets.ts';
import {
  lossOn,
  packedStepper,
  type Schedule,
  stepper,
  trainMember,
} from '../../../src/surrogates/neural-network/training.ts';

const activations: Activation[] = ['tanh', 'relu', 'swish'];

function normals(count: number, path: string): Float64Array {
  const rng = new Rng(path);
  return Float64Array.from({ length: count }, () => rng.normal());
}

describe('kernels', () => {
  test('the tiled product is the product by its definition, of a matrix and of a transposed one', () => {
    const shapes = fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 7 }),
    );
    const property = ([pairs, quads, k]: [number, number, number]) => {
      const [m, n] = [2 * pairs, 4 * quads];
      const [a, b, bias] = [normals(m * k, 'a'), normals(3 + k * n, 'b'), normals(n, 'bias')];
      for (const transposed of [false, true]) {
        const c = new Float64Array(1 + m * n);
        multiply(m, n, k, a, transposed ? 1 : k, transposed ? m : 1, b, 3, c, 1, bias);
        for (let i = 0; i < m; i++)
          for (let j = 0; j < n; j++) {
            let sum = bias[j];
            for (let l = 0; l < k; l++) sum += a[transposed ? l * m + i : i * k + l] * b[3 + l * n + j];
            expect(c[1 + i * n + j]).toBeCloseTo(sum, 12);
          }
      }
    };
    fc.assert(fc.property(shapes, property), { numRuns: 50, seed: 1 });
  });

  const formulas = {
    tanh: Math.tanh,
    relu: (z: number) => Math.max(0, z),
    swish: (z: number) => z / (1 + Math.exp(-z)),
  };
  test.each(activations)('%s has its value and its slope, and no trouble with large numbers', (name) => {
    const at = Float64Array.of(-1e4, -800, -3, -0.5, -1e-9, 0.3, 2, 20, 800, 1e4);
    const [value, slope] = [at.slice(), new Float64Array(at.length)];
    activate(name, at.length, value, slope);
    at.forEach((z, i) => {
      const h = 1e-6 * Math.max(1, Math.abs(z));
      expect(Math.abs(value[i] - formulas[name](z))).toBeLessThan(1e-15 * Math.max(1, Math.abs(z)));
      if (name === 'relu' && Math.abs(z) < h) return;
      expect(slope[i]).toBeCloseTo((formulas[name](z + h) - formulas[name](z - h)) / (2 * h), 7);
    });
  });
});

describe('back-propagation', () => {
  const outputs = outputList({ y: {}, verdict: { classes: ['p', 'q', 'r'] }, z: {} });
  const rows = 7;
  const y = new Matrix(
    rows,
    3,
    normals(21, 'y').map((value, i) => (i % 3 === 1 ? (i % 9) % 3 : value)),
  );
  const targets = encodeTargets(outputs, oneHot(outputs, y));
  const all = Int32Array.from({ length: rows }, (_, i) => i);

  test.each(activations)(
    'with %s, gradients by parameters and inputs are the finite differences of the loss',
    (activation) => {
      const network = new Network([3, 5, 6, targets.width], activation);
      const parameters = network.initialize(new Rng('weights')).map((value, i) => value + 0.01 * Math.cos(i));
      const pass = new Pass(network, rows);
      const inputs = normals(rows * 4, 'inputs');
      const last = pass.deltas.length - 1;
      const value = () => {
        pass.values[0].set(inputs);
        return loss(targets, all, pass.forward(parameters, rows), pass.deltas[last]);
      };
      const agree = (gradient: Float64Array, numbers: Float64Array) => {
        for (let i = 0; i < numbers.length; i++) {
          const here = numbers[i];
          const h = 1e-6;
          numbers[i] = here + h;
          const upper = value();
          numbers[i] = here - h;
          const lower = value();
          numbers[i] = here;
          expect(Math.abs(gradient[i] - (upper - lower) / (2 * h))).toBeLessThan(1e-8);
        }
      };
      const gradient = new Float64Array(network.size);
      value();
      pass.backward(parameters, rows, gradient);
      agree(gradient, parameters);
      value();
      pass.backward(parameters, rows);
      agree(pass.deltas[0].slice(0, inputs.length), inputs);
    },
  );

  test('padding never learns', () => {
    const network = new Network([3, 5, 1], 'swish');
    const parameters = network.initialize(new Rng('weights'));
    const live = parameters.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
    expect(live).toBe(3 * 5 + 5);
    expect(network.size).toBe(4 * 8 + 8 + 8 * 4 + 4);
  });

  test('the loss of a fair guess among three classes is ln 3', () => {
    const three = outputList({ c: { classes: ['p', 'q', 'r'] } });
    const classes = encodeTargets(three, oneHot(three, Matrix.from([[0], [2]])));
    const scores = new Float64Array(8).fill(700);
    const delta = new Float64Array(8);
    expect(loss(classes, Int32Array.of(0, 1), scores, delta)).toBeCloseTo(Math.log(3), 14);
    expect(Array.from(delta.subarray(0, 4))).toEqual([-1 / 3, 1 / 6, 1 / 6, 0].map((v) => expect.closeTo(v, 14)));
  });
});

describe('a network in WebAssembly', () => {
  const outputs = outputList({ y: {}, verdict: { classes: ['p', 'q', 'r'] } });
  const count = 13;
  const y = new Matrix(
    count,
    2,
    normals(2 * count, 'y').map((value, i) => (i % 2 === 1 ? (i % 9) % 3 : value)),
  );
  const targets = encodeTargets(outputs, oneHot(outputs, y));
  const inputs = new Matrix(
    count,
    4,
    normals(count * 4, 'inputs').map((value, i) => (i % 4 === 3 ? 0 : value)),
  );
  const all = Int32Array.from({ length: count }, (_, i) => (5 * i) % count);

  function worst(a: ArrayLike<number>, b: Float64Array): number {
    const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return b.reduce((most, value, i) => Math.max(most, Math.abs(a[i] - value)), 0) / scale;
  }

  test.each(activations)('passes forward and back with %s as its twin does, to 1e-5', (activation) => {
    const network = new Network([3, 9, 12, targets.width], activation);
    const parameters = network
      .initialize(new Rng('weights'))
      .map((value, i) => value + (value === 0 ? 0 : 0.01 * Math.cos(i)));
    const packed = new PackedNetwork(network, inputs.data, parameters, count);
    packed.begin();
    const pass = new Pass(network, count);
    all.forEach((row, i) => {
      pass.values[0].set(inputs.row(row), 4 * i);
    });
    const gradient = new Float64Array(network.size);
    const answer = pass.forward(parameters, count);
    const single = packed.forward(all);
    expect(worst(single, answer.slice(0, single.length))).toBeLessThan(1e-5);
    loss(targets, all, answer, pass.deltas[pass.deltas.length - 1]);
    loss(targets, all, single, packed.delta);
    pass.backward(parameters, count, gradient);
    expect(worst(packed.backward(count), gradient)).toBeLessThan(1e-5);
  });

  test('has no gradient by derivatives too small to move a parameter, of which the next would be subnormal', () => {
    const network = new Network([3, 8, targets.width], 'swish');
    const packed = new PackedNetwork(network, inputs.data, network.initialize(new Rng('weights')), count);
    const gradientOf = (derivative: number) => {
      packed.begin();
      packed.forward(all);
      packed.delta.fill(derivative);
      return packed.backward(count).slice();
    };
    expect(gradientOf(1e-3).some((value) => value !== 0)).toBe(true);
    expect(gradientOf(1e-21).every((value) => value === 0)).toBe(true);
  });

  test.each(activations)('takes the steps of its twin with %s, to 1e-4 after ten epochs', (activation) => {
    const network = new Network([3, 8, targets.width], activation);
    const settings: Schedule = { epochs: 40, batch: 5, learningRate: 0.01, weightDecay: 0.1, patience: Infinity };
    const start = network.initialize(new Rng('weights'));
    const steppers = [
      stepper(network, inputs, targets, count, settings),
      packedStepper(network, inputs, targets, start, count, settings),
    ];
    const [twin, packed] = steppers.map((step) => {
      const parameters = start.slice();
      for (let epoch = 0; epoch < 10; epoch++) step(all, epoch, parameters);
      return parameters;
    });
    expect(worst(packed, twin)).toBeLessThan(1e-4);
    expect(worst(start, twin)).toBeGreaterThan(1e-2);
  });

  test('goes on where it was when another network has had its turn', () => {
    const network = new Network([3, 8, targets.width], 'swish');
    const settings: Schedule = { epochs: 9, batch: 5, learningRate: 0.01, weightDecay: 0.1, patience: Infinity };
    const start = network.initialize(new Rng('weights'));
    const train = (isInterrupted: boolean) => {
      const parameters = start.slice();
      const step = packedStepper(network, inputs, targets, start, count, settings);
      for (let epoch = 0; epoch < 5; epoch++) {
        if (isInterrupted) packedStepper(network, inputs, targets, start, count, settings)(all, epoch, start.slice());
        step(all, epoch, parameters);
      }
      return parameters;
    };
    expect(train(true)).toEqual(train(false));
  });
});

describe('Adam', () => {
  test('takes the steps of its definition, computed by hand', () => {
    const adam = new Adam(2, { beta1: 0.9, beta2: 0.99, epsilon: 0.1 });
    const parameters = Float64Array.of(1, -2);
    // First step: m = 0.1 g and v = 0.01 g^2 are corrected to g and g^2, so it is 0.5 g / (|g| + 0.1): 0.5 * 2 / 2.1 and 0.5 * -1 / 1.1.
    adam.step(parameters, Float64Array.of(2, -1), 0.5);
    expect(parameters[0]).toBeCloseTo(1 - 1 / 2.1, 14);
    expect(parameters[1]).toBeCloseTo(-2 + 0.5 / 1.1, 14);
    // Second step with g = 4: m = 0.9 * 0.2 + 0.1 * 4 = 0.58 over 1 - 0.81; v = 0.99 * 0.04 + 0.01 * 16 = 0.1996 over 1 - 0.9801.
    // With g = 0: m = -0.09 over 0.19, v = 0.0099 over 0.0199.
    adam.step(parameters, Float64Array.of(4, 0), 0.5);
    expect(parameters[0]).toBeCloseTo(1 - 1 / 2.1 - (0.5 * (0.58 / 0.19)) / (Math.sqrt(0.1996 / 0.0199) + 0.1), 14);
    expect(parameters[1]).toBeCloseTo(-2 + 0.5 / 1.1 + (0.5 * (0.09 / 0.19)) / (Math.sqrt(0.0099 / 0.0199) + 0.1), 14);
  });
});

describe('training', () => {
  const n = 24;
  const inputs = new Matrix(
    n,
    4,
    normals(n * 4, 'x').map((value, i) => (i % 4 === 3 ? 0 : value)),
  );
  const noise = normals(n, 'noise');
  const y = new Matrix(
    n,
    1,
    Float64Array.from({ length: n }, (_, i) => inputs.get(i, 0) + noise[i]),
  );
  const targets = encodeTargets(outputList({ y: {} }), y);
  const network = new Network([3, 24, 1], 'tanh');
  const train = Int32Array.from({ length: 16 }, (_, i) => i);
  const held = Int32Array.from({ length: 8 }, (_, i) => 16 + i);
  const schedule: Schedule = { epochs: 200, batch: 8, learningRate: 0.02, weightDecay: 0, patience: 30 };
  const none = async () => undefined;

  test('early stopping gives back the weights of the epoch with the lowest loss on the held-out rows', async () => {
    const losses: number[] = [];
    const weights: Float64Array[] = [];
    const pass = new Pass(network, 8);
    const look = async (_: number, parameters: Float64Array) => {
      weights.push(parameters.slice());
      losses.push(lossOn(pass, inputs, targets, parameters, held));
    };
    const member = await trainMember(network, inputs, targets, { train, held }, schedule, new Rng('7'), look);
    const best = losses.indexOf(Math.min(...losses));
    expect(member.best).toBe(best + 1);
    expect(member.parameters).toEqual(weights[best]);
    expect(losses).toHaveLength(best + 1 + schedule.patience);
    expect(member.epochs).toBe(losses.length);
    expect(member.epochs).toBeLessThan(schedule.epochs);
    expect(losses[losses.length - 1]).toBeGreaterThan(losses[best]);
  });

  test('without a penalty a network with more weights than rows learns the rows by heart; with one it does not', async () => {
    const trainLoss = async (weightDecay: number) => {
      const settings = { ...schedule, epochs: 1500, weightDecay };
      const rows = { train, held: new Int32Array(0) };
      const { parameters } = await trainMember(network, inputs, targets, rows, settings, new Rng('7'), none);
      return lossOn(new Pass(network, 16), inputs, targets, parameters, train);
    };
    expect(await trainLoss(0)).toBeLessThan(1e-4);
    expect(await trainLoss(1)).toBeGreaterThan(1e-2);
  });

  test('the weights of padding are still zero after training', async () => {
    const odd = new Network([3, 5, 1], 'swish');
    const rows = { train, held };
    const { parameters } = await trainMember(
      odd,
      inputs,
      targets,
      rows,
      { ...schedule, weightDecay: 0.1 },
      new Rng('7'),
      none,
    );
    const live = (values: Float64Array) => values.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
    // 3 x 5 and 5 x 1 weights, 5 and 1 biases; everything else among the padded numbers stays zero.
    expect(live(parameters)).toBe(15 + 5 + 5 + 1);
    expect(padded(5)).toBe(8);
  });
});

test.each(activations)('kernels take %s networks through to the last bit as plain code does', (activation) => {
  const numbers = (count: number): EncoderState[] =>
    Array.from({ length: count }, (_, j) => ({ kind: 'number', mean: 0.1 * j, deviation: 0.3 + 0.01 * j }));
  const rng = new Rng(activation);
  // An odd and an even number of coordinates, and some that are no numbers.
  for (const encoders of [numbers(5), numbers(6), [...numbers(2), { kind: 'levels', levels: 3 } as const]]) {
    const features = featuresOf(encoders);
    const network = new Network([features.width, 12, 7, 3], activation);
    const members = [0, 1].map((k) => network.initialize(rng.child(k)).map((value) => value + 0.1 * rng.normal()));
    const cube = Float64Array.from({ length: 2 * CHUNK * encoders.length }, () => rng.uniform());
    // The large ones are where exponentials stay at their least.
    for (const size of [1, 1e3, 1e306]) {
      const values = cube.map((value) => size * value);
      const scaled = new Matrix(2 * CHUNK, encoders.length, values);
      const [packed, plain] = [packedForward, plainForward].map((way) => way(network, members, features, scaled));
      for (const [from, to] of [
        [CHUNK, 2 * CHUNK],
        [3, 4],
        [10, 40],
      ]) {
        for (const way of [packed, plain]) way.read(from, to);
        for (const k of [1, 0]) expect(Array.from(packed.answer(k))).toEqual(Array.from(plain.answer(k)));
      }
    }
  }
});

test('the exponential of hidden units is right to a unit or so in the last place', () => {
  const at = [0, -1e-300, -1e-9, -0.34, -0.35, -1, ...Array.from({ length: 700 }, (_, i) => -1.01 * i), -708];
  for (const x of at) expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(5e-16);
  for (const x of [-709, -1e9, Number.NEGATIVE_INFINITY]) expect(exponential(x)).toBe(exponential(-708));
  const value = Float64Array.of(-1e300);
  activate('swish', 1, value, new Float64Array(1));
  expect(value[0]).toBeCloseTo(0, 15);
});
