import { partialLeastSquares } from '../../numerics/linear-algebra/partial-least-squares.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { haltonPoints } from '../../numerics/sequences/halton.ts';
import { LengthscaleFamily } from '../kernels/family.ts';
import type { GaussianProcessKernel } from '../kernels/kernel.ts';
import type { ColumnPosterior } from '../process/column-posterior.ts';
import { KrigingPosterior } from '../process/posterior.ts';
import {
  defaultStart,
  type KrigingData,
  likelihoodOf,
  logDensity,
  logParameters,
  search,
  selectRows,
  startFor,
  type Theta,
} from '../process/search.ts';

/** The most components that are tried. */
const MOST_COMPONENTS = 4;

/** Of more rows than this, an even choice of them chooses the number of components. */
const MOST_ROWS = 250;

/** ln t of the first start, shared by the components, and the range of random ones. */
const FIRST = Math.log(0.1);
const RANDOM = [Math.log(1e-3), Math.log(10)] as const;

/** Random starts that are evaluated for each one that is searched from. */
const TRIED_PER_START = 8;

/** How lengthscales are reduced to components. */
export interface ReducedOptions {
  /** `auto`: up to 4, as long as another one raises the leave-one-out log density. */
  readonly components: number | 'auto';
  /** Whether a search of all lengthscales starts from there, too. */
  readonly refine: boolean;
}

/** The rest of what it is fitted by. */
interface SearchOptions extends Omit<ReducedOptions, 'refine'> {
  readonly nugget: 'auto' | 'interpolate' | 'estimate';
  readonly starts: number;
  readonly warm?: ColumnPosterior | undefined;
}

/**
 * The posterior whose inverse squared lengthscales are `2 sum over k of t_k (r_jk / s_j)^2`: r the rotations of partial least squares,
 * s the standard deviations, t of maximum likelihood [Bouhlel2016].
 */
export async function fitReduced(
  data: KrigingData,
  kernel: GaussianProcessKernel,
  options: SearchOptions,
  rng: Rng,
  pause: () => Promise<void>,
): Promise<KrigingPosterior> {
  const nugget = options.nugget === 'interpolate' ? 'interpolate' : 'estimate';
  const { components, warm } = options;
  const families = familiesOf(data, components === 'auto' ? MOST_COMPONENTS : components);
  const before = warm instanceof KrigingPosterior ? warm.parts.family?.size : undefined;
  const known = components === 'auto' ? before : components;
  const tried = known === undefined ? families : families.slice(Math.min(known, families.length) - 1).slice(0, 1);
  const n = data.y.length;
  const rows = n > MOST_ROWS ? Array.from({ length: MOST_ROWS }, (_, i) => Math.floor((i * n) / MOST_ROWS)) : undefined;
  const part = rows ? selectRows(data, rows) : data;
  let best: KrigingPosterior | undefined;
  for (const family of tried) {
    const some = { ...part, family };
    const fewer = best?.parts.family?.reduce(logParameters(best));
    const starts = startsOf(some, family, kernel, fewer, options.starts, rng.child(family.size));
    if (warm) starts.push(startFor(kernel, warm));
    const posterior = await search(some, kernel, nugget, starts, pause);
    if (best && logDensity(posterior) <= logDensity(best)) break;
    best = posterior;
  }
  if (!best) throw new RangeError('a fit needs at least one component');
  if (!rows) return best;
  return search({ ...data, family: best.parts.family }, kernel, nugget, [logParameters(best)], pause);
}

/** Families of 1, 2, ... components of the rows, at least one, with equal lengthscales where nothing can be learned. */
export function familiesOf({ map, x, y }: KrigingData, most: number): LengthscaleFamily[] {
  const { rotations, deviations } = partialLeastSquares(new Matrix(x.rows, map.width, map.of(x)), y, most);
  const width = new Float64Array(map.dimension);
  for (const j of map.coordinates) width[j]++;
  const shares = new Matrix(Math.max(1, rotations.columns), map.dimension);
  if (rotations.columns === 0) shares.data.fill(1);
  for (let k = 0; k < rotations.columns; k++)
    map.coordinates.forEach((j, f) => {
      if (deviations[f] > 0) shares.row(k)[j] += (2 / width[j]) * (rotations.get(f, k) / deviations[f]) ** 2;
    });
  return Array.from(
    { length: shares.rows },
    (_, k) => new LengthscaleFamily(shares.select(Array.from({ length: k + 1 }, (_, i) => i))),
  );
}

/** The best of equal shares, what was found with one component fewer, and some random points. */
function startsOf(
  data: KrigingData,
  family: LengthscaleFamily,
  kernel: GaussianProcessKernel,
  fewer: Float64Array | undefined,
  count: number,
  rng: Rng,
): Theta[] {
  const h = family.size;
  const behind = defaultStart(kernel, data.map.dimension).subarray(data.map.dimension);
  const equal = FIRST - Math.log(h);
  const [from, to] = RANDOM;
  const points = haltonPoints(TRIED_PER_START * count, h, { scramble: rng });
  const tried = Array.from({ length: points.rows }, (_, i) =>
    family.expand([...points.row(i).map((u) => from + u * (to - from)), ...behind]),
  );
  tried.push(family.expand([...new Float64Array(h).fill(equal), ...behind]));
  if (fewer) tried.push(family.expand([...fewer.subarray(0, h - 1), equal, ...fewer.subarray(h - 1)]));
  const likelihood = likelihoodOf(data, kernel);
  return tried
    .map((theta) => ({ theta, value: likelihood.value(theta) }))
    .sort((a, b) => a.value - b.value)
    .slice(0, count)
    .map(({ theta }) => theta);
}
