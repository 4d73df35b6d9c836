import type { Dataset } from '../core/dataset.ts';
import { ensure, show } from '../core/errors.ts';
import type { Surrogate } from '../core/model.ts';
import type { Run } from '../core/run.ts';
import type { Space } from '../core/space.ts';
import { type ColumnOptions, fitColumn } from './gaussian-process-column.ts';
import { FeatureMap } from './gaussian-process-features.ts';
import type { GaussianProcessNugget } from './gaussian-process-fit.ts';
import type { GaussianProcessColumn } from './gaussian-process-fitted-column.ts';
import { healthOf } from './gaussian-process-health.ts';
import { type GaussianProcessKernel, KERNELS } from './gaussian-process-kernel.ts';
import { GaussianProcessModel } from './gaussian-process-model.ts';
import { targetsOf } from './gaussian-process-target.ts';
import type { GaussianProcessTransform } from './gaussian-process-transform.ts';
import { type GaussianProcessTrend, trendBasis } from './gaussian-process-trend.ts';
import { breather } from './pause.ts';

/** An earlier fit to at least this share of the rows saves choosing the transform and calibrating again. */
const RECENT = 0.75;

/** Options of {@link gaussianProcess}. */
export interface GaussianProcessOptions {
  /**
   * Default `auto`: of squared exponential, Matern 5/2 and the better one's form with effects of single coordinates, the one with
   * the highest leave-one-out log density, for each output.
   */
  readonly kernel?: GaussianProcessKernel | 'auto';
  /** `interpolate`: answers are exact. `estimate`: part of them may be noise. Default `auto`: by leave-one-out. */
  readonly nugget?: GaussianProcessNugget;
  /** Default `auto`: constant, or quadratic where leave-one-out clearly speaks for it. */
  readonly trend?: GaussianProcessTrend | 'auto';
  /**
   * What is done to the values of numeric outputs before the fit: `log` needs positive values, `shifted-log` draws in the
   * longer tail, `bilog` both. Default `auto`: by leave-one-out log density, for each output.
   */
  readonly transform?: GaussianProcessTransform | 'auto';
  /** Whether variances are widened until they cover the errors of a cross-validation. Default true; a search may prefer false. */
  readonly calibrate?: boolean;
  /** Local searches of the likelihood for each kernel, at least 1; default 2. */
  readonly starts?: number;
}

/**
 * An exact Gaussian process (kriging) with one lengthscale for each parameter, fitted by maximum penalised likelihood
 * [RasmussenWilliams2006, Santner2003]. The cost of a fit grows with n^3: comfortable up to about 1000 rows.
 */
export function gaussianProcess(options: GaussianProcessOptions = {}): Surrogate<GaussianProcessModel> {
  const {
    kernel = 'auto',
    nugget = 'auto',
    trend = 'auto',
    transform = 'auto',
    calibrate = true,
    starts = 2,
  } = options;
  oneOf('kernel', kernel, [...KERNELS, 'auto']);
  oneOf('nugget', nugget, ['auto', 'interpolate', 'estimate']);
  oneOf('trend', trend, ['constant', 'linear', 'quadratic', 'auto']);
  oneOf('transform', transform, ['none', 'log', 'shifted-log', 'bilog', 'auto']);
  ensure(
    Number.isInteger(starts) && starts >= 1,
    'invalid-argument',
    `gaussianProcess: starts must be a whole number of at least 1, got ${show(starts)}`,
  );
  const kernels: GaussianProcessKernel[] = kernel === 'auto' ? ['squared-exponential', 'matern-5/2'] : [kernel];
  return {
    name: 'gaussian process',
    fit: (data, run, previous) =>
      fitColumns(
        data,
        { kernels, structured: kernel === 'auto', nugget, starts, transform, calibrate },
        trend,
        run,
        previous,
      ),
  };
}

function oneOf(name: string, value: string, known: readonly string[]): void {
  ensure(
    known.includes(value),
    'invalid-argument',
    `gaussianProcess: ${name} must be one of ${known.join(', ')}, got ${show(value)}`,
  );
}

async function fitColumns(
  given: Dataset,
  options: ColumnOptions,
  trend: GaussianProcessTrend | 'auto',
  run: Run,
  previous: GaussianProcessModel | undefined,
): Promise<GaussianProcessModel> {
  const data = given.finite();
  ensure(
    data.size > 0,
    'no-data',
    `a Gaussian process needs at least one completed row, got ${given.size} failed ones`,
  );
  const pause = breather(run);
  await pause();
  const { space, outputs, x } = data;
  const map = new FeatureMap(space.columns);
  const basis = trendBasis(trend === 'auto' ? 'constant' : trend, x, space.columns);
  const richer = trend === 'auto' ? { richer: trendBasis('quadratic', x, space.columns) } : {};
  const notes: string[] = [];
  if ((trend === 'linear' || trend === 'quadratic') && basis.coordinates.length === 0)
    notes.push(`the trend is constant: ${data.size} rows do not carry a ${trend} one`);
  const targets = targetsOf(data.outputs, data.y);
  const earlier = earlierColumns(space, targets.length, previous);
  const recent = previous !== undefined && previous.health.points >= RECENT * data.size;
  const columns: GaussianProcessColumn[] = [];
  for (const [k, target] of targets.entries()) {
    run.progress?.({ phase: 'fit surrogate', done: k, total: targets.length });
    const previously = earlier[k] && { column: earlier[k], recent };
    columns.push(
      await fitColumn(target, { map, basis, x }, { ...options, ...richer }, previously, run.rng.child(k), pause, notes),
    );
  }
  return new GaussianProcessModel(space, outputs, columns, healthOf(data.size, outputs, columns, notes));
}

/** The columns of an earlier fit, if they are the same ones of a space with the same coordinates. */
function earlierColumns(
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
