import {
  auto,
  classicalRegression,
  conformal,
  Dataset,
  type Evaluation,
  gaussianProcess,
  hasIntervals,
  isProbabilistic,
  judgementOf,
  latinHypercube,
  type Matrix,
  type Model,
  neuralNetwork,
  polynomialChaos,
  Rng,
  type Run,
  radialBasis,
  randomForest,
  responseSurface,
  Space,
  type Surrogate,
  sobol,
} from 'imago';
import { instance } from '../simulators/test-functions/instance.ts';
import { testFunction } from '../simulators/test-functions/registry.ts';
import type { Benchmark, Request } from './harness.ts';
import { median, quantile } from './statistics.ts';

/** A function with the sizes of its designs; `name` is the one of ../shared/reference/peers.md. */
export interface AccuracyCase {
  readonly name: string;
  readonly of: string;
  readonly sizes: readonly number[];
}

/** Functions and numbers of points after ../shared/reference/peers.md. */
export const CASES: readonly AccuracyCase[] = [
  { name: 'branin', of: 'branin', sizes: [10, 20, 40] },
  { name: 'hartmann3', of: 'hartmann-3', sizes: [15, 30, 60] },
  { name: 'hartmann6', of: 'hartmann-6', sizes: [30, 60, 120] },
  { name: 'ishigami', of: 'ishigami', sizes: [15, 30, 60] },
  { name: 'otl', of: 'otl-circuit', sizes: [30, 60, 120] },
  { name: 'piston', of: 'piston', sizes: [35, 70, 140] },
  { name: 'borehole', of: 'borehole', sizes: [40, 80, 160] },
  { name: 'robotarm', of: 'robot-arm', sizes: [40, 80] },
  { name: 'wingweight', of: 'wing-weight', sizes: [50, 100, 200] },
];

/** Those of {@link classicalRegression} that take part, by their kinds. */
const CLASSICAL = ['multiple', 'kernel-ridge', 'polynomial'] as const;

/** What can be asked for by `--surrogates`; `auto` is what scenarios get that name none. */
const SURROGATES: Readonly<Record<string, () => Surrogate>> = {
  auto: () => conformal(auto()),
  gaussianProcess: () => conformal(gaussianProcess()),
  randomForest: () => randomForest(),
  neuralNetwork: () => neuralNetwork(),
  responseSurface: () => responseSurface(),
  radialBasis: () => radialBasis(),
  polynomialChaos: () => polynomialChaos(),
  ...Object.fromEntries(CLASSICAL.map((kind) => [kind, () => classicalRegression({ kind })])),
};

const TEST_POINTS = 2048;

/** A random Latin hypercube of n points and 2,048 scrambled Sobol' points, both answered. */
export interface AccuracyData {
  readonly train: Dataset;
  readonly test: Dataset;
  /** The design with as many points more. */
  doubled(): Dataset;
}

/** A function of the literature on its space. */
export interface Answering {
  /** No rows yet of the space and its one output. */
  readonly empty: Dataset;
  /** What it answers at the rows of `x`, in the unit cube. */
  answers(x: Matrix): Float64Array;
}

/** Instance `k` of the test function called `of`. */
export function answering(of: string, k: number): Answering {
  const problem = instance(testFunction(of), k);
  const space = new Space(problem.parameters);
  const inputs = Object.keys(problem.parameters);
  return {
    empty: Dataset.empty(space, [{ name: 'f' }]),
    answers: (x) =>
      Float64Array.from({ length: x.rows }, (_, i) => {
        const point = space.decode(x.row(i).slice());
        return problem.evaluate(inputs.map((input) => Number(point[input]))).f;
      }),
  };
}

/** The rows of `before` and then those of `x` with their answers. */
export function answered(before: Dataset, x: Matrix, answers: ArrayLike<number>, id: string): Dataset {
  return before.append(
    Array.from({ length: x.rows }, (_, i): Evaluation => {
      const values = Float64Array.of(answers[i]);
      return { id: `${id}/${i}`, u: x.row(i).slice(), milliseconds: 0, status: 'completed', values };
    }),
  );
}

