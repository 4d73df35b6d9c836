import type { Matrix } from '../../numerics/matrix.ts';
import { Response } from '../response/response.ts';
import type { Target } from '../response/target.ts';
import type { ColumnPosterior } from './column-posterior.ts';
import { extendKriging } from './extension.ts';
import type { GaussianProcessColumn } from './fitted-column.ts';
import { MarginalPosterior } from './marginal.ts';
import { KrigingPosterior } from './posterior.ts';

/** The column that also knows `values` at the rows of `x`; one without a process stays constant. */
export function conditionColumn(column: GaussianProcessColumn, x: Matrix, values: Float64Array): GaussianProcessColumn {
  const { kriging, response } = column;
  if (!isExact(kriging) || x.rows === 0) return column;
  const y = response.latent(values);
  const [least, most] = extremes(kriging.y);
  // Where the transform has no value, one as far outside as the data are wide.
  for (let i = 0; i < y.length; i++)
    if (!Number.isFinite(y[i])) y[i] = response.mean(least) < values[i] ? 2 * most - least : 2 * least - most;
  return { ...column, kriging: grown(kriging, x, y, true) };
}

/**
 * The columns of all rows, of which `columns` know the first `known`; undefined when the first rows are others or the new
 * ones need another fit.
 */
export function extendColumns(
  columns: readonly GaussianProcessColumn[],
  known: number,
  x: Matrix,
  targets: readonly Target[],
): readonly GaussianProcessColumn[] | undefined {
  const all: GaussianProcessColumn[] = [];
  if (x.rows < known) return undefined;
  const added = x.select(Array.from({ length: x.rows - known }, (_, i) => known + i));
  for (const [k, column] of columns.entries()) {
    const { kriging, response } = column;
    const { values } = targets[k];
    if (!kriging) {
      if (!response.constant || !new Response(values).constant) return undefined;
      all.push(column);
      continue;
    }
    const y = response.latent(values);
    if (!isExact(kriging)) return undefined;
    const { parts } = kriging instanceof MarginalPosterior ? kriging.estimate : kriging;
    const same = kriging.y.length === known && startsWith(y, kriging.y) && startsWith(x.data, parts.x.data);
    if (!same || !y.every(Number.isFinite)) return undefined;
    if (added.rows > 0) all.push({ ...column, kriging: grown(kriging, added, y.subarray(known), false) });
    else all.push(column);
  }
  return all;
}

/** Whether a column's posterior takes in more rows without a fit. */
export function isExact(posterior: ColumnPosterior | undefined): posterior is KrigingPosterior | MarginalPosterior {
  return posterior instanceof KrigingPosterior || posterior instanceof MarginalPosterior;
}

function grown(
  posterior: KrigingPosterior | MarginalPosterior,
  x: Matrix,
  y: Float64Array,
  keepsVariance: boolean,
): ColumnPosterior {
  if (posterior instanceof MarginalPosterior) return posterior.extended(x, y, keepsVariance);
  return extendKriging(posterior, x, y, keepsVariance ? posterior.hyperparameters.variance : undefined);
}

function startsWith(all: Float64Array, first: Float64Array): boolean {
  return all.length >= first.length && first.every((value, i) => value === all[i]);
}

function extremes(values: Float64Array): readonly [number, number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}
