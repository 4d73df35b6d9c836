import type { Dataset } from '../../core/dataset.ts';
import { pauser } from '../../core/pause.ts';
import { type Run, throwIfCancelled } from '../../core/run.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import type { GaussianProcessColumn } from '../process/fitted-column.ts';
import { healthOf } from '../process/health.ts';
import { MarginalPosterior } from '../process/marginal.ts';
import { GaussianProcessModel } from '../process/model.ts';
import { KrigingPosterior } from '../process/posterior.ts';
import {
  defaultStart,
  interpolatingNugget,
  isInterpolating,
  likelihoodOf,
  SHORT,
  searchFrom,
  startFor,
} from '../process/search.ts';
import { Response } from '../response/response.ts';
import { type Target, targetColumns } from '../response/target.ts';
import { transformNamed } from '../response/transform.ts';
import { averaged, hasContradictions } from './column.ts';
import { type ColumnsOptions, earlierColumns, fitColumns } from './columns.ts';

/**
 * Fits each column under the kernel, trend, features, transform and calibration of an earlier fit, its lengthscales, shape and nugget
 * searched for in a few steps from there, or from the default where the answers are likelier. A whole fit where that is not possible: another
 * space, a column that was or is constant, answers that contradict an interpolating process, an approximation.
 */
export async function refitColumns(
  given: Dataset,
  options: ColumnsOptions,
  run: Run,
  previous: GaussianProcessModel,
): Promise<GaussianProcessModel> {
  const data = given.finite();
  const targets = targetColumns(data.outputs, data.targets());
  const earlier = data.size <= options.exactRows ? earlierColumns(data.space, targets.length, previous) : [];
  const pause = pauser(run);
  const columns: GaussianProcessColumn[] = [];
  for (const [k, column] of earlier.entries()) {
    const found = await refitColumn(targets[k], data.x, column, options.draws, run.rng.child(k), pause);
    if (!found) break;
    columns.push(found);
  }
  throwIfCancelled(run);
  if (columns.length < targets.length) return fitColumns(given, options, run, previous);
  const health = healthOf(data.size, data.outputs, columns, previous.health.notes);
  return new GaussianProcessModel(data.space, data.outputs, columns, health);
}

async function refitColumn(
  { values }: Target,
  x: Matrix,
  { response: before, kriging, calibration }: GaussianProcessColumn,
  draws: number,
  rng: Rng,
  pause: () => Promise<void>,
): Promise<GaussianProcessColumn | undefined> {
  const estimate = kriging instanceof MarginalPosterior ? kriging.estimate : kriging;
  if (!(estimate instanceof KrigingPosterior)) return undefined;
  const response = new Response(values, transformNamed(before.transform.name, values));
  if (response.constant || response.transform.name !== before.transform.name) return undefined;
  const { map, basis, family, prior, embedding } = estimate.parts;
  const { kernel } = estimate.hyperparameters;
  const isExact = isInterpolating(estimate);
  if (isExact && hasContradictions(x, values)) return undefined;
  const data = { x, y: response.targets, map, basis, family, prior, embedding };
  const likelihood = likelihoodOf(data, kernel);
  const starts = [startFor(kernel, estimate), defaultStart(kernel, map.dimension)];
  if (isExact) starts[1][starts[1].length - 1] = Math.log(interpolatingNugget(x.rows));
  const [own, usual] = starts.map((start) => likelihood.value(start));
  const nugget = isExact ? 'interpolate' : 'estimate';
  const found = await searchFrom(data, kernel, nugget, starts[usual < own ? 1 : 0], SHORT, pause);
  return { response, calibration, kriging: averaged(found, draws, rng) };
}
