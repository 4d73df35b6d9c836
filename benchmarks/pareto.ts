import { hypervolume, Matrix, nsga2, type Optimizer, random, type SearchLimits } from 'imago';
import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { paretoInstance } from '../simulators/test-functions/instance.ts';
import type { ParetoProblem } from '../simulators/test-functions/pareto.ts';
import { paretoProblems } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { PythonPeers, peersPython } from './peers/process.ts';
import { median } from './statistics.ts';
import { trial } from './trial.ts';

const BUDGET = 40;

/** Problems whose ends a search that is told nothing must find. */
const PROBLEMS = ['zdt1-small', 'fonseca', 'cost-strength', 'branin-currin', 'dtlz2', 'welded-beam-pareto'];

/** Share of the whole front, in each objective, from which on a search has found it. */
const SPANNED = 0.9;

/** What runs here: as a study does that names no optimizer, in parallel too, and the baselines. */
const OWN: Readonly<Record<string, { readonly limits?: Partial<SearchLimits>; readonly optimizer?: () => Optimizer }>> =
  {
    auto: {},
    'auto, batch 4': { limits: { batch: 4 } },
    'auto, asynchronous': { limits: { batch: 4, asynchronous: true } },
    'nsga-ii': { optimizer: () => nsga2({ population: 20 }) },
    random: { optimizer: random },
  };

/** What came of one search. */
interface Outcome {
  /** The hypervolume after each evaluation. */
  readonly best: readonly number[];
  /** Of the whole front's range in an objective, the least share that the front found covers. */
  readonly span: number;
  readonly points: number;
  readonly proposalMilliseconds: number;
}

/**
 * The default search for several objectives, told no reference, against its baselines, and against BoTorch and Ax where IMAGO_PEERS_PYTHON names a
 * Python that has them: they too infer what counts. Each is judged by the ends of the true front, which none of them knows: objectives are
 * scaled by them to [0, 1], and `best` is the hypervolume up to 1.1.
 */
export default {
  question:
    'how much of the front does the default search find, told no reference? (best = hypervolume by the true ends)',
  columns: ['problem', 'instance', 'seed', 'optimizer', 'budget', 'best', 'span', 'points', 'proposalMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 10, instances = [0], optimizers, wants, once, say }) {
    const budget = quick ? 20 : BUDGET;
    const python = quick ? undefined : peersPython();
    const peers = python === undefined ? undefined : await PythonPeers.start(python, './pareto.py');
    const known = [...Object.keys(OWN), ...(peers?.systems ?? [])];
    const asked = optimizers === undefined ? known : known.filter((one) => optimizers.includes(one));
    try {
      for (const name of quick ? ['branin-currin'] : PROBLEMS.filter(wants))
        for (const k of instances) {
          const all = new Map<string, Outcome[]>();
          for (let seed = 0; seed < seeds; seed++)
            for (const optimizer of asked) {
              const key = { problem: name, instance: k, seed, optimizer, budget };
              const outcome = await once(key, () =>
                optimizer in OWN ? searchOnce(name, k, optimizer, seed, budget) : askPeer(peers!, name, key),
              );
              all.set(optimizer, [...(all.get(optimizer) ?? []), outcome]);
            }
          for (const [optimizer, outcomes] of all) say(`  ${name}, instance ${k}, ${optimizer}: ${summary(outcomes)}`);
        }
    } finally {
      peers?.stop();
    }
  },
} satisfies Benchmark;

function summary(outcomes: readonly Outcome[]): string {
  const volume = median(outcomes.map(({ best }) => best.at(-1) ?? 0));
  const whole = outcomes.filter(({ span }) => span >= SPANNED).length;
  return `median hypervolume ${volume.toFixed(4)}, the front is spanned in ${whole} of ${outcomes.length}`;
}

async function searchOnce(name: string, k: number, label: string, seed: number, budget: number): Promise<Outcome> {
  const known = paretoInstance(paretoProblems.get(name)!, k);
  const simulator = testFunctionSimulator({ name, instance: k });
  const outputs = simulator.outputs.map((output) => output.name);
  const goal = {
    minimize: outputs.slice(0, known.objectives),
    subjectTo: outputs.slice(known.objectives).map((g) => `${g} <= 0`),
  };
  const { limits, optimizer } = OWN[label];
  const limited = { ...limits, budget, ...(optimizer && { optimizer: optimizer() }) };
  const { history, proposalMilliseconds } = await trial(simulator, goal, `pareto/${name}/${k}/${seed}`, limited);
  return { ...judged(history.y, known), proposalMilliseconds };
}

async function askPeer(
  peers: PythonPeers,
  name: string,
  {
    instance: k,
    seed,
    optimizer: system,
    budget,
  }: Record<'instance' | 'seed' | 'budget', number> & { optimizer: string },
): Promise<Outcome & { readonly error?: string }> {
  const known = paretoInstance(paretoProblems.get(name)!, k);
  const { evaluate, objectives, inequalities: constraints = 0 } = known;
  const { space } = testFunctionSimulator({ name, instance: k });
  const request = { system, dimension: space.dimension, budget, seed, objectives, constraints };
  const { values, milliseconds, error } = await peers.run(request, (u) => {
    const point = space.decode(Float64Array.from(u));
    const { f, g } = evaluate(space.names.map((input) => Number(point[input])));
    return [...f, ...g];
  });
  return {
    ...judged(Matrix.from(values, objectives + constraints), known),
    proposalMilliseconds: milliseconds / Math.max(1, values.length),
    ...(error !== undefined && { error }),
  };
}

/** n rows of objectives and constraints (<= 0), judged by the ends of the true front. */
function judged(y: Matrix, { objectives, ideal, nadir }: ParetoProblem): Omit<Outcome, 'proposalMilliseconds'> {
  const feasible: Float64Array[] = [];
  const best = Array.from({ length: y.rows }, (_, i) => {
    const row = y.row(i);
    if (row.subarray(objectives).every((g) => g <= 0))
      feasible.push(row.slice(0, objectives).map((value, m) => (value - ideal[m]) / (nadir[m] - ideal[m])));
    return hypervolume(Matrix.from(feasible, objectives), new Array(objectives).fill(1.1));
  });
  const front = feasible.filter((row) => !feasible.some((other) => dominates(other, row)));
  const spans = Array.from({ length: objectives }, (_, m) => {
    const own = front.map((row) => Math.min(1, Math.max(0, row[m])));
    return front.length === 0 ? 0 : Math.max(...own) - Math.min(...own);
  });
  return { best, span: Math.min(...spans), points: front.length };
}

function dominates(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, m) => value <= b[m]) && a.some((value, m) => value < b[m]);
}
