import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { simulatorOracle } from '../../../src/core/oracle.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { integer, real } from '../../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import type { GaussianProcessModel } from '../../../src/kriging/process/model.ts';
import { normalPdf } from '../../../src/numerics/distributions.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { sobol } from '../../../src/sampling/sobol.ts';
import { adaptivePoints, contourAccuracy } from '../../../src/study/adaptive-fit/adaptive-design.ts';
import {
  type Contour,
  contourGain,
  contourOf,
  expectedFeasibility,
  sureness,
} from '../../../src/study/adaptive-fit/contour.ts';
import { fitUntil } from '../../../src/study/adaptive-fit/fit-until.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { gradientEnhanced } from '../../../src/surrogates/gradient-enhanced/gradient-enhanced.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';
import { fourBranchOf, multimodal, multimodalAnswer } from '../../fixtures/contours.ts';

const student = gaussianProcess({ starts: 1, transform: 'none', calibrate: false });
const transfer = latinHypercube();

describe('the expected feasibility', () => {
  test.each([
    [1, 4, 1],
    [0, 1, 0.7],
    [-3, 0.25, 0.5],
    [250, 1e-4, 249.99],
    [0, 9, -20],
  ])('of N(%d, %d) at %d is the integral that it stands for', (mean, variance, z) => {
    const [deviation, steps] = [Math.sqrt(variance), 200_000];
    const width = 4 * deviation;
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      const g = z - 2 * deviation + ((i + 0.5) / steps) * width;
      sum += ((2 * deviation - Math.abs(z - g)) * normalPdf((g - mean) / deviation)) / deviation;
    }
    const integral = (sum * width) / steps;
    expect(Math.abs(expectedFeasibility(mean, variance, z) - integral)).toBeLessThan(1e-9 * deviation);
  });

  test('is zero where nothing is unsure, and largest on the contour', () => {
    expect(expectedFeasibility(1, 0, 1)).toBe(0);
    const values = [0, 0.5, 1, 2, 4].map((mean) => expectedFeasibility(mean, 1, 0));
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(contourGain({ output: 'f', value: 1, criterion: 'u' }, 4, 2.25)).toBe(-2);
  });
});

describe('a contour', () => {
  const beam = defineSimulator(null, {
    name: 'beam',
    parameters: { load: real(0, 1, { unit: 'kN' }) },
    outputs: { stress: { unit: 'kPa' }, temperature: { unit: 'degC' }, verdict: { classes: ['holds', 'fails'] } },
    run: ({ load }) => ({ stress: 3e5 * load, temperature: 20, verdict: 'holds' as const }),
  });
  const read = (text: string) => contourOf(text, beam.space, beam.outputs);

  test('is read from an equation, in the unit of its output', async () => {
    expect(await read('stress = 250 MPa')).toEqual({ output: 'stress', value: 250_000 });
    expect(await read('stress == (2 + 3) * 1 kPa')).toEqual({ output: 'stress', value: 5 });
    expect((await read('temperature = 293.15 K')).value).toBeCloseTo(20, 10);
  });

  test.each([
    'stress <= 250 MPa',
    'stress = 250 kg',
    'stress = 250 MPa * load',
    '2 * stress = 1 MPa',
    'load = 1 kN',
    'stress',
    'strain = 3',
    "verdict = 'fails'",
  ])('%s is refused', async (text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'invalid-expression' });
  });

  test.each([
    [{ output: 'strain', value: 1 }, /output must be a numeric output \(stress, temperature\), got 'strain'/],
    [{ output: 'verdict', value: 1 }, /output must be a numeric output/],
    [{ output: 'stress', value: Number.NaN }, /value must be a finite number/],
    [{ output: 'stress', value: 1, criterion: 'x' }, /criterion must be/],
  ])('%j is refused', async (contour, message) => {
    await using executor = inlineExecutor();
    const goal = { target: 0.9, budget: 9, contour: contour as Contour };
    await expect(fitUntil(simulatorOracle(beam, executor), { transfer }, goal, testRun('1'))).rejects.toThrow(message);
  });
});

