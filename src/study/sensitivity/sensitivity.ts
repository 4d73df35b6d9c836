import { breather } from '../../core/pause.ts';
import type { Run } from '../../core/run.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { sobolPoints } from '../../numerics/sequences/sobol-sequence.ts';

/** How one input moves one prediction column, all other inputs averaged out or set. */
export interface Effects {
  /** Share of the variance that the input explains alone, for each of the d inputs [Saltelli2010]. */
  readonly first: readonly number[];
  /** Share of the variance that involves the input [Jansen1999]. */
  readonly total: readonly number[];
  /** Mean prediction over the space with the input held at `levels[j][i]` (unit cube). */
  readonly main: readonly (readonly number[])[];
  readonly levels: readonly (readonly number[])[];
}

const SAMPLES = 1024;
const MAIN_SAMPLES = 256;
const LEVELS = 25;

/**
 * Sobol' indices and main effects of each of several functions over the whole space; `evaluate` answers n x d canonical points with one
 * array of n numbers for each. They are asked at the same points, since one
 * prediction of a model answers all of its outputs; between two designs a cancelled run is left.
 */
export async function effectsOf(
  evaluate: (x: Matrix) => readonly Float64Array[],
  space: Space,
  run: Run,
): Promise<Effects[]> {
  const d = space.dimension;
  const pause = breather(run);
  const ask = async (x: Matrix) => {
    await pause();
    return evaluate(x);
  };
  const pairs = sobolPoints(SAMPLES, 2 * d, { scramble: run.rng.child('pairs') });
  const fa = await ask(canonicalRows(space, SAMPLES, (i, j) => pairs.get(i, j)));
  const fb = await ask(canonicalRows(space, SAMPLES, (i, j) => pairs.get(i, d + j)));
  const variances = fa.map((values, q) => varianceOf([...values, ...fb[q]]));
  const first = fa.map((): number[] => []);
  const total = fa.map((): number[] => []);
  for (let k = 0; k < d; k++) {
    const mixed = await ask(canonicalRows(space, SAMPLES, (i, j) => pairs.get(i, j === k ? d + j : j)));
    for (const [q, variance] of variances.entries()) {
      const { covariance, jansen } = momentsOf(fa[q], fb[q], mixed[q]);
      first[q].push(variance > 0 ? covariance / SAMPLES / variance : 0);
      total[q].push(variance > 0 ? jansen / (2 * SAMPLES) / variance : 0);
    }
  }
  const levels = space.columns.map(({ levels: count }) =>
    Array.from({ length: Math.min(count, LEVELS) }, (_, i) => (count <= LEVELS ? (i + 0.5) / count : i / (LEVELS - 1))),
  );
  const main = fa.map((): number[][] => levels.map(() => []));
  for (const [k, column] of levels.entries())
    for (const level of column) {
      const held = await ask(canonicalRows(space, MAIN_SAMPLES, (i, j) => (j === k ? level : pairs.get(i, j))));
      for (const [q, values] of held.entries()) main[q][k].push(meanOf(values));
    }
  return fa.map((_, q) => ({ first: first[q], total: total[q], main: main[q], levels }));
}

function momentsOf(fa: Float64Array, fb: Float64Array, mixed: Float64Array) {
  let covariance = 0;
  let jansen = 0;
  for (let i = 0; i < SAMPLES; i++) {
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
}

const SLICE_LEVELS = 40;

/** The function over inputs `first` and `second`, the others as in `center` (d numbers). */
export function sliceOf(
  evaluate: (x: Matrix) => Float64Array,
  space: Space,
  center: Float64Array,
  first: number,
  second: number,
): Slice {
  const levelsOf = (k: number) => {
    const { levels } = space.columns[k];
    return Array.from({ length: Math.min(levels, SLICE_LEVELS) }, (_, i) =>
      levels <= SLICE_LEVELS ? (i + 0.5) / levels : i / (SLICE_LEVELS - 1),
    );
  };
  const columns = levelsOf(first);
  const rows = levelsOf(second);
  const values = rows.map((level) =>
    Array.from(
      evaluate(
        canonicalRows(space, columns.length, (i, j) => (j === first ? columns[i] : j === second ? level : center[j])),
      ),
    ),
  );
  return { inputs: [first, second], levels: [columns, rows], values };
}

function canonicalRows(space: Space, count: number, value: (i: number, j: number) => number): Matrix {
  return Matrix.from(
    Array.from({ length: count }, (_, i) =>
      space.canonical(Array.from({ length: space.dimension }, (_, j) => value(i, j))),
    ),
  );
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const center = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / values.length;
}
