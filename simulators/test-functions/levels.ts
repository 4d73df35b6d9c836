import { real } from 'imago';
import { borehole } from './accuracy.ts';
import { currin } from './currin.ts';
import { instance } from './instance.ts';
import { free, sum, type TestFunction } from './test-function.ts';
import { branin, hartmann6 } from './unconstrained.ts';

/** A test function that can be had coarsely and cheaply. */
export interface LevelledFunction {
  /** What it is at each level, coarsest first: the last one is the function itself. */
  readonly levels: readonly TestFunction[];
  /** Of a run at each level. The publications name none. */
  readonly cost: readonly number[];
}

/** A function with coarser forms of it, coarsest first. */
function leveled(fine: TestFunction, cost: readonly number[], ...coarse: TestFunction['evaluate'][]): LevelledFunction {
  return { levels: [...coarse.map((evaluate) => ({ ...fine, evaluate })), fine], cost };
}

const forresterAt = (x: number) => (6 * x - 2) ** 2 * Math.sin(12 * x - 4);

/** Forrester's function of one variable f(x), and 0.5 f(x) + 10 (x - 0.5) - 5 [Forrester2007]. */
const forrester = leveled(
  {
    name: 'forrester',
    source: 'Forrester2007',
    parameters: { x: real(0, 1) },
    evaluate: ([x]) => free(forresterAt(x)),
    optimum: { value: -6.020740055767083, points: [[0.757248757841856]] },
  },
  [1, 10],
  ([x]) => free(0.5 * forresterAt(x) + 10 * (x - 0.5) - 5),
);

/** Branin's function with b - 0.1 (1 - s) in place of b, for s = 0, 0.5, 1 [Balandat2020]. */
const augmentedBranin = leveled(branin, [1, 3, 10], ...[0, 0.5].map((s) => (x: readonly number[]) => braninAt(x, s)));

function braninAt([x1, x2]: readonly number[], s: number) {
  const bend = x2 - (5.1 / (4 * Math.PI ** 2) - 0.1 * (1 - s)) * x1 ** 2 + (5 / Math.PI) * x1 - 6;
  return free(bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x1) + 10);
}

/** Currin's exponential function to be maximized, and its mean over four points nearby [Xiong2013]. */
const currinExponential = leveled(
  {
    name: 'currin',
    source: 'Xiong2013',
    parameters: { x1: real(0, 1), x2: real(0, 1) },
    evaluate: ([x1, x2]) => free(-currin(x1, x2)),
    optimum: { value: -13.798722044728434, points: [[0.21666666666666667, 0]] },
  },
  [1, 10],
  ([x1, x2]) => {
    const below = Math.max(0, x2 - 0.05);
    const near = [currin(x1 + 0.05, x2 + 0.05), currin(x1 + 0.05, below)];
    return free(-(near[0] + near[1] + currin(x1 - 0.05, x2 + 0.05) + currin(x1 - 0.05, below)) / 4);
  },
);

/** Hartmann's function of six variables with the first height lowered by 0.1 (1 - s), for s = 0, 0.5, 1 [Balandat2020]. */
const augmentedHartmann6 = leveled(
  hartmann6,
  [1, 3, 10],
  ...[0, 0.5].map(
    (s) => (x: readonly number[]) => free(hartmann6.evaluate(x).f + 0.1 * (1 - s) * Math.exp(-firstBump(x))),
  ),
);

function firstBump(x: readonly number[]): number {
  const [scales, center] = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  ];
  return sum(6, (j) => scales[j] * (x[j] - center[j]) ** 2);
}

/** Flow through a borehole, and its coarse form [Xiong2013]. */
const leveledBorehole = leveled(
  { ...borehole, optimum: { value: 7.819676328755232, points: [[0.05, 50000, 63070, 990, 63.1, 820, 1680, 9855]] } },
  [1, 10],
  ([rw, r, Tu, Hu, Tl, Hl, L, Kw]) => {
    const log = Math.log(r / rw);
    return free((5 * Tu * (Hu - Hl)) / (log * (1.5 + Tu / Tl) + (2 * L * Tu) / (rw ** 2 * Kw)));
  },
);

/** The functions with coarser forms, by name. */
export const leveledFunctions: ReadonlyMap<string, LevelledFunction> = new Map(
  [forrester, augmentedBranin, currinExponential, augmentedHartmann6, leveledBorehole].map((one) => [
    one.levels[one.levels.length - 1].name,
    one,
  ]),
);

/** Instance `k` of each level: inputs and outputs are changed alike. */
export function leveledInstance({ levels, cost }: LevelledFunction, k: number): LevelledFunction {
  return { levels: levels.map((level) => instance(level, k)), cost };
}
