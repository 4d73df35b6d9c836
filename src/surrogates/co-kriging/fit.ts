import { partsOf } from '../../core/parts.ts';
import { FeatureMap } from '../../core/space/feature-map.ts';
import type { Column } from '../../core/space/space.ts';
import { FOLDS } from '../../kriging/fit/calibration.ts';
import { type ColumnOptions, fitColumn } from '../../kriging/fit/column.ts';
import type { GaussianProcessPrior } from '../../kriging/process/likelihood.ts';
import { type GaussianProcessTrend, trendBasis } from '../../kriging/process/trend.ts';
import { Response } from '../../kriging/response/response.ts';
import type { Target } from '../../kriging/response/target.ts';
import { type GaussianProcessTransform, transformNamed } from '../../kriging/response/transform.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { CoKrigingColumn, type CoKrigingStep, withRegressor } from './column.ts';

/** Rows of a level below which its ratio is not estimated. */
const FEWEST_ROWS = 4;

/** How the levels are fitted. */
export interface StepOptions extends Omit<ColumnOptions, 'richer'> {
  readonly trend: GaussianProcessTrend | 'auto';
  readonly prior: GaussianProcessPrior;
}

/** Points without their resolution, and the level of each. */
export interface LevelledPoints {
  /** Of the coordinates without the resolution. */
  readonly columns: readonly Column[];
  /** n x (d - 1). */
  readonly x: Matrix;
  readonly levels: Int32Array;
  /** Names of the levels, coarsest first. */
  readonly names: readonly string[];
}

/** Fits one level after the other, the coarsest first; adds to `notes` what the reader should know. */
export async function fitSteps(
  { name, values, indicator }: Target,
  points: LevelledPoints,
  options: StepOptions,
  rng: Rng,
  pause: () => Promise<void>,
  notes: string[],
): Promise<CoKrigingColumn> {
  const chosen = indicator ? 'none' : await transformOf({ name, values, indicator }, points, options, rng, pause);
  const transform = transformNamed(chosen, values);
  if (!transform) notes.push(`${name} has values that admit no ${chosen}: it is not transformed`);
  const response = new Response(values, transform);
  const steps: CoKrigingStep[] = [];
  if (response.constant) {
    notes.push(`${name} is constant`);
    return new CoKrigingColumn(response, steps);
  }
  for (let t = 0; t < points.names.length; t++) {
    const rows = Array.from(points.levels.keys()).filter((i) => points.levels[i] === t);
    const title = points.names.length > 1 ? `${name} at ${points.names[t]}` : name;
    const target = { name: title, values: Float64Array.from(rows, (i) => response.targets[i]), indicator };
    const before = new CoKrigingColumn(response, steps);
    const plain: StepOptions = { ...options, transform: 'none' };
    steps.push(await fitStep(target, points, rows, t, before, plain, rng.child(t), pause, notes));
  }
  return new CoKrigingColumn(response, steps);
}

/** The transform that is asked for, or chosen for the coarsest rows. */
async function transformOf(
  target: Target,
  points: LevelledPoints,
  options: StepOptions,
  rng: Rng,
  pause: () => Promise<void>,
): Promise<GaussianProcessTransform> {
  if (options.transform !== 'auto') return options.transform;
  const rows = Array.from(points.levels.keys()).filter((i) => points.levels[i] === 0);
  const coarse = { ...target, values: Float64Array.from(rows, (i) => target.values[i]) };
  const none = new CoKrigingColumn(new Response(coarse.values), []);
  const { column } = await fitStep(coarse, points, rows, 0, none, options, rng.child('transform'), pause, []);
  return column.response.transform.name;
}

async function fitStep(
  target: Target,
  { columns, x: all, names }: LevelledPoints,
  rows: readonly number[],
  t: number,
  before: CoKrigingColumn,
  { trend, prior, ...options }: StepOptions,
  rng: Rng,
  pause: () => Promise<void>,
  notes: string[],
): Promise<CoKrigingStep> {
  const x = all.select(rows);
  const map = new FeatureMap(columns);
  const learnt = (points: Matrix, values: Float64Array) => {
    const basis = trendBasis(trend === 'auto' ? 'constant' : trend, points, columns);
    const all = trend === 'auto' ? { ...options, richer: trendBasis('quadratic', points, columns) } : options;
    const inputs = { map, basis, prior, x: points, parts: () => partsOf(x, columns, FOLDS) };
    return fitColumn({ ...target, values }, inputs, all, undefined, rng, pause, notes);
  };
  if (t === 0) return { kind: 'none', rows, column: await learnt(x, target.values) };
  const { mean } = before.evaluate(x, new Int32Array(rows.length).fill(t - 1));
  if (rows.length < FEWEST_ROWS) {
    notes.push(`${target.name} has ${rows.length} rows, too few for a ratio to ${names[t - 1]}: it is taken as 1`);
    return {
      kind: 'difference',
      rows,
      column: await learnt(
        x,
        target.values.map((value, i) => value - mean[i]),
      ),
    };
  }
  const points = withRegressor(x, mean);
  if (trendBasis('constant', points, columns).coordinates.length > 0)
    return { kind: 'regressor', rows, column: await learnt(points, target.values) };
  notes.push(`${target.name} stands alone: ${names[t - 1]} is constant where it has rows`);
  return { kind: 'none', rows, column: await learnt(x, target.values) };
}