/** Design and test set of a case, a pure function of the function, its instance, n and the seed. */
export function accuracyData({ name, of }: AccuracyCase, k: number, n: number, seed: number): AccuracyData {
  const { empty, answers } = answering(of, k);
  const { space } = empty;
  const run = runOf(`accuracy/${name}/${k}/${n}/${seed}`);
  const rows = (x: Matrix, id: string, before = empty) => answered(before, x, answers(x), id);
  const design = latinHypercube({ kind: 'random' });
  const train = rows(design.sample(space, n, empty, run), 'design');
  return {
    train,
    doubled: () => rows(design.sample(space, n, train, runOf(`${run.rng.path}/doubled`)), 'doubled', train),
    test: rows(sobol().sample(space, TEST_POINTS, empty, run), 'test'),
  };
}

/** How good predictions and 95 % intervals are; scores are in standard deviations of the truth. */
export interface AccuracyFigures {
  readonly nrmse: number;
  readonly intervalCoverage: number | null;
  /** Mean interval score [GneitingRaftery2007] of the 95 % interval: width plus 40 times what the truth is outside. */
  readonly intervalScore: number | null;
}

/** The figures of predictions, with or without bounds. */
export function accuracyFigures(
  truth: Float64Array,
  mean: ArrayLike<number>,
  bounds?: { readonly lower: ArrayLike<number>; readonly upper: ArrayLike<number> },
): AccuracyFigures {
  const n = truth.length;
  const center = truth.reduce((sum, y) => sum + y, 0) / n;
  const deviation = Math.sqrt(truth.reduce((sum, y) => sum + (y - center) ** 2, 0) / n);
  const rmse = Math.sqrt(truth.reduce((sum, y, i) => sum + (y - mean[i]) ** 2, 0) / n);
  if (!bounds) return { nrmse: rmse / deviation, intervalCoverage: null, intervalScore: null };
  let [inside, score] = [0, 0];
  truth.forEach((y, i) => {
    const [lower, upper] = [bounds.lower[i], bounds.upper[i]];
    if (y >= lower && y <= upper) inside++;
    score += upper - lower + 40 * (Math.max(0, lower - y) + Math.max(0, y - upper));
  });
  return { nrmse: rmse / deviation, intervalCoverage: inside / n, intervalScore: score / n / deviation };
}

const Z95 = 1.959963984540054;

interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

function boundsOf(model: Model, x: Matrix): Bounds | undefined {
  if (hasIntervals(model)) {
    const { lower, upper } = model.interval(x, 0.95);
    return { lower: lower.data, upper: upper.data };
  }
  if (!isProbabilistic(model)) return undefined;
  const { mean, variance } = model.posterior(x);
  return around(mean.data, variance.data);
}

/** Mean -+ `factor` standard deviations; default a 95 % interval. */
export function around(mean: Float64Array, variance: Float64Array, factor: number = Z95): Bounds {
  const side = (sign: number) => mean.map((m, i) => m + sign * factor * Math.sqrt(variance[i]));
  return { lower: side(-1), upper: side(1) };
}

/** The interval score when the posterior's variance is multiplied by what gives a coverage of 95 % of the test set. */
function rescaledScore(model: Model, x: Matrix, truth: Float64Array): number | null {
  if (!isProbabilistic(model)) return null;
  const posterior = model.posterior(x);
  const errors = Array.from(truth, (y, i) => Math.abs(y - posterior.mean.data[i]));
  const deviations = posterior.variance.data.map((v) => Math.sqrt(Math.max(1e-300, v)));
  const factor = quantile(
    errors.map((error, i) => error / deviations[i]),
    0.95,
  );
  return accuracyFigures(truth, posterior.mean.data, around(posterior.mean.data, posterior.variance.data, factor))
    .intervalScore;
}

export function runOf(path: string): Run {
  return { rng: new Rng(path), clock: () => performance.now() };
}

/** One row: the surrogate fitted to the design and held against the test set. */
export async function accuracyRow(
  surrogate: Surrogate,
  { train, test }: Pick<AccuracyData, 'train' | 'test'>,
  path: string,
) {
  const truth = test.y.column(0);
  const start = performance.now();
  const model = await surrogate.fit(train, runOf(path));
  const fitMilliseconds = performance.now() - start;
  const before = performance.now();
  const mean = model.predict(test.x).data;
  const predictMicroseconds = (1000 * (performance.now() - before)) / test.size;
  const { nrmse, intervalCoverage, intervalScore } = accuracyFigures(truth, mean, boundsOf(model, test.x));
  return {
    nrmse,
    q2Loo: model.health.q2Loo?.[0] ?? null,
    intervalCoverage,
    intervalScore,
    fitMilliseconds,
    predictMicroseconds,
    rescaledScore: rescaledScore(model, test.x, truth),
    verdict: judgementOf('f', model.health.adequacy?.[0]).verdict,
  };
}

