import { ImagoError } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import type { Optimizer, Suggestion } from '../../core/optimizer.ts';
import type { OptionsOf } from '../../core/options.ts';
import { throwIfCancelled } from '../../core/run.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { CheckpointedColumns } from '../bayesian/checkpoints.ts';
import { ResolutionSlice, rowOf } from './slice.ts';
import { MULTI_RESOLUTION, MultiResolutionStep, type OtherBasin, ROUNDING } from './step.ts';

/** Options of {@link multiResolution}. */
export type MultiResolutionOptions = OptionsOf<typeof MULTI_RESOLUTION>;

/**
 * Bayesian optimization of a simulator with a resolution: where a run at the level that counts has the largest expected improvement, the
 * level is chosen that takes away the most of the variance there for its cost [Meliani2019]. So coarse runs explore, and finer ones are
 * spent where coarse answers say nothing new any more. Nothing is asked for that leaves too little for one more run at the level
 * that counts; `Problem.cost` gives the cost of a run, and `remaining` counts in it.
 *
 * The initial design has the same points at every level, fewer the finer. Unlike there, levels below the chosen one are not run at the same
 * point: an answer at a level says what they would have, and the model can do without. A search that has settled goes on in the other basins for a
 * while (`explorationsOf`).
 *
 * For one objective, and for problems with a constraint of `reportedLevel`. The caller passes the same run at each call.
 */
export const multiResolution: Factory<MultiResolutionOptions, Optimizer> = factory(
  'multiResolution',
  MULTI_RESOLUTION,
  (options) => {
    const columns = new CheckpointedColumns(options.surrogate);
    const fresh = new CheckpointedColumns(options.surrogate);
    return {
      name: `multi-resolution(${options.surrogate.name})`,
      choosesLevel: true,
      async suggest(problem, knowledge, count, run) {
        const slice = ResolutionSlice.of(problem);
        if (!slice)
          throw new ImagoError('invalid-argument', 'multiResolution: the problem does not say which level counts');
        const step = new MultiResolutionStep(slice, knowledge, options, columns, run);
        let { pending, remaining } = knowledge;
        let x = new Matrix(0, problem.space.dimension);
        let forecast: Partial<Suggestion> | undefined;
        let stays = false;
        while (x.rows < count && remaining > 1 - ROUNDING) {
          throwIfCancelled(run);
          const other: OtherBasin | undefined = stays ? undefined : await step.otherBasin(pending, remaining, fresh);
          stays = !other;
          const choice = other ?? (await step.next(pending, remaining));
          if (!choice) return { ...forecast, x, stop: 'exhausted' };
          forecast ??= other?.forecast ?? (await step.forecast(pending, choice.u));
          const chosen = slice.at(rowOf(choice.u), choice.level);
          x = x.stack(chosen);
          pending = pending.stack(chosen);
          remaining -= slice.cost(choice.level);
        }
        return { ...forecast, x };
      },
    };
  },
);
