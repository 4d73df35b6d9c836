import { pauser } from '../../core/pause.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Column, Space } from '../../core/space/space.ts';
import { canonicalRows } from '../../core/space/space-points.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { sobolPoints } from '../../numerics/sequences/sobol-sequence.ts';
import { mean, variance } from '../../numerics/statistics.ts';
import { ReplacedRows } from './replaced-rows.ts';
import { mostImportant } from './screening.ts';

/** How inputs move one prediction column, all other inputs averaged out or set. */
export interface Effects {
  /** Coordinates of the p inputs that are reported, ascending: all d up to 50, else the most important. Absent in older studies: all. */
  readonly inputs?: readonly number[];
  /** Share of the variance that the input explains alone, for each of the p inputs [Saltelli2010]. */
  readonly first: readonly number[];
  /** Share of the variance that involves the input [Jansen1999]. */
  readonly total: readonly number[];
  /** Mean prediction over the space with the input held at `levels[j][i]` (unit cube). */
  readonly main: readonly (readonly number[])[];
  readonly levels: readonly (readonly number[])[];
}

/** Coordinates of the inputs that effects tell of, of `d` in all, in the order of their figures. */
export function inputsTold({ inputs }: Effects, d: number): readonly number[] {
  return inputs ?? Array.from({ length: d }, (_, k) => k);
}

const SAMPLES = 1024;
/** The same of many inputs, at least. */
const FEWEST_SAMPLES = 128;
const LEVELS = 25;
/** Points that a main effect is averaged over. */
const MAIN_SAMPLES = 256;
const FEWEST_MAIN_SAMPLES = 32;
/** Coordinates that the points of all main effects have together, and those of all indices, at most, where there are enough samples. */
const MOST_COORDINATES = 16e6;
/** With more inputs than these, only this many, the most important, are reported. */
const MOST_INPUTS = 50;
const MOST_IMPORTANT = 30;

/**
 * Sobol' indices and main effects of each of several functions over the whole space; `evaluate` answers n x d canonical points with one
 * array of n numbers for each. They are asked at the same points, since one
 * prediction of a model answers all of its outputs; between two designs a cancelled run is left. Above 50 inputs a screening finds at most 30
 * that matter to any of the functions, and only these are reported [Campolongo2011]; the points asked are then bounded in number and size.
 * Throws `invalid-argument` above some 5,600 inputs.
 */
export async function effectsOf(
  evaluate: (x: Matrix) => readonly Float64Array[],
  space: Space,
  run: Run,
): Promise<Effects[]> {
  const pause = pauser(run);
  const ask = async (x: Matrix) => {
    await pause();
    return evaluate(x);
  };
  const all = [...space.columns.keys()];
  const isMany = all.length > MOST_INPUTS;
  const inputs = isMany ? await mostImportant(ask, space, MOST_IMPORTANT, childRun(run, 'screening')) : all;
  const size = isMany ? indexSamples(inputs.length, all.length) : SAMPLES;
  const [one, other] = pairOfDesigns(space, inputs, size, run);
  const rows = new ReplacedRows(space, one);
  const fa = await ask(rows.points);
  const fb = await ask(new ReplacedRows(space, other).points);
  const variances = fa.map((values, q) => variance([...values, ...fb[q]]));
  const first = fa.map((): number[] => []);
  const total = fa.map((): number[] => []);
  for (const k of inputs) {
    const mixed = await ask(rows.with(k, (i) => other.get(i, k)));
    for (const [q, variance] of variances.entries()) {
      const { covariance, jansen } = momentsOf(fa[q], fb[q], mixed[q]);
      first[q].push(variance > 0 ? covariance / size / variance : 0);
      total[q].push(variance > 0 ? jansen / (2 * size) / variance : 0);
    }
  }
  const levels = inputs.map((k) => levelsOf(space.columns[k], LEVELS));
  const samples = isMany ? mainSamples(levels, all.length) : MAIN_SAMPLES;
  const main = fa.map((): number[][] => levels.map(() => []));
  for (const [at, k] of inputs.entries())
    for (const level of levels[at]) {
      const held = await ask(rows.with(k, () => level, samples));
      for (const [q, values] of held.entries()) main[q][at].push(mean(values));
    }
  return fa.map((_, q) => ({ inputs, first: first[q], total: total[q], main: main[q], levels }));
}

/** Two designs that share no value: Sobol' points in the inputs that are reported, uniform ones in the others. */
function pairOfDesigns(space: Space, inputs: readonly number[], size: number, run: Run): readonly [Matrix, Matrix] {
  const p = inputs.length;
  const pairs = sobolPoints(size, 2 * p, { scramble: run.rng.child('pairs') });
  const at = new Map(inputs.map((k, i) => [k, i]));
  const others = run.rng.child('others');
  const design = (from: number) => {
    const x = new Matrix(size, space.dimension);
    for (let k = 0; k < x.columns; k++) {
      const column = at.get(k);
      for (let i = 0; i < size; i++) x.set(i, k, column === undefined ? others.uniform() : pairs.get(i, from + column));
    }
    return x;
  };
  return [design(0), design(p)];
}

