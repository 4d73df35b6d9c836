import { Dataset } from '../core/dataset.ts';
import { ensure, show } from '../core/errors.ts';
import type { Condition, Parameter, Scalar } from '../core/parameter.ts';
import type { Sampler } from '../core/sampler.ts';
import { Space } from '../core/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import { canonicalRows, checkArguments, levelCenters } from './arguments.ts';
import { squaredGaps } from './distance.ts';
import { latinHypercube } from './latin-hypercube.ts';

/** Options of {@link nestedDesign}. */
export interface NestedDesignOptions {
  /** Name of the parameter that says how finely the simulator computes. */
  readonly resolution: string;
  /** Its values, coarsest first; default all of them in ascending order. Of a real parameter they have to be given. */
  readonly levels?: readonly Scalar[];
  /** Rows of a level for each row of the next coarser one, in (0, 1]; default 1/4. */
  readonly ratio?: number;
  /** How the points of one level are chosen; default `latinHypercube()`. */
  readonly sampler?: Sampler;
}

/**
 * Points for a simulator with a `resolution`: those of each finer level are among those of the next coarser one, and come after them.
 *
 * Each level has a design of its own, and the finest keeps it: in the next coarser one the points nearest to it are replaced by its
 * points, and so on [LeGratiet2014]. Of `count` rows the levels have shares of `1 : ratio : ratio^2 ...`, rounded down; the rest is the
 * coarsest level's. Points seen at a level are extended as the sampler does it.
 */
export function nestedDesign(options: NestedDesignOptions): Sampler {
  const { resolution, ratio = 0.25, sampler = latinHypercube() } = options;
  ensure(
    typeof resolution === 'string',
    'invalid-argument',
    `nestedDesign: resolution must be the name of a parameter, got ${show(resolution)}`,
  );
  ensure(
    ratio > 0 && ratio <= 1,
    'invalid-argument',
    `nestedDesign: ratio must be a number in (0, 1], got ${show(ratio)}`,
  );
  return (space, count, seen, run) => {
    checkArguments('nestedDesign', space, count, seen);
    const levels = levelsOf(space, resolution, options.levels);
    const sizes = shares(count, ratio, levels.length);
    const j = space.names.indexOf(resolution);
    const inner = withoutResolution(space, resolution);
    let finer: Matrix | undefined;
    const designs = levels.map(() => new Matrix(0, space.dimension));
    for (let t = levels.length - 1; t >= 0; t--) {
      const stream = { ...run, rng: run.rng.child(`nested-design/${seen.size}/${t}`) };
      const points = inner
        ? sampler(inner, sizes[t], seenAt(seen, inner, j, levels[t]), stream)
        : new Matrix(sizes[t], 0);
      if (finer && inner) replaceNearest(points, finer, inner);
      designs[t] = canonicalRows(space, withResolution(points, j, levels[t]));
      finer = points;
    }
    return designs.reduce((all, design) => all.stack(design));
  };
}

/** The coordinates of the levels, coarsest first. */
function levelsOf(space: Space, resolution: string, given: readonly Scalar[] | undefined): number[] {
  const j = space.names.indexOf(resolution);
  ensure(
    j >= 0,
    'invalid-argument',
    `nestedDesign: there is no parameter '${resolution}' to be the resolution; known: ${space.names.join(', ')}`,
  );
  const { conditional, levels } = space.columns[j];
  ensure(!conditional, 'invalid-argument', `nestedDesign: '${resolution}' is conditional and cannot be a resolution`);
  if (!given) {
    ensure(
      levels < Number.POSITIVE_INFINITY,
      'invalid-argument',
      `nestedDesign: '${resolution}' is a real number: say which levels it has, coarsest first`,
    );
    return [...levelCenters(levels)];
  }
  ensure(
    Array.isArray(given) && given.length > 0 && new Set(given).size === given.length,
    'invalid-argument',
    `nestedDesign: levels must be different values of '${resolution}', coarsest first, got ${show(given)}`,
  );
  return given.map((value) => space.coordinate(resolution, value));
}

/** Rows of each level, coarsest first: never more than of the one before. */
function shares(count: number, ratio: number, levels: number): number[] {
  const weights = Array.from({ length: levels }, (_, t) => ratio ** t);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // A share that is whole but for its rounding is not to lose a row.
  const sizes = weights.map((weight) => Math.floor((count * weight) / total + 1e-9));
  sizes[0] += count - sizes.reduce((sum, size) => sum + size, 0);
  return sizes;
}

/** The other parameters; what depends on the resolution counts as active. Undefined when there are none. */
function withoutResolution(space: Space, resolution: string): Space | undefined {
  const rest: Record<string, Parameter> = {};
  for (const [name, parameter] of Object.entries(space.parameters)) {
    if (name === resolution) continue;
    const { [resolution]: _, ...others } = parameter.activeWhen ?? {};
    const { activeWhen: _condition, ...plain } = parameter;
    rest[name] = (Object.keys(others).length > 0 ? { ...plain, activeWhen: others as Condition } : plain) as Parameter;
  }
  return Object.keys(rest).length > 0 ? new Space(rest) : undefined;
}

/** The points seen at a level, without it. */
function seenAt(seen: Dataset, inner: Space, j: number, level: number): Dataset {
  const rows = Array.from({ length: seen.size }, (_, i) => i).filter((i) => Math.abs(seen.x.get(i, j) - level) < 1e-9);
  const x = new Matrix(rows.length, inner.dimension);
  rows.forEach((row, i) => {
    const u = Array.from(seen.x.row(row));
    x.data.set(inner.canonical(u.toSpliced(j, 1)), i * inner.dimension);
  });
  return new Dataset(
    inner,
    [],
    x,
    new Matrix(rows.length, 0),
    rows.map((row) => seen.rows[row]),
  );
}

function withResolution(points: Matrix, j: number, level: number): Matrix {
  const all = new Matrix(points.rows, points.columns + 1);
  for (let i = 0; i < points.rows; i++)
    all.data.set([...points.row(i).subarray(0, j), level, ...points.row(i).subarray(j)], i * all.columns);
  return all;
}

/** Puts each row of `finer` in the place of the row of `points` that is nearest to it among those not yet replaced. */
function replaceNearest(points: Matrix, finer: Matrix, space: Space): void {
  const gaps = squaredGaps(points.columns, space);
  const free = new Set(Array.from({ length: points.rows }, (_, i) => i));
  for (let k = 0; k < finer.rows; k++) {
    let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
    for (const i of free) {
      const square = gaps.reduce((sum, gap, j) => sum + gap(points.get(i, j), finer.get(k, j)), 0);
      if (square < least) [nearest, least] = [i, square];
    }
    points.data.set(finer.row(k), nearest * points.columns);
    free.delete(nearest);
  }
}
