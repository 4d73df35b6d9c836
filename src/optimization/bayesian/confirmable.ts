import { isDifferentiable, type Posterior, type PosteriorGradient, type ProbabilisticModel } from '../../core/model.ts';
import { Matrix } from '../../numerics/matrix.ts';

/** Standard errors by which the mean of a noisy constraint must clear its limit: one-sided 95 % of a normal distribution. */
export const ONE_SIDED_95 = 1.645;

/**
 * A model of an inequality whose answers have this variance of `noise` everywhere, as one run more would see it: what is negative are the values that are
 * {@link ONE_SIDED_95} to be. Its mean is that upper end of the interval that is left after a run, and its variance what a run takes away, so that the
 * probability of being negative is that of being shown to be. At the edge of the feasible set no run will show it, however likely it is.
 */
export function afterOneMoreRun(model: ProbabilisticModel, noise: number): ProbabilisticModel {
  /** The variance that a run leaves, and its slope. */
  const leaves = (variance: number) => {
    const share = variance > 0 ? noise / (variance + noise) : 0;
    return { left: variance * share, slope: share * share };
  };
  const posterior = (x: Matrix): Posterior => {
    const { mean, variance } = model.posterior(x);
    const left = variance.data.map((one) => leaves(one).left);
    return {
      mean: new Matrix(
        mean.rows,
        mean.columns,
        mean.data.map((one, i) => one + ONE_SIDED_95 * Math.sqrt(left[i])),
      ),
      variance: new Matrix(
        mean.rows,
        mean.columns,
        variance.data.map((one, i) => one - left[i]),
      ),
    };
  };
  const shown: ProbabilisticModel = { health: model.health, predict: (x) => posterior(x).mean, posterior };
  if (!isDifferentiable(model)) return shown;
  const posteriorGradient = (u: Float64Array): PosteriorGradient => {
    const { mean, variance, meanGradient, varianceGradient } = model.posteriorGradient(u);
    const moved = { mean: meanGradient.data.slice(), variance: varianceGradient.data.slice() };
    const [means, variances] = [mean.slice(), variance.slice()];
    for (let c = 0; c < mean.length; c++) {
      const { left, slope } = leaves(variance[c]);
      const deviation = Math.sqrt(left);
      means[c] += ONE_SIDED_95 * deviation;
      variances[c] -= left;
      for (let j = c * u.length; j < (c + 1) * u.length; j++) {
        if (deviation > 0) moved.mean[j] += ((ONE_SIDED_95 * slope) / (2 * deviation)) * varianceGradient.data[j];
        moved.variance[j] -= slope * varianceGradient.data[j];
      }
    }
    return {
      ...{ mean: means, variance: variances },
      meanGradient: new Matrix(mean.length, u.length, moved.mean),
      varianceGradient: new Matrix(mean.length, u.length, moved.variance),
    };
  };
  return Object.assign(shown, { posteriorGradient });
}
