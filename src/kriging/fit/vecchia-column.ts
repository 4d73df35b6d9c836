import type { Matrix } from '../../numerics/matrix.ts';
import { paced } from '../../numerics/minimize/steps.ts';
import type { Rng } from '../../numerics/random.ts';
import type { GaussianProcessColumn } from '../process/fitted-column.ts';
import { KrigingPosterior } from '../process/posterior.ts';
import type { KrigingData } from '../process/search.ts';
import { distinctPoints } from '../response/distinct.ts';
import { Response } from '../response/response.ts';
import type { Target } from '../response/target.ts';
import { transformNamed } from '../response/transform.ts';
import { approximation } from '../vecchia/approximation.ts';
import type { VecchiaPosterior } from '../vecchia/posterior.ts';
import { type ColumnInputs, type ColumnOptions, type EarlierColumn, fitColumn, hasContradictions } from './column.ts';

/** How fine an approximation is. */
export interface Scalable {
  /** Rows that hyper-parameters are fitted to; undefined: at most 1000, fewer where there are more than 30 coordinates. */
  readonly learnt?: number;
  /** Nearest rows that a residual depends on. */
  readonly neighbors: number;
  /** Inducing points; undefined: as many as the rows leave time for. */
  readonly inducing?: number;
}

/** The default. */
export const SCALABLE: Scalable = { neighbors: 20 };

/** Fewest and most rows that hyper-parameters are fitted to, and the d n^2 that keeps kernels of single coordinates among what is tried. */
const LEARNT = [600, 1000] as const;
const MOST_EXPONENTIALS = 3e7;

/** Other rows, at most, that tell whether an output is better transformed. */
const JUDGED = 1000;

/** What is said of rows that contradict each other. */
const CONTRADICTORY = 'has different answers at equal points: its nugget is estimated';

/** The largest calibration. */
const MOST = 10;

/** The order of n rows in an approximation: each is as good as any to depend on those before it. */
export function vecchiaOrder(n: number, rng: Rng): Int32Array {
  return Int32Array.from(rng.permutation(n));
}

/** Rows that hyper-parameters are fitted to where d coordinates are scaled. */
export function rowsLearnt({ learnt }: Scalable, d: number): number {
  return learnt ?? Math.max(LEARNT[0], Math.min(LEARNT[1], Math.floor(Math.sqrt(MOST_EXPONENTIALS / d))));
}

/** Learns a column's transform and hyper-parameters from some of the rows and approximates its process on all of them. */
export async function approximateColumn(
  target: Target,
  inputs: ColumnInputs,
  options: ColumnOptions,
  scalable: Scalable,
  order: Int32Array,
  earlier: EarlierColumn | undefined,
  rng: Rng,
  pause: () => Promise<void>,
  notes: string[],
): Promise<GaussianProcessColumn> {
  const { name, values } = target;
  const contradictory = options.nugget !== 'estimate' && hasContradictions(inputs.x, values);
  const nugget = contradictory ? 'estimate' : options.nugget;
  const chosen = rowsToLearnFrom(values, order, rowsLearnt(scalable, inputs.map.dimension));
  const part = { ...target, values: Float64Array.from(chosen, (row) => values[row]) };
  const some = { ...inputs, x: inputs.x.select(chosen) };
  const learn = async (transform: ColumnOptions['transform']): Promise<Learnt> => {
    const said: string[] = [];
    const all = { ...options, nugget, transform, calibrate: false, draws: 1 };
    return { column: await fitColumn(part, some, all, earlier, rng, pause, said), said };
  };
  let { column, said } = await learn(options.transform);
  const { name: transformed } = column.response.transform;
  const choose = options.transform === 'auto' && !earlier?.recent && column.kriging !== undefined;
  if (transformed !== 'none' && (choose || !transformNamed(transformed, values))) {
    const plain = await learn('none');
    const others = rowsElsewhere(inputs.x, order, chosen).subarray(0, JUDGED);
    const admitted = transformNamed(transformed, values) !== undefined;
    const error = (one: GaussianProcessColumn) => errorAt(others, one, inputs.x, values);
    if (!admitted || (others.length > 0 && error(plain.column) <= error(column))) ({ column, said } = plain);
  }
  notes.push(...said);
  const response = new Response(values, transformNamed(column.response.transform.name, values));
  if (!(column.kriging instanceof KrigingPosterior)) return { response, calibration: 1 };
  if (contradictory && !said.some((note) => note.includes(CONTRADICTORY))) notes.push(`${name} ${CONTRADICTORY}`);
  notes.push(
    `${name} has ${values.length} rows: its process is approximated (scaled Vecchia), its hyper-parameters are fitted to ${chosen.length} of them`,
  );
  const kriging = await vecchiaOf({ ...inputs, y: response.targets }, column.kriging, order, scalable, pause);
  const calibration = target.indicator || !options.calibrate ? 1 : calibrationOf(kriging);
  return { response, kriging, calibration };
}

interface Learnt {
  readonly column: GaussianProcessColumn;
  readonly said: readonly string[];
}

/** Sum of squared errors at rows that the column was not fitted to, in its standardized units times those of the answers. */
function errorAt(
  rows: Int32Array,
  { response, kriging }: GaussianProcessColumn,
  x: Matrix,
  values: Float64Array,
): number {
  const mean = new Float64Array(rows.length);
  kriging?.evaluate(x.select(rows), mean, undefined, 0, 1);
  return mean.reduce((sum, m, i) => sum + (response.mean(m) - values[rows[i]]) ** 2, 0);
}

/** The first rows of the order, and those of the extremes where the first are all the same. */
function rowsToLearnFrom(values: Float64Array, order: Int32Array, count: number): Int32Array {
  const first = order.slice(0, count);
  if (!first.every((row) => values[row] === values[first[0]])) return first;
  const at = (better: (a: number, b: number) => boolean) =>
    order.reduce((best, row) => (better(values[row], values[best]) ? row : best), order[0]);
  return Int32Array.from(new Set([...first, at((a, b) => a < b), at((a, b) => a > b)]));
}

/** The rows, in their order, at points other than those of the chosen rows: held out from the fit. */
function rowsElsewhere(x: Matrix, order: Int32Array, chosen: Int32Array): Int32Array {
  const { place } = distinctPoints(x, order);
  const known = new Set(Array.from(chosen, (row) => place[row]));
  return order.filter((row) => !known.has(place[row]));
}

/** Mean squared leave-one-out error in units of its variance, 1 to 10. */
function calibrationOf(posterior: VecchiaPosterior): number {
  const { mean, variance } = posterior.leaveOneOut();
  let sum = 0;
  for (let i = 0; i < mean.length; i++) sum += (posterior.y[i] - mean[i]) ** 2 / variance[i];
  return Math.min(MOST, Math.max(1, sum / mean.length));
}

/** The approximation for all rows with the hyper-parameters of an exact fit to some of them. */
function vecchiaOf(
  { x, y }: KrigingData,
  { hyperparameters, parts }: KrigingPosterior,
  order: Int32Array,
  { neighbors, inducing }: Scalable,
  pause: () => Promise<void>,
): Promise<VecchiaPosterior> {
  const { map, basis, embedding } = parts;
  const given = { hyperparameters, map, basis, embedding, x, y, order, neighbors };
  return paced(approximation({ ...given, ...(inducing !== undefined && { inducing }) }), pause);
}
