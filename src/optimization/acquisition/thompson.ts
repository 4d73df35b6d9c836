import { type Factory, factory } from '../../core/factory.ts';
import { hasJoint, isExtendable, type ProbabilisticModel } from '../../core/model.ts';
import type { Acquisition } from '../../core/optimizer.ts';
import { count, type OptionsOf, option } from '../../core/options.ts';
import { quasiRandomPoints } from '../../core/space/space-points.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { columnModel, partsOf } from './column-model.ts';
import { lowerConfidenceBound } from './lower-confidence-bound.ts';

const OPTIONS = {
  candidates: option(count, "Scrambled Sobol' points at which the posterior is drawn jointly.", 256),
};

/** Options of {@link thompson}. */
export type ThompsonOptions = OptionsOf<typeof OPTIONS>;

/**
 * Thompson sampling [Thompson1933]: minus a draw of the objective from the posterior, in units of its spread over the history, plus the
 * log probability of feasibility under a draw of the constraints. The draw is joint at quasi-random candidates; elsewhere it is the mean of
 * the model that knows it there, so it is smooth and has a gradient where the model has one. The run's stream says which draw it
 * is: each point of a batch has its own. Columns without a joint posterior are taken at their means.
 */
export const thompson: Factory<ThompsonOptions, Acquisition> = factory('thompson', OPTIONS, ({ candidates }) => {
  const certain = lowerConfidenceBound({ width: 0 });
  return (view, run) => {
    const { space } = view.problem;
    const rng = run.rng.child('thompson');
    const x = quasiRandomPoints(space, candidates, rng.child('candidates'));
    const drawn = partsOf(view.model).map((part, k) => drawnFrom(part, x, rng.child(`draw/${k}`)));
    return certain({ ...view, model: drawn.length > 1 ? columnModel(space, drawn) : drawn[0] }, run);
  };
});

/** The model as it would be if its answers at x were those of one draw from it. */
function drawnFrom(model: ProbabilisticModel, x: Matrix, rng: Rng): ProbabilisticModel {
  if (!hasJoint(model) || !isExtendable<ProbabilisticModel>(model)) return model;
  const columns = model.samples(x, 1, rng);
  const y = new Matrix(x.rows, columns.length);
  columns.forEach((column, k) => {
    for (let i = 0; i < x.rows; i++) y.set(i, k, column.get(0, i));
  });
  return model.conditioned(x, y);
}
