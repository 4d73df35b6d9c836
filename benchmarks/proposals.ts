import { Dataset, defaultOptimizer, Matrix, problemOf, Rng, type Run } from 'imago';
import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { PythonPeers, peersPython } from './peers/process.ts';
import { median } from './statistics.ts';

const PROBLEM = 'hartmann-6';

/** Rows that are known, and for how many proposals from there the time is measured. */
const SIZES = [
  { n: 100, proposals: 33 },
  { n: 500, proposals: 17 },
];

/** Rows near the best one are this far from it in each coordinate, as those of a search are. */
const NEAR = 0.1;

/** Milliseconds for each proposal after the first, which loads libraries and fits everything anew. */
interface Cost {
  readonly wall: number;
  readonly processor: number;
  readonly error?: string;
}

/** What one proposal costs when n rows of six inputs are known; imago and others take turns on the same rows. */
export default {
  question:
    'how long does a proposal take with n rows known, one thread? (mean milliseconds; ratios of processor time)',
  columns: ['problem', 'instance', 'n', 'seed', 'system', 'proposalMilliseconds', 'processorMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 5, instances = [0], wants, once, say }) {
    const python = quick ? undefined : peersPython();
    const peers = python === undefined ? undefined : await PythonPeers.start(python, './proposals.py');
    if (!peers) say('  without peers: set IMAGO_PEERS_PYTHON to a Python that has optuna and botorch');
    if (!process.execArgv.includes('--single-threaded'))
      say(
        '  collecting garbage has threads of its own here: node --single-threaded benchmarks/run.js proposals has one',
      );
    const systems = ['imago', ...(peers?.systems ?? [])];
    try {
      for (const { n, proposals } of quick ? [{ n: 40, proposals: 4 }] : SIZES) {
        if (!wants(String(n))) continue;
        // An engine that has not yet compiled anything is not what a search runs on.
        await ownCost(instances[0], rowsKnown(instances[0], n, 0), 0, proposals);
        for (const k of instances) {
          const costs = new Map(systems.map((system) => [system, [] as number[]]));
          for (let seed = 1; seed <= seeds; seed++)
            for (const system of systems) {
              const row = await once({ problem: PROBLEM, instance: k, n, seed, system }, async () => {
                const known = rowsKnown(k, n, seed);
                const { wall, processor, error } =
                  system === 'imago'
                    ? await ownCost(k, known, seed, proposals)
                    : await peerCost(peers!, system, k, known, seed, proposals);
                if (error) say(`  ${system} with ${n} rows: ${error}`);
                return { proposalMilliseconds: wall, processorMilliseconds: processor };
              });
              costs.get(system)!.push(row.processorMilliseconds);
            }
          const own = median(costs.get('imago')!);
          for (const [system, values] of costs)
            say(
              `  ${n} rows, ${system}: ${median(values).toPrecision(3)} ms of processor time, imago ${(own / median(values)).toPrecision(2)} of it`,
            );
        }
      }
    } finally {
      peers?.stop();
    }
  },
} satisfies Benchmark;

interface Known {
  readonly x: number[][];
  readonly y: number[];
}

function answerOf(k: number): (u: ArrayLike<number>) => number {
  const { space } = testFunctionSimulator({ name: PROBLEM, instance: k });
  const { evaluate } = instance(testFunction(PROBLEM), k);
  return (u) => {
    const point = space.decode(Float64Array.from(u));
    return evaluate(space.names.map((name) => Number(point[name]))).f;
  };
}

/** Half of the rows are anywhere, half around the best of those. */
function rowsKnown(k: number, n: number, seed: number): Known {
  const value = answerOf(k);
  const rng = new Rng(`proposals/${k}/${n}/${seed}`);
  const x = Array.from({ length: n / 2 }, () => Array.from({ length: 6 }, () => rng.uniform()));
  const best = x.reduce((a, b) => (value(b) < value(a) ? b : a));
  for (let i = x.length; i < n; i++)
    x.push(best.map((center) => Math.min(1, Math.max(0, center + NEAR * rng.normal()))));
  return { x, y: x.map(value) };
}

async function ownCost(k: number, { x, y }: Known, seed: number, proposals: number): Promise<Cost> {
  const { space, outputs } = testFunctionSimulator({ name: PROBLEM, instance: k });
  const value = answerOf(k);
  const problem = await problemOf({ minimize: 'f' }, space, outputs);
  const optimizer = defaultOptimizer(problem);
  const run: Run = { rng: new Rng(`proposals/${seed}`), clock: () => performance.now() };
  const rowsOf = (points: readonly number[][], from: number) =>
    new Dataset(
      space,
      outputs,
      Matrix.from(points),
      Matrix.from(points.map((u) => [value(u)])),
      points.map((_, i) => ({ id: `${from + i}`, milliseconds: 0, status: 'completed' as const })),
    );
  let history = rowsOf(x, 0);
  let [wall, processor] = [0, 0];
  for (let i = 0; i < proposals; i++) {
    const [since, before] = [performance.now(), process.cpuUsage()];
    const suggestion = await optimizer.suggest(
      problem,
      { history, pending: new Matrix(0, 6), remaining: proposals - i },
      1,
      run,
    );
    const { user, system } = process.cpuUsage(before);
    if (i > 0) {
      wall += performance.now() - since;
      processor += (user + system) / 1000;
    }
    history = history.concat(rowsOf([[...suggestion.x.row(0)]], y.length + i));
  }
  return { wall: wall / (proposals - 1), processor: processor / (proposals - 1) };
}

async function peerCost(
  peers: PythonPeers,
  system: string,
  k: number,
  known: Known,
  seed: number,
  proposals: number,
): Promise<Cost> {
  const value = answerOf(k);
  const { spent, error } = await peers.run({ system, dimension: 6, budget: proposals, seed, known }, value);
  const mean = (of: (cost: Cost) => number) =>
    spent.slice(1).reduce((sum, cost) => sum + of(cost), 0) / Math.max(1, spent.length - 1);
  return { wall: mean(({ wall }) => wall), processor: mean(({ processor }) => processor), ...(error && { error }) };
}
