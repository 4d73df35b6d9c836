import { ensure } from '../../core/errors.ts';
import type { Run } from '../../core/run.ts';
import type { Space } from '../../core/space/space.ts';
import { canonicalRows } from '../../core/space/space-points.ts';
import { Matrix } from '../../numerics/matrix.ts';

/** The values of several scalar functions at n x d canonical points, one array of n numbers for each. */
export type Ask = (x: Matrix) => Promise<readonly Float64Array[]>;

/** Coordinates that the points of a screening have in all, at most. */
const MOST_COORDINATES = 64e6;
/** The same where there are more than two points around which inputs are changed. */
const BEARABLE_COORDINATES = 16e6;
/** Points around which every input is changed. */
const MOST_CENTERS = 64;
const FEWEST_CENTERS = 2;
/** Points that are asked at once. */
const BLOCK = 256;

/**
 * The coordinates of the most important inputs, at most `most` and in ascending order. Around points drawn at random each input alone takes
 * another value at random: a radial design [Campolongo2011]; half the mean square of what that changes is the input's total effect
 * [Jansen1999]. Shares of the sum over all inputs are compared, of each function the largest. Inputs that changed nothing are left out,
 * unless fewer than two others are there. Throws `invalid-argument` above some 5,600 inputs, where two such points were too dear.
 */
export async function mostImportant(ask: Ask, space: Space, most: number, run: Run): Promise<number[]> {
  const d = space.dimension;
  const around = d * (d + 1);
  const centers = Math.max(FEWEST_CENTERS, Math.min(MOST_CENTERS, Math.floor(BEARABLE_COORDINATES / around)));
  ensure(
    centers * around <= MOST_COORDINATES,
    'invalid-argument',
    `${d} inputs are too many to find those that matter: learn fewer, or group them`,
  );
  const shares = new Float64Array(d);
  for (const changes of await squareChanges(ask, space, centers, run)) {
    const all = changes.reduce((sum, change) => sum + change, 0);
    if (all > 0 && Number.isFinite(all)) for (let j = 0; j < d; j++) shares[j] = Math.max(shares[j], changes[j] / all);
  }
  const order = [...shares.keys()].sort((a, b) => shares[b] - shares[a]);
  const moved = order.filter((j) => shares[j] > 0).length;
  return order.slice(0, Math.min(most, Math.max(2, moved))).sort((a, b) => a - b);
}

/** For each function the sum over the centers of the squared change by each of the d inputs; what is not finite is left out. */
async function squareChanges(ask: Ask, space: Space, centers: number, run: Run): Promise<Float64Array[]> {
  const d = space.dimension;
  const [from, to] = ['from', 'to'].map((name) => uniformRows(centers, d, { ...run, rng: run.rng.child(name) }));
  const before = await ask(canonicalRows(space, from));
  const sums = before.map(() => new Float64Array(d));
  for (let i = 0; i < centers; i++)
    for (let first = 0; first < d; first += BLOCK) {
      const count = Math.min(BLOCK, d - first);
      const x = new Matrix(count, d);
      for (let r = 0; r < count; r++) {
        x.row(r).set(from.row(i));
        x.set(r, first + r, to.get(i, first + r));
      }
      const after = await ask(canonicalRows(space, x));
      for (const [q, values] of after.entries())
        for (let r = 0; r < count; r++) {
          const square = (values[r] - before[q][i]) ** 2;
          if (Number.isFinite(square)) sums[q][first + r] += square;
        }
    }
  return sums;
}

/** `count` x d numbers, uniform in [0, 1). */
function uniformRows(count: number, d: number, { rng }: Run): Matrix {
  return new Matrix(
    count,
    d,
    Float64Array.from({ length: count * d }, () => rng.uniform()),
  );
}
