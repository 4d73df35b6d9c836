import type { Dataset } from '../../core/dataset.ts';
import type { Problem } from '../../core/problem.ts';
import { squaredDistance } from '../../core/space/point-set.ts';
import { PolynomialBasis, type PolynomialTail } from '../../numerics/interpolation/polynomial-basis.ts';
import { leastSquares, PivotedQr } from '../../numerics/linear-algebra/qr.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { quadraticProgram } from '../../numerics/minimize/quadratic-program.ts';
import { AUTO_POLICY } from './policy.ts';

/** Differences up to this share of the spread of the answers are rounding. */
const ROUNDING = 1e-10;

/** Added to the curvature in each direction, as a share of the largest: so that a valley without a slope has a least point. */
const RIDGE = 1e-9;

/** The polynomials that are looked for, with their terms in d inputs, fewest first. */
const TAILS = [
  { tail: 'linear', termsOf: (d: number) => d + 1 },
  { tail: 'separable', termsOf: (d: number) => 2 * d + 1 },
  {
    tail: 'quadratic',
    termsOf: (d: number) => (d < AUTO_POLICY.solved.manyFactors ? ((d + 1) * (d + 2)) / 2 : Number.POSITIVE_INFINITY),
  },
] as const;

/**
 * Whether nothing is left to gain: the answers are those of a linear or a convex quadratic function of the canonical inputs, to rounding and with rows
 * to spare, and the best row has its least value. For one objective without constraints over real inputs, none of them periodic or conditional; false
 * wherever a run failed, for what would have been the least value may lie there.
 *
 * Other functions show after a few distinct rows: the number of rows examined doubles only while they agree, so many rows cost no more.
 */
export function isSolved(problem: Problem, history: Dataset): boolean {
  if (problem.objectives.length > 1 || problem.constraints.length > 0 || !problem.space.isBox) return false;
  if (history.rows.some(({ status }) => status === 'failed')) return false;
  const values = problem.score(history.x, history.y).objectives.column(0);
  const d = problem.space.dimension;
  const spare = Math.max(AUTO_POLICY.solved.fewestSpare, d + 1);
  if (values.length < d + 1 + spare || !values.every(Number.isFinite)) return false;
  const best = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const most = values.reduce((top, value) => Math.max(top, value), Number.NEGATIVE_INFINITY);
  if (!(most > best)) return false;
  const apart = new RowsApart(history.x);
  return TAILS.some(({ tail, termsOf }) => {
    for (let count = termsOf(d) + spare; count < Number.POSITIVE_INFINITY; count *= 2) {
      const rows = apart.first(count);
      const [x, y] = [history.x.select(rows), Float64Array.from(rows, (i) => values[i])];
      if (rows.length < count) return isLeast(best, x, y, tail, spare);
      if (misfit(x, y, tail) > ROUNDING * (most - best)) return false;
    }
    return false;
  });
}

/** Root mean square of what the nearest polynomial leaves of the answers: at most what any leaves of one of them. */
function misfit(x: Matrix, y: Float64Array, tail: PolynomialTail): number {
  const qr = new PivotedQr(new PolynomialBasis(x, tail).matrix(x));
  const rest = y.slice();
  qr.transposedTimes(rest);
  return Math.sqrt(rest.subarray(qr.rank).reduce((sum, value) => sum + value * value, 0) / y.length);
}

/** Whether the answers are those of a polynomial, and `best` is its least value. */
function isLeast(best: number, x: Matrix, y: Float64Array, tail: PolynomialTail, spare: number): boolean {
  const tolerance = ROUNDING * (y.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) - best);
  const basis = new PolynomialBasis(x, tail);
  if (!(tolerance > 0) || x.rows < basis.terms.length + spare) return false;
  const polynomial = new Polynomial(basis, leastSquares(basis.matrix(x), y), x.columns);
  const isExact = y.every((value, i) => Math.abs(polynomial.at(x.row(i)).value - value) <= tolerance);
  const least = isExact ? polynomial.least() : undefined;
  return least !== undefined && best <= least + tolerance;
}

/** Rows in order, each apart from those before it, looked for as far as they are asked for. */
class RowsApart {
  readonly #x: Matrix;
  readonly #chosen: { readonly row: number; readonly u: Float64Array }[] = [];
  #next = 0;

  constructor(x: Matrix) {
    this.#x = x;
  }

  /** The first `count`, or all there are. */
  first(count: number): number[] {
    const { apartDistance } = AUTO_POLICY.solved;
    const least = apartDistance * apartDistance * this.#x.columns;
    while (this.#chosen.length < count && this.#next < this.#x.rows) {
      const row = this.#next++;
      const u = this.#x.row(row);
      if (this.#chosen.every((one) => squaredDistance(u, one.u) > least)) this.#chosen.push({ row, u });
    }
    return this.#chosen.slice(0, count).map(({ row }) => row);
  }
}

/** A polynomial of degree one or two on the unit cube of d coordinates. */
class Polynomial {
  readonly #basis: PolynomialBasis;
  readonly #columns: readonly { readonly tail: Float64Array }[];
  readonly #d: number;

  constructor(basis: PolynomialBasis, tail: Float64Array, d: number) {
    this.#basis = basis;
    this.#columns = [{ tail }];
    this.#d = d;
  }

  at(u: Float64Array): { readonly value: number; readonly gradient: Float64Array } {
    const value = new Float64Array(1);
    const gradient = new Float64Array(this.#d);
    this.#basis.add(this.#columns, u, value, gradient);
    return { value: value[0], gradient };
  }

  /** The least value over the cube; undefined where the polynomial curves down somewhere. */
  least(): number | undefined {
    const d = this.#d;
    const slope = this.at(new Float64Array(d)).gradient;
    const curvature = new Float64Array(d * d);
    for (let j = 0; j < d; j++) {
      const { gradient } = this.at(new Float64Array(d).fill(1, j, j + 1));
      for (let k = 0; k < d; k++) curvature[k * d + j] = gradient[k] - slope[k];
    }
    const steepest = slope.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const largest = curvature.reduce((most, value) => Math.max(most, Math.abs(value)), steepest);
    for (let j = 0; j < d; j++) curvature[j * d + j] += RIDGE * largest;
    const sides = new Float64Array(2 * d * d);
    for (let j = 0; j < d; j++) [sides[j * d + j], sides[(d + j) * d + j]] = [1, -1];
    const bounds = new Float64Array(2 * d).fill(-1, d);
    const found = quadraticProgram(curvature, slope, sides, bounds);
    return found && this.at(found.x.map((value) => Math.min(1, Math.max(0, value)))).value;
  }
}
