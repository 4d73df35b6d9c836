import type { Adequacy } from '../core/model.ts';

/** What a surrogate is good enough for: to predict, only to guide an optimization that asks the simulator again, or neither. */
export type Verdict = 'prediction' | 'optimization' | 'insufficient';

/** A verdict and why. */
export interface Judgement {
  readonly verdict: Verdict;
  /** `good enough for prediction: expected error of f over the whole space: 2 % of a standard deviation`. */
  readonly text: string;
}

/** Largest error that is to be expected, in standard deviations of the output (NRMSE), that is good enough for prediction: q2 of 0.99. */
export const PREDICTION: number = 0.1;
/** The same for optimization, where it is enough to tell good regions from bad ones: q2 of 0.75. */
export const OPTIMIZATION: number = 0.5;
/** From this factor on between squared errors and predicted variances, the latter are said to be wrong. */
const OFF = 4;
/** An error, in standard deviations of the output, that may come of rounding alone: nothing is to be read from it. */
const ROUNDING = 1e-6;
/** Least noise that is reported, in standard deviations of the output. */
const NOTEWORTHY_NOISE = 0.01;
/** Fewest left-out rows that a verdict can rest on. */
const FEWEST = 10;

/**
 * The verdict on one output, from the error that is to be expected: NRMSE at most 0.1 is good enough for prediction, at most 0.5 for
 * optimization. Below 10 left-out rows nothing is good enough.
 */
export function judgementOf(output: string, adequacy: Adequacy | undefined): Judgement {
  const known = adequacy?.residuals.reduce((sum, r) => sum + (Number.isNaN(r) ? 0 : 1), 0) ?? 0;
  if (!adequacy || known < FEWEST)
    return { verdict: 'insufficient', text: `not good enough: ${known} left-out points of ${output} say too little` };
  const { nrmse, variance } = adequacy;
  if (Number.isNaN(nrmse)) return { verdict: 'prediction', text: `${output} is constant: there is nothing to predict` };
  const { noise = 0, fewValued } = adequacy;
  const beside = noise >= NOTEWORTHY_NOISE ? ` beside ${percent(noise)} that it takes for noise` : '';
  const error = `expected error of ${output} over the whole space: ${percent(nrmse)} of a standard deviation${beside}`;
  const doubt = nrmse > ROUNDING && variance > Math.log(OFF) ? '; the error bars do not match the actual errors' : '';
  if (nrmse <= PREDICTION && fewValued)
    return {
      verdict: 'optimization',
      text: `good enough for optimization, not for prediction: ${error}, but what is between the few values of ${fewValued.join(', ')} was not tested${doubt}`,
    };
  if (nrmse <= PREDICTION) return { verdict: 'prediction', text: `good enough for prediction: ${error}${doubt}` };
  if (nrmse <= OPTIMIZATION)
    return {
      verdict: 'optimization',
      text: `good enough for optimization, not for prediction: ${error}, above ${percent(PREDICTION)}${doubt}`,
    };
  return {
    verdict: 'insufficient',
    text: `not good enough: ${error}, above ${percent(OPTIMIZATION)}${doubt}; what it calls best may be anywhere`,
  };
}

function percent(share: number): string {
  if (share <= ROUNDING) return 'less than 0.0001 %';
  return `${Number((100 * share).toPrecision(3))} %`;
}
