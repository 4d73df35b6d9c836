import type { Steps } from '../../numerics/minimize/steps.ts';
import { isRadial, radialCorrelation } from '../kernels/kernel.ts';
import { structuredKernel } from '../kernels/structured.ts';
import { distinctPoints, meansOf } from '../response/distinct.ts';
import { vecchiaSteps } from './fit.ts';
import { type Approximated, VecchiaPosterior } from './posterior.ts';

/** A nugget below this leaves neighbors that are too alike to tell apart. */
const LEAST_NUGGET = 1e-12;

/** n times the square of the number of inducing points, and the largest number of them. */
const MOST_PRODUCTS = 2e10;
const MOST_INDUCING = 1000;

/** The approximation of a process under given hyper-parameters, but for its variance, which all rows tell. */
export function* approximation(given: Approximated): Steps<VecchiaPosterior> {
  const { hyperparameters, map, basis, x, y, order, neighbors, inducing } = given;
  const { kernel, shape, lengthscales } = hyperparameters;
  const nugget = Math.max(LEAST_NUGGET, hyperparameters.nugget);
  const distinct = distinctPoints(x, order);
  const points = x.select(distinct.rows);
  const means = meansOf(distinct, y);
  const fit = yield* vecchiaSteps({
    ...{ map, basis, nugget },
    inducing: inducing ?? Math.min(MOST_INDUCING, Math.round(Math.sqrt(MOST_PRODUCTS / points.rows))),
    x: points,
    y: means,
    counts: distinct.counts,
    within: y.reduce((sum, value, row) => sum + (value - means[distinct.place[row]]) ** 2, 0),
    z: map.scaled(
      points,
      lengthscales.map((l) => 1 / l),
    ),
    correlation: isRadial(kernel)
      ? radialCorrelation(kernel, map.width)
      : structuredKernel(kernel, map.coordinates, shape),
    neighbors: Math.min(neighbors, points.rows),
  });
  return new VecchiaPosterior(fit, given, distinct, nugget);
}
