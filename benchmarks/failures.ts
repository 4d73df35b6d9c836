import { type AnySimulator, defineSimulator, Rng } from 'imago';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';
import { bestFeasible, trial } from './trial.ts';

const PROBLEMS = { branin: 40, 'hartmann-3': 50, 'hartmann-6': 100 };

/** Proposals that may still explore where the simulator fails. */
const LEARNING = 30;

/** The default search where the simulator fails in a part of the space that nobody has declared, close to the optimum. */
export default {
  question: 'how often does the default search still run into failures after its first 30 runs, and what does it find?',
  columns: [
    'problem',
    'instance',
    'seed',
    'optimizer',
    'budget',
    'best',
    'proposalMilliseconds',
    'failedEarly',
    'failedLate',
  ],
  async run({ quick, seeds = quick ? 1 : 10, instances = [0], wants, once, say }) {
    for (const [problem, full] of Object.entries(PROBLEMS)) {
      if (!wants(problem) || (quick && problem !== 'branin')) continue;
      for (const k of instances) {
        const budget = quick ? 35 : full;
        const optimum = instance(testFunction(problem), k).optimum!.value;
        const regrets: number[] = [];
        const late: number[] = [];
        for (let seed = 1; seed <= seeds; seed++) {
          const { best, failedLate } = await once(
            { problem, instance: k, seed, optimizer: 'auto', budget },
            async () => {
              const stream = `failures/${problem}/${k}/${seed}`;
              const found = await trial(failing(problem, k, stream), { minimize: 'f' }, stream, { budget });
              const failed = found.history.rows.map(({ status }) => (status === 'failed' ? 1 : 0));
              const count = (flags: readonly number[]) => flags.reduce((sum, flag) => sum + flag, 0);
              const { proposalMilliseconds } = found;
              return {
                ...{ best: bestFeasible(found), proposalMilliseconds },
                failedEarly: count(failed.slice(0, LEARNING)),
                failedLate: count(failed.slice(LEARNING)),
              };
            },
          );
          regrets.push((best.at(-1) ?? Number.POSITIVE_INFINITY) - optimum);
          late.push(failedLate / (budget - LEARNING));
        }
        say(
          `  ${problem}, instance ${k}: median regret ${median(regrets).toExponential(1)} at ${budget}; ${(100 * median(late)).toFixed(0)} % of the proposals after the first ${LEARNING} failed`,
        );
      }
    }
  },
} satisfies Benchmark;

/** The test function, which fails beyond a plane that passes the optimum at a tenth of the cube's edge. */
function failing(name: string, k: number, stream: string): AnySimulator {
  const { parameters, optimum, evaluate } = instance(testFunction(name), k);
  const inputs = Object.entries(parameters);
  const toUnit = (x: readonly number[]) =>
    inputs.map(([, spec], j) => (spec.kind === 'real' ? (x[j] - spec.lower) / (spec.upper - spec.lower) : 0));
  const best = toUnit(optimum!.points[0]);
  const rng = new Rng(`${stream}/plane`);
  const normal = best.map(() => rng.normal());
  const length = Math.hypot(...normal);
  return defineSimulator(
    { module: import.meta.url },
    {
      name: `failing-${name}`,
      parameters,
      outputs: { f: {} },
      run(point) {
        const x = inputs.map(([input]) => Number(point[input]));
        const beyond = toUnit(x).reduce((sum, u, j) => sum + (normal[j] / length) * (u - best[j]), 0);
        if (beyond > 0.1) throw new Error('beyond the plane');
        return { f: evaluate(x).f };
      },
    },
  );
}