/** Points of each design of the indices of `p` of `d` inputs: a power of two, as Sobol' points are. */
function indexSamples(p: number, d: number): number {
  const bearable = Math.max(FEWEST_SAMPLES, MOST_COORDINATES / ((p + 2) * d));
  return Math.min(SAMPLES, 2 ** Math.floor(Math.log2(bearable)));
}

function mainSamples(levels: readonly (readonly number[])[], d: number): number {
  const means = levels.reduce((sum, { length }) => sum + length, 0);
  return Math.max(FEWEST_MAIN_SAMPLES, Math.min(MAIN_SAMPLES, Math.floor(MOST_COORDINATES / (means * d))));
}

/** The levels of a coordinate, at most `most` and evenly spread. */
function levelsOf({ levels }: Column, most: number): number[] {
  return Array.from({ length: Math.min(levels, most) }, (_, i) =>
    levels <= most ? (i + 0.5) / levels : i / (most - 1),
  );
}

function momentsOf(fa: Float64Array, fb: Float64Array, mixed: Float64Array) {
  let covariance = 0;
  let jansen = 0;
  for (let i = 0; i < fa.length; i++) {
    covariance += fb[i] * (mixed[i] - fa[i]);
    jansen += (fa[i] - mixed[i]) ** 2;
  }
  return { covariance, jansen };
}

/** A function of two inputs, the others held: `values[r][c]` at (`levels[1][r]`, `levels[0][c]`). */
export interface Slice {
  readonly inputs: readonly [number, number];
  readonly levels: readonly [readonly number[], readonly number[]];
  readonly values: readonly (readonly number[])[];
  /** At the same places how far the worst constraint is exceeded: above 0 is not allowed. Absent without constraints and in older studies. */
  readonly excess?: readonly (readonly number[])[];
}

const SLICE_LEVELS = 40;

/** The function over inputs `first` and `second`, the others as in `center` (d numbers); `limit` answers how far constraints are exceeded. */
export function sliceOf(
  evaluate: (x: Matrix) => Float64Array,
  space: Space,
  center: Float64Array,
  first: number,
  second: number,
  limit?: (x: Matrix) => Float64Array,
): Slice {
  const columns = levelsOf(space.columns[first], SLICE_LEVELS);
  const rows = levelsOf(space.columns[second], SLICE_LEVELS);
  const points = rows.map((level) => {
    const x = new Matrix(columns.length, space.dimension);
    for (const [i, u] of columns.entries()) {
      x.row(i).set(center);
      x.set(i, first, u);
      x.set(i, second, level);
    }
    return canonicalRows(space, x);
  });
  return {
    inputs: [first, second],
    levels: [columns, rows],
    values: points.map((x) => Array.from(evaluate(x))),
    ...(limit && { excess: points.map((x) => Array.from(limit(x), rounded)) }),
  };
}

/** A function of one input, the others held at a point. */
export interface Profile {
  /** Coordinate of the input. */
  readonly input: number;
  /** Places of the input in the unit cube, rising. */
  readonly levels: readonly number[];
  readonly values: readonly number[];
  /** Standard deviation of each value, where the model knows how unsure it is. */
  readonly deviations?: readonly number[];
  /** Bounds that an answer is inside with 95 %, of a model with intervals of its own that are bounded there. */
  readonly intervals?: readonly (readonly [lower: number, upper: number])[];
  /** How far the worst constraint is exceeded there: above 0 is not allowed. Absent without constraints. */
  readonly excess?: readonly number[];
}

/** What a profile asks of a model, of n x d points each. */
export interface Profiled {
  readonly value: (x: Matrix) => Float64Array;
  readonly deviation?: (x: Matrix) => Float64Array;
  /** Bounds that the model's own intervals give an answer with 95 %. */
  readonly interval?: (x: Matrix) => readonly (readonly [lower: number, upper: number])[];
  readonly limit?: (x: Matrix) => Float64Array;
}

/** Inputs `inputs` one after the other from their lower to their upper bound, the others as in `center` (d numbers). */
export function profilesOf(
  { value, deviation, interval, limit }: Profiled,
  space: Space,
  center: Float64Array,
  inputs: readonly number[],
): Profile[] {
  return inputs.map((input) => {
    const levels = levelsOf(space.columns[input], SLICE_LEVELS);
    const x = new Matrix(levels.length, space.dimension);
    for (const [i, u] of levels.entries()) {
      x.row(i).set(center);
      x.set(i, input, u);
    }
    const points = canonicalRows(space, x);
    const intervals = interval?.(points);
    return {
      ...{ input, levels, values: Array.from(value(points)) },
      ...(deviation && { deviations: Array.from(deviation(points), rounded) }),
      ...(intervals?.flat().every(Number.isFinite) && { intervals }),
      ...(limit && { excess: Array.from(limit(points), rounded) }),
    };
  });
}

/** Four digits are enough for a picture. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
