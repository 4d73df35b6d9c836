import { type Factory, factory } from '../core/factory.ts';
import { type OptionsOf, oneOf, option } from '../core/options.ts';
import { childRun, type Run, throwIfCancelled } from '../core/run.ts';
import type { Sampler } from '../core/sampler.ts';
import { controllersOf } from '../core/space/condition.ts';
import type { Space } from '../core/space/space.ts';
import { sizeBound } from '../core/space/space-points.ts';
import { Matrix } from '../numerics/matrix.ts';
import type { Rng } from '../numerics/random.ts';
import { checkArguments } from './arguments.ts';
import { discrepancy } from './discrepancy.ts';
import { type SwapCriterion, spacing } from './spacing.ts';
import { type Exchange, evolve } from './stochastic-evolution.ts';
import { activeValues, fillStrata, type Placement } from './strata.ts';

const OPTIONS = {
  kind: option(
    oneOf('random', 'centered', 'maximin', 'ese'),
    '`random`: random points in randomly paired strata [McKay1979]; `centered`: the centers of such strata; `maximin`: of 100 centered ones the one with the best spacing [Johnson1990]; `ese`: a centered one improved by the enhanced stochastic evolutionary algorithm [Jin2005].',
    'ese',
  ),
  criterion: option(
    oneOf('spacing', 'discrepancy'),
    'What `ese` improves: the distances between points (phi_p) [Morris1995], or the centered L2 discrepancy [Hickernell1998].',
    'spacing',
  ),
};

/** Options of {@link latinHypercube}. */
export type LatinHypercubeOptions = OptionsOf<typeof OPTIONS>;

const MAXIMIN_CANDIDATES = 100;
const ESE_TRIALS = 150_000;
/** Distances that one call may compute. */
const WORK = 4e7;
/** Distances that it may hold at once; a larger design is not improved. */
const MOST_PAIRS = 4e6;

/**
 * A Latin hypercube: each coordinate's n strata hold one point each, and each level of a discrete coordinate occurs
 * floor(n / levels) or ceil(n / levels) times. It extends the points seen: together with them as few strata as possible
 * stay empty, and from n to c n points none does ({@link emptyStrata} counts them). A conditional coordinate is
 * stratified over the points where it is active. Points of a finite space are kept apart by exchanges, as far as 200
 * tries for each allow. The work is bounded, and a design is improved only while its size times the size with the
 * points seen is at most 4 million; beyond (2000 fresh points) `maximin` and `ese` give a centered Latin hypercube.
 */
export const latinHypercube: Factory<LatinHypercubeOptions, Sampler> = factory(
  'latinHypercube',
  OPTIONS,
  ({ kind, criterion }) => ({
    name: 'latinHypercube',
    sample(space, count, seen, run) {
      checkArguments('latinHypercube', space, count, seen);
      const own = childRun(run, `latin-hypercube/${seen.size}`);
      const small = count > 1 && count * (count + seen.size) <= MOST_PAIRS;
      const design =
        small && kind === 'maximin'
          ? bestSpaced(space, count, seen.x, own)
          : stratified(space, count, seen.x, kind === 'random' ? 'random' : 'centered', own.rng);
      if (small && kind === 'ese') {
        const all = design.stack(seen.x);
        const measure: SwapCriterion = criterion === 'spacing' ? spacing(all, count, space) : discrepancy(all, count);
        const trials = Math.min(ESE_TRIALS, WORK / (2 * all.rows), 100 * count * count * space.dimension);
        evolve(all, measure, exchangeable(space, design), trials, own);
        design.data.set(all.data.subarray(0, design.data.length));
      }
      if (sizeBound(space) < Number.POSITIVE_INFINITY) keepApart(space, design, seen.x, own.rng);
      return design;
    },
  }),
);

/** A random Latin hypercube beside the points seen. */
function stratified(space: Space, count: number, seen: Matrix, placement: Placement, rng: Rng): Matrix {
  const design = new Matrix(count, space.dimension, new Float64Array(count * space.dimension).fill(0.5));
  space.columns.forEach((column, j) => {
    const rows = activeRows(space, design, j);
    const values = fillStrata(column, activeValues(seen, j, space), rows.length, placement, rng);
    rng.shuffle(values);
    rows.forEach((row, i) => {
      design.set(row, j, values[i]);
    });
  });
  return design;
}

/** The rows where coordinate j is active, which the coordinates before it decide. */
function activeRows(space: Space, design: Matrix, j: number): number[] {
  const rows = Array.from({ length: design.rows }, (_, i) => i);
  return space.columns[j].conditional ? rows.filter((i) => space.active(design.row(i))[j]) : rows;
}

/** The exchanges that keep strata, levels and activity as they are: controllers of conditions stay, all else moves. */
function exchangeable(space: Space, design: Matrix): Exchange[] {
  const controllers = new Set(Object.values(space.parameters).flatMap((p) => controllersOf(p.activeWhen)));
  return space.names.flatMap((name, column) => {
    const rows = controllers.has(name) ? [] : activeRows(space, design, column);
    return rows.some((row) => design.get(row, column) !== design.get(rows[0], column)) ? [{ column, rows }] : [];
  });
}

function bestSpaced(space: Space, count: number, seen: Matrix, run: Run): Matrix {
  const tries = Math.max(
    1,
    Math.min(MAXIMIN_CANDIDATES, Math.floor(WORK / (count * (count + seen.rows) * space.dimension))),
  );
  let best = stratified(space, count, seen, 'centered', run.rng);
  let least = spacing(best.stack(seen), count, space).value;
  for (let k = 1; k < tries; k++) {
    throwIfCancelled(run);
    const design = stratified(space, count, seen, 'centered', run.rng);
    const { value } = spacing(design.stack(seen), count, space);
    if (value < least) {
      best = design;
      least = value;
    }
  }
  return best;
}

const KEEP_APART_TRIES = 200;

/** Exchanges values until no row repeats another or a seen one, or the tries run out. */
function keepApart(space: Space, design: Matrix, seen: Matrix, rng: Rng): void {
  const exchanges = exchangeable(space, design);
  if (exchanges.length === 0) return;
  const uses = new Map<string, number>();
  const use = (key: string, by: number) => uses.set(key, (uses.get(key) ?? 0) + by).get(key) as number;
  const keyOf = (i: number) => design.row(i).join();
  for (let i = 0; i < seen.rows; i++) use(seen.row(i).join(), 1);
  for (let i = 0; i < design.rows; i++) use(keyOf(i), 1);
  const exchange = (column: number, a: number, b: number) => {
    use(keyOf(a), -1);
    use(keyOf(b), -1);
    const held = design.get(a, column);
    design.set(a, column, design.get(b, column));
    design.set(b, column, held);
    return Math.max(use(keyOf(a), 1), use(keyOf(b), 1));
  };
  for (let a = 0; a < design.rows; a++)
    for (let tried = 0; tried < KEEP_APART_TRIES && (uses.get(keyOf(a)) as number) > 1; tried++) {
      const { column, rows } = exchanges[rng.integer(exchanges.length)];
      const b = rows[rng.integer(rows.length)];
      if (a === b || !rows.includes(a)) continue;
      if (exchange(column, a, b) > 1) exchange(column, a, b);
    }
}
