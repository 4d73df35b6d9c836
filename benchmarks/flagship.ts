import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import {
  cmaEs,
  Dataset,
  defineScenario,
  differentialEvolution,
  memoryStore,
  problemOf,
  Rng,
  runStudy,
  search,
  simulatorOracle,
} from 'imago';
import { threadExecutor } from 'imago/node';
import scenario from '../scenarios/lift-to-drag-on-surrogate.ts';
import aerofoil from '../simulators/aerofoil/index.ts';
import type { Benchmark } from './harness.ts';

/** What direct search finds in 5,000 runs; made anew by `--only reference`. */
const REFERENCE = new URL('./fixtures/lift-to-drag-reference.json', import.meta.url);
const DIRECT_RUNS = 5000;

interface Reference {
  readonly optimizer: string;
  readonly seed: number;
  readonly runs: number;
  readonly best: number;
}

/** The study of the aerofoil on a surrogate, on several seeds, against the best lift over drag of long direct searches. */
export default {
  question:
    'how near does the study of the aerofoil on a surrogate come, in at most 120 runs, to what direct search finds in 5,000?',
  columns: ['seed', 'runs', 'failed', 'best', 'reference', 'ratio', 'runsToOnePercent', 'q2', 'speedupPerCall'],
  async run({ quick, seeds = quick ? 1 : 10, wants, has, emit, say }) {
    await using executor = threadExecutor({ workers: availableParallelism() });
    if (wants('reference') && !wants('seeds')) {
      const found: Reference[] = [];
      for (const optimizer of [cmaEs(), differentialEvolution()]) {
        const problem = await problemOf(scenario.search!, aerofoil.space, aerofoil.outputs);
        const run = { rng: new Rng(`reference/${optimizer.name}`), clock: () => performance.now() };
        const { history } = await search(
          problem,
          optimizer,
          simulatorOracle(aerofoil, executor),
          Dataset.empty(aerofoil.space, aerofoil.outputs),
          { budget: DIRECT_RUNS, batch: 16 },
          run,
        );
        found.push({
          optimizer: optimizer.name,
          seed: 0,
          runs: DIRECT_RUNS,
          best: -(problem.best(history)?.merit ?? Number.NaN),
        });
        say(JSON.stringify(found.at(-1)));
      }
      writeFileSync(REFERENCE, `${JSON.stringify(found, null, 2)}\n`);
      return;
    }
    const reference = Math.max(...(JSON.parse(readFileSync(REFERENCE, 'utf8')) as Reference[]).map(({ best }) => best));
    for (let seed = 1; seed <= seeds; seed++) {
      if (has({ seed })) continue;
      const { results, measurements } = await runStudy(
        defineScenario({ ...scenario, seed, compare: undefined }),
        { executor, store: memoryStore() },
        { clock: () => performance.now() },
      );
      const found = results.search!;
      const reached = found.curve.findIndex((value) => value !== null && value >= 0.99 * reference);
      emit({
        seed,
        runs: found.runs.total,
        failed: found.runs.total - found.runs.completed,
        best: found.best?.objective ?? null,
        reference,
        ratio: (found.best?.objective ?? 0) / reference,
        runsToOnePercent: reached < 0 ? null : reached + 1,
        q2: Math.min(...results.stages[0].fidelity.map(({ q2 }) => q2)),
        speedupPerCall: measurements.savings[0].speedupBatched,
      });
    }
  },
} satisfies Benchmark;
