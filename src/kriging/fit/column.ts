import type { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import type { ColumnPosterior } from '../process/column-posterior.ts';
import type { GaussianProcessColumn } from '../process/fitted-column.ts';
import { MarginalPosterior } from '../process/marginal.ts';
import type { KrigingPosterior } from '../process/posterior.ts';
import type { KrigingData } from '../process/search.ts';
import { Response } from '../response/response.ts';
import type { Target } from '../response/target.ts';
import { type GaussianProcessTransform, transformNamed } from '../response/transform.ts';
import { calibrate } from './calibration.ts';
import { chooseTransform, type TransformChoice } from './choice.ts';
import { fitKriging, type KrigingOptions } from './fit.ts';

/** A calibration factor from which on it is worth a note. */
const NOTEWORTHY = 4;

/** A jitter from which on it is worth a note. */
const LARGE_JITTER = 1e-12;

/** With more rows than this the hyper-parameters are taken to be known. */
const MOST_DRAWN_ROWS = 80;

/** How columns are fitted. */
export interface ColumnOptions extends Omit<KrigingOptions, 'warm' | 'known'> {
  readonly transform: GaussianProcessTransform | 'auto';
  readonly calibrate: boolean;
  /** Members of the mixture over hyper-parameters; 1: the estimate alone. */
  readonly draws: number;
}

/** The same column of an earlier fit; a recent one also lends its transform and calibration. */
export interface EarlierColumn {
  readonly column: GaussianProcessColumn;
  readonly recent: boolean;
}

/** What columns are fitted to, but for their values. */
export interface ColumnInputs extends Omit<KrigingData, 'y'> {
  /** The parts of the rows, 0 to 3 each, that a calibration leaves out in turn. */
  parts(): Int32Array;
}

/** Chooses a column's transform, fits its process and calibrates its variance; adds to `notes` what the reader should know. */
export async function fitColumn(
  { name, values, indicator }: Target,
  { parts, ...inputs }: ColumnInputs,
  options: ColumnOptions,
  earlier: EarlierColumn | undefined,
  rng: Rng,
  pause: () => Promise<void>,
  notes: string[],
): Promise<GaussianProcessColumn> {
  const plain = new Response(values);
  if (plain.constant) {
    notes.push(`${name} is constant`);
    return { response: plain, calibration: 1 };
  }
  const recent = earlier?.recent ? earlier.column : undefined;
  const contradictory = options.nugget !== 'estimate' && hasContradictions(inputs.x, values);
  if (contradictory) notes.push(`${name} has different answers at equal points: its nugget is estimated`);
  const nugget = contradictory ? 'estimate' : options.nugget;
  const warm = earlier?.column.kriging;
  const search = { ...options, nugget, warm, transform: indicator ? 'none' : options.transform };
  const { name: chosen, known } = await choose(values, recent, inputs, search, rng, pause);
  const transform = transformNamed(chosen, values);
  if (!transform) notes.push(`${name} has values that admit no ${chosen}: it is not transformed`);
  const response = new Response(values, transform);
  if (response.constant) return { response, calibration: 1 };
  const data = { ...inputs, y: response.targets };
  const kriging = await fitKriging(data, { ...search, known }, rng, pause);
  const { jitter } = kriging.hyperparameters;
  if (jitter > LARGE_JITTER) notes.push(`${name} needed a jitter of ${jitter}`);
  const measured =
    indicator || !options.calibrate || recent !== undefined
      ? undefined
      : await calibrate(data, kriging, parts(), pause);
  const calibration = measured?.calibration ?? (indicator || !options.calibrate ? 1 : (recent?.calibration ?? 1));
  if (calibration >= NOTEWORTHY)
    notes.push(
      `the error bars of ${name} were too short at rows left out: its variance was multiplied by ${calibration.toFixed(1)}, its predictions stay as they were`,
    );
  return {
    ...{ response, calibration },
    kriging: averaged(kriging, options.draws, rng),
    ...(measured && { left: measured.left }),
  };
}

/** The average over that number of hyper-parameter samples, or the estimate alone where they are taken to be known. */
export function averaged(estimate: KrigingPosterior, draws: number, rng: Rng): ColumnPosterior {
  const isDrawn = draws > 1 && estimate.y.length <= MOST_DRAWN_ROWS;
  return isDrawn ? MarginalPosterior.of(estimate, draws, rng.child('draws')) : estimate;
}

async function choose(
  values: Float64Array,
  recent: GaussianProcessColumn | undefined,
  inputs: Omit<KrigingData, 'y'>,
  options: ColumnOptions & KrigingOptions,
  rng: Rng,
  pause: () => Promise<void>,
): Promise<TransformChoice> {
  if (options.transform !== 'auto') return { name: options.transform };
  if (recent && transformNamed(recent.response.transform.name, values)) return { name: recent.response.transform.name };
  return chooseTransform(values, inputs, options, rng, pause);
}

/** Whether equal rows of `x` have different values of `y`. */
export function hasContradictions(x: Matrix, y: Float64Array): boolean {
  const known = new Map<string, number>();
  for (let i = 0; i < x.rows; i++) {
    const key = x.row(i).join();
    const before = known.get(key);
    if (before !== undefined && before !== y[i]) return true;
    known.set(key, y[i]);
  }
  return false;
}
