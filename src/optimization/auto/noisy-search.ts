import type { Knowledge } from '../../core/optimizer.ts';
import { type Constraint, Problem } from '../../core/problem.ts';
import type { Run } from '../../core/run.ts';
import { isRow } from '../../core/space/point-set.ts';
import type { Space } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { SlopedForm } from '../acquisition/column-model.ts';
import { typicalMerit } from '../basins/advance.ts';
import { canExplore } from '../basins/exploration.ts';
import type { OtherBasin, restarting } from '../basins/other-basins.ts';
import type { Forecaster } from '../bayesian/bayesian.ts';
import { AUTO_POLICY } from './policy.ts';

/**
 * What every fifth row of a noisy search explores instead of its best row, since a lucky answer must not hold it for good. In turn:
 *
 * 1. another level of a category, the one with the fewest rows;
 * 2. the other basins ({@link restarting}).
 *
 * The best row and its basin are those of the posterior mean of the `forecaster`'s model. Undefined in other rows, early and in the last quarter of a
 * search, and where there is nothing to explore. The numbers are those of `AUTO_POLICY.noisy`.
 */
export function noisyLook(forecaster: Forecaster, restart: ReturnType<typeof restarting>) {
  return async (problem: Problem, knowledge: Knowledge, run: Run): Promise<OtherBasin | undefined> => {
    const { history, pending, remaining } = knowledge;
    const row = history.size + pending.rows;
    const { everyRow, fewestUnits, leastAhead } = AUTO_POLICY.noisy;
    const isTime = row % everyRow === 0 && row >= fewestUnits * (problem.space.dimension + 1);
    if (!isTime || problem.objectives.length > 1 || remaining < leastAhead * (row + remaining)) return undefined;
    const mean = await forecaster.landscape(problem, knowledge, run);
    if (!mean) return undefined;
    const merits = problem.merit(history.x, history.y);
    const values = mean
      .value(history.x)
      .map((value, i) => (merits[i] < Number.POSITIVE_INFINITY ? value : Number.POSITIVE_INFINITY));
    const optimum = values.reduce((best, value, i) => (value < values[best] ? i : best), 0);
    const level = leastKnown(problem.space, history.x.stack(pending), history.x.row(optimum));
    if (level && (row % (2 * everyRow) === 0 || !canExplore(problem, row)))
      return inLevel(forecaster, level)(problem, knowledge, run);
    const gained = typicalMerit(values, values.length) - values[optimum];
    return gained > 0 && canExplore(problem, row) ? restart(problem, knowledge, { optimum, gained }, run) : undefined;
  };
}

/** A level of a categorical coordinate. */
interface Level {
  readonly coordinate: number;
  readonly level: number;
}

/** Of the levels of categories that the row `best` does not have, the one that the fewest rows of x have; undefined where no category plays a part. */
function leastKnown(space: Space, x: Matrix, best: Float64Array): Level | undefined {
  const active = space.active(best);
  let least: (Level & { readonly count: number }) | undefined;
  space.columns.forEach(({ kind, levels }, coordinate) => {
    if (kind !== 'categorical' || !active[coordinate]) return;
    const counts = new Array<number>(levels).fill(0);
    for (let i = 0; i < x.rows; i++) counts[Math.floor(x.get(i, coordinate) * levels)]++;
    counts.forEach((count, level) => {
      const isOther = level !== Math.floor(best[coordinate] * levels);
      if (isOther && (!least || count < least.count)) least = { coordinate, level, count };
    });
  });
  return least;
}

/** The point in a level where most is promised on what is best there. */
function inLevel(forecaster: Forecaster, { coordinate, level }: Level) {
  return async (problem: Problem, knowledge: Knowledge, run: Run): Promise<OtherBasin | undefined> => {
    const { space, outputs, objectives, constraints } = problem;
    const atCanonical = (u: Float64Array, gradient?: Float64Array) => {
      gradient?.fill(0);
      return space.active(u)[coordinate] && Math.floor(u[coordinate] * space.columns[coordinate].levels) === level
        ? -1
        : 1;
    };
    const keeps: Constraint & SlopedForm = {
      text: 'another level than that of the best row',
      reads: [],
      kind: 'inequality',
      evaluate: (point) => atCanonical(space.encode(point)),
      atCanonical,
    };
    const rest = new Problem(space, outputs, objectives, [...constraints, keeps]);
    const { x } = await forecaster.suggest(rest, knowledge, 1, run);
    // Where nothing is new there, the search repeats what it wants to know.
    const isNew = x.rows > 0 && !isRow(x.row(0), knowledge.history.x) && !isRow(x.row(0), knowledge.pending);
    if (!isNew || atCanonical(x.row(0)) > 0) return undefined;
    return { x, forecast: () => forecaster.forecast(problem, knowledge, x.row(0), run) };
  };
}
