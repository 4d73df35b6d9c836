import { Dataset, gaussianProcess, Matrix, Rng, type Surrogate } from 'imago';
import { accuracyData, accuracyFigures, runOf } from './accuracy.ts';
import type { Benchmark } from './harness.ts';

/** Functions, and the standard deviation of the noise in those of the function. */
const PROBLEMS: Readonly<Record<string, number>> = { borehole: 0.01, welch: 0 };
const ROWS = 20_000;
/** Rows of the exact process that it has to beat. */
const EXACT_ROWS = 1000;

/** A Gaussian process of many rows and an exact one of some of them, one after the other. */
export default {
  question:
    'how much better is a Gaussian process of 20,000 rows than an exact one of 1,000 of them, and what does it cost?',
  columns: [
    ...['function', 'd', 'n', 'seed', 'noise', 'nrmse', 'exactNrmse', 'ratio'],
    ...['fitSeconds', 'processorSeconds', 'gibibytes', 'instance'],
  ],
  async run({ quick, seeds = 1, instances = [0], wants, has, emit }) {
    for (const [name, noise] of Object.entries(PROBLEMS)) {
      if (!wants(name) || (quick && name !== 'borehole')) continue;
      for (const k of instances)
        for (let seed = 1; seed <= seeds; seed++) {
          const n = quick ? 1600 : ROWS;
          const key = { function: name, n, seed, instance: k };
          if (has(key)) continue;
          const { train: exact, test } = accuracyData({ name, of: name, sizes: [n] }, k, n, seed);
          const train = noisy(exact, noise, new Rng(`large/${name}/${k}/${seed}/noise`));
          const start = performance.now();
          const cpu = process.cpuUsage();
          const nrmse = await errorOf(gaussianProcess(), train, test);
          const fitSeconds = (performance.now() - start) / 1000;
          const { user, system } = process.cpuUsage(cpu);
          const gibibytes = process.resourceUsage().maxRSS / 2 ** 20;
          const some = train.select(Array.from({ length: quick ? 100 : EXACT_ROWS }, (_, i) => i));
          const exactNrmse = await errorOf(gaussianProcess(), some, test);
          emit({
            ...{ ...key, d: train.space.dimension, noise, nrmse, exactNrmse, ratio: nrmse / exactNrmse },
            ...{ fitSeconds, processorSeconds: (user + system) / 1e6, gibibytes },
          });
        }
    }
  },
} satisfies Benchmark;

/** The fit's error on the test set, in standard deviations of its truth. */
async function errorOf(surrogate: Surrogate, train: Dataset, test: Dataset): Promise<number> {
  const model = await surrogate.fit(train, runOf('large/fit'));
  return accuracyFigures(test.y.column(0), model.predict(test.x).data).nrmse;
}

/** The data with normal noise of a standard deviation in those of the answers. */
function noisy({ space, outputs, x, y, rows }: Dataset, noise: number, rng: Rng): Dataset {
  const values = y.column(0);
  const center = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - center) ** 2, 0) / values.length;
  const answers = values.map((value) => value + noise * Math.sqrt(variance) * rng.normal());
  return new Dataset(space, outputs, x, new Matrix(x.rows, 1, answers), rows);
}
