import type { Matrix } from '../numerics/matrix.ts';
import { type SwapCriterion, swapIn } from './spacing.ts';

/** 1 + |z|/2 - z^2/2 with z = u - 1/2: a factor of the single sum. */
function single(u: number): number {
  const z = Math.abs(u - 0.5);
  return 1 + 0.5 * z - 0.5 * z * z;
}

/** 1 + |z|/2 + |z'|/2 - |z - z'|/2: a factor of the double sum. */
function pair(u: number, v: number): number {
  return 1 + 0.5 * (Math.abs(u - 0.5) + Math.abs(v - 0.5) - Math.abs(u - v));
}

/**
 * The centered L2 discrepancy of n x d points in the unit cube [Hickernell1998]; 0 is perfect. With z = u - 1/2,
 * CL2^2 = (13/12)^d - 2/n sum_i prod_k (1 + |z_ik|/2 - z_ik^2/2) + 1/n^2 sum_ij prod_k (1 + |z_ik|/2 + |z_jk|/2 - |z_ik - z_jk|/2).
 * NaN without points. Costs n^2 d / 2.
 */
export function centeredL2Discrepancy(x: Matrix): number {
  return x.rows === 0 ? Number.NaN : discrepancy(x, 0).value;
}

/**
 * The centered L2 discrepancy of a design of n rows, the first `movable` of which may be changed. A swap costs O(n)
 * [Jin2005]. `swap` changes `design`.
 */
export function discrepancy(design: Matrix, movable: number = design.rows): SwapCriterion {
  const { rows, columns } = design;
  const values = Array.from({ length: columns }, (_, j) => design.column(j));
  const products = new Float64Array(movable * rows);

  const singleProduct = (i: number) => values.reduce((product, u) => product * single(u[i]), 1);
  const pairProduct = (a: number, i: number) => {
    let product = 1;
    for (let j = 0; j < columns; j++) product *= pair(values[j][a], values[j][i]);
    return product;
  };
  /** What the point contributes by itself to n^2 CL2^2. */
  const own = (i: number) => pairProduct(i, i) - 2 * rows * singleProduct(i);
  const measure = (a: number) => {
    for (let i = 0; i < rows; i++) {
      const product = pairProduct(a, i);
      products[a * rows + i] = product;
      if (i < movable) products[i * rows + a] = product;
    }
  };

  for (let a = 0; a < movable; a++) measure(a);
  let fixed = rows * rows * (13 / 12) ** columns;
  for (let i = movable; i < rows; i++) {
    fixed += own(i);
    for (let k = movable; k < i; k++) fixed += 2 * pairProduct(i, k);
  }
  const total = () => {
    let sum = fixed;
    for (let a = 0; a < movable; a++) {
      sum += own(a);
      for (let i = a + 1; i < rows; i++) sum += 2 * products[a * rows + i];
    }
    return sum;
  };
  let sum = total();
  const root = (s: number) => Math.sqrt(Math.max(0, s)) / rows;
  return {
    get value() {
      return root(sum);
    },
    valueAfterSwap(column, a, b) {
      const u = values[column];
      let change = 0;
      for (let i = 0; i < rows; i++) {
        if (i === a || i === b) continue;
        const ratio = pair(u[b], u[i]) / pair(u[a], u[i]);
        change += 2 * (products[a * rows + i] * (ratio - 1) + products[b * rows + i] * (1 / ratio - 1));
      }
      // Only the exchanged factor of the two points' own terms changes.
      for (const [at, to] of [
        [a, b],
        [b, a],
      ]) {
        change += products[at * rows + at] * (pair(u[to], u[to]) / pair(u[at], u[at]) - 1);
        change -= 2 * rows * singleProduct(at) * (single(u[to]) / single(u[at]) - 1);
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
