import {
  auto,
  conformal,
  crossFidelity,
  domainOf,
  expectedErrors,
  learningOf,
  type Matrix,
  type Model,
  type Surrogate,
} from 'imago';
import {
  type AccuracyCase,
  type AccuracyData,
  accuracyData,
  accuracyFigures,
  accuracyRow,
  CASES,
  confusion,
  runOf,
} from './accuracy.ts';
import type { Benchmark } from './harness.ts';
import { median, quantile } from './statistics.ts';

/** Points for each input from which on intervals are judged. */
const POINTS_PER_INPUT = 10;
/** Seeds whose learning curve and domain are looked at as well. */
const THOROUGH_SEEDS = 10;
/** Two inputs above this are the corner that no design point is in. */
const CORNER = 0.7;

const surrogate = (): Surrogate => conformal(auto());

/** One row. */
interface TrustRow {
  readonly nrmse: number;
  readonly intervalCoverage: number | null;
  readonly scoreRatio: number | null;
  readonly verdict: string;
  readonly foreseenNrmse: number | null;
  readonly doubledNrmse: number | null;
  readonly domainAuc: number | null;
  readonly cornerAuc: number | null;
}

/** Coverage and score of the default surrogate's intervals, its learning curve, domain and verdict, each held against what it is about. */
export default {
  question: 'do the intervals, the learning curve, the domain and the verdict of the default surrogate tell the truth?',
  columns: [
    ...['function', 'd', 'n', 'seed', 'nrmse', 'intervalCoverage', 'scoreRatio', 'verdict'],
    ...['foreseenNrmse', 'doubledNrmse', 'domainAuc', 'cornerAuc', 'instance'],
  ],
  async run({ quick, seeds = quick ? 1 : 50, instances = [0], wants, has, emit, say }) {
    const all: TrustRow[] = [];
    for (const one of CASES.filter(({ name, of }) => wants(name) || wants(of)).slice(0, quick ? 2 : CASES.length))
      for (const k of instances)
        for (const n of sizesOf(one).slice(0, quick ? 1 : undefined)) {
          const rows: TrustRow[] = [];
          for (let seed = 1; seed <= seeds; seed++) {
            const data = accuracyData(one, k, n, seed);
            const key = { function: one.name, d: data.train.space.dimension, n, seed, instance: k };
            if (has(key)) continue;
            const row = await trustRow(data, `accuracy/${one.name}/${k}/${n}/${seed}/fit`, seed <= THOROUGH_SEEDS);
            emit({ ...key, ...row });
            rows.push(row);
          }
          if (rows.length > 1) say(`  ${one.name}, n = ${n}: ${summary(rows)}`);
          all.push(...rows);
        }
    if (all.length > 0) say(`  all: ${summary(all)}`);
    for (const line of confusion(all)) say(line);
  },
} satisfies Benchmark;

/** The sizes of at least ten points for each input. */
function sizesOf(one: AccuracyCase): number[] {
  const d = accuracyData(one, 0, 1, 1).train.space.dimension;
  return one.sizes.filter((n) => n >= POINTS_PER_INPUT * d);
}

async function trustRow(data: AccuracyData, path: string, thorough: boolean): Promise<TrustRow> {
  const { nrmse, intervalCoverage, intervalScore, rescaledScore, verdict } = await accuracyRow(surrogate(), data, path);
  return {
    nrmse,
    intervalCoverage,
    scoreRatio: intervalScore !== null && rescaledScore !== null ? intervalScore / rescaledScore : null,
    verdict,
    ...(thorough
      ? { ...(await learningFigures(data, path)), ...(await domainFigures(data, path)) }
      : { foreseenNrmse: null, doubledNrmse: null, domainAuc: null, cornerAuc: null }),
  };
}

/** The error that the learning curve foresees for as many points more, and the one that they bring. */
async function learningFigures({ train, test, doubled }: AccuracyData, path: string) {
  const student = surrogate();
  const model = await student.fit(train, runOf(path));
  const fidelity = await crossFidelity(student, model, train, runOf(`${path}/fidelity`));
  const expected = expectedErrors(model, train, fidelity, runOf(`${path}/expected`));
  const [curve] = (await learningOf(student, model, train, fidelity, expected, runOf(`${path}/learning`))) ?? [];
  const more = await student.fit(doubled(), runOf(`${path}/doubled`));
  const { nrmse } = accuracyFigures(test.y.column(0), more.predict(test.x).data);
  return { foreseenNrmse: curve?.doubledNrmse ?? null, doubledNrmse: nrmse };
}

/**
 * How well novelty tells large errors from others when no design point is in one corner of two inputs. Large is above what 95 % of the
 * errors out of the corner stay below: `domainAuc` is of all large errors, `cornerAuc` of those in the corner, against all that are not large.
 */
async function domainFigures({ train, test }: AccuracyData, path: string) {
  const run = runOf(`${path}/corner`);
  const [a, b] = run.rng.child('inputs').permutation(train.space.dimension);
  const inCorner = (x: Matrix, i: number) => x.get(i, a) > CORNER && x.get(i, b) > CORNER;
  const kept = train.select(indices(train.size).filter((i) => !inCorner(train.x, i)));
  const model = await surrogate().fit(kept, run);
  const novelty = domainOf(model, kept).novelty(test.x);
  const errors = absoluteErrors(model, test.x, test.y.column(0));
  const corner = indices(test.size).map((i) => inCorner(test.x, i));
  const limit = quantile(
    errors.filter((_, i) => !corner[i]),
    0.95,
  );
  const of = (wanted: (i: number) => boolean) => indices(test.size).flatMap((i) => (wanted(i) ? [novelty[i]] : []));
  const small = of((i) => errors[i] <= limit);
  return {
    domainAuc: areaUnderCurve(
      of((i) => errors[i] > limit),
      small,
    ),
    cornerAuc: areaUnderCurve(
      of((i) => errors[i] > limit && corner[i]),
      small,
    ),
  };
}

function absoluteErrors(model: Model, x: Matrix, truth: Float64Array): number[] {
  const mean = model.predict(x).data;
  return Array.from(truth, (y, i) => Math.abs(y - mean[i]));
}

function indices(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** The share of pairs of a positive and a negative whose positive has the larger score, equal ones counted half; null without pairs. */
function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number | null {
  if (positives.length === 0 || negatives.length === 0) return null;
  const sum = positives.reduce(
    (all, p) => all + negatives.reduce((own, q) => own + (p > q ? 1 : p === q ? 0.5 : 0), 0),
    0,
  );
  return sum / positives.length / negatives.length;
}

function summary(rows: readonly TrustRow[]): string {
  const known = (of: (row: TrustRow) => number | null) => rows.map(of).filter((value) => value !== null);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const within = known(({ foreseenNrmse, doubledNrmse }) =>
    doubledNrmse === null ? null : Math.abs(Math.log((foreseenNrmse ?? Number.POSITIVE_INFINITY) / doubledNrmse)),
  ).map((log) => (log <= Math.log(1.5) ? 1 : 0));
  return [
    `coverage ${(100 * mean(known((row) => row.intervalCoverage))).toFixed(1)} %`,
    `score ratio ${median(known((row) => row.scoreRatio)).toFixed(2)}`,
    `error at 2n foreseen within 1.5x in ${(100 * mean(within)).toFixed(0)} %`,
    `AUC of large errors ${median(known((row) => row.domainAuc)).toFixed(2)}, in the corner ${median(known((row) => row.cornerAuc)).toFixed(2)}`,
  ].join(', ');
}
