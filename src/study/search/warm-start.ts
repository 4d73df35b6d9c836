import { Dataset } from '../../core/dataset.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Scalar } from '../../core/space/parameter.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { rowsFor } from '../scenario/foreign-rows.ts';
import type { Beginning } from '../scenario/scenario.ts';
import { pointAt } from '../summary.ts';
import { inUsersSense } from './curve.ts';
import type { WarmSummary } from './results.ts';

/** What a search knows before it proposes anything, beside the runs of the chain. */
export interface WarmStart {
  /** Answers from before, in the study's space; not runs of the simulator. */
  readonly data: Dataset;
  /** Runs of the simulator: the best row of the data once more, then the user's points. */
  readonly runs: Dataset;
  readonly summary: WarmSummary | null;
}

/** Runs what a search is given to begin with: the best row of the data, to see whether the simulator agrees, and the user's points. */
export async function warmStart(
  { initial = [], data }: Beginning,
  problem: Problem,
  simulator: Oracle | undefined,
  run: Run,
): Promise<WarmStart> {
  const { space, outputs } = problem;
  const nothing = Dataset.empty(space, outputs);
  if (!simulator || (initial.length === 0 && !data)) return { data: nothing, runs: nothing, summary: null };
  const known = data ? rowsFor(data, space, outputs) : nothing;
  const best = problem.best(known);
  const again = await label(simulator, known.x.select(best ? [best.row] : []), `${run.rng.path}/data`, run);
  const x = Matrix.from(
    initial.map((point) => space.encode(point as Readonly<Record<string, Scalar>>)),
    space.dimension,
  );
  const runs = again.concat(await label(simulator, x, `${run.rng.path}/initial`, childRun(run, 'initial')));
  const value = (row: Dataset) => {
    const objective = problem.score(row.x, row.y).objectives.get(0, 0);
    return Number.isNaN(objective) ? null : inUsersSense(problem, objective);
  };
  return {
    data: known,
    runs,
    summary: {
      rows: known.size,
      failed: known.size - known.finite().size,
      initial: initial.length,
      best: best
        ? {
            id: known.rows[best.row].id,
            point: pointAt(space, known.x.row(best.row)),
            said: value(known.select([best.row])),
            answered: value(again),
          }
        : null,
    },
  };
}
