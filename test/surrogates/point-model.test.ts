import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import type { Model, Surrogate } from '../../src/core/model.ts';
import { label, simulatorOracle } from '../../src/core/oracle.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { integer, real } from '../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { fitUntil } from '../../src/study/adaptive-fit/fit-until.ts';
import { distill } from '../../src/study/chain/chain.ts';
import { conformal } from '../../src/surrogates/conformal/conformal.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { testRun } from '../../src/testing/labeled.ts';

const suspension = defineSimulator(null, {
  name: 'suspension',
  parameters: {
    spring: real(4000, 40_000, { unit: 'N/m', scale: 'log' }),
    damper: real(200, 4000, { unit: 'N s/m' }),
    leaves: integer(1, 5),
  },
  outputs: { frequency: { unit: 'Hz' }, ratio: {} },
  formulas: { mass: { unit: 'kg', value: ({ leaves }) => 30 + 2 * leaves } },
  run: ({ spring, damper, leaves }) => {
    const mass = 250 + leaves;
    return { frequency: Math.sqrt(spring / mass) / (2 * Math.PI), ratio: damper / (2 * Math.sqrt(spring * mass)) };
  },
});
const oracle = simulatorOracle(suspension, inlineExecutor());
const transfer = latinHypercube();
const point = { spring: 8000, damper: 600, leaves: 3 };

async function rows(count: number): Promise<Dataset> {
  const x = transfer.sample(
    suspension.space,
    count,
    Dataset.empty(suspension.space, suspension.outputs),
    testRun('rows'),
  );
  return label(oracle, x, 'rows', testRun('rows'));
}

test('a model is asked in units, where the same numbers as a row are refused', { tags: ['slow'] }, async () => {
  const model = await gaussianProcess().fit(await rows(40), testRun('fit'));
  const { frequency, ratio, mass } = model.at(point);
  const truth = await suspension.run(point, {} as never);
  expect(Math.abs(frequency.value / truth.frequency - 1)).toBeLessThan(0.01);
  expect(Math.abs(ratio.value / truth.ratio - 1)).toBeLessThan(0.05);
  expect(frequency.interval?.[0]).toBeLessThan(truth.frequency);
  expect(frequency.interval?.[1]).toBeGreaterThan(truth.frequency);
  expect(frequency.inDomain).toBe(true);
  expect(mass).toEqual({ value: 36, deviation: 0, interval: [36, 36], inDomain: true });
  expect(() => model.predict(Matrix.from([[8000, 600, 3]]))).toThrow(
    "predict: 'spring' is 8000 in row 0, but rows are points of the unit cube, each coordinate in [0, 1]; " +
      'for values in your own units ask model.at({ spring: 8000, damper: 600, leaves: 3 }), or make the row with space.encode',
  );
  const row = Matrix.from([suspension.space.encode(point)]);
  expect(model.predict(row).get(0, 0)).toBe(frequency.value);
});

test('an output is outside the domain where its own model is unsure, whatever the others know', {
  tags: ['slow'],
}, async () => {
  const all = await rows(80);
  const few = Array.from({ length: all.size }, (_, i) => i).filter((i) => all.x.get(i, 1) < 0.5);
  const model = await gaussianProcess().fit(all.select(few), testRun('fit'));
  const near = model.at({ ...point, damper: 1000 });
  expect([near.frequency.inDomain, near.ratio.inDomain]).toEqual([true, true]);
  // The frequency does not depend on the damper.
  const far = model.at({ ...point, damper: 4000 });
  expect([far.frequency.inDomain, far.ratio.inDomain]).toEqual([true, false]);
});

test('intervals are those that the model was given', async () => {
  const model = await conformal(nearestNeighbor()).fit(await rows(60), testRun('fit'));
  const { frequency } = model.at(point);
  const { lower, upper } = model.interval(Matrix.from([suspension.space.encode(point)]));
  expect(frequency.interval).toEqual([lower.get(0, 0), upper.get(0, 0)]);
  expect(frequency.deviation).toBeUndefined();
});

test('the student of a stage is asked in units though its surrogate is of somebody else', async () => {
  const mean: Surrogate = {
    name: 'mean',
    async fit(data): Promise<Model> {
      const average = data.outputs.map((_, k) => data.y.column(k).reduce((a, b) => a + b, 0) / data.size);
      return {
        health: { points: data.size, notes: [] },
        predict: (x) => Matrix.from(Array.from({ length: x.rows }, () => average)),
      };
    },
  };
  const stage = { name: 'mean', transfer, size: 20, student: mean };
  const seen = Dataset.empty(suspension.space, suspension.outputs);
  const hop = await distill(oracle, stage, seen, testRun('chain'));
  expect(hop.model.at(point).ratio.value).toBe(hop.data.y.column(1).reduce((a, b) => a + b, 0) / 20);
  const { model } = await fitUntil(oracle, { transfer, student: mean }, { target: 1, budget: 12 }, testRun('fit'));
  expect(model.at(point).mass.value).toBe(36);
});