describe('points for a contour', () => {
  const { space, outputs } = multimodal;
  const data = labeled(space, outputs, 15, (u) =>
    [multimodal.run(space.decode(u), {} as never) as never].map(({ g }) => g),
  );

  test('are those of largest gain, one after the other, each believed', async () => {
    const model = await student.fit(data, testRun('7'));
    for (const criterion of ['expected-feasibility', 'u'] as const) {
      const contour = { output: 'g', value: 0, criterion };
      const chosen = adaptivePoints(model, data, 3, testRun('8'), { contour });
      expect(chosen.rows).toBe(3);
      const more = sobol().sample(space, 4000, Dataset.empty(space, outputs), testRun('9'));
      let current: GaussianProcessModel = model;
      for (let i = 0; i < 3; i++) {
        const gains = (x: Matrix) => {
          const { mean, variance } = current.posterior(x);
          return Array.from({ length: x.rows }, (_, r) => contourGain(contour, mean.get(r, 0), variance.get(r, 0)));
        };
        const x = new Matrix(1, 2, chosen.row(i).slice());
        const best = Math.max(...gains(more));
        // Other points that fill the space hold one that is a little better or worse.
        expect(gains(x)[0]).toBeGreaterThan(criterion === 'u' ? best - 0.2 : 0.9 * best);
        current = current.conditioned(x, current.predict(x));
      }
    }
  });

  test('the accuracy is what the variances say', async () => {
    const model = await student.fit(data, testRun('7'));
    const contour = { output: 'g', value: 0 };
    const x = sobol().sample(space, 20_000, Dataset.empty(space, outputs), testRun('9'));
    const { mean, variance } = model.posterior(x);
    const sum = mean.data.reduce((all, m, i) => all + sureness(m, variance.data[i], 0), 0);
    expect(Math.abs(contourAccuracy(model, data, contour, testRun('8')) - sum / 20_000)).toBeLessThan(2e-3);
    expect(sureness(1, 0, 1)).toBe(1);
    expect(sureness(3, 4, 1)).toBeCloseTo(0.8413447, 7);
  });

  test('end where a finite space is exhausted, and where it is sure enough', async () => {
    const steps = defineSimulator(null, {
      name: 'steps',
      parameters: { n: integer(1, 4), m: integer(1, 3) },
      outputs: { f: {} },
      run: ({ n, m }) => ({ f: n * m }),
    });
    await using executor = inlineExecutor();
    const oracle = simulatorOracle(steps, executor);
    const contour = { output: 'f', value: 5 };
    const all = await fitUntil(
      oracle,
      { transfer: sobol(), student },
      { target: 1, budget: 50, initial: 4, contour },
      testRun('1'),
    );
    expect(new Set(all.data.rows.map((_, i) => all.data.x.row(i).join())).size).toBe(all.data.size);
    expect(all.data.size).toBeLessThanOrEqual(12);
    const some = await fitUntil(
      oracle,
      { transfer: sobol(), student },
      { target: 0.7, budget: 50, initial: 4, contour },
      testRun('1'),
    );
    expect(some).toMatchObject({ stop: 'target' });
    expect(some.curve.at(-1)).toMatchObject({ output: 'f' });
  });
});

test('a contour takes fewer runs of a simulator that declares its derivatives', { tags: ['slow'] }, async () => {
  const rich = defineSimulator(null, {
    name: 'multimodal with slopes',
    parameters: multimodal.space.parameters,
    outputs: { g: {}, ga: { derivative: { of: 'g', by: 'a' } }, gb: { derivative: { of: 'g', by: 'b' } } },
    run: ({ a, b }) => ({
      g: multimodalAnswer(a, b),
      ga: (a * (b - 1)) / 10 - 2.5 * Math.cos(2.5 * a),
      gb: (a * a + 4) / 20,
    }),
  });
  await using executor = inlineExecutor();
  const goal = { target: 0.995, budget: 60, initial: 8, batch: 2, contour: { output: 'g', value: 0 } };
  const run = testRun('slopes/1');
  const informed = await fitUntil(
    simulatorOracle(rich, executor),
    { transfer, student: gradientEnhanced({ starts: 1 }) },
    goal,
    run,
  );
  const without = await fitUntil(simulatorOracle(multimodal, executor), { transfer, student }, goal, run);
  expect([informed.stop, without.stop]).toEqual(['target', 'target']);
  expect(informed.data.size).toBeLessThan(0.7 * without.data.size);
});

test('the systems of the literature fail as often as is published', () => {
  const chance = (fails: (a: number, b: number) => boolean, [m, n]: readonly [number, number]) => {
    const steps = 1600;
    let sum = 0;
    for (let i = 0; i < steps; i++)
      for (let j = 0; j < steps; j++) {
        const [s, t] = [(16 * (i + 0.5)) / steps - 8, (16 * (j + 0.5)) / steps - 8];
        if (fails(m + s, n + t)) sum += normalPdf(s) * normalPdf(t);
      }
    return sum * (16 / steps) ** 2;
  };
  const [six, seven] = [fourBranchOf(6), fourBranchOf(7)];
  expect(chance((a, b) => six(a, b) < 0, [0, 0])).toBeCloseTo(4.45e-3, 4);
  expect(chance((a, b) => seven(a, b) < 0, [0, 0])).toBeCloseTo(2.22e-3, 4);
  expect(chance((a, b) => multimodalAnswer(a, b) > 0, [1.5, 2.5])).toBeCloseTo(3.13e-2, 3);
});
