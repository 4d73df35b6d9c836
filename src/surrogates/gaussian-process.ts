import type { Dataset } from '../core/dataset.ts';
import { ensure, show } from '../core/errors.ts';
import type { Health, Surrogate } from '../core/model.ts';
import { type Output, predictionColumns } from '../core/output.ts';
import type { Run } from '../core/run.ts';
import type { Space } from '../core/space.ts';
import type { Matrix } from '../numerics/matrix.ts';
import { FeatureMap } from './gaussian-process-features.ts';
import { fitKriging, type GaussianProcessNugget, type KrigingOptions, logParameters } from './gaussian-process-fit.ts';
import type { GaussianProcessKernel } from './gaussian-process-kernel.ts';
import { type GaussianProcessColumn, GaussianProcessModel } from './gaussian-process-model.ts';
import { Standardisation } from './gaussian-process-scaling.ts';
import { type GaussianProcessTrend, trendBasis } from './gaussian-process-trend.ts';
import { breather } from './pause.ts';

/** Options of {@link gaussianProcess}. */
export interface GaussianProcessOptions {
  /** Default `auto`: the one with the higher leave-one-out log density, for each output. */
  readonly kernel?: GaussianProcessKernel | 'auto';
  /** `interpolate`: answers are exact. `estimate`: part of them may be noise. Default `auto`: by leave-one-out. */
  readonly nugget?: GaussianProcessNugget;
  /** Default `constant`. */
  readonly trend?: GaussianProcessTrend;
  /** Local searches of the likelihood for each kernel, at least 1; default 2. */
  readonly starts?: number;
}

/**
 * An exact Gaussian process (kriging) with one lengthscale for each parameter, fitted by maximum penalised likelihood
 * [RasmussenWilliams2006, Santner2003]. The cost of a fit grows with n^3: comfortable up to about 1000 rows.
 */
export function gaussianProcess(options: GaussianProcessOptions = {}): Surrogate<GaussianProcessModel> {
  const { kernel = 'auto', nugget = 'auto', trend = 'constant', starts = 2 } = options;
  oneOf('kernel', kernel, ['squared-exponential', 'matern-5/2', 'auto']);
  oneOf('nugget', nugget, ['auto', 'interpolate', 'estimate']);
  oneOf('trend', trend, ['constant', 'linear']);
  ensure(
    Number.isInteger(starts) && starts >= 1,
    'invalid-argument',
    `gaussianProcess: starts must be a whole number of at least 1, got ${show(starts)}`,
  );
  const kernels: GaussianProcessKernel[] = kernel === 'auto' ? ['squared-exponential', 'matern-5/2'] : [kernel];
  return {
    name: 'gaussian process',
    fit: (data, run, previous) => fitColumns(data, { kernels, nugget, starts }, trend, run, previous),
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
  options: KrigingOptions,
  trend: GaussianProcessTrend,
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
  const basis = trendBasis(trend, x, space.columns);
  const notes: string[] = [];
  if (trend === 'linear' && basis.coordinates.length === 0)
    notes.push(`the trend is constant: ${data.size} rows do not carry a linear one`);
  const targets = columnsOf(data);
  const warm = warmStarts(space, targets.length, previous);
  const columns: GaussianProcessColumn[] = [];
  for (const [k, { name, values }] of targets.entries()) {
    run.progress?.({ phase: 'fit surrogate', done: k, total: targets.length });
    const scaling = new Standardisation(values);
    if (scaling.constant) {
      notes.push(`${name} is constant`);
      columns.push({ scaling });
      continue;
    }
    const y = scaling.apply(values);
    const contradictory = options.nugget !== 'estimate' && hasContradictions(x, y);
    if (contradictory) notes.push(`${name} has different answers at equal points: its nugget is estimated`);
    const nugget = contradictory ? 'estimate' : options.nugget;
    const rng = run.rng.child(k);
    const kriging = await fitKriging({ map, basis, x, y }, { ...options, nugget, warm: warm[k] }, rng, pause);
    const { jitter } = kriging.hyperparameters;
    if (jitter > 1e-12) notes.push(`${name} needed a jitter of ${jitter}`);
    columns.push({ scaling, kriging });
  }
  return new GaussianProcessModel(space, outputs, columns, healthOf(data.size, outputs, columns, notes));
}

/** The columns to fit: a number as it is, a class output as one 0/1 indicator for each class. */
function columnsOf({ outputs, y }: Dataset): { name: string; values: Float64Array }[] {
  return outputs.flatMap(({ name, classes }, k) => {
    const values = y.column(k);
    if (!classes) return [{ name, values }];
    return classes.map((label, c) => ({ name: `${name} = ${label}`, values: values.map((v) => (v === c ? 1 : 0)) }));
  });
}

/** The hyper-parameters of an earlier fit to the same columns of a space with the same coordinates. */
function warmStarts(space: Space, count: number, previous?: GaussianProcessModel): (Float64Array | undefined)[] {
  const usable =
    previous !== undefined &&
    previous.columns.length === count &&
    JSON.stringify(previous.space.columns) === JSON.stringify(space.columns);
  if (!usable) return [];
  return previous.columns.map(({ kriging }) => kriging && logParameters(kriging));
}

/** Whether equal rows of `x` have different values of `y`. */
function hasContradictions(x: Matrix, y: Float64Array): boolean {
  const known = new Map<string, number>();
  for (let i = 0; i < x.rows; i++) {
    const key = x.row(i).join();
    const before = known.get(key);
    if (before !== undefined && before !== y[i]) return true;
    known.set(key, y[i]);
  }
  return false;
}

function healthOf(
  points: number,
  outputs: readonly Output[],
  columns: readonly GaussianProcessColumn[],
  notes: readonly string[],
): Health {
  const q2Loo = predictionColumns(outputs).map(({ start, width }) => {
    let [press, total] = [0, 0];
    for (const { scaling, kriging } of columns.slice(start, start + width)) {
      if (!kriging) continue;
      // In class columns every indicator counts by its own variance; a single column's scale cancels.
      const weight = width > 1 ? scaling.variance(1) : 1;
      const { mean } = kriging.leaveOneOut();
      const y = kriging.y;
      for (let i = 0; i < points; i++) {
        press += weight * (y[i] - mean[i]) ** 2;
        total += weight * y[i] ** 2;
      }
    }
    return total > 0 ? 1 - press / total : Number.NaN;
  });
  const jitter = Math.max(0, ...columns.map(({ kriging }) => kriging?.hyperparameters.jitter ?? 0));
  return { points, notes, jitter, q2Loo };
}
