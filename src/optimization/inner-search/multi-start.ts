import type { Criterion, Minimum } from '../../core/optimizer.ts';
import { code, count, type OptionsOf, option } from '../../core/options.ts';
import { type Run, throwIfCancelled } from '../../core/run.ts';
import { squaredDistance } from '../../core/space/point-set.ts';
import type { Space } from '../../core/space/space.ts';
import { allPoints, canonicalRows, quasiRandomPoints, sizeBound } from '../../core/space/space-points.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { isPartlyReal } from './discrete-moves.ts';
import { type Descent, descend } from './local-search.ts';
import { INNER_SEARCH_POLICY } from './policy.ts';

/** What the options of a multi-start search are. */
export const MULTI_START = {
  raw: option(count, "Scrambled Sobol' points evaluated first. Default 128 d, between 512 and 1024."),
  starts: option(count, 'Points from which a local search starts.', INNER_SEARCH_POLICY.multiStart.starts),
  inReals: option(
    code<Descent>('as Descent describes it'),
    'How the real coordinates are searched from there. Default L-BFGS-B, or Gaussian steps where there is no gradient.',
  ),
};

/** Options of {@link multiStart}. */
export type MultiStartOptions = OptionsOf<typeof MULTI_START>;

/** What a multi-start search has looked at. */
export interface Ranking {
  /** k x d canonical points, best first; points where the criterion is NaN are left out. */
  readonly x: Matrix;
  /** k values, ascending. */
  readonly values: Float64Array;
  readonly evaluations: number;
}

/**
 * Looks for the least value of a criterion: a quasi-random set and Gaussian neighborhoods of the anchors (k x d, canonical),
 * then local searches from the best points that are apart from each other. Small finite spaces are listed whole.
 */
export function multiStart(
  criterion: Criterion,
  space: Space,
  anchors: Matrix,
  run: Run,
  options: MultiStartOptions = {},
): Ranking {
  if (sizeBound(space) <= INNER_SEARCH_POLICY.multiStart.exhaustive) {
    const x = Matrix.from([...allPoints(space)], space.dimension);
    return rank([x], [criterion.value(x)], x.rows);
  }
  const { raw = rawPoints(space), starts = INNER_SEARCH_POLICY.multiStart.starts, inReals } = options;
  const x = anchors
    .stack(quasiRandomPoints(space, raw, run.rng.child('raw')))
    .stack(neighborhoods(space, anchors, run.rng.child('near')));
  const values = criterion.value(x);
  const chosen = apart(x, values, starts);
  const found = chosen.map((i): Minimum => ({ u: x.row(i).slice(), value: values[i], evaluations: 0 }));
  const isDiscrete = !isPartlyReal(space);
  const asked = isDiscrete ? remembered(criterion, space) : criterion;
  const further = (k: number, pairs: boolean) => {
    throwIfCancelled(run);
    return descend(asked, space, found[k], run.rng.child(`descend/${chosen[k]}`), { inReals, pairs });
  };
  for (const k of found.keys()) found[k] = further(k, !isDiscrete);
  if (isDiscrete)
    for (const k of leaders(found, Math.ceil(INNER_SEARCH_POLICY.multiStart.pairsShare * found.length)))
      found[k] = further(k, true);
  return rank(
    [
      Matrix.from(
        found.map(({ u }) => u),
        space.dimension,
      ),
      x,
    ],
    [Float64Array.from(found, ({ value }) => value), values],
    found.reduce((sum, { evaluations }) => sum + evaluations, x.rows),
  );
}

function rawPoints({ dimension }: Space): number {
  const {
    rawForInput,
    raw: [fewest, most],
  } = INNER_SEARCH_POLICY.multiStart;
  return Math.min(most, Math.max(fewest, rawForInput * dimension));
}

/** The best few of what was found, in the order of their numbers. */
function leaders(found: readonly Minimum[], count: number): number[] {
  const order = [...found.keys()].sort((a, b) => found[a].value - found[b].value || a - b);
  return order.slice(0, count).sort((a, b) => a - b);
}

