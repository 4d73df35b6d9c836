import { existsSync } from 'node:fs';
import { defineSimulator, real } from 'imago';
import type { Benchmark } from './harness.ts';
import { PythonPeers, peersPython } from './peers/process.ts';
import { bestSoFar } from './regret.ts';
import { trial } from './trial.ts';

const DIMENSION = 5;
const BUDGET = 100;

/** Distances from the least value that a search is to reach: 21, from 100 to 0.01, each a fifth of a decade below the last. */
const TARGETS = Array.from({ length: 21 }, (_, i) => 10 ** (2 - i / 5));

/** The noiseless functions of BBOB by number. */
const FUNCTIONS = Array.from({ length: 24 }, (_, i) => i + 1);

/** Instances of functions that are reported; others serve to choose settings on. */
const REPORTED = [1, 2, 3, 4, 5];

/** One function of BBOB. */
interface Place {
  readonly f: number;
  readonly instance: number;
  readonly d: number;
}

/** The default search and other people's on the functions of BBOB. `best` are values, `fopt` the least that there is. */
export default {
  question: 'what share of the targets 100 ... 0.01 does the default search reach on the functions of BBOB?',
  columns: ['f', 'instance', 'd', 'seed', 'budget', 'best', 'fopt', 'optimizer'],
  async run({ quick, seeds = 1, instances, functions, optimizers, once, say }) {
    const python = peersPython();
    if (!python || !existsSync(python)) {
      say('  skipped: set IMAGO_PEERS_PYTHON to a Python that has coco-experiment, scipy and cma');
      return;
    }
    const budget = quick ? 20 : BUDGET;
    const peers = await PythonPeers.start(python, './bbob.py');
    const systems = ['imago', ...peers.systems].filter((name) => optimizers?.includes(name) ?? true);
    const shares = new Map(systems.map((system) => [system, new Map<number, number[]>()]));
    try {
      for (const f of functions ?? (quick ? FUNCTIONS.slice(0, 1) : FUNCTIONS))
        for (const instance of instances ?? (quick ? REPORTED.slice(0, 1) : REPORTED))
          for (let seed = 1; seed <= seeds; seed++)
            for (const optimizer of systems) {
              const place = { f, instance, d: DIMENSION };
              const { best, fopt } = await once({ ...place, seed, budget, optimizer }, async () => {
                const { value } = await ask(peers, { ...place, fopt: true });
                const values =
                  optimizer === 'imago'
                    ? await searchOnce(peers, place, seed, budget)
                    : (await ask(peers, { ...place, system: optimizer, seed, budget })).values!;
                return { best: bestSoFar(values), fopt: value! };
              });
              const own = shares.get(optimizer)!;
              own.set(f, [...(own.get(f) ?? []), shareOf(best.at(-1)!, fopt)]);
            }
    } finally {
      peers.stop();
    }
    for (const line of summary(shares)) say(line);
  },
} satisfies Benchmark;

/** The values that the search of a study sees that names no optimizer. */
async function searchOnce(peers: PythonPeers, place: Place, seed: number, budget: number): Promise<Float64Array> {
  const inputs = Array.from({ length: place.d }, (_, j) => `x${j + 1}`);
  const simulator = defineSimulator(
    { module: import.meta.url },
    {
      name: `bbob-f${place.f}`,
      parameters: Object.fromEntries(inputs.map((name) => [name, real(-5, 5)])),
      outputs: { f: {} },
      async run(point) {
        return { f: (await ask(peers, { ...place, ask: inputs.map((name) => Number(point[name])) })).value! };
      },
    },
  );
  const stream = `bbob/${place.f}/${place.instance}/${seed}`;
  const { history } = await trial(simulator, { minimize: 'f' }, stream, { budget });
  return history.y.column(0);
}

interface Reply {
  readonly value?: number;
  readonly values?: readonly number[];
}

async function ask(peers: PythonPeers, request: Record<string, unknown>): Promise<Reply> {
  return (await peers.ask(request)) as Reply;
}

/** The share of the targets that a value meets. */
function shareOf(best: number, fopt: number): number {
  return TARGETS.filter((target) => best - fopt <= target).length / TARGETS.length;
}

/** The shares of each optimizer in all and for each function, and on how many functions the default search is not below each of the others. */
function summary(shares: ReadonlyMap<string, ReadonlyMap<number, readonly number[]>>): string[] {
  const mean = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0) / some.length;
  const means = new Map([...shares].map(([name, of]) => [name, new Map([...of].map(([f, own]) => [f, mean(own)]))]));
  const line = (label: string, cells: readonly (number | undefined)[]) =>
    `  ${label.padEnd(12)}${cells.map((cell) => (cell ?? Number.NaN).toFixed(3).padStart(10)).join('')}`;
  const names = [...means.keys()];
  const functions = [...new Set(names.flatMap((name) => [...means.get(name)!.keys()]))];
  const own = means.get('imago');
  const isNotBelow = (name: string) => functions.filter((f) => own!.get(f)! >= means.get(name)!.get(f)! - 1e-9).length;
  return [
    `  ${'share'.padEnd(12)}${names.map((name) => name.padStart(10)).join('')}`,
    ...functions.map((f) =>
      line(
        `f${f}`,
        names.map((name) => means.get(name)!.get(f)),
      ),
    ),
    line(
      'all',
      names.map((name) => mean([...means.get(name)!.values()])),
    ),
    ...names
      .filter((name) => own && name !== 'imago')
      .map((name) => `  imago is not below ${name} on ${isNotBelow(name)} of ${functions.length} functions`),
  ];
}
