import {
  type Box,
  boxes,
  Dataset,
  distill,
  gaussianProcess,
  label,
  latinHypercube,
  type Matrix,
  modelOracle,
  type Oracle,
  Rng,
  type Run,
  uniform,
} from 'imago';
import type { Benchmark } from './harness.ts';
import { PROBLEMS, type Problem } from './reds-problems.ts';

const RUNS = [200, 400, 800, 1600] as const;
/** Runs that the chain has, and points that its surrogate answers for the boxes. */
const CHAIN_RUNS = 200;
const LABELED = 20_000;
const TEST = 20_000;
const OUTPUT = 'y';

/** Boxes by PRIM from so many runs, and by the chain: runs -> Gaussian process of the number -> boxes (REDS on the number). */
export default {
  question:
    'how many runs does a box cost? Boxes by PRIM from runs, and from 200 runs through a Gaussian process that answers 20,000 points (REDS)',
  columns: ['function', 'seed', 'runs', 'method', 'prAuc', 'precision', 'recall', 'restricted', 'consistency'],
  async run({ quick, seeds = quick ? 1 : 10, wants, has, emit, say }) {
    const chosen = PROBLEMS.filter(({ name }) => wants(name) && (!quick || QUICK.includes(name)));
    const cases = quick ? CASES.filter(({ runs }) => runs === CHAIN_RUNS || runs === 1600) : CASES;
    const [better, far]: [string[], string[]] = [[], []];
    for (const problem of chosen) {
      const test = tested(problem);
      const scores = new Map<string, number>();
      for (const one of cases) {
        const key = { function: problem.name, runs: one.runs, method: one.method };
        if (Array.from({ length: seeds }, (_, seed) => seed).every((seed) => has({ ...key, seed }))) continue;
        const found: Found[] = [];
        for (let seed = 0; seed < seeds; seed++) found.push(await one.find(problem, one.runs, seed));
        const rows = found.map(({ trajectory }) => judged(trajectory, test));
        for (const [seed, row] of rows.entries())
          emit({ ...key, seed, ...row, consistency: consistencyOf(found, seed) });
        scores.set(`${one.method} ${one.runs}`, mean(rows.map(({ prAuc }) => prAuc)));
      }
      const [chain, direct] = [scores.get(`REDS ${CHAIN_RUNS}`), scores.get('PRIM 1600')];
      if (chain !== undefined && direct !== undefined) (chain >= direct ? better : far).push(problem.name);
    }
    const all = better.length + far.length;
    if (all > 0)
      say(
        `REDS from ${CHAIN_RUNS} runs has the mean PR-AUC of PRIM from 1,600, or more, on ${better.length} of ${all} functions${far.length > 0 ? `; not on ${far.join(', ')}` : ''}`,
      );
  },
} satisfies Benchmark;

const QUICK = ['moon10low', 'willetal06'];

interface Found {
  /** From the whole space to the densest box. */
  readonly trajectory: readonly Box[];
}

const student = ({ below }: Problem) => boxes({ output: OUTPUT, below, density: 1 });

const CASES = [
  ...RUNS.map((runs) => ({ method: 'PRIM', runs, find: direct })),
  { method: 'REDS', runs: CHAIN_RUNS, find: chained },
];

async function direct(problem: Problem, runs: number, seed: number): Promise<Found> {
  const run = runOf(`${problem.name}/${seed}/${runs}`);
  const oracle = oracleOf(problem);
  const data = await label(oracle, designOf(problem, runs, run), 'runs', run);
  return upToChosen((await student(problem).fit(data, run)).structure());
}

/** The first 200 runs are a design of their own, as PRIM's are: both are drawn by the same seed. */
async function chained(problem: Problem, runs: number, seed: number): Promise<Found> {
  const run = runOf(`${problem.name}/${seed}/${runs}`);
  const surrogate = await distill(
    oracleOf(problem),
    {
      name: 'surrogate',
      transfer: { name: 'design', sample: () => designOf(problem, runs, run) },
      size: runs,
      student: gaussianProcess(),
      holdout: 1,
    },
    nothing(problem),
    run,
  );
  const teacher = modelOracle(problem.space, outputs, surrogate.model);
  const region = { name: 'region', transfer: uniform(), size: LABELED, student: student(problem), holdout: 1 };
  const { model } = await distill(teacher, region, surrogate.data, run);
  return upToChosen(model.structure());
}

