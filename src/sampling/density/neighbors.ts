import type { Matrix } from '../../numerics/matrix.ts';
import type { KnownRows } from './known-rows.ts';

/** The squared difference that two categories have, and two values of which one plays no part: that of two independent standard normal numbers in the mean. */
const APART = 2;

/**
 * For each row of x (n x d) the nearest other one, by differences in standard deviations of each coordinate; the row itself where it is alone. The work is
 * n^2 d at most.
 */
export function nearestOthers(x: Matrix, known: KnownRows): Int32Array {
  const { space } = known;
  const n = x.rows;
  const nearest = Int32Array.from({ length: n }, (_, i) => i);
  const least = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const active = space.isConditional ? Array.from({ length: n }, (_, i) => space.active(x.row(i))) : undefined;
  const order = Array.from({ length: space.dimension }, (_, j) => j).filter((j) => known.column(j).spread > 0);
  const scaled = order.map((j) => x.column(j).map((value) => value / known.column(j).spread));
  const isNamed = order.map((j) => space.columns[j].kind === 'categorical');
  const isPlain = !active && !isNamed.includes(true) && order.every((j) => !space.columns[j].periodic);
  const d = order.length;
  const rows = new Float64Array(n * d);
  scaled.forEach((column, k) => {
    for (let i = 0; i < n; i++) rows[i * d + k] = column[i];
  });
  const gap = (i: number, other: number, k: number): number => {
    const j = order[k];
    if (active && active[i][j] !== active[other][j]) return APART;
    const step = rows[i * d + k] - rows[other * d + k];
    if (isNamed[k]) return step === 0 ? 0 : APART;
    const round = 1 / known.column(j).spread;
    const way = space.columns[j].periodic ? Math.min(Math.abs(step), round - Math.abs(step)) : step;
    return way * way;
  };
  for (let i = 1; i < n; i++)
    for (let other = 0; other < i; other++) {
      const most = Math.max(least[i], least[other]);
      let square = 0;
      if (isPlain)
        for (let k = 0, a = i * d, b = other * d; k < d && square < most; k++, a++, b++) {
          const step = rows[a] - rows[b];
          square += step * step;
        }
      else for (let k = 0; k < d && square < most; k++) square += gap(i, other, k);
      // Rows at one point are no neighbors: they have nothing to exchange.
      if (square === 0) continue;
      if (square < least[i]) [least[i], nearest[i]] = [square, other];
      if (square < least[other]) [least[other], nearest[other]] = [square, i];
    }
  return nearest;
}