/** The cases and sizes that are asked for; a case answers to both of its names. */
export function wantedCases({ quick, wants }: Request): AccuracyCase[] {
  return CASES.filter(({ name, of }) => wants(name) || wants(of))
    .slice(0, quick ? 2 : CASES.length)
    .map((one) => (quick ? { ...one, sizes: one.sizes.slice(0, 2) } : one));
}

/** The default surrogate, or those named by `--surrogates`, on the functions and designs that the peers are measured on. */
export default {
  question:
    'how accurate is the default surrogate, and how honest are its 95 % intervals? (errors and scores in standard deviations of the truth)',
  columns: [
    ...['function', 'd', 'n', 'seed', 'surrogate', 'nrmse', 'q2Loo', 'intervalCoverage', 'intervalScore'],
    ...['fitMilliseconds', 'predictMicroseconds', 'rescaledScore', 'verdict', 'instance'],
  ],
  async run(request) {
    const { quick, seeds = quick ? 1 : 10, instances = [0], surrogates = ['auto'], has, emit, say } = request;
    const judged: { readonly nrmse: number; readonly verdict: string }[] = [];
    for (const one of wantedCases(request))
      for (const k of instances)
        for (const n of one.sizes) {
          const done: Record<string, Awaited<ReturnType<typeof accuracyRow>>[]> = {};
          for (let seed = 1; seed <= seeds; seed++) {
            const data = accuracyData(one, k, n, seed);
            for (const surrogate of surrogates) {
              const key = { function: one.name, d: data.train.space.dimension, n, seed, surrogate, instance: k };
              if (has(key)) continue;
              const row = await accuracyRow(
                SURROGATES[surrogate](),
                data,
                `accuracy/${one.name}/${k}/${n}/${seed}/fit`,
              );
              emit({ ...key, ...row });
              if (surrogate === 'auto') judged.push(row);
              done[surrogate] = [...(done[surrogate] ?? []), row];
            }
          }
          for (const [surrogate, rows] of Object.entries(done))
            if (rows.length > 1) say(`  ${one.name}, n = ${n}, ${surrogate}: ${summary(rows)}`);
        }
    for (const line of confusion(judged)) say(line);
  },
} satisfies Benchmark;

/** How often each verdict was given where the error on the test set calls for which. */
export function confusion(judged: readonly { readonly nrmse: number; readonly verdict: string }[]): string[] {
  if (judged.length === 0) return [];
  const verdicts = ['prediction', 'optimization', 'insufficient'];
  const due = ({ nrmse }: { readonly nrmse: number }) => verdicts[nrmse <= 0.1 ? 0 : nrmse <= 0.5 ? 1 : 2];
  const count = (truth: string, said: string) =>
    judged.filter((one) => due(one) === truth && one.verdict === said).length;
  return [
    `  verdicts (columns: ${verdicts.join(', ')}) by what the test set calls for:`,
    ...verdicts.map(
      (truth) => `    ${truth.padEnd(14)}${verdicts.map((said) => String(count(truth, said)).padStart(6)).join('')}`,
    ),
  ];
}

function summary(rows: readonly Awaited<ReturnType<typeof accuracyRow>>[]): string {
  const nrmse = rows.map((row) => row.nrmse);
  const quartiles = [0.25, 0.75].map((p) => quantile(nrmse, p).toPrecision(3)).join(' to ');
  const coverage = rows.reduce((sum, row) => sum + (row.intervalCoverage ?? Number.NaN), 0) / rows.length;
  const score = median(rows.map((row) => row.intervalScore ?? Number.NaN));
  const ideal = median(rows.map((row) => row.rescaledScore ?? Number.NaN));
  return `median NRMSE ${median(nrmse).toPrecision(3)} (${quartiles}), mean coverage ${(100 * coverage).toFixed(1)} %, median interval score ${score.toPrecision(3)} (rescaled on the test set ${ideal.toPrecision(3)})`;
}
