import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  categorical,
  Dataset,
  type Evaluation,
  type GaussianProcessOptions,
  gaussianProcess,
  integer,
  latinHypercube,
  type Matrix,
  type Parameters,
  real,
  Space,
} from 'imago';
import { type AccuracyFigures, accuracyFigures, around, runOf } from './accuracy.ts';
import type { Benchmark } from './harness.ts';
import { median } from './statistics.ts';

type Values = Readonly<Record<string, number>>;

/** A function of numbers and of categories, whose levels stand for values; an inactive parameter is NaN. */
interface MixedCase {
  readonly name: string;
  readonly parameters: Parameters;
  /** What the levels of each categorical parameter stand for. */
  readonly levels: Readonly<Record<string, readonly number[]>>;
  readonly sizes: readonly number[];
  evaluate(values: Values): number;
}

/** What one of SMT's kernels says. */
interface PeerAnswer {
  readonly kernel: string;
  readonly mean: readonly number[];
  readonly seconds: number;
}

const SCRIPT = fileURLToPath(new URL('./peers/categories.py', import.meta.url));
const TEST_POINTS = 1024;
/** Milliseconds after which a peer is given up. */
const LONGEST = 3_600_000;

/** What is compared: the process without fitted features, the default, what else leave-one-out can choose, and each in any case. */
const VARIANTS: Readonly<Record<string, GaussianProcessOptions>> = {
  plain: { categories: 'exchangeable', conditions: 'plain' },
  auto: {},
  conditional: { conditions: 'auto' },
  hypersphere: { categories: 'hypersphere', conditions: 'plain' },
  arc: { categories: 'exchangeable', conditions: 'arc' },
  warped: { warping: 'auto' },
};

function named(count: number) {
  return categorical(...Array.from({ length: count }, (_, i) => `level ${i}`));
}

