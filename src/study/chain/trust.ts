import { predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { isConclusive } from '../../core/evaluation.ts';
import { type Evidence, type IntervalModel, isCrossValidated, type Model, type Surrogate } from '../../core/model.ts';
import { childRun, type Run } from '../../core/run.ts';
import { quasiRandomPoints } from '../../core/space/space-points.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { mean as meanOf } from '../../numerics/statistics.ts';
import { type ConformalOptions, withIntervals } from '../../surrogates/conformal/conformal.ts';
import { domainOf } from '../../surrogates/domain.ts';
import { success } from '../../surrogates/success.ts';
import { judgementOf, type Verdict } from '../../surrogates/verdict.ts';

/** How far a student's answers for one output can be relied on, from rows that it was not fitted to. NaN where it is undefined. */
export interface OutputTrust {
  readonly output: string;
  readonly verdict: Verdict;
  /** The verdict in words, with the reason. */
  readonly text: string;
  /** Root mean square error that is expected over the space, against answers without their noise, in standard deviations of the output. */
  readonly nrmse: number;
  /** |ln(mean squared standardized residual)|: 0 is right. */
  readonly varianceAdequacy: number;
  /** Errors at left-out rows over the deviations that were predicted there, by row; NaN where a row was not left out. */
  readonly residuals: readonly number[];
  /** Median half-width of the conformal 95 % interval over the space, in units of the output. */
  readonly halfWidth: number;
}

/** How far a student can be relied on. */
export interface Trust {
  /** The numeric outputs. */
  readonly outputs: readonly OutputTrust[];
  /** Share of the space where the student is as sure as at its own rows when they are left out. */
  readonly insideShare: number;
  /** What was compared for each output, best first; null where there was no choice. */
  readonly evidence: readonly { readonly output: string; readonly candidates: readonly Evidence[] }[] | null;
  /** How likely a run is to answer; null where none failed, absent in older studies. */
  readonly chance?: Chance | null;
}

/** The chance of an answer over the space, as the runs that completed and failed tell it. */
export interface Chance {
  readonly mean: number;
  /** What 5 % and 95 % of the space are below. */
  readonly low: number;
  readonly high: number;
  /** Whether where runs fail was learned; else the chance is the same everywhere. */
  readonly learned: boolean;
}

/** Points of the space that intervals and domain are looked at. */
const PROBES = 512;
/** From this many rows on one refit has to do. */
const MANY_ROWS = 300;

/**
 * Conformal intervals, adequacy, verdicts and domain of a fitted student; refits it only where the fit was not cross-validated. Verdicts go by
 * the error that is `expected` of each output over the space, see {@link expectedErrors}.
 */
export async function trustOf(
  student: Surrogate,
  model: Model,
  given: Dataset,
  expected: readonly number[],
  run: Run,
): Promise<Trust> {
  const data = given.finite();
  const { space, outputs } = data;
  const options: ConformalOptions =
    isCrossValidated(model) || data.size < MANY_ROWS ? { folds: 5 } : { method: 'split' };
  const probes = quasiRandomPoints(space, PROBES, run.rng.child('probes'));
  // Nothing reported of classes needs a refit.
  const judged = outputs.every(({ classes }) => classes)
    ? []
    : numberTrust(await withIntervals(student, model, data, options, run), data, expected, probes);
  const novelty = domainOf(model, data).novelty(probes);
  const { evidence } = model.health;
  return {
    outputs: judged,
    insideShare: novelty.reduce((sum, value) => sum + (value <= 1 ? 1 : 0), 0) / PROBES,
    chance: await chanceOf(given, probes, childRun(run, 'chance')),
    evidence: evidence ? evidence.map((candidates, k) => ({ output: outputs[k].name, candidates })) : null,
  };
}

/** What the intervals of a model tell of the outputs that are numbers. */
function numberTrust(
  trusted: IntervalModel,
  { outputs }: Dataset,
  expected: readonly number[],
  probes: Matrix,
): OutputTrust[] {
  const { lower, upper } = trusted.interval(probes);
  const columns = predictionColumns(outputs);
  const { adequacy } = trusted.health;
  return outputs.flatMap(({ name, classes }, k): OutputTrust[] => {
    if (classes) return [];
    const at = columns[k].start;
    const judged = adequacy?.[k] && { ...adequacy[k], nrmse: expected[k] };
    const widths = upper.column(at).map((high, i) => high / 2 - lower.get(i, at) / 2);
    return [
      {
        output: name,
        ...judgementOf(name, judged),
        nrmse: expected[k],
        varianceAdequacy: judged?.variance ?? Number.NaN,
        residuals: [...(judged?.residuals ?? [])],
        halfWidth: widths.sort()[PROBES / 2],
      },
    ];
  });
}

async function chanceOf(data: Dataset, probes: Matrix, run: Run): Promise<Chance | null> {
  if (!data.rows.some((row) => row.status === 'failed' && isConclusive(row))) return null;
  const chances = (await success().fit(data, run)).predict(probes).data.slice().sort();
  const at = (share: number) => chances[Math.floor(share * (chances.length - 1))];
  const [low, high] = [at(0.05), at(0.95)];
  return { mean: meanOf(chances), low, high, learned: low < high };
}
