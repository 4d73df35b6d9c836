import type { PolynomialTail } from '../../numerics/interpolation/polynomial-basis.ts';
import { RadialBasis } from '../../numerics/interpolation/radial-basis.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { type Axes, along } from './axes.ts';
import { CONSTRAINED_RBF_POLICY } from './policy.ts';

/** A basis on some of the rows, in coordinates that have the center at 0 and the farthest of near rows at distance 1. */
export interface LocalBasis {
  readonly basis: RadialBasis;
  /** The rows, nearest to the center first. */
  readonly rows: readonly number[];
  readonly center: Float64Array;
  readonly scale: number;
  /** Where features are turned and stretched first: how. */
  readonly axes?: Axes;
  /** As many first rows have leave-one-out errors that judge the basis. */
  readonly judges: number;
  /** The diagonal of the inverse at the judges. */
  readonly diagonal: Float64Array;
}

/**
 * Bases to choose from for n x w features `z`: on all rows and on those nearest to the center; with linear
 * tails, and with squares or all products where there are rows enough. With `axes` the nearest are also those by them.
 */
export function basesAround(z: Matrix, center: Float64Array, axes?: Axes): LocalBasis[] {
  const offsets = new Matrix(z.rows, z.columns);
  for (let i = 0; i < z.rows; i++) for (let j = 0; j < z.columns; j++) offsets.set(i, j, z.get(i, j) - center[j]);
  const plain = basesOn(offsets, center);
  if (!axes) return plain;
  const turned = new Matrix(z.rows, z.columns);
  for (let i = 0; i < z.rows; i++) along(axes, offsets.row(i), 1, turned.row(i));
  return [...plain, ...basesOn(turned, center, axes)];
}

/** The bases for n x w offsets from the center. */
function basesOn(offsets: Matrix, center: Float64Array, axes?: Axes): LocalBasis[] {
  const [n, w] = [offsets.rows, offsets.columns];
  const distance = Float64Array.from({ length: n }, (_, i) => Math.sqrt(squared(offsets.row(i))));
  const order = [...distance.keys()].sort((a, b) => distance[a] - distance[b] || a - b);
  const quadratic = ((w + 1) * (w + 2)) / 2;
  const spare = Math.max(2, Math.ceil(w / 2));
  const sizes = new Set(axes ? [] : [n]);
  for (const size of [w + 3, 3 * (w + 1), quadratic + spare + 1]) if (size < n) sizes.add(size);
  const bases: LocalBasis[] = [];
  for (const size of sizes) {
    const rows = spread(offsets, order, Math.min(size, CONSTRAINED_RBF_POLICY.model.mostRows));
    const count = rows.length;
    const scale = size === n ? 1 : Math.max(1e-300, distance[rows[count - 1]]);
    const local = new Matrix(count, w);
    for (let i = 0; i < count; i++) for (let j = 0; j < w; j++) local.set(i, j, offsets.get(rows[i], j) / scale);
    const judges = Math.min(count, w + 2);
    const tails: PolynomialTail[] = ['linear'];
    if (count >= quadratic + spare) tails.push('quadratic');
    else if (count >= 2 * w + 1 + spare) tails.push('separable');
    for (const tail of tails) {
      const basis = new RadialBasis(local, { kernel: 'cubic', tail });
      const diagonal = basis.inverseDiagonal(Int32Array.from({ length: judges }, (_, i) => i));
      bases.push({ basis, rows, center, scale, judges, diagonal, ...(axes && { axes }) });
    }
  }
  return bases;
}

/** Writes where the features z are in the coordinates of a basis. */
export function localOf({ center, scale, axes }: LocalBasis, z: Float64Array, out: Float64Array): void {
  for (let j = 0; j < z.length; j++) out[j] = (z[j] - center[j]) / scale;
  if (axes) along(axes, out.slice(), 1, out);
}

/** Up to `count` rows in the given order, none so close to an earlier one that the two are as good as one. */
function spread(z: Matrix, order: readonly number[], count: number): number[] {
  const rows: number[] = [];
  const last = order[Math.min(count, order.length) - 1];
  const least = CONSTRAINED_RBF_POLICY.model.crowdedShare ** 2 * squared(z.row(last), z.row(order[0]));
  for (const i of order) {
    if (rows.length >= count) break;
    if (rows.every((k) => squared(z.row(i), z.row(k)) > least)) rows.push(i);
  }
  return rows;
}

function squared(a: Float64Array, b?: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - (b?.[j] ?? 0)) ** 2;
  return sum;
}
