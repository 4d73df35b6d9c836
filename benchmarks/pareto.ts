import {
  Dataset,
  gaussianProcess,
  hypervolume,
  memoryStore,
  nsga2,
  type Optimizer,
  pareto,
  problemOf,
  Rng,
  type Run,
  random,
  search,
  simulatorOracle,
  storedOracle,
} from 'imago';
import { inlineExecutor } from 'imago/node';
import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { paretoInstance } from '../simulators/test-functions/instance.ts';
import { paretoProblems } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';

const BUDGET = 100;

/** The default search for several objectives against its baselines. `best` is the hypervolume so far, which is to be large. */
export default {
  question: 'how much hypervolume does the default search reach with several objectives? (share = of the whole front)',
  columns: ['problem', 'instance', 'seed', 'optimizer', 'budget', 'best', 'proposalMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 10, instances = [0], wants, has, emit, say }) {
    for (const name of quick ? ['branin-currin'] : paretoProblems.keys())
      if (wants(name))
        for (const k of instances)
          for (const label of ['auto', 'nsga-ii', 'random']) {
            const reached: number[] = [];
            const { hypervolume: whole } = paretoInstance(paretoProblems.get(name)!, k);
            for (let seed = 1; seed <= seeds; seed++) {
              if (has({ problem: name, instance: k, seed, optimizer: label })) continue;
              const row = await searchOnce(name, k, label, seed, quick ? 20 : BUDGET);
              emit({ problem: name, instance: k, seed, optimizer: label, ...row });
              reached.push(row.best[row.best.length - 1]);
            }
            if (reached.length === 0) continue;
            const share = whole === undefined ? '' : `, ${((100 * median(reached)) / whole).toFixed(2)} % of the whole`;
            say(`  ${name}, instance ${k}, ${label}: median hypervolume ${median(reached).toPrecision(6)}${share}`);
          }
  },
} satisfies Benchmark;

async function searchOnce(name: string, k: number, label: string, seed: number, budget: number) {
  const { reference, objectives } = paretoInstance(paretoProblems.get(name)!, k);
  const simulator = testFunctionSimulator({ name, instance: k });
  const outputs = simulator.outputs.map((output) => output.name);
  const problem = await problemOf(
    { minimize: outputs.slice(0, objectives), subjectTo: outputs.slice(objectives).map((g) => `${g} <= 0`) },
    simulator.space,
    simulator.outputs,
  );
  const oracle = storedOracle(simulatorOracle(simulator, inlineExecutor()), memoryStore(), name);
  const run: Run = { rng: new Rng(`pareto/${name}/${k}/${seed}`), clock: () => performance.now() };
  const start = performance.now();
  const none = Dataset.empty(simulator.space, simulator.outputs);
  const { history } = await search(problem, optimizerOf(label, reference), oracle, none, { budget }, run);
  const proposalMilliseconds = (performance.now() - start) / budget;
  const { objectives: values, violation } = problem.score(history.x, history.y);
  const best = Array.from({ length: history.size }, (_, i) => {
    const feasible = [...violation.keys()].filter((row) => row <= i && violation[row] === 0);
    return hypervolume(values.select(feasible), reference);
  });
  return { budget, best, proposalMilliseconds };
}

function optimizerOf(label: string, reference: readonly number[]): Optimizer {
  if (label === 'random') return random();
  if (label === 'nsga-ii') return nsga2({ population: 20 });
  return pareto({ surrogate: gaussianProcess({ transform: 'none', calibrate: false }), reference });
}