/** Borehole, OTL circuit, piston and beam with the levels of [Zhang2020], the cantilever of [Saves2023], and some of our own. */
const CASES: readonly MixedCase[] = [
  {
    name: 'cantilever',
    parameters: { section: named(12), length: real(10, 20), area: real(1, 2) },
    levels: { section: [0.0833, 0.139, 0.38, 0.0796, 0.133, 0.363, 0.0859, 0.136, 0.36, 0.0922, 0.138, 0.369] },
    sizes: [40, 98],
    evaluate: ({ section, length, area }) => (50e3 * length ** 3) / (3 * 200e9 * area ** 2 * section),
  },
  {
    name: 'beam',
    parameters: { section: named(6), length: real(10, 20), height: real(1, 2) },
    levels: { section: [0.0491, 0.0833, 0.0449, 0.0633, 0.0373, 0.0167] },
    sizes: [30, 60],
    evaluate: ({ section, length, height }) => length ** 3 / (3e9 * height ** 4 * section),
  },
  {
    name: 'borehole',
    parameters: {
      ...{ rw: named(3), r: real(100, 50000), tu: real(63070, 115600), hu: real(990, 1110), tl: real(63.1, 116) },
      ...{ hl: named(4), l: real(1120, 1680), kw: real(9855, 12045) },
    },
    levels: { rw: [0.05, 0.1, 0.15], hl: [700, 740, 780, 820] },
    sizes: [80, 120],
    evaluate: ({ rw, r, tu, hu, tl, hl, l, kw }) => {
      const q = Math.log(r / rw);
      return (2 * Math.PI * tu * (hu - hl)) / (q * (1 + (2 * l * tu) / (q * rw ** 2 * kw) + tu / tl));
    },
  },
  {
    name: 'otl',
    parameters: {
      ...{ rb1: real(50, 150), rb2: real(25, 70), rf: named(4), rc1: real(1.2, 2.5), rc2: real(0.25, 1.2) },
      beta: named(6),
    },
    levels: { rf: [0.5, 1.2, 2.1, 2.9], beta: [50, 100, 150, 200, 250, 300] },
    sizes: [60, 120],
    evaluate: ({ rb1, rb2, rf, rc1, rc2, beta }) => {
      const gain = beta * (rc2 + 9);
      const base = (12 * rb2) / (rb1 + rb2) + 0.74;
      return (base * gain) / (gain + rf) + (11.35 * rf) / (gain + rf) + (0.74 * rf * gain) / ((gain + rf) * rc1);
    },
  },
  {
    name: 'piston',
    parameters: {
      ...{ m: real(30, 60), s: real(0.005, 0.02), v0: real(0.002, 0.01), k: named(5), p0: named(3) },
      ...{ ta: real(290, 296), t0: real(340, 360) },
    },
    levels: { k: [1000, 2000, 3000, 4000, 5000], p0: [90000, 100000, 110000] },
    sizes: [70, 140],
    evaluate: ({ m, s, v0, k, p0, ta, t0 }) => {
      const a = p0 * s + 19.62 * m - (k * v0) / s;
      const v = (s / (2 * k)) * (Math.sqrt(a * a + (4 * k * p0 * v0 * ta) / t0) - a);
      return 2 * Math.PI * Math.sqrt(m / (k + (s * s * p0 * v0 * ta) / (t0 * v * v)));
    },
  },
  {
    name: 'wing',
    parameters: {
      ...{ sw: real(150, 200), aspect: named(5), sweep: real(-10, 10), lambda: real(0.5, 1), tc: named(4) },
      ...{ nz: real(2.5, 6), wdg: real(1700, 2500) },
    },
    levels: { aspect: [6.3, 9.6, 7.1, 8.8, 7.9], tc: [0.16, 0.09, 0.12, 0.1] },
    sizes: [70, 140],
    evaluate: ({ sw, aspect, sweep, lambda, tc, nz, wdg }) => {
      const cosine = Math.cos((sweep * Math.PI) / 180);
      const shape = (aspect / cosine ** 2) ** 0.6 * ((100 * tc) / cosine) ** -0.3;
      return (
        0.036 * sw ** 0.758 * 250 ** 0.0035 * 30 ** 0.006 * lambda ** 0.04 * shape * (nz * wdg) ** 0.49 + 0.05 * sw
      );
    },
  },
  {
    name: 'strangers',
    parameters: { kind: named(6), a: real(0, 1), b: real(0, 1) },
    levels: { kind: [0, 1, 2, 3, 4, 5] },
    sizes: [40, 80],
    evaluate: ({ kind, a, b }) => Math.sin(4 * a + 2.3 * kind ** 2) + b * Math.cos(1.7 * kind ** 2),
  },
  {
    name: 'heater',
    parameters: {
      ...{ flow: real(0.1, 2), power: real(1, 10), fan: named(3), fins: integer(0, 5) },
      height: real(0.01, 0.1, { activeWhen: { fins: { min: 1 } } }),
      gap: real(0.001, 0.01, { activeWhen: { fins: { min: 2 } } }),
    },
    levels: { fan: [0.2, 1, 1.4] },
    sizes: [60, 120],
    evaluate: ({ flow, power, fan, fins, height, gap }) => {
      const air = (flow * fan) ** 0.6;
      const area = 1 + (fins > 0 ? 18 * fins * height : 0);
      const choked = fins > 1 ? 1 - Math.exp(-gap / 0.003) : 1;
      return power / (air * area * choked);
    },
  },
  {
    name: 'mill',
    parameters: {
      ...{ speed: real(0, 1), feed: real(0, 1), coolant: categorical('none', 'flood', 'mist') },
      pressure: real(0, 1, { activeWhen: { coolant: ['flood', 'mist'] } }),
      droplet: real(0, 1, { activeWhen: { coolant: 'mist' } }),
    },
    levels: { coolant: [0, 1, 2] },
    sizes: [40, 80],
    evaluate: ({ speed, feed, coolant, pressure, droplet }) => {
      const heat = Math.exp(1.2 * speed) * (0.4 + feed ** 0.7);
      const wet =
        coolant === 1 ? 0.5 + 0.4 * Math.sin(2 * pressure) : 0.9 * pressure * Math.exp(-((droplet - 0.4) ** 2));
      return coolant === 0 ? 1.5 * heat : heat / (1 + wet);
    },
  },
];

