import { describe, expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { featuresOf } from '../../src/surrogates/neural-network/features.ts';
import { Pass } from '../../src/surrogates/neural-network/layers.ts';
import { encodeTargets } from '../../src/surrogates/neural-network/targets.ts';
import { Balance } from '../../src/surrogates/soft-tree/balance.ts';
import { SoftTreeLoss } from '../../src/surrogates/soft-tree/loss.ts';
import type { SoftTreeState } from '../../src/surrogates/soft-tree/model.ts';
import { reachNodes, shapeOf } from '../../src/surrogates/soft-tree/shape.ts';
import { softTree } from '../../src/surrogates/soft-tree/soft-tree.ts';
import { scoresOf } from '../../src/surrogates/soft-tree/training.ts';
import { labeled, points, testRun } from '../../src/testing/labeled.ts';
import { surrogateLaws } from '../../src/testing/surrogate-laws.ts';

const quick = (more = {}) => softTree({ depth: 4, epochs: 60, batch: 16, learningRate: 0.05, ...more });

surrogateLaws('soft tree', quick, { capabilities: [], q2: 0.7, accuracy: 0.9, runs: 4 });

describe('gradient', () => {
  const outputs = outputList({ height: {}, kind: { classes: ['p', 'q', 'r'] }, side: { classes: ['left', 'right'] } });
  const rows = 9;
  const rng = new Rng('gradient');
  const given = new Matrix(rows, 6);
  for (let i = 0; i < rows; i++) {
    const shares = [rng.uniform(), rng.uniform(), rng.uniform()];
    const sum = shares.reduce((a, b) => a + b);
    given.row(i).set([rng.normal(), ...shares.map((share) => share / sum), i % 2, 1 - (i % 2)]);
  }
  const weights = Float64Array.from({ length: rows }, (_, i) => 0.5 + (i % 3));
  const targets = encodeTargets(outputs, given, weights);
  const shape = shapeOf(3, 1.7);
  const network = scoresOf(5, shape);
  const parameters = network.initialize(new Rng('splits')).map((weight) => 2 * weight);
  const leaves = Float64Array.from({ length: shape.leaves * 6 }, () => rng.normal());
  const batch = Int32Array.from([3, 0, 8, 5, 5, 1, 7]);
  const features = Float64Array.from({ length: rows * network.layers[0].inputs }, () => rng.normal());

  /** A pass of the batch with these parameters, as the first of a training. */
  const pass = (splits: Float64Array, own: Float64Array) => {
    const layer = new Pass(network, batch.length);
    batch.forEach((row, i) => {
      const { inputs } = network.layers[0];
      layer.values[0].set(features.subarray(row * inputs, row * inputs + 5), i * inputs);
    });
    const scores = layer.forward(splits, batch.length);
    const told = new SoftTreeLoss(shape, targets, batch.length, 0.3).of(
      batch,
      scores,
      network.layers[0].outputs,
      own,
      layer.deltas[1],
    );
    const gradient = new Float64Array(network.size);
    layer.backward(splits, batch.length, gradient);
    return { loss: told.loss, leaves: told.leaves, splits: gradient };
  };
  const numerical = (from: Float64Array, at: number, loss: (moved: Float64Array) => number) => {
    const step = 1e-5;
    const moved = (by: number) => from.map((value, k) => (k === at ? value + by : value));
    return (loss(moved(step)) - loss(moved(-step))) / (2 * step);
  };

  test('by the splits, the penalty included, is that of differences to 1e-6', () => {
    const { splits } = pass(parameters, leaves);
    // Units past the last split fill a tile and must not learn.
    const worst = [...parameters.keys()].map((at) =>
      Math.abs(splits[at] - numerical(parameters, at, (moved) => pass(moved, leaves).loss)),
    );
    expect(Math.max(...splits.map(Math.abs))).toBeGreaterThan(0.05);
    expect(Math.max(...worst)).toBeLessThan(1e-6);
  });

  test('by the leaves is that of differences to 1e-6', () => {
    const { leaves: own } = pass(parameters, leaves);
    const worst = [...leaves.keys()].map((at) =>
      Math.abs(own[at] - numerical(leaves, at, (moved) => pass(parameters, moved).loss)),
    );
    expect(Math.max(...own.map(Math.abs))).toBeGreaterThan(0.05);
    expect(Math.max(...worst)).toBeLessThan(1e-6);
  });
});

test('the penalty is that of the paper: half the logarithms of both shares, halved from depth to depth', () => {
  const shape = shapeOf(2, 1);
  // Two rows: what goes right at the three splits, and what reaches the seven nodes.
  const right = Float64Array.from([0.5, 0.2, 0.9, 0.25, 0.4, 0.6]);
  const reach = Float64Array.from([1, 0.5, 0.5, 0.4, 0.1, 0.05, 0.45, 1, 0.75, 0.25, 0.45, 0.3, 0.1, 0.15]);
  const told = new Balance(shape, 0.8).see(2, Float64Array.of(0.5, 0.5), right, reach);
  const shares = [0.375, (0.5 * 0.2 + 0.75 * 0.4) / 1.25, (0.5 * 0.9 + 0.25 * 0.6) / 0.75];
  const parts = shares.map((share) => -0.5 * (Math.log(share) + Math.log(1 - share)));
  expect(told).toBeCloseTo(0.8 * (parts[0] + (parts[1] + parts[2]) / 2), 12);
});

test('shares deep in the tree are means over more batches than those near its root', () => {
  const shape = shapeOf(2, 1);
  const balance = new Balance(shape, 1);
  const see = (share: number) => {
    const reach = Float64Array.from([1, 1 - share, share, 0, 0, 0, 0]);
    return balance.see(1, Float64Array.of(1), new Float64Array(3).fill(share), reach);
  };
  const penalty = (share: number) => -0.5 * Math.log(share * (1 - share));
  see(0.8);
  // Of the left child (0.2 * 0.8 / 2 + 0.5 * 0.5) / (0.2 / 2 + 0.5), by their weights 1/3 and 2/3; of the right (0.8 * 0.8 / 2 + 0.5 * 0.5) / (0.8 / 2 + 0.5).
  const second = see(0.5);
  const left = (0.08 + 0.25) / 0.6;
  const rightChild = (0.32 + 0.25) / 0.9;
  expect(second).toBeCloseTo(penalty(0.5) + (penalty(left) + penalty(rightChild)) / 2, 12);
});

test('it splits along a slope that no input shows by itself', async () => {
  const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
  const kinds = outputList({ side: { classes: ['below', 'above'] } });
  const concept = ([a, b, c]: Float64Array) => [2 * a - b + c > 1 ? 1 : 0];
  const data = labeled(space, kinds, 400, concept);
  const model = await softTree({ depth: 1, epochs: 100, learningRate: 0.1 }).fit(data, testRun('slope'));
  const x = points(space, 1000, new Rng('fresh'));
  const told = model.predict(x);
  const right = Array.from({ length: 1000 }, (_, i) => told.get(i, concept(x.row(i))[0]) > 0.5).filter(Boolean);
  expect(right.length / 1000).toBeGreaterThan(0.97);
});

test('the penalty keeps splits in use', async () => {
  const space = new Space({ a: real(0, 1), b: real(0, 1) });
  const data = labeled(space, outputList({ f: {} }), 300, ([a, b]) => [Math.sin(6 * a) * b]);
  /** The mean over the splits at depth 2 of how far they are from sending half of what reaches them either way. */
  const leaning = async (balance: number) => {
    const model = await softTree({ depth: 3, balance, epochs: 40, learningRate: 0.1 }).fit(data, testRun('use'));
    const { encoders, splits } = model.state as SoftTreeState;
    const shape = shapeOf(3, 1);
    const network = scoresOf(2, shape);
    const pass = new Pass(network, data.size);
    pass.values[0].set(featuresOf(encoders).encode(data.x).data);
    const scores = pass.forward(splits, data.size);
    const sums = Array.from({ length: shape.splits }, () => [0, 0]);
    for (let i = 0; i < data.size; i++) {
      const [right, reach] = [new Float64Array(shape.splits), new Float64Array(shape.nodes)];
      reachNodes(shape, scores, i * network.layers[0].outputs, right, 0, reach, 0);
      for (const [n, sum] of sums.entries()) {
        sum[0] += reach[n] * right[n];
        sum[1] += reach[n];
      }
    }
    return sums.slice(3).reduce((mean, [rightward, all]) => mean + Math.abs(rightward / all - 0.5) / 4, 0);
  };
  expect(await leaning(1)).toBeLessThan(0.7 * (await leaning(0)));
});