/** The criterion over a space without real coordinates, asked once for each point: descents meet, and look at a point more than once on their way. */
function remembered(criterion: Criterion, { columns }: Space): Criterion {
  // A level is a letter of the key.
  if (columns.some(({ levels }) => levels > 2 ** 16)) return criterion;
  const known = new Map<string, number>();
  const levels = Float64Array.from(columns, (column) => column.levels);
  const letters = new Uint16Array(levels.length);
  const keyOf = (u: Float64Array) => {
    for (let j = 0; j < letters.length; j++) letters[j] = u[j] * levels[j];
    return String.fromCharCode.apply(null, letters as unknown as number[]);
  };
  return {
    value(x) {
      const keys = Array.from({ length: x.rows }, (_, i) => keyOf(x.row(i)));
      const fresh = [...keys.keys()].filter((i) => !known.has(keys[i]));
      if (fresh.length > 0)
        criterion.value(x.select(fresh)).forEach((value, k) => {
          known.set(keys[fresh[k]], value);
        });
      return Float64Array.from(keys, (key) => known.get(key)!);
    },
  };
}

function rank(xs: readonly Matrix[], parts: readonly Float64Array[], evaluations: number): Ranking {
  const x = xs.reduce((above, below) => above.stack(below));
  const values = Float64Array.from(parts.flatMap((part) => [...part]));
  const order = ascending(values);
  return { x: x.select(order), values: Float64Array.from(order, (i) => values[i]), evaluations };
}

/** The indices of the values that are not NaN, least value first; equal values keep their order. */
function ascending(values: Float64Array): number[] {
  return [...values.keys()].filter((i) => !Number.isNaN(values[i])).sort((a, b) => values[a] - values[b] || a - b);
}

/** Perturbed anchors: for each width, steps in all coordinates and steps in a random few; discrete ones jump to any level. */
function neighborhoods(space: Space, anchors: Matrix, rng: Rng): Matrix {
  const rows: Float64Array[] = [];
  const each = Math.max(4, Math.ceil(INNER_SEARCH_POLICY.multiStart.neighbors / Math.max(1, anchors.rows)));
  for (let a = 0; a < anchors.rows; a++)
    for (const width of INNER_SEARCH_POLICY.multiStart.widths)
      for (let k = 0; k < each; k++) rows.push(perturbed(space, anchors.row(a), width, k % 2 === 0, rng));
  return canonicalRows(space, Matrix.from(rows, space.dimension));
}

function perturbed(space: Space, u: Float64Array, width: number, whole: boolean, rng: Rng): Float64Array {
  const share = whole ? 1 : Math.min(1, 2 / u.length);
  return u.map((value, j) => {
    if (share < 1 && rng.uniform() >= share) return value;
    if (space.columns[j].levels < Number.POSITIVE_INFINITY) return rng.uniform() < 0.5 ? rng.uniform() : value;
    // Reflection at the faces: clipping would put most wide steps of an anchor on the boundary onto it.
    const moved = value + width * rng.normal();
    return space.columns[j].periodic ? moved : Math.abs(moved) <= 1 ? Math.abs(moved) : 2 - Math.abs(moved);
  });
}

/** Up to `count` rows by value, each at a distance from those before it; the distance shrinks until there are enough. */
function apart(x: Matrix, values: Float64Array, count: number): number[] {
  const order = ascending(values);
  const chosen: number[] = [];
  const rows: Float64Array[] = [];
  for (const radius of INNER_SEARCH_POLICY.multiStart.apart) {
    const least = radius * radius * x.columns;
    for (const i of order) {
      if (chosen.length >= count) return chosen;
      const u = x.row(i);
      if (!rows.every((other) => squaredDistance(u, other) > least)) continue;
      chosen.push(i);
      rows.push(u);
    }
  }
  return chosen;
}