/** Gaussian processes with and without fitted features, and with a Python that has SMT its kernels on the same data. */
export default {
  question: 'how much better is a Gaussian process that learns which categories are alike and what inactive is?',
  columns: ['function', 'd', 'n', 'seed', 'surrogate', 'system', 'nrmse', 'intervalCoverage', 'fitMilliseconds'],
  async run({ quick, seeds = quick ? 1 : 10, surrogates = ['plain', 'auto'], wants, has, emit, say }) {
    const python = process.env.IMAGO_PEERS_PYTHON;
    for (const one of CASES.slice(0, quick ? 2 : CASES.length)) {
      if (!wants(one.name)) continue;
      for (const n of one.sizes.slice(0, quick ? 1 : 2)) {
        const errors = new Map<string, number[]>();
        for (let seed = 1; seed <= seeds; seed++) {
          const data = dataOf(one, n, seed);
          const key = { function: one.name, d: data.train.space.dimension, n, seed };
          const truth = data.test.y.column(0);
          const tell = (surrogate: string, system: string, figures: AccuracyFigures, fitMilliseconds: number) => {
            const { nrmse, intervalCoverage } = figures;
            emit({ ...key, surrogate, system, nrmse, intervalCoverage, fitMilliseconds });
            errors.set(surrogate, [...(errors.get(surrogate) ?? []), nrmse]);
          };
          for (const name of surrogates.filter((wanted) => wanted in VARIANTS)) {
            if (has({ ...key, surrogate: name, system: 'imago' })) continue;
            const start = performance.now();
            const model = await gaussianProcess(VARIANTS[name]).fit(data.train, runOf(`categories/${n}/${seed}/fit`));
            const milliseconds = performance.now() - start;
            const { mean, variance } = model.posterior(data.test.x);
            const figures = accuracyFigures(truth, mean.data, around(mean.data, variance.data));
            tell(name, 'imago', figures, milliseconds);
          }
          const conditional = data.train.space.columns.some((column) => column.conditional);
          if (!python || !surrogates.includes('smt') || conditional) continue;
          const answers = execFileSync(python, [SCRIPT], {
            input: JSON.stringify(numbersOf(data)),
            encoding: 'utf8',
            timeout: LONGEST,
          });
          for (const { kernel, mean, seconds } of JSON.parse(answers) as PeerAnswer[])
            tell(kernel, 'smt', accuracyFigures(truth, Float64Array.from(mean)), 1000 * seconds);
        }
        const medians = [...errors].map(([name, values]) => `${name} ${median(values).toExponential(1)}`);
        if (medians.length > 0) say(`  ${one.name}, n = ${n}: ${medians.join(', ')}`);
      }
    }
  },
} satisfies Benchmark;

/** A design and a test set, both answered. */
function dataOf({ name, parameters, levels, evaluate }: MixedCase, n: number, seed: number) {
  const space = new Space(parameters);
  const run = runOf(`categories/${name}/${n}/${seed}`);
  const empty = Dataset.empty(space, [{ name: 'f' }]);
  const answered = (x: Matrix, id: string) =>
    empty.append(
      Array.from({ length: x.rows }, (_, i): Evaluation => {
        const u = space.canonical(x.row(i));
        const point = Object.entries(space.decode(u)).map(([key, value], j) => {
          const at = key in levels ? levels[key][Math.floor(u[j] * levels[key].length)] : Number(value ?? Number.NaN);
          return [key, at] as const;
        });
        const f = evaluate(Object.fromEntries(point));
        return { id: `${id}/${i}`, u, milliseconds: 0, status: 'completed', values: Float64Array.of(f) };
      }),
    );
  return {
    train: answered(latinHypercube({ kind: 'random' }).sample(space, n, empty, run), 'design'),
    test: answered(
      latinHypercube({ kind: 'random' }).sample(space, TEST_POINTS, empty, runOf(`${run.rng.path}/test`)),
      'test',
    ),
  };
}

/** Categories as numbers of their levels, the rest in the unit cube; `levels` is 0 where a coordinate is a number. */
function numbersOf({ train, test }: ReturnType<typeof dataOf>) {
  const levels = train.space.columns.map(({ kind, levels }) => (kind === 'categorical' ? levels : 0));
  const rowsOf = (x: Matrix) =>
    Array.from({ length: x.rows }, (_, i) =>
      [...x.row(i)].map((u, j) => (levels[j] > 0 ? Math.floor(u * levels[j]) : u)),
    );
  return { levels, x: rowsOf(train.x), y: [...train.y.column(0)], test: rowsOf(test.x) };
}
