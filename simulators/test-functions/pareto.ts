import { type Parameters, real } from 'imago';
import { currin } from './currin.ts';
import { sum } from './test-function.ts';
import { branin } from './unconstrained.ts';

/** A problem of several objectives, all to be minimized, and constraints g <= 0. */
export interface ParetoProblem {
  readonly name: string;
  /** Key of the publication of the formula, as in docs/references.md; without one it is our own. */
  readonly source?: string;
  readonly parameters: Parameters;
  readonly objectives: number;
  /** Default 0. */
  readonly inequalities?: number;
  /** Only what is below it in every objective counts. */
  readonly reference: readonly number[];
  /** The least value of each objective on the whole front, and the largest one. */
  readonly ideal: readonly number[];
  readonly nadir: readonly number[];
  /** The hypervolume of the whole front, where it is known. */
  readonly hypervolume?: number;
  evaluate(x: readonly number[]): { readonly f: readonly number[]; readonly g: readonly number[] };
}

function unitCube(dimension: number): Parameters {
  return Object.fromEntries(Array.from({ length: dimension }, (_, i) => [`x${i + 1}`, real(0, 1)]));
}

/** Branin's function against Currin's on the unit square [Belakaria2019]. */
export const braninCurrin: ParetoProblem = {
  name: 'branin-currin',
  source: 'Belakaria2019',
  parameters: unitCube(2),
  objectives: 2,
  reference: [18, 6],
  ideal: [0.39788735772973816, 1.1804080208620997],
  nadir: [17.508299515778166, 5.686144065565677],
  hypervolume: 59.36011874867746,
  evaluate: ([x1, x2]) => ({ f: [branin.evaluate([15 * x1 - 5, 15 * x2]).f, currin(x1, x2)], g: [] }),
};

/** The same inside a disk around the middle of Branin's box [Daulton2020]. */
export const constrainedBraninCurrin: ParetoProblem = {
  ...braninCurrin,
  name: 'constrained-branin-currin',
  source: 'Daulton2020',
  inequalities: 1,
  reference: [80, 12],
  ideal: [0.39788735772973816, 3.6694448229236323],
  nadir: [71.42006616386152, 11.023462151265202],
  hypervolume: 608.4004,
  evaluate(x) {
    const { f } = braninCurrin.evaluate(x);
    return { f, g: [(15 * x[0] - 7.5) ** 2 + (15 * x[1] - 7.5) ** 2 - 50] };
  },
};

/** ZDT1 to ZDT3 in d inputs: a convex front, a concave one, and one in five pieces [Zitzler2000]. */
function zdt(
  name: string,
  dimension: number,
  hypervolume: number,
  shape: (f: number, g: number) => number,
): ParetoProblem {
  return {
    name,
    source: 'Zitzler2000',
    parameters: unitCube(dimension),
    objectives: 2,
    reference: [11, 11],
    ideal: [0, 0],
    nadir: [1, 1],
    hypervolume,
    evaluate([first, ...rest]) {
      const g = 1 + (9 * sum(rest.length, (i) => rest[i])) / rest.length;
      return { f: [first, g * shape(first, g)], g: [] };
    },
  };
}

const convex = (f: number, g: number) => 1 - Math.sqrt(f / g);

export const zdt1: ParetoProblem = zdt('zdt1', 6, 120 + 2 / 3, convex);
export const zdt1Small: ParetoProblem = zdt('zdt1-small', 4, 120 + 2 / 3, convex);
export const zdt2: ParetoProblem = zdt('zdt2', 6, 120 + 1 / 3, (f, g) => 1 - (f / g) ** 2);
export const zdt3: ParetoProblem = {
  ...zdt('zdt3', 6, 128.7781, (f, g) => 1 - Math.sqrt(f / g) - (f / g) * Math.sin(10 * Math.PI * f)),
  ideal: [0, -0.77336901232654],
  nadir: [0.85183285, 1],
};

/** Two wells far apart in two inputs, flat between them: a concave front [FonsecaFleming1995]. */
export const fonseca: ParetoProblem = {
  name: 'fonseca',
  source: 'FonsecaFleming1995',
  parameters: { x1: real(-4, 4), x2: real(-4, 4) },
  objectives: 2,
  reference: [1, 1],
  ideal: [0, 0],
  nadir: [1 - Math.exp(-4), 1 - Math.exp(-4)],
  evaluate(x) {
    const well = (center: number) => 1 - Math.exp(-x.reduce((sum, v) => sum + (v - center) ** 2, 0));
    return { f: [well(Math.SQRT1_2), well(-Math.SQRT1_2)], g: [] };
  },
};

/** Cost against weakness of a bar: a convex front whose one end is a hundred times as weak as the other. */
export const costStrength: ParetoProblem = {
  name: 'cost-strength',
  parameters: { a: real(0.2, 1), b: real(0.2, 1), c: real(0, 1) },
  objectives: 2,
  reference: [1.1, 140],
  ideal: [0.04, 1],
  nadir: [1, 125],
  evaluate: ([a, b, c]) => ({ f: [a * b * (1 + c), 1 / (a * b ** 2) + c], g: [] }),
};

/** DTLZ2 in six inputs: the front is the part of the unit circle in the positive quadrant [DebThiele2005]. */
export const dtlz2: ParetoProblem = {
  name: 'dtlz2',
  source: 'DebThiele2005',
  parameters: unitCube(6),
  objectives: 2,
  reference: [1.1, 1.1],
  ideal: [0, 0],
  nadir: [1, 1],
  hypervolume: 1.1 ** 2 - Math.PI / 4,
  evaluate([first, ...rest]) {
    const radius = 1 + sum(rest.length, (i) => (rest[i] - 0.5) ** 2);
    const angle = (first * Math.PI) / 2;
    return { f: [radius * Math.cos(angle), radius * Math.sin(angle)], g: [] };
  },
};

/** Cost against deflection of a welded beam, under shear, bending, geometry and buckling [Ray2002]. */
export const weldedBeamPareto: ParetoProblem = {
  name: 'welded-beam-pareto',
  source: 'Ray2002',
  parameters: {
    h: real(0.125, 5, { unit: 'in', description: 'weld thickness' }),
    l: real(0.1, 10, { unit: 'in', description: 'weld length' }),
    t: real(0.1, 10, { unit: 'in', description: 'bar height' }),
    b: real(0.125, 5, { unit: 'in', description: 'bar thickness' }),
  },
  objectives: 2,
  inequalities: 4,
  reference: [40, 0.015],
  ideal: [2.3809564850691145, 0.00043904],
  nadir: [36.42088487691402, 0.015759164397166372],
  evaluate([h, l, t, b]) {
    const load = 6000;
    const direct = load / (Math.SQRT2 * h * l);
    const radius = Math.sqrt(0.25 * (l ** 2 + (h + t) ** 2));
    const inertia = 2 * Math.SQRT1_2 * h * l * (l ** 2 / 12 + 0.25 * (h + t) ** 2);
    const torsion = (load * (14 + 0.5 * l) * radius) / inertia;
    const shear = Math.sqrt(direct ** 2 + torsion ** 2 + (l * direct * torsion) / radius);
    const buckling = 64746.022 * (1 - 0.0282346 * t) * t * b ** 3;
    return {
      f: [1.10471 * h ** 2 * l + 0.04811 * t * b * (14 + l), 2.1952 / (b * t ** 3)],
      g: [shear - 13600, 504000 / (b * t ** 2) - 30000, h - b, load - buckling],
    };
  },
};
