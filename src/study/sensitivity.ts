import type { Run } from '../core/run.ts';
import type { Space } from '../core/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import { sobolPoints } from '../numerics/sobol-sequence.ts';

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

/** Sobol' indices and main effects of a scalar function of n x d canonical points, over the whole space. */
export function effectsOf(evaluate: (x: Matrix) => Float64Array, space: Space, run: Run): Effects {
  const d = space.dimension;
  const pairs = sobolPoints(SAMPLES, 2 * d, { scramble: run.rng.child('pairs') });
  const a = canonicalRows(space, SAMPLES, (i, j) => pairs.get(i, j));
  const b = canonicalRows(space, SAMPLES, (i, j) => pairs.get(i, d + j));
  const fa = evaluate(a);
  const fb = evaluate(b);
  const variance = varianceOf([...fa, ...fb]);
  const first: number[] = [];
  const total: number[] = [];
  for (let k = 0; k < d; k++) {
    const mixed = evaluate(canonicalRows(space, SAMPLES, (i, j) => pairs.get(i, j === k ? d + j : j)));
    let covariance = 0;
    let jansen = 0;
    for (let i = 0; i < SAMPLES; i++) {
      covariance += fb[i] * (mixed[i] - fa[i]);
      jansen += (fa[i] - mixed[i]) ** 2;
    }
    first.push(variance > 0 ? covariance / SAMPLES / variance : 0);
    total.push(variance > 0 ? jansen / (2 * SAMPLES) / variance : 0);
  }
  const levels = space.columns.map(({ levels: count }) =>
    Array.from({ length: Math.min(count, LEVELS) }, (_, i) => (count <= LEVELS ? (i + 0.5) / count : i / (LEVELS - 1))),
  );
  const main = levels.map((column, k) =>
    column.map((level) =>
      meanOf(evaluate(canonicalRows(space, MAIN_SAMPLES, (i, j) => (j === k ? level : pairs.get(i, j))))),
    ),
  );
  return { first, total, main, levels };
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
