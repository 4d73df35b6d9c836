import { auto, conformal, Dataset, Matrix, type Oracle, real, runStudy, Space, type Surrogate, sobol } from 'imago';
import { inlineExecutor } from 'imago/node';
import { type Answering, accuracyFigures, answered, answering, CASES, runOf } from './accuracy.ts';
import { adaptiveRows, DESIGNS, designPoints, distinctPoints, hasDesign } from './designs.ts';
import type { Benchmark } from './harness.ts';
import { honestySummary, verdictDue } from './honesty-summary.ts';
import { median } from './statistics.ts';

const TEST_POINTS = 1024;
/** Points for each input: every design has the first number of them, random hypercubes the others as well. */
const PER_INPUT = [10, 5, 20];
const NOISES = [0, 0.1];
/** Rows in which there is nothing to learn. */
const NOTHING = { function: 'noise', d: 12, n: 200, design: 'random', noise: 1 };

/** Rows that somebody has. */
interface Source {
  readonly function: string;
  readonly d: number;
  readonly n: number;
  readonly design: string;
  /** Standard deviation of the noise, in that of the function. */
  readonly noise: number;
}

/** What a study that is given rows, and nothing else, tells of itself, held against fresh points. */
export default {
  question: 'is what a study of given rows tells of its error, intervals and use true, whatever design they are of?',
  columns: [
    ...['function', 'instance', 'd', 'n', 'design', 'noise', 'seed', 'points'],
    ...['nrmse', 'told', 'q2', 'q2Told', 'coverage', 'width', 'verdict', 'verdictDue'],
  ],
  async run({ quick, seeds = quick ? 1 : 10, instances, wants, once, say }) {
    const rows = [];
    for (let seed = 1; seed <= seeds; seed++)
      for (const instance of instances ?? [seed])
        for (const source of quick ? QUICK : sources().filter((one) => wants(one.function) || wants(one.design)))
          rows.push(
            await once({ ...source, instance, seed }, () => {
              const path = `honesty/${Object.values(source).join('/')}/${instance}/${seed}`;
              return honestRow(source, instance, path);
            }),
          );
    for (const line of honestySummary(rows)) say(line);
  },
} satisfies Benchmark;

const QUICK: readonly Source[] = [
  { function: 'branin', d: 2, n: 20, design: 'ese', noise: 0 },
  { function: 'branin', d: 2, n: 20, design: 'replicated', noise: 0.1 },
];

function sources(): Source[] {
  const all = CASES.flatMap(({ name, of }) => {
    const d = answering(of, 0).empty.space.dimension;
    return NOISES.flatMap((noise) =>
      PER_INPUT.flatMap((each, i) =>
        (i === 0 ? DESIGNS : ['random'])
          .filter((design) => hasDesign(design, d, each * d))
          .map((design): Source => ({ function: name, d, n: each * d, design, noise })),
      ),
    );
  });
  return [...all, NOTHING];
}

async function honestRow(source: Source, k: number, path: string) {
  const truth = truthOf(source, k);
  const run = runOf(path);
  const { space } = truth.empty;
  const probes = sobol().sample(space, TEST_POINTS, truth.empty, runOf(`${path}/test`));
  const values = truth.answers(probes);
  const spread = deviation(values) || 1;
  const draws = run.rng.child('noise');
  const answers = (x: Matrix) => truth.answers(x).map((y) => y + source.noise * spread * draws.normal());
  const data = await rowsOf(source, truth.empty, answers, path);
  const fresh = answers(probes);

  const student = remembering(auto(), data);
  const { results } = await runStudy(
    { name: path, start: { data, teacher: student } },
    { executor: inlineExecutor() },
    { clock: run.clock },
  );
  const [{ trust, fidelity }] = results.stages;
  const [told] = trust!.outputs;
  const model = await conformal(student).fit(data, run);
  const { lower, upper } = model.interval(probes);
  const mean = model.predict(probes).data;
  const { nrmse } = accuracyFigures(source.function === 'noise' ? fresh : values, mean);
  const observed = accuracyFigures(fresh, mean, { lower: lower.data, upper: upper.data });
  const widths = Array.from(upper.data, (high, i) => (high - lower.data[i]) / spread);
  return {
    points: distinctPoints(data),
    nrmse: known(nrmse),
    told: known(told.nrmse),
    q2: known(1 - observed.nrmse ** 2),
    q2Told: known(fidelity[0].q2),
    coverage: known(observed.intervalCoverage),
    width: known(median(widths)),
    verdict: told.verdict,
    verdictDue: verdictDue(nrmse),
  };
}

/** The function, or nothing at all under the noise. */
function truthOf(source: Source, k: number): Answering {
  const known = CASES.find(({ name }) => name === source.function);
  if (known) return answering(known.of, k);
  const inputs = Object.fromEntries(Array.from({ length: source.d }, (_, j) => [`x${j + 1}`, real(0, 1)]));
  const empty = Dataset.empty(new Space(inputs), [{ name: 'f' }]);
  return { empty, answers: (x) => new Float64Array(x.rows) };
}

async function rowsOf(
  { design, n }: Source,
  empty: Dataset,
  answers: (x: Matrix) => Float64Array,
  path: string,
): Promise<Dataset> {
  const run = runOf(`${path}/design`);
  if (design === 'adaptive') return adaptiveRows(oracleOf(empty, answers), n, run);
  const x = await designPoints(design, empty, n, run);
  return answered(empty, x, answers(x), 'design');
}

function oracleOf({ space, outputs }: Dataset, answers: (x: Matrix) => Float64Array): Oracle {
  return {
    space,
    outputs,
    async *evaluate(tasks) {
      for (const { id, u } of tasks) {
        const values = answers(Matrix.from([u]));
        yield [{ id, u, milliseconds: 0, status: 'completed', values }];
      }
    },
  };
}

/** The surrogate, whose fit to all of the data is made once: the study's is then the one that is tried on fresh points. */
function remembering(surrogate: Surrogate, all: Dataset): Surrogate {
  let whole: ReturnType<Surrogate['fit']> | undefined;
  return {
    ...surrogate,
    fit: (data, run, previous) => {
      if (data !== all) return surrogate.fit(data, run, previous);
      whole ??= surrogate.fit(data, run);
      return whole;
    },
  };
}

/** A figure; null where there is none, or it says nothing. */
function known(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function deviation(values: Float64Array): number {
  const center = values.reduce((sum, y) => sum + y, 0) / values.length;
  return Math.sqrt(values.reduce((sum, y) => sum + (y - center) ** 2, 0) / values.length);
}
