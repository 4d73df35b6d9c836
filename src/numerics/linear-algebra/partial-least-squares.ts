import { Matrix } from '../matrix.ts';

/** A partial least squares regression of one response on w columns, in h components, all of standardized columns. */
export interface PartialLeastSquares {
  /** Unit directions of largest covariance with what is left of the response, `w x h`. */
  readonly weights: Matrix;
  /** `R = W (P^T W)^-1`, which maps standardized rows to scores, `w x h`. */
  readonly rotations: Matrix;
  /** `P`, what each score explains of the columns, `w x h`. */
  readonly loadings: Matrix;
  /** `T = X R`, orthogonal columns, `n x h`. */
  readonly scores: Matrix;
  /** Slope of the standardized response on each score, h numbers. */
  readonly slopes: Float64Array;
  /** Standard deviation of each column (divisor n), w numbers; 0 where it is constant. */
  readonly deviations: Float64Array;
}

/** Correlation with what is left of the response below which there is nothing left to explain. */
const NEGLIGIBLE = 1e-10;

/**
 * Partial least squares of `y` (n numbers) on the standardized columns of `x` (`n x w`), by deflation (NIPALS, of a single response:
 * no inner iteration) [Wold1984, Helland1988]. There are fewer than `components` components where fewer explain the response, and
 * none where it, or every column, is constant.
 */
export function partialLeastSquares(x: Matrix, y: Float64Array, components: number): PartialLeastSquares {
  if (y.length !== x.rows) throw new RangeError(`${x.rows} rows need as many responses, got ${y.length}`);
  const [n, w] = [x.rows, x.columns];
  const deviations = new Float64Array(w);
  const columns = Array.from({ length: w }, (_, j) => {
    const column = x.column(j);
    deviations[j] = standardize(column);
    return column;
  });
  const response = Float64Array.from(y);
  const variable = standardize(response) > 0;
  const found: { weights: Float64Array; rotation: Float64Array; loadings: Float64Array; scores: Float64Array }[] = [];
  const slopes: number[] = [];
  while (variable && found.length < Math.min(components, w)) {
    const weights = Float64Array.from(columns, (column) => dot(column, response));
    const norm = Math.sqrt(dot(weights, weights));
    if (!(norm > NEGLIGIBLE * n)) break;
    for (let j = 0; j < w; j++) weights[j] /= norm;
    const scores = new Float64Array(n);
    columns.forEach((column, j) => {
      subtract(scores, -weights[j], column);
    });
    const square = dot(scores, scores);
    const loadings = Float64Array.from(columns, (column) => dot(column, scores) / square);
    columns.forEach((column, j) => {
      subtract(column, loadings[j], scores);
    });
    const slope = dot(response, scores) / square;
    subtract(response, slope, scores);
    // P^T W is upper triangular with a unit diagonal.
    const rotation = weights.slice();
    for (const before of found) subtract(rotation, dot(before.loadings, weights), before.rotation);
    found.push({ weights, rotation, loadings, scores });
    slopes.push(slope);
  }
  return {
    weights: byColumns(
      w,
      found.map(({ weights }) => weights),
    ),
    rotations: byColumns(
      w,
      found.map(({ rotation }) => rotation),
    ),
    loadings: byColumns(
      w,
      found.map(({ loadings }) => loadings),
    ),
    scores: byColumns(
      n,
      found.map(({ scores }) => scores),
    ),
    slopes: Float64Array.from(slopes),
    deviations,
  };
}

/** Gives the values mean 0 and standard deviation 1, or zeros where they are constant; returns the deviation they had. */
function standardize(values: Float64Array): number {
  const n = values.length;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  for (let i = 0; i < n; i++) values[i] -= mean;
  const deviation = Math.sqrt(dot(values, values) / n);
  if (!(deviation > 1e-13 * largest)) {
    values.fill(0);
    return 0;
  }
  for (let i = 0; i < n; i++) values[i] /= deviation;
  return deviation;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** `a -= factor b`. */
function subtract(a: Float64Array, factor: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i] -= factor * b[i];
}

function byColumns(rows: number, columns: readonly Float64Array[]): Matrix {
  const matrix = new Matrix(rows, columns.length);
  columns.forEach((column, k) => {
    for (let i = 0; i < rows; i++) matrix.set(i, k, column[i]);
  });
  return matrix;
}
