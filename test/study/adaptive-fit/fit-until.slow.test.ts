import { expect, test } from 'vitest';
import makeFunction from '../../../simulators/test-functions/index.ts';
import { Dataset } from '../../../src/core/dataset.ts';
import { label, simulatorOracle } from '../../../src/core/oracle.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { sobol } from '../../../src/sampling/sobol.ts';
import { fitUntil } from '../../../src/study/adaptive-fit/fit-until.ts';
import { holdoutFidelity } from '../../../src/study/chain/validation.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { testRun } from '../../../src/testing/labeled.ts';

const student = gaussianProcess({ starts: 1, transform: 'none', calibrate: false });
const transfer = latinHypercube();

/** q2 of a Gaussian process on 500 points that it has not seen, of as many runs that were chosen in the one way or the other. */
async function rivals(name: string, instance: number, runs: number): Promise<[adaptive: number, filled: number]> {
  await using executor = inlineExecutor();
  const simulator = makeFunction({ name, instance });
  const oracle = simulatorOracle(simulator, executor);
  const run = testRun(`${name}/${instance}`);
  const nothing = Dataset.empty(oracle.space, oracle.outputs);
  const truth = await label(oracle, sobol().sample(oracle.space, 500, nothing, testRun('truth')), 'truth', run);
  const goal = { target: 1, budget: runs };
  const { model } = await fitUntil(oracle, { transfer, student }, goal, run);
  const filled = await label(oracle, transfer.sample(oracle.space, runs, nothing, run), 'filled', run);
  const other = await student.fit(filled, run);
  return [holdoutFidelity(model, truth)[0].q2, holdoutFidelity(other, truth)[0].q2];
}

test.each([
  ['branin', 30, 1],
  ['goldstein-price', 40, 1],
  // No gain there: on fresh instances the ratio was 1.11.
  ['hartmann-3', 40, 1.2],
])(
  'on %s the error of adaptive runs over that of as many that fill the space is bounded, in the median of ten instances',
  async (name, runs, bound) => {
    const ratios: number[] = [];
    for (let instance = 1; instance <= 10; instance++) {
      const [adaptive, filled] = await rivals(name, instance, runs);
      ratios.push((1 - adaptive) / (1 - filled));
    }
    ratios.sort((a, b) => a - b);
    expect((ratios[4] + ratios[5]) / 2).toBeLessThanOrEqual(bound);
  },
);
