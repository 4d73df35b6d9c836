import { completedRows, type Dataset } from '../../core/dataset.ts';
import { partsOfData } from '../../core/parts.ts';
import { pauser } from '../../core/pause.ts';
import type { Run } from '../../core/run.ts';
import type { Space } from '../../core/space/space.ts';
import { type FeatureOptions, featuresOf } from '../kernels/features.ts';
import type { GaussianProcessColumn } from '../process/fitted-column.ts';
import { healthOf } from '../process/health.ts';
import type { GaussianProcessPrior } from '../process/likelihood.ts';
import { GaussianProcessModel } from '../process/model.ts';
import { type GaussianProcessTrend, trendBasis } from '../process/trend.ts';
import { targetColumns } from '../response/target.ts';
import { FOLDS } from './calibration.ts';
import { type ColumnOptions, fitColumn } from './column.ts';
import { approximateColumn, rowsLearnt, type Scalable, vecchiaOrder } from './vecchia-column.ts';

/** An earlier fit to at least this share of the rows saves choosing the transform and calibrating again. */
const RECENT = 0.75;

/** Nothing is fitted. */
const PLAIN: FeatureOptions = { categories: 'exchangeable', conditions: 'plain', warping: 'none' };

/** How all columns are fitted. */
export interface ColumnsOptions extends Omit<ColumnOptions, 'richer' | 'richerFeatures'> {
  /** How coordinates become features; with `reduced` they are plain. */
  readonly features: FeatureOptions;
  readonly trend: GaussianProcessTrend | 'auto';
  readonly prior: GaussianProcessPrior;
  /** Rows up to which the fit is exact, and how it goes on from there. */
  readonly exactRows: number;
  readonly scalable: Scalable;
}

/** Fits a process to each column of the completed rows. */
export async function fitColumns(
  given: Dataset,
  { trend, exactRows, scalable, features, prior, ...options }: ColumnsOptions,
  run: Run,
  previous: GaussianProcessModel | undefined,
): Promise<GaussianProcessModel> {
  const data = completedRows(given, 'a Gaussian process');
  const pause = pauser(run);
  await pause();
  const { space, outputs, x } = data;
  const { map, embedding, richer: richerFeatures } = featuresOf(space, options.reduced ? PLAIN : features);
  const notes: string[] = [];
  const large = data.size > exactRows;
  const order = large ? vecchiaOrder(data.size, run.rng.child('order')) : undefined;
  const learnt = order ? x.select(order.subarray(0, rowsLearnt(scalable, map.dimension))) : x;
  const basis = trendBasis(trend === 'auto' ? 'constant' : trend, learnt, space.columns);
  const richer = trend === 'auto' ? { richer: trendBasis('quadratic', learnt, space.columns) } : {};
  if ((trend === 'linear' || trend === 'quadratic') && basis.coordinates.length === 0)
    notes.push(`the trend is constant: ${data.size} rows do not carry a ${trend} one`);
  const targets = targetColumns(data.outputs, data.targets());
  const earlier = earlierColumns(space, targets.length, previous);
  const recent = previous !== undefined && previous.health.points >= RECENT * data.size;
  let drawn: Int32Array | undefined;
  const parts = () => {
    drawn ??= partsOfData(data, FOLDS);
    return drawn;
  };
  const inputs = { map, embedding, moving: embedding !== undefined, prior, basis, x, parts };
  const columns: GaussianProcessColumn[] = [];
  for (const [k, target] of targets.entries()) {
    run.progress?.({ phase: 'fit surrogate', done: k, total: targets.length });
    const previously = earlier[k] && { column: earlier[k], recent };
    const all = { ...options, ...richer, richerFeatures };
    const rng = run.rng.child(k);
    columns.push(
      order
        ? await approximateColumn(target, inputs, all, scalable, order, previously, rng, pause, notes)
        : await fitColumn(target, inputs, all, previously, rng, pause, notes),
    );
  }
  return new GaussianProcessModel(space, outputs, columns, healthOf(data.size, outputs, columns, notes));
}

/** The columns of an earlier fit, if they are the same ones of a space with the same coordinates. */
export function earlierColumns(
  space: Space,
  count: number,
  previous?: GaussianProcessModel,
): readonly GaussianProcessColumn[] {
  const usable =
    previous !== undefined &&
    previous.columns.length === count &&
    JSON.stringify(previous.space.columns) === JSON.stringify(space.columns);
  return usable ? previous.columns : [];
}
