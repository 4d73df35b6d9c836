import { ensure } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import type { Optimizer } from '../../core/optimizer.ts';
import { flag, type OptionsOf, option, whole } from '../../core/options.ts';
import { throwIfCancelled } from '../../core/run.ts';
import { PointSet } from '../../core/space/point-set.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ConstrainedStep } from './step.ts';

const OPTIONS = {
  initial: option(
    whole({ from: 2 }),
    "Completed evaluations before the first model, its own initial design (scrambled Sobol' points) included. Default d + 3.",
  ),
  explores: option(
    flag,
    'Whether every fifth proposal of the first descent explores at a distance from all known points, and the next descent begins elsewhere.',
    true,
  ),
};

/** Options of {@link constrainedRbf}. */
export type ConstrainedRbfOptions = OptionsOf<typeof OPTIONS>;

/**
 * Constrained search on radial basis functions, in the family of COBRA [Regis2014] and SACOBRA [Bagheri2017]: the objective and
 * every constraint that reads outputs have an interpolant each, whose points, polynomial tail and transform are chosen by
 * leave-one-out errors near the best point, and chosen again where others are expected to err less at the solution found; closed
 * forms of the inputs are computed. A proposal solves the problem so modeled by SQP in a trust region, its limits drawn in by the
 * expected errors; every fifth one explores at a distance from all known points, and a descent that has ended is followed by
 * another elsewhere. Needs exact answers: noise is interpolated.
 *
 * The caller passes the same run at each call: streams are split off by the number of points known and in flight.
 */
export const constrainedRbf: Factory<ConstrainedRbfOptions, Optimizer> = factory(
  'constrainedRbf',
  OPTIONS,
  ({ initial, explores }) => {
    return {
      name: 'constrained RBF',
      async suggest(problem, knowledge, count, run) {
        ensure(
          problem.objectives.length === 1,
          'invalid-argument',
          `constrainedRbf handles one objective, got ${problem.objectives.length}`,
        );
        const { space } = problem;
        const seen = PointSet.of(knowledge.history.x, knowledge.pending);
        const wanted = Math.min(count, knowledge.remaining);
        const step = new ConstrainedStep(
          problem,
          knowledge,
          { initial: initial ?? space.dimension + 3, explores },
          run,
        );
        let { pending } = knowledge;
        const chosen: Float64Array[] = [];
        while (chosen.length < wanted) {
          throwIfCancelled(run);
          const u = step.next(pending, seen);
          if (!u) break;
          seen.add(u);
          chosen.push(u);
          pending = pending.stack(Matrix.from([u]));
        }
        const x = Matrix.from(chosen, space.dimension);
        return x.rows < wanted ? { x, stop: 'exhausted' } : { x };
      },
    };
  },
);
