import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Dataset,
  type GaussianProcessOptions,
  gaussianProcess,
  latinHypercube,
  Matrix,
  Rng,
  type Run,
  sobol,
} from 'imago';
import testFunctionSimulator from '../simulators/test-functions/index.ts';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark } from './harness.ts';
import { ModelPeers, numbersOf, type Peer } from './peers/models.ts';
import { peersPython } from './peers/process.ts';
import { median } from './statistics.ts';

/** Designs, and test points to be predicted with their deviations. */
const CASES = [
  { name: 'hartmann-6', n: 120, test: 2000 },
  { name: 'hartmann-6', n: 500, test: 10_000 },
  { name: 'borehole', n: 1000, test: 2000 },
];

/** SMT takes minutes for more rows. */
const MOST_ROWS: Readonly<Record<string, number>> = { smt: 120, egobox: 500 };

/** The default, which chooses kernel, transform and trend and calibrates; and what others do by default: one kernel's likelihood alone. */
const OWN: Readonly<Record<string, GaussianProcessOptions>> = {
  gaussianProcess: {},
  'Matern 5/2 alone': { kernel: 'matern-5/2', transform: 'none', trend: 'constant', calibrate: false },
};

/** Processor milliseconds. */
interface Times {
  readonly fit: number;
  readonly predict: number;
}

/** Fits and predictions of Gaussian processes with their default settings, in turns on the same designs. */
export default {
  question: 'how long does a Gaussian process take to fit and to predict, one thread? (processor milliseconds)',
  columns: ['function', 'd', 'n', 'seed', 'surrogate', 'system', 'fitMilliseconds', 'predictMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 5, wants, has, emit, say }) {
    const python = quick ? undefined : peersPython();
    const installed = python === undefined ? [] : ModelPeers.installed(python);
    const peers = installed.filter(({ model }) => /GP|KRG/i.test(model));
    const server = python === undefined ? undefined : new ModelPeers(python);
    const folder = mkdtempSync(join(tmpdir(), 'imago-fit-time-'));
    try {
      for (const { name, n, test } of quick ? [{ name: 'hartmann-6', n: 40, test: 100 }] : CASES) {
        if (!wants(name)) continue;
        const times = new Map<string, Times[]>();
        for (let seed = 0; seed <= seeds; seed++) {
          const data = dataOf(name, n, test, seed);
          const file = join(folder, `${name}-${n}-${seed}.json`);
          writeFileSync(file, JSON.stringify(numbersOf(data)));
          const key = { function: name, d: data.train.space.dimension, n, seed };
          const take = (surrogate: string, system: string, { fit, predict }: Times) => {
            // The first of each size loads and compiles.
            if (seed === 0) return;
            emit({ ...key, surrogate, system, fitMilliseconds: fit, predictMilliseconds: predict });
            const label = `${system} ${surrogate}`;
            times.set(label, [...(times.get(label) ?? []), { fit, predict }]);
          };
          for (const [surrogate, options] of Object.entries(OWN))
            if (!has({ ...key, system: 'imago', surrogate })) take(surrogate, 'imago', await own(data, options));
          for (const peer of peers) {
            if (n > (MOST_ROWS[peer.system] ?? n) || has({ ...key, system: peer.system, surrogate: peer.model }))
              continue;
            const answer = await asked(server!, file, peer);
            if ('error' in answer) say(`  ${peer.system} ${peer.model}: ${answer.error}`);
            else take(peer.model, peer.system, answer);
          }
        }
        const middle = (of: readonly Times[], what: keyof Times) => median(of.map((one) => one[what]));
        const ours = times.get('imago Matern 5/2 alone') ?? [];
        for (const [label, all] of times)
          say(
            `  ${name}, n = ${n}, ${label}: fit ${middle(all, 'fit').toPrecision(3)} ms (${(middle(all, 'fit') / middle(ours, 'fit')).toPrecision(3)} times imago's one kernel), ${test} predictions ${middle(all, 'predict').toPrecision(3)} ms (${(middle(all, 'predict') / middle(ours, 'predict')).toPrecision(3)} times)`,
          );
      }
    } finally {
      server?.end();
      rmSync(folder, { recursive: true });
    }
  },
} satisfies Benchmark;

function dataOf(name: string, n: number, count: number, seed: number): { train: Dataset; test: Dataset } {
  const { space, outputs } = testFunctionSimulator({ name });
  const { evaluate } = instance(testFunction(name), 0);
  const empty = Dataset.empty(space, outputs);
  const run: Run = { rng: new Rng(`fit-time/${name}/${n}/${seed}`), clock: () => performance.now() };
  const answered = (x: Matrix) => {
    const y = Matrix.from(
      Array.from({ length: x.rows }, (_, i) => {
        const point = space.decode(x.row(i));
        return [evaluate(space.names.map((input) => Number(point[input]))).f];
      }),
    );
    const rows = Array.from({ length: x.rows }, (_, i) => ({
      id: String(i),
      milliseconds: 0,
      status: 'completed' as const,
    }));
    return new Dataset(space, outputs, x, y, rows);
  };
  return {
    train: answered(latinHypercube({ kind: 'random' }).sample(space, n, empty, run)),
    test: answered(sobol().sample(space, count, empty, run)),
  };
}

async function own(
  { train, test }: { readonly train: Dataset; readonly test: Dataset },
  options: GaussianProcessOptions,
): Promise<Times> {
  const start = process.cpuUsage();
  const model = await gaussianProcess(options).fit(train, { rng: new Rng('fit-time'), clock: () => performance.now() });
  const fitted = process.cpuUsage(start);
  const middle = process.cpuUsage();
  model.posterior(test.x);
  const predicted = process.cpuUsage(middle);
  return { fit: (fitted.user + fitted.system) / 1000, predict: (predicted.user + predicted.system) / 1000 };
}

async function asked(server: ModelPeers, file: string, peer: Peer): Promise<Times | { error: string }> {
  const answer = await server.ask({ file, ...peer });
  if ('error' in answer) return answer;
  return { fit: 1000 * answer.fitProcessorSeconds, predict: 1000 * answer.predictProcessorSeconds };
}
