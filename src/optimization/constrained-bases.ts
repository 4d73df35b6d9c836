import { Matrix } from '../numerics/matrix.ts';
import type { PolynomialTail } from '../numerics/polynomial-basis.ts';
import { RadialBasis } from '../numerics/radial-basis.ts';

/** Points apart by less than this share of the reach of a model make its matrix singular; one of them is enough. */
const CROWDED = 1e-3;

/** Rows of which a model may consist: beyond, the far ones are left out. */
const MOST_ROWS = 200;

/** A basis on some of the rows, in coordinates that have the center at 0 and the farthest of near rows at distance 1. */
export interface LocalBasis {
  readonly basis: RadialBasis;
  /** The rows, nearest to the center first. */
  readonly rows: readonly number[];
  readonly center: Float64Array;
  readonly scale: number;
  /** As many first rows have leave-one-out errors that judge the basis. */
  readonly judges: number;
  /** The diagonal of the inverse at the judges. */
  readonly diagonal: Float64Array;
}

/**
 * Bases to choose from for n x w features `z`: on all rows and on those nearest to the center; with linear
 * tails, and with squares or all products where there are rows enough.
 */
export function basesAround(z: Matrix, center: Float64Array): LocalBasis[] {
  const w = z.columns;
  const distance = Float64Array.from({ length: z.rows }, (_, i) => Math.sqrt(squared(z.row(i), center)));
  const order = [...distance.keys()].sort((a, b) => distance[a] - distance[b] || a - b);
  const quadratic = ((w + 1) * (w + 2)) / 2;
  const spare = Math.max(2, Math.ceil(w / 2));
  const sizes = new Set([z.rows]);
  for (const size of [w + 3, 3 * (w + 1), quadratic + spare + 1]) if (size < z.rows) sizes.add(size);
  const bases: LocalBasis[] = [];
  for (const size of sizes) {
    const rows = spread(z, order, Math.min(size, MOST_ROWS));
    const n = rows.length;
    const scale = size === z.rows ? 1 : Math.max(1e-300, distance[rows[n - 1]]);
    const local = new Matrix(n, w);
    for (let i = 0; i < n; i++) for (let j = 0; j < w; j++) local.set(i, j, (z.get(rows[i], j) - center[j]) / scale);
    const judges = Math.min(n, w + 2);
    const tails: PolynomialTail[] = ['linear'];
    if (n >= quadratic + spare) tails.push('quadratic');
    else if (n >= 2 * w + 1 + spare) tails.push('separable');
    for (const tail of tails) {
      const basis = new RadialBasis(local, { kernel: 'cubic', tail });
      const diagonal = basis.inverseDiagonal(Int32Array.from({ length: judges }, (_, i) => i));
      bases.push({ basis, rows, center, scale, judges, diagonal });
    }
  }
  return bases;
}

/** Up to `count` rows in the given order, none so close to an earlier one that the two are as good as one. */
function spread(z: Matrix, order: readonly number[], count: number): number[] {
  const rows: number[] = [];
  const last = order[Math.min(count, order.length) - 1];
  const least = CROWDED ** 2 * squared(z.row(last), z.row(order[0]));
  for (const i of order) {
    if (rows.length >= count) break;
    if (rows.every((k) => squared(z.row(i), z.row(k)) > least)) rows.push(i);
  }
  return rows;
}

function squared(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return sum;
}
