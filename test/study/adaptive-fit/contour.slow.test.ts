import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { Model } from '../../../src/core/model.ts';
import { label, simulatorOracle } from '../../../src/core/oracle.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { sobol } from '../../../src/sampling/sobol.ts';
import { fitUntil } from '../../../src/study/adaptive-fit/fit-until.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { testRun } from '../../../src/testing/labeled.ts';
import { fourBranch, multimodal } from '../../fixtures/contours.ts';

const student = gaussianProcess({ starts: 1, transform: 'none', calibrate: false });
const transfer = latinHypercube();

/** Share of the box on the wrong side of g = 0, for runs that were chosen for the contour and for as many that fill the space. */
async function wrongShares(
  simulator: typeof multimodal,
  runs: number,
  seed: number,
): Promise<[number, number, number]> {
  await using executor = inlineExecutor();
  const oracle = simulatorOracle(simulator, executor);
  const nothing = Dataset.empty(oracle.space, oracle.outputs);
  const x = sobol().sample(oracle.space, 4000, nothing, testRun('truth'));
  const truth = await label(oracle, x, 'truth', testRun('truth'));
  const wrong = (model: Model) =>
    model.predict(x).data.filter((value, i) => value > 0 !== truth.y.get(i, 0) > 0).length / x.rows;
  const run = testRun(`${simulator.name}/${seed}`);
  const goal = { target: 1, budget: runs, initial: 12, batch: 4, contour: { output: 'g', value: 0 } };
  const { model, curve } = await fitUntil(oracle, { transfer, student }, goal, run);
  const filled = await label(oracle, transfer.sample(oracle.space, runs, nothing, run), 'filled', run);
  return [wrong(model), wrong(await student.fit(filled, run)), 1 - (curve.at(-1)?.score ?? 0)];
}

test.each([
  ['four-branch', fourBranch, 52, 0.5],
  ['multimodal', multimodal, 32, 0.1],
] as const)(
  'the contour of %s is known better from runs that look for it than from as many that fill the space, in the median of ten seeds',
  async (_, simulator, runs, bound) => {
    const shares: [number, number, number][] = [];
    for (let seed = 1; seed <= 10; seed++) shares.push(await wrongShares(simulator as typeof multimodal, runs, seed));
    const median = (k: number) => {
      const sorted = shares.map((one) => one[k]).sort((a, b) => a - b);
      return (sorted[4] + sorted[5]) / 2;
    };
    expect(median(0)).toBeLessThan(bound * median(1));
    // What it believes of itself is near enough.
    expect(median(2)).toBeGreaterThan(0.5 * median(0));
    expect(median(2)).toBeLessThan(Math.max(2 * median(0), 0.01));
  },
);
