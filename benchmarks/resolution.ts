import { type AnySimulator, defaultOptimizer, defineSimulator, type Optimizer, problemOf, resolution } from 'imago';
import heatSink from '../simulators/heat-sink/resolved.ts';
import { leveledFunctions, leveledInstance } from '../simulators/test-functions/levels.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';
import { type Trial, trial } from './trial.ts';

/** Budgets in runs at the finest level. */
const BUDGETS: Readonly<Record<string, number>> = {
  forrester: 25,
  branin: 50,
  currin: 40,
  'hartmann-6': 60,
  borehole: 40,
  'heat-sink': 40,
};

/** What is searched; within 1 % of `optimum` is what counts. */
interface Case {
  readonly simulator: AnySimulator;
  readonly goal: { readonly minimize: string; readonly subjectTo: readonly string[] };
  /** The constraint that allows the finest level only. */
  readonly finest: string;
  readonly optimum: number;
}

/** The lightest heat sink, kg, that 2,500 runs of CMA-ES found on 4 cells, and which keeps the constraints on 12. */
const LIGHTEST = 0.79996;

/** Both sides search until they are there; a run costs what it says, and one at the finest level costs 1. */
export default {
  question:
    'what does it cost, in runs at the finest level, to come within 1 % of the optimum: coarse runs allowed, and finest runs only?',
  columns: ['problem', 'instance', 'seed', 'optimizer', 'budget', 'cost', 'runs', 'error', 'proposalMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 10, instances = [0], wants, once, say }) {
    for (const [problem, budget] of Object.entries(BUDGETS)) {
      if (!wants(problem) || (quick && problem !== 'forrester')) continue;
      for (const k of problem === 'heat-sink' ? [0] : instances) {
        const one = problem === 'heat-sink' ? heatSinkCase() : functionCase(problem, k);
        const costs: Record<string, number[]> = { auto: [], 'auto, finest only': [] };
        for (let seed = 1; seed <= seeds; seed++)
          for (const [optimizer, own] of Object.entries(costs)) {
            const { cost } = await once({ problem, instance: k, seed, optimizer, budget }, () =>
              rowOf(one, optimizer === 'auto', `resolution/${problem}/${k}/${seed}`, budget),
            );
            own.push(cost ?? Number.POSITIVE_INFINITY);
          }
        const [open, fixed] = Object.values(costs);
        say(
          `  ${problem}, instance ${k}: to 1 % in the median ${median(open).toFixed(1)} finest runs with coarse ones, ${median(fixed).toFixed(1)} without`,
        );
      }
    }
  },
} satisfies Benchmark;

async function rowOf(one: Case, isOpen: boolean, stream: string, budget: number) {
  const { simulator, goal, finest, optimum } = one;
  const there = optimum + 0.01 * Math.abs(optimum);
  const asked = isOpen ? goal : { ...goal, subjectTo: [...goal.subjectTo, finest] };
  const problem = await problemOf(asked, simulator.space, simulator.outputs);
  const found = await trial(simulator, asked, stream, {
    budget,
    optimizer: until(defaultOptimizer(problem), there),
  });
  const { history, proposalMilliseconds } = found;
  const merit = found.problem.best(history);
  const best = merit?.feasible ? merit.merit : Number.POSITIVE_INFINITY;
  return {
    cost: best <= there ? found.problem.cost(history.x) : null,
    runs: runsOf(found),
    error: Number.isFinite(best) ? best - optimum : null,
    proposalMilliseconds,
  };
}

/** How many runs each level had, coarsest first. */
function runsOf({ problem, history }: Trial): number[] {
  const { resolution } = problem.space;
  const levels = [...(resolution?.ofRows(history.x) ?? [])];
  return (resolution?.costs ?? []).map((_, level) => levels.filter((own) => own === level).length);
}

/** The optimizer, done when the problem's value is reached. */
function until(optimizer: Optimizer, value: number): Optimizer {
  return {
    ...optimizer,
    async suggest(problem, knowledge, count, run) {
      const best = problem.best(knowledge.history);
      const isThere = best?.feasible && best.merit <= value;
      if (isThere) return { x: knowledge.pending.select([]), stop: 'converged' };
      return optimizer.suggest(problem, knowledge, count, run);
    },
  };
}

function functionCase(name: string, k: number): Case {
  const { levels, cost } = leveledInstance(leveledFunctions.get(name)!, k);
  const fine = levels[levels.length - 1];
  const inputs = Object.keys(fine.parameters);
  const simulator = defineSimulator(
    { module: import.meta.url },
    {
      name: fine.name,
      parameters: { ...fine.parameters, level: resolution([...levels.keys()], { cost }) },
      outputs: { f: {} },
      run: (point) => {
        const values = point as Readonly<Record<string, number>>;
        return { f: levels[values.level].evaluate(inputs.map((input) => values[input])).f };
      },
    },
  );
  const optimum = fine.optimum!.value;
  return { simulator, goal: { minimize: 'f', subjectTo: [] }, finest: `level >= ${levels.length - 1}`, optimum };
}

function heatSinkCase(): Case {
  return {
    simulator: heatSink as unknown as AnySimulator,
    goal: {
      minimize: 'mass',
      subjectTo: ['rise <= 30 K', 'pressureDrop <= 15 Pa', 'finHeight + baseThickness <= 45 mm'],
    },
    finest: 'cells >= 12',
    optimum: LIGHTEST,
  };
}
