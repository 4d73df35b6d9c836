import { isDifferentiable, type PosteriorGradient, type ProbabilisticModel } from '../../core/model.ts';
import type { Criterion } from '../../core/optimizer.ts';
import type { Matrix } from '../../numerics/matrix.ts';

/** Partial derivatives of a {@link Term} by the mean and by the variance of each of c columns. */
export interface Slopes {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** A function of the posterior at one point: c means and c variances in, a number out; adds its derivatives to `slopes` when asked. */
export type Term = (mean: Float64Array, variance: Float64Array, slopes?: Slopes) => number;

/** A criterion that depends on a point only through the posterior there; with a gradient when the model has one. */
export function pointwise(model: ProbabilisticModel, term: Term): Criterion {
  const value = (x: Matrix): Float64Array => {
    const { mean, variance } = model.posterior(x);
    const { columns } = mean;
    const [means, variances] = [new Float64Array(columns), new Float64Array(columns)];
    const values = new Float64Array(x.rows);
    for (let i = 0; i < x.rows; i++) {
      for (let c = 0; c < columns; c++) {
        means[c] = mean.data[i * columns + c];
        variances[c] = variance.data[i * columns + c];
      }
      values[i] = term(means, variances);
    }
    return values;
  };
  if (!isDifferentiable(model)) return { value };
  return { value, gradient: (u) => chain(term, model.posteriorGradient(u)) };
}

function chain(term: Term, posterior: PosteriorGradient): { value: number; gradient: Float64Array } {
  const { mean, variance, meanGradient, varianceGradient } = posterior;
  const slopes = { mean: new Float64Array(mean.length), variance: new Float64Array(mean.length) };
  const value = term(mean, variance, slopes);
  const gradient = new Float64Array(meanGradient.columns);
  for (let c = 0; c < mean.length; c++) {
    const byMean = meanGradient.row(c);
    const byVariance = varianceGradient.row(c);
    for (let j = 0; j < gradient.length; j++)
      gradient[j] += slopes.mean[c] * byMean[j] + slopes.variance[c] * byVariance[j];
  }
  return { value, gradient };
}

/** The sum of two terms. */
export function plus(a: Term, b: Term): Term {
  return (mean, variance, slopes) => a(mean, variance, slopes) + b(mean, variance, slopes);
}

/** `a`, and `b` added to it `count` times, which is evaluated once. */
export function plusTimes(a: Term, b: Term, count: number): Term {
  return (mean, variance, slopes) => {
    const own = slopes && { mean: new Float64Array(mean.length), variance: new Float64Array(mean.length) };
    let sum = a(mean, variance, slopes);
    const value = b(mean, variance, own);
    for (let k = 0; k < count; k++) {
      sum += value;
      for (let c = 0; own && c < mean.length; c++) {
        slopes.mean[c] += own.mean[c];
        slopes.variance[c] += own.variance[c];
      }
    }
    return sum;
  };
}

/** The exponential of a criterion that is safer to compute as its logarithm. */
export function exponential(log: Criterion): Criterion {
  const value = (x: Matrix) => log.value(x).map(Math.exp);
  if (!log.gradient) return { value };
  return {
    value,
    gradient(u) {
      const inner = log.gradient!(u);
      const outer = Math.exp(inner.value);
      return { value: outer, gradient: inner.gradient.map((slope) => (outer === 0 ? 0 : outer * slope)) };
    },
  };
}
