import {
  Dataset,
  hypervolume,
  Matrix,
  memoryStore,
  nsga2,
  type Optimizer,
  pareto,
  problemOf,
  Rng,
  type Run,
  random,
  search,
  searchSurrogate,
  simulatorOracle,
  storedOracle,
} from 'imago';
import { inlineExecutor } from 'imago/node';
import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { paretoInstance } from '../simulators/test-functions/instance.ts';
import type { ParetoProblem } from '../simulators/test-functions/pareto.ts';
import { paretoProblems } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { PythonPeers, peersPython } from './peers/process.ts';
import { median } from './statistics.ts';

const BUDGET = 100;

/** One search: the hypervolume after each evaluation. */
interface Outcome {
  readonly best: readonly number[];
  readonly proposalMilliseconds: number;
  readonly error?: string;
}

/**
 * The default search for several objectives against its baselines, and against BoTorch and Ax where IMAGO_PEERS_PYTHON names a Python that has
 * them. `best` is the hypervolume so far, which is to be large.
 */
export default {
  question: 'how much hypervolume does the default search reach with several objectives? (share = of the whole front)',
  columns: ['problem', 'instance', 'seed', 'optimizer', 'budget', 'best', 'proposalMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 10, instances = [0], wants, once, say }) {
    const budget = quick ? 20 : BUDGET;
    const python = quick ? undefined : peersPython();
    const peers = python === undefined ? undefined : await PythonPeers.start(python, './pareto.py');
    const optimizers = ['auto', ...(peers?.systems ?? []), 'nsga-ii', 'random'];
    try {
      for (const name of quick ? ['branin-currin'] : paretoProblems.keys()) {
        if (!wants(name)) continue;
        for (const k of instances) {
          const problem = paretoInstance(paretoProblems.get(name)!, k);
          const reached = new Map(optimizers.map((label) => [label, [] as number[]]));
          for (let seed = 1; seed <= seeds; seed++)
            for (const optimizer of optimizers) {
              const { best } = await once({ problem: name, instance: k, seed, optimizer, budget }, async () => {
                const { error, ...row } = peers?.systems.includes(optimizer)
                  ? await askPeer(peers, optimizer, name, problem, k, seed, budget)
                  : await searchOnce(name, problem, k, optimizer, seed, budget);
                if (error) say(`  ${optimizer} on ${name}: ${error}`);
                return row;
              });
              reached.get(optimizer)!.push(best.at(-1) ?? 0);
            }
          for (const [optimizer, volumes] of reached) {
            const whole = problem.hypervolume;
            const share = whole === undefined ? '' : `, ${((100 * median(volumes)) / whole).toFixed(2)} % of the whole`;
            say(`  ${name}, instance ${k}, ${optimizer}: median hypervolume ${median(volumes).toPrecision(6)}${share}`);
          }
        }
      }
    } finally {
      peers?.stop();
    }
  },
} satisfies Benchmark;

async function searchOnce(
  name: string,
  { reference, objectives }: ParetoProblem,
  k: number,
  optimizer: string,
  seed: number,
  budget: number,
): Promise<Outcome> {
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
  const { history } = await search(problem, optimizerOf(optimizer, reference), oracle, none, { budget }, run);
  const proposalMilliseconds = (performance.now() - start) / budget;
  return { best: volumes(history.y, objectives, reference), proposalMilliseconds };
}

function optimizerOf(label: string, reference: readonly number[]): Optimizer {
  if (label === 'random') return random();
  if (label === 'nsga-ii') return nsga2({ population: 20 });
  return pareto({ surrogate: searchSurrogate(), reference });
}

async function askPeer(
  peers: PythonPeers,
  system: string,
  name: string,
  { evaluate, reference, objectives, inequalities = 0 }: ParetoProblem,
  k: number,
  seed: number,
  budget: number,
): Promise<Outcome> {
  const { space } = testFunctionSimulator({ name, instance: k });
  const request = {
    system,
    dimension: space.dimension,
    budget,
    seed,
    objectives,
    reference,
    constraints: inequalities,
  };
  const { values, milliseconds, error } = await peers.run(request, (u) => {
    const point = space.decode(Float64Array.from(u));
    const { f, g } = evaluate(space.names.map((input) => Number(point[input])));
    return [...f, ...g];
  });
  const y = Matrix.from(values, objectives + inequalities);
  return {
    best: volumes(y, objectives, reference),
    proposalMilliseconds: milliseconds / Math.max(1, values.length),
    ...(error !== undefined && { error }),
  };
}

/** The hypervolume of the feasible rows after each of n rows of objectives and constraints (<= 0). */
function volumes(y: Matrix, objectives: number, reference: readonly number[]): number[] {
  const feasible: Float64Array[] = [];
  return Array.from({ length: y.rows }, (_, i) => {
    const row = y.row(i);
    if (row.subarray(objectives).every((g) => g <= 0)) feasible.push(row.subarray(0, objectives));
    return hypervolume(Matrix.from(feasible, objectives), reference);
  });
}
