import { ImagoError } from '../../core/errors.ts';
import type { ColumnTerms } from '../../core/exportable.ts';
import { add, divide, multiply, number, square, subtract, total } from '../../core/graph/term.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { ColumnPosterior } from './column-posterior.ts';
import type { GaussianProcessColumn } from './fitted-column.ts';
import { MarginalPosterior } from './marginal.ts';
import { KrigingPosterior } from './posterior.ts';
import { type LatentTerms, posteriorTerms } from './process-terms.ts';

/** One column of the predictions of a Gaussian process. */
export function columnTerms({ response, kriging, calibration }: GaussianProcessColumn, point: PointTerms): ColumnTerms {
  const { mean, variance } = kriging ? latentTerms(kriging, point) : { mean: number(0), variance: number(0) };
  const nugget = kriging ? kriging.hyperparameters.nugget * kriging.hyperparameters.variance : 0;
  return {
    mean: response.meanTerm(mean),
    variance: response.varianceTerm(mean, multiply(calibration, variance)),
    observed: response.varianceTerm(mean, multiply(calibration, add(variance, nugget))),
  };
}

/** Whether the process has no arithmetic that is written down here. */
export const isApproximated = (posterior: ColumnPosterior): boolean =>
  !(posterior instanceof KrigingPosterior || posterior instanceof MarginalPosterior);

/** The latent variable at a point; throws `invalid-argument` where it is approximated. */
export function latentTerms(posterior: ColumnPosterior, point: PointTerms): LatentTerms {
  if (posterior instanceof KrigingPosterior) return posteriorTerms(posterior, point);
  if (posterior instanceof MarginalPosterior)
    return mixture(posterior.members.map((one) => posteriorTerms(one, point)));
  throw new ImagoError(
    'invalid-argument',
    'a process of so many rows is approximated by neighbors of each point, which cannot be exported: fit fewer rows, or another surrogate',
  );
}

/** An equal mixture. */
function mixture(members: readonly LatentTerms[]): LatentTerms {
  const average = (terms: readonly LatentTerms['mean'][]) => divide(total(terms), terms.length);
  const mean = average(members.map((one) => one.mean));
  const apart = average(members.map((one) => square(subtract(one.mean, mean))));
  return { mean, variance: add(average(members.map((one) => one.variance)), apart) };
}
