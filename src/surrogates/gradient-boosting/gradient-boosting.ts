import { predictionColumns } from '../../core/columns.ts';
import { completedRows } from '../../core/dataset.ts';
import { type Factory, factory } from '../../core/factory.ts';
import type { ProbabilisticModel } from '../../core/model.ts';
import { count, notNegative, type OptionsOf, option, positive, whole } from '../../core/options.ts';
import { partsOf } from '../../core/parts.ts';
import { pauser } from '../../core/pause.ts';
import type { Column } from '../../core/space/space.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { MOST_BINS } from '../splitting/bins.ts';
import { binned } from './bins.ts';
import { BoostedModel } from './boosted-model.ts';
import type { Fold } from './booster.ts';
import { histograms } from './histogram.ts';
import { type BoostedOutput, boostOutput } from './output.ts';

const OPTIONS = {
  rounds: option(count, 'Most rounds; without early stopping the number of rounds.', 500),
  learningRate: option(positive, "What each tree's answer is multiplied by.", 0.1),
  maxLeaves: option(
    whole({ from: 2, infinite: true }),
    'Most leaves of a tree. Default a quarter of the root of n, from 5 to 31.',
  ),
  maxDepth: option(whole({ from: 0, infinite: true }), 'Most splits on a path.', Number.POSITIVE_INFINITY),
  minLeaf: option(count, 'Fewest rows in a leaf. Default n / 300, from 3 to 20.'),
  bins: option(whole({ from: 2, to: MOST_BINS }), 'Most bins of a column.', MOST_BINS),
  ridge: option(notNegative, "Ridge on the leaves' answers.", 0),
  folds: option(
    count,
    'Members: each learns from what is left when its own part of the rows is held out, and the answer is their mean; one alone holds out a tenth. Default 5 below 1,000 rows, else 1.',
  ),
  patience: option(
    whole({ from: 1, infinite: true }),
    'Rounds without a lower loss on the held-out rows after which boosting stops; Infinity for exactly `rounds`.',
    20,
  ),
};

/** Options of {@link gradientBoosting}. */
export type GradientBoostingOptions = OptionsOf<typeof OPTIONS>;

const FEW = 1000;
const FOLDS = 5;
/** One row in this many is held out when there is a single member. */
const HELD = 10;

/**
 * Gradient boosting [Friedman2001] of trees grown leaf by leaf on binned inputs [Ke2017]: each tree lowers the second-order
 * expansion of the loss, half the squared error of a number or the cross-entropy of a class, and only histograms of the smaller
 * children are counted. The members' rounds are those with the lowest loss on all held-out rows together. A number's variance is
 * the mean squared error on the held-out rows, half of it in proportion to the members' disagreement; a class's probability has
 * the variance of the members'. `q2Loo` is the q2 of the held-out rows.
 */
export const gradientBoosting: Factory<GradientBoostingOptions, Recipe<ProbabilisticModel & SavableModel>> = factory(
  'gradientBoosting',
  OPTIONS,
  (options) => {
    const { rounds, learningRate, maxDepth, bins, ridge, patience } = options;
    return recipe({
      name: 'gradient boosting',
      usesWeights: true,
      async fit(data, run) {
        const pause = pauser(run);
        await pause();
        const finite = completedRows(data, 'gradient boosting');
        const { x, outputs, space, weights } = finite;
        const n = x.rows;
        const table = binned(space.columns, x, bins);
        const counters = histograms(table);
        const stops = patience < Number.POSITIVE_INFINITY;
        const folds = foldsOf(x, space.columns, options.folds ?? (n < FEW ? FOLDS : 1), stops);
        const { minLeaf = within(3, n / 300, 20), maxLeaves = within(5, Math.sqrt(n) / 4, 31) } = options;
        const limits = { minLeaf, maxLeaves, maxDepth, ridge };
        const boosted: BoostedOutput[] = [];
        const constant: string[] = [];
        const targets = finite.targets();
        const places = predictionColumns(outputs);
        for (const [k, { name, classes }] of outputs.entries()) {
          const { start, width } = places[k];
          const columns = Array.from({ length: width }, (_, c) => targets.column(start + c));
          if (columns.every((values) => values.every((value) => value === values[0]))) constant.push(name);
          const lesson = { columns, isClass: classes !== undefined, ...(weights && { weights }) };
          const afterRound = async (round: number) => {
            if (round % 10 === 0)
              run.progress?.({
                phase: 'fit gradient boosting',
                done: k * rounds + round,
                total: outputs.length * rounds,
              });
            await pause();
          };
          const schedule = { rounds: n < 2 ? 0 : rounds, rate: learningRate, patience };
          boosted.push(await boostOutput(lesson, table, counters, x, folds, limits, schedule, afterRound));
        }
        const notes = rowNotes(n, data.size, constant);
        if (folds.every(({ held }) => held.length === 0))
          notes.push('no row was held out: the variance is that of the training rows, which is too small');
        return new BoostedModel({
          kind: 'gradient boosting',
          inputs: x.columns,
          outputs: boosted.map(({ state }) => state),
          health: { points: n, notes, q2Loo: boosted.map(({ q2 }) => q2) },
        });
      },
    });
  },
);

/** A whole number near `value` and in `least` .. `most`. */
function within(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(value)));
}

/** What each member learns from and is judged on. */
function foldsOf(x: Matrix, columns: readonly Column[], members: number, stops: boolean): Fold[] {
  const n = x.rows;
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const alone = [{ train: all, held: new Int32Array(0) }];
  if (n < 2 || (members === 1 && !stops)) return alone;
  const count = Math.min(n, members === 1 ? HELD : members);
  const parts = partsOf(x, columns, count);
  const folds = Array.from({ length: members === 1 ? 1 : count }, (_, fold) => ({
    train: all.filter((row) => parts[row] !== fold),
    held: all.filter((row) => parts[row] === fold),
  })).filter(({ train, held }) => train.length > 0 && held.length > 0);
  return folds.length > 0 ? folds : alone;
}