function upToChosen({ boxes: way, chosen }: { readonly boxes: readonly Box[]; readonly chosen: number }): Found {
  return { trajectory: way.slice(0, chosen + 1) };
}

const outputs = [{ name: OUTPUT }];
const nothing = ({ space }: Problem) => Dataset.empty(space, outputs);
const runOf = (path: string): Run => ({ rng: new Rng(`reds/${path}`), clock: () => performance.now() });

function designOf(problem: Problem, runs: number, run: Run): Matrix {
  return latinHypercube({ kind: 'random' }).sample(problem.space, runs, nothing(problem), {
    ...run,
    rng: run.rng.child('design'),
  }) as Matrix;
}

function oracleOf({ space, evaluate }: Problem): Oracle {
  return {
    space,
    outputs,
    async *evaluate(tasks) {
      for (const { id, u } of tasks)
        yield [
          { id, u, milliseconds: 0, status: 'completed', values: Float64Array.of(valueAt({ space, evaluate }, u)) },
        ];
    },
  };
}

function valueAt({ space, evaluate }: Pick<Problem, 'space' | 'evaluate'>, u: Float64Array): number {
  const point: Readonly<Record<string, unknown>> = space.decode(u);
  return evaluate(space.names.map((name) => Number(point[name])));
}

/** Points that no method sees, and whether each is sought. */
interface Test {
  readonly x: Matrix;
  readonly sought: Uint8Array;
}

function tested(problem: Problem): Test {
  const x = uniform().sample(problem.space, TEST, nothing(problem), runOf(`${problem.name}/test`)) as Matrix;
  const sought = Uint8Array.from({ length: TEST }, (_, i) => (valueAt(problem, x.row(i)) < problem.below ? 1 : 0));
  return { x, sought };
}

/** The trajectory on the test points: the area under precision over recall beyond the base rate, and the last box. */
function judged(trajectory: readonly Box[], { x, sought }: Test) {
  const all = sought.reduce((count, is) => count + is, 0);
  const curve = trajectory.map((box) => {
    let [inside, right] = [0, 0];
    for (let i = 0; i < x.rows; i++) {
      let isInside = true;
      for (let j = 0; j < x.columns && isInside; j++) {
        const u = x.data[i * x.columns + j];
        isInside = u >= box.lower[j] && u <= box.upper[j];
      }
      if (!isInside) continue;
      inside++;
      right += sought[i];
    }
    return { recall: right / all, precision: inside > 0 ? right / inside : Number.NaN };
  });
  const known = curve.filter(({ precision }) => Number.isFinite(precision));
  let area = 0;
  for (let k = 1; k < known.length; k++)
    area += ((known[k - 1].recall - known[k].recall) * (known[k - 1].precision + known[k].precision)) / 2;
  const last = known[known.length - 1];
  area += last.recall * last.precision;
  const { lower, upper } = trajectory[trajectory.length - 1];
  const restricted = lower.filter((low, j) => low > 0 || upper[j] < 1).length;
  return { prAuc: area - all / x.rows, precision: last.precision, recall: last.recall, restricted };
}

/** How much the last box has in common with those of the other seeds: volume of what is in both over that of what is in either; null of one seed. */
function consistencyOf(found: readonly Found[], seed: number): number | null {
  const last = ({ trajectory }: Found) => trajectory[trajectory.length - 1];
  const own = last(found[seed]);
  const others = found.filter((_, k) => k !== seed).map(last);
  if (others.length === 0) return null;
  return mean(
    others.map((other) => {
      const both = own.lower.reduce(
        (volume, low, j) =>
          volume * Math.max(0, Math.min(own.upper[j], other.upper[j]) - Math.max(low, other.lower[j])),
        1,
      );
      return both / (own.volume + other.volume - both);
    }),
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
