import type { Matrix } from '../../numerics/matrix.ts';
import { mean as meanOf } from '../../numerics/statistics.ts';
import { standardize } from '../standardize.ts';
import type { Bins } from './bins.ts';
import { Boosted } from './boosted.ts';
import { Booster, type Fold } from './booster.ts';
import type { Histograms } from './histogram.ts';
import { logisticLoss, squaredLoss } from './loss.ts';
import { combine, type OutputModelState, readerOf } from './output-model.ts';
import type { BoostingLimits } from './tree.ts';

/** How boosting proceeds. */
export interface BoostingSchedule {
  readonly rounds: number;
  readonly rate: number;
  /** Rounds without a lower loss on the held-out rows after which boosting stops; Infinity for none. */
  readonly patience: number;
}

/** The boosted answer to one output, and how good it is. */
export interface BoostedOutput {
  readonly state: OutputModelState;
  readonly rounds: number;
  /** q2 of the rows held out, NaN for a constant or when none were. */
  readonly q2: number;
}

/** What one output is boosted from: its columns of the targets, n numbers each, and how often each row counts. */
export interface Lesson {
  readonly columns: readonly Float64Array[];
  readonly isClass: boolean;
  readonly weights?: Float64Array;
}

/** Boosts one output; `afterRound` is awaited after every round of all members. */
export async function boostOutput(
  { columns, isClass, weights }: Lesson,
  bins: Bins,
  histograms: Histograms,
  x: Matrix,
  folds: readonly Fold[],
  limits: BoostingLimits,
  schedule: BoostingSchedule,
  afterRound: (round: number) => Promise<void>,
): Promise<BoostedOutput> {
  const width = columns.length;
  const { mean, deviation, scale, values: standard } = standardize(columns[0], weights);
  const loss = isClass ? logisticLoss(columns, weights) : squaredLoss(standard, weights);
  const boosters = folds.map((fold) => new Booster(bins, histograms, x, loss, fold, limits, schedule.rate));
  const rounds = await boost(boosters, schedule, afterRound);
  const members = boosters.map((booster) => booster.kept());
  const reader = readerOf(isClass ? width : undefined);
  const { square, q2 } = heldErrors(boosters, loss.scores, isClass ? columns : [standard], weights, reader);
  const isEnsemble = members.length > 1 && !isClass;
  const own = members.map((member) => new Boosted(member));
  const spread = isEnsemble ? meanOf(combine(own, x, width, reader).variance.data) : 0;
  const state = { ...(isClass && { classes: width }), members, mean, deviation, scale, square, spread };
  return { state, rounds, q2 };
}

/**
 * Steps all boosters together and keeps each at the round with the lowest total loss on the held-out rows, or at the last;
 * returns its number.
 */
async function boost(
  boosters: readonly Booster[],
  { rounds, patience }: BoostingSchedule,
  afterRound: (round: number) => Promise<void>,
): Promise<number> {
  const stops = patience < Number.POSITIVE_INFINITY && boosters.some(({ held }) => held.length > 0);
  const heldLoss = () => boosters.reduce((sum, booster) => sum + booster.heldLoss(), 0);
  const best = { loss: stops ? heldLoss() : 0, round: 0 };
  const keep = (round: number, here: number) => {
    Object.assign(best, { loss: here, round });
    for (const booster of boosters) booster.keep();
  };
  if (stops) keep(0, best.loss);
  for (let round = 1; round <= rounds; round++) {
    for (const booster of boosters) booster.step();
    if (stops) {
      const here = heldLoss();
      if (here < best.loss) keep(round, here);
      else if (round - best.round >= patience) break;
    }
    await afterRound(round);
    if (boosters.every(({ isDone }) => isDone)) break;
  }
  if (!stops) keep(boosters[0].rounds, 0);
  return best.round;
}

/** Mean squared error of each member on the rows it is judged on, and q2 of those that were held out, each as often as it weighs. */
function heldErrors(
  boosters: readonly Booster[],
  count: number,
  wanted: readonly Float64Array[],
  weights: Float64Array | undefined,
  reader: (scores: Float64Array) => Float64Array,
): { square: number; q2: number } {
  const weightOf = (row: number) => (weights ? weights[row] : 1);
  const middle = new Float64Array(wanted.length);
  let rows = 0;
  for (const { judged } of boosters)
    for (const row of judged) {
      rows += weightOf(row);
      wanted.forEach((values, k) => {
        middle[k] += weightOf(row) * values[row];
      });
    }
  let [press, total] = [0, 0];
  for (const booster of boosters) {
    booster.judged.forEach((row, i) => {
      const scores = new Float64Array(count);
      booster.keptScores(i, scores);
      const answer = reader(scores);
      wanted.forEach((values, k) => {
        press += weightOf(row) * (answer[k] - values[row]) ** 2;
        total += weightOf(row) * (values[row] - middle[k] / rows) ** 2;
      });
    });
  }
  const isHeld = boosters.some(({ held }) => held.length > 0);
  return { square: press / rows, q2: isHeld && total > 0 ? 1 - press / total : Number.NaN };
}
