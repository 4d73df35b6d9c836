import type { Space } from '../core/space/space.ts';
import type { Matrix } from '../numerics/matrix.ts';
import { squaredGaps } from './distance.ts';

/** A measure of a design, smaller is better, that knows cheaply what exchanging two values of a column would do to it. */
export interface SwapCriterion {
  /** Its value for the design as it is now. */
  readonly value: number;
  /** Its value if rows a and b exchanged their values of the column. */
  valueAfterSwap(column: number, a: number, b: number): number;
  /** Exchanges them, in the design too. */
  swap(column: number, a: number, b: number): void;
}

/** The power p of phi_p: large enough to rank designs almost as their minimum distance does. */
const POWER = 10;
const CLOSEST = 1e-20;

/** d^-p of a squared distance; coinciding points count as very close ones. */
function repulsion(square: number): number {
  const inverse = 1 / Math.max(square, CLOSEST);
  const fourth = inverse * inverse * inverse * inverse;
  return fourth * inverse;
}

/**
 * phi_p = (sum over pairs of distance^-p)^(1/p) with p = 10 [Morris1995] of a design of n rows, the first `movable` of
 * which may be changed; pairs of fixed rows are left out, being constant. A swap costs O(n) [Jin2005].
 * `swap` changes `design`.
 */
export function spacing(design: Matrix, movable: number = design.rows, space?: Space): SwapCriterion {
  const { rows, columns } = design;
  const gaps = squaredGaps(columns, space);
  const values = Array.from({ length: columns }, (_, j) => design.column(j));
  const squares = new Float64Array(movable * rows);
  const terms = new Float64Array(movable * rows);

  /** Recomputed after every swap rather than updated, so that rounding cannot build up. */
  const measure = (a: number) => {
    for (let i = 0; i < rows; i++) {
      let square = 0;
      for (let j = 0; j < columns; j++) square += gaps[j](values[j][a], values[j][i]);
      const term = i === a ? 0 : repulsion(square);
      squares[a * rows + i] = square;
      terms[a * rows + i] = term;
      if (i < movable) {
        squares[i * rows + a] = square;
        terms[i * rows + a] = term;
      }
    }
  };
  const total = () => {
    let sum = 0;
    for (let a = 0; a < movable; a++) for (let i = a + 1; i < rows; i++) sum += terms[a * rows + i];
    return sum;
  };

  for (let a = 0; a < movable; a++) measure(a);
  let sum = total();
  const root = (s: number) => Math.max(0, s) ** (1 / POWER);
  return {
    get value() {
      return root(sum);
    },
    valueAfterSwap(column, a, b) {
      const gap = gaps[column];
      const u = values[column];
      const atA = a * rows;
      const atB = b * rows;
      let change = 0;
      for (let i = 0; i < rows; i++) {
        if (i === a || i === b) continue;
        const shift = gap(u[b], u[i]) - gap(u[a], u[i]);
        change += repulsion(squares[atA + i] + shift) - terms[atA + i];
        change += repulsion(squares[atB + i] - shift) - terms[atB + i];
      }
      return root(sum + change);
    },
    swap(column, a, b) {
      swapIn(values, design, column, a, b);
      measure(a);
      measure(b);
      sum = total();
    },
  };
}

/** Exchanges two values both in the columns and in the design they were taken from. */
export function swapIn(values: readonly Float64Array[], design: Matrix, column: number, a: number, b: number): void {
  const held = values[column][a];
  values[column][a] = values[column][b];
  values[column][b] = held;
  design.set(a, column, values[column][a]);
  design.set(b, column, held);
}
