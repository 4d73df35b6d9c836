import {
  type Criterion,
  cmaEs,
  type DifferentiableModel,
  differentialEvolution,
  gaussianProcess,
  lbfgsb,
  Matrix,
  type Minimizer,
  nelderMead,
  optimizationJs,
  Rng,
  random,
} from 'imago';
import { accuracyData, runOf } from './accuracy.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';

/** Functions, and the rows that their models are fitted to. */
const PROBLEMS: Readonly<Record<string, number>> = { 'hartmann-6': 120, 'robot-arm': 160, borehole: 80, branin: 40 };
/** Evaluations that each minimizer may spend. */
const EVALUATIONS = 4000;

const MINIMIZERS: Readonly<Record<string, () => Minimizer>> = {
  lbfgsb: () => lbfgsb(),
  cmaEs: () => cmaEs({ evaluations: EVALUATIONS }),
  differentialEvolution: () => differentialEvolution({ evaluations: EVALUATIONS }),
  nelderMead: () => nelderMead({ evaluations: EVALUATIONS }),
  random: () => random({ evaluations: EVALUATIONS }),
  'optimizationJs lbfgs': () => optimizationJs({ method: 'lbfgs', evaluations: EVALUATIONS }),
  'optimizationJs gradient-descent': () => optimizationJs({ method: 'gradient-descent', evaluations: EVALUATIONS }),
  'optimizationJs powell': () => optimizationJs({ method: 'powell', evaluations: EVALUATIONS }),
  'optimizationJs omg': () => optimizationJs({ method: 'omg', evaluations: EVALUATIONS }),
  'optimizationJs random': () => optimizationJs({ method: 'random', evaluations: EVALUATIONS }),
};

/** Every minimizer on the mean of the same Gaussian process. */
export default {
  question: `how low does each minimizer come on the mean of a Gaussian process, in ${EVALUATIONS} evaluations? (gap = above the lowest of all, in spreads)`,
  columns: ['problem', 'd', 'n', 'seed', 'minimizer', 'gap', 'evaluations', 'processorMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 10, wants, emit, say }) {
    for (const [problem, n] of Object.entries(PROBLEMS)) {
      if (!wants(problem) || (quick && problem !== 'branin')) continue;
      const gaps: Record<string, number[]> = {};
      for (let seed = 1; seed <= seeds; seed++) {
        const { train } = accuracyData({ name: problem, of: problem, sizes: [n] }, 0, n, seed);
        const model = (await gaussianProcess().fit(
          train,
          runOf(`minimizers/${problem}/${seed}`),
        )) as DifferentiableModel;
        const values = train.y.column(0);
        const center = values.reduce((sum, v) => sum + v, 0) / n;
        const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - center) ** 2, 0) / n);
        const found = [];
        for (const [name, make] of Object.entries(MINIMIZERS)) {
          const before = process.cpuUsage();
          const { value, evaluations } = await make().minimize(
            meanOf(model),
            train.space,
            new Matrix(0, train.space.dimension),
            { ...runOf('minimizers'), rng: new Rng(`minimizers/${problem}/${seed}/search`) },
          );
          const { user, system } = process.cpuUsage(before);
          found.push({ name, value, evaluations, processorMilliseconds: (user + system) / 1000 });
        }
        const lowest = Math.min(...found.map(({ value }) => value));
        for (const { name, value, evaluations, processorMilliseconds } of found) {
          const gap = (value - lowest) / spread;
          emit({
            problem,
            d: train.space.dimension,
            n,
            seed,
            minimizer: name,
            gap,
            evaluations,
            processorMilliseconds,
          });
          gaps[name] = [...(gaps[name] ?? []), gap];
        }
      }
      for (const [name, all] of Object.entries(gaps))
        say(
          `  ${problem}, ${name}: median gap ${median(all).toExponential(1)}, largest ${Math.max(...all).toExponential(1)}`,
        );
    }
  },
} satisfies Benchmark;

/** The mean of the model's first output, with its gradient. */
function meanOf(model: DifferentiableModel): Criterion {
  return {
    value: (x) => model.predict(x).column(0),
    gradient(u) {
      const { mean, meanGradient } = model.posteriorGradient(u);
      return { value: mean[0], gradient: meanGradient.row(0).slice() };
    },
  };
}
