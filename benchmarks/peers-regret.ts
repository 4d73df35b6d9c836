import { existsSync } from 'node:fs';
import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { PythonPeers, peersPython } from './peers/process.ts';
import { bestSoFar, nameOf, optimumOf, REGRET_PROBLEMS, type RegretProblem, searchOnce } from './regret.ts';
import { bootstrap, geometricMean } from './statistics.ts';

/** Every system that `regret.py` knows. */
const KNOWN = ['optuna-gp', 'optuna-tpe', 'ax', 'smt-ego', 'egobox', 'hebo', 'cma-es'];

/** Evaluations after which regrets are compared. */
const CHECKPOINTS = [20, 40, 80, 100];

/** Regrets below this count as equal to it: beyond it only digits are compared. */
const LEAST_REGRET = 1e-8;

/** The default search against other people's, each with its own defaults, taking turns on the same functions. */
export default {
  question: 'how does the default search compare with its peers? (ratios of regrets, imago : peer; below 1 is better)',
  columns: ['problem', 'instance', 'seed', 'system', 'optimizer', 'budget', 'best', 'proposalMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 10, instances = [0], wants, once, say }) {
    const python = peersPython();
    if (!python || !existsSync(python)) {
      say('  skipped: set IMAGO_PEERS_PYTHON to a Python that has optuna, ax-platform, smt, egobox, cma or HEBO');
      return;
    }
    const peers = await PythonPeers.start(python, './regret.py');
    const systems = ['imago', ...(quick ? peers.systems.slice(0, 1) : peers.systems)];
    const missing = KNOWN.filter((name) => !peers.systems.includes(name));
    if (missing.length > 0) say(`  not installed: ${missing.join(', ')}`);
    const ratios = new Map(systems.map((system) => [system, [] as number[][]]));
    try {
      for (const options of quick ? REGRET_PROBLEMS.slice(0, 1) : REGRET_PROBLEMS) {
        const problem = nameOf(options);
        if (!wants(problem)) continue;
        const budget = quick ? 15 : options.budget;
        const own = new Map(systems.map((system) => [system, [] as number[][]]));
        for (const k of instances)
          for (let seed = 1; seed <= seeds; seed++) {
            const bests = new Map<string, readonly number[]>();
            for (const system of systems) {
              const optimizer = system === 'imago' ? 'auto' : system;
              const { best } = await once({ problem, instance: k, seed, system, optimizer, budget }, async () => {
                const answer =
                  system === 'imago'
                    ? await searchOnce(options, k, seed, budget)
                    : await peerOnce(peers, system, options, k, seed, budget);
                if ('error' in answer) say(`  ${system} on ${problem}: ${answer.error}`);
                return { best: answer.best, proposalMilliseconds: answer.milliseconds };
              });
              bests.set(system, best);
            }
            for (const [system, one] of ratiosOf(bests, optimumOf(options, k))) own.get(system)!.push(one);
          }
        for (const [system, runs] of own) {
          if (runs.length > 0) say(`  imago : ${problem} ${system}: ${summary(runs)}`);
          ratios.get(system)!.push(...runs);
        }
      }
    } finally {
      peers.stop();
    }
    for (const [system, runs] of ratios) if (runs.length > 0) say(`  imago : ${system} overall: ${summary(runs)}`);
  },
} satisfies Benchmark;

async function peerOnce(
  peers: PythonPeers,
  system: string,
  options: RegretProblem,
  k: number,
  seed: number,
  budget: number,
): Promise<{ best: number[]; milliseconds: number; error?: string }> {
  const simulator = testFunctionSimulator({ name: options.name, dimension: options.dimension, instance: k });
  const { evaluate } = instance(testFunction(options.name, options.dimension), k);
  const { space } = simulator;
  const { values, milliseconds, error } = await peers.run({ system, dimension: space.dimension, budget, seed }, (u) => {
    const point = space.decode(Float64Array.from(u));
    return evaluate(space.names.map((name) => Number(point[name]))).f;
  });
  return { best: bestSoFar(values), milliseconds: milliseconds / Math.max(1, values.length), ...(error && { error }) };
}

/** For each peer the ratios of imago's regret to its own at the checkpoints that both have reached. */
function ratiosOf(bests: ReadonlyMap<string, readonly number[]>, optimum: number): [string, number[]][] {
  const mine = bests.get('imago')!;
  const regret = (best: readonly number[], n: number) => Math.max(LEAST_REGRET, best[n - 1] - optimum);
  return [...bests].flatMap(([system, theirs]): [string, number[]][] => {
    const reached = CHECKPOINTS.filter((n) => n <= mine.length && n <= theirs.length);
    if (system === 'imago' || reached.length === 0) return [];
    return [[system, reached.map((n) => regret(mine, n) / regret(theirs, n))]];
  });
}

/** The ratios of several runs: those of one run belong together, so whole runs are resampled. */
function summary(runs: readonly number[][]): string {
  const mean = (some: readonly number[][]) => geometricMean(some.flat());
  const [low, high] = bootstrap(runs, mean).map((value) => value.toPrecision(2));
  return `geometric mean ${mean(runs).toPrecision(2)} (95 %: ${low} to ${high}) over ${runs.length} runs`;
}
