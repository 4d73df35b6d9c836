import { mostProbable, type OutputColumns, predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { count, number, type OptionsOf, option, positive } from '../../core/options.ts';
import { partsOfData, split } from '../../core/parts.ts';
import { pauser } from '../../core/pause.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import type { ReadableModel, Rule, RuleStructure, Test } from '../../core/structure.ts';
import type { Rng } from '../../numerics/random.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { RulesModel } from './model.ts';
import { Pursuit, type PursuitLimits } from './pursuit.ts';
import { notesOf, sharesOf } from './rule-list.ts';
import { coverOf, type RuleRows, ruleRows } from './rule-rows.ts';

const OPTIONS = {
  maxRules: option(count, 'Most rules beside the answer without any.', 32),
  maxTests: option(count, 'Most tests of a rule.', 3),
  minRows: option(positive, 'Least weight of the rows that a rule covers, and of those that it does not.', 2),
  enough: option(
    number({ above: 0, to: 1 }),
    'The share of what rows left out vary by that rules have to explain: no more of them are added then.',
    0.99,
  ),
};

/** Options of {@link ruleScores}. */
export type RuleScoresOptions = OptionsOf<typeof OPTIONS>;

/**
 * A few short rules that each add points where they hold, as in RuleFit [Friedman2008]: the sum is a number, or, cut to [0, 1], the shares of classes. Rules
 * are nodes of small trees and join one after the other by orthogonal matching pursuit [Pati1993]; the points of all are fitted by least
 * squares. How many there are is decided on a fifth of the rows, then all learn from all. Several outputs share the rules.
 */
export const ruleScores: Factory<RuleScoresOptions, Recipe<ReadableModel<RuleStructure> & SavableModel>> = factory(
  'ruleScores',
  OPTIONS,
  (options) =>
    recipe({
      name: 'rule scores',
      usesWeights: true,
      async fit(given, run) {
        const pause = pauser(run);
        await pause();
        const data = given.finite();
        ensure(data.size > 0, 'no-data', `rules need at least one completed row, got ${given.size} failed ones`);
        const columns = freeColumns(data);
        const rules = await ruleCount(data, columns, options, run.rng.child('count'), pause);
        const pursuit = new Pursuit(data, ruleRows(data), targetsOf(data, columns));
        const rng = run.rng.child('rules');
        for (let k = 0; k < rules && pursuit.add(options, rng.child(k)); k++) await pause();
        return modelOf(pursuit, data, columns, notesOf(given, pursuit.rules.length));
      },
    }),
);

/** A column that is explained: where it stands in a prediction, what its numbers are divided by, and the shares that it is one of. */
interface FreeColumn {
  readonly at: number;
  readonly scale: number;
  readonly shares?: OutputColumns;
}

/** All columns but constants and the last of the shares of each class, which follows from the others. Scaled, each has a spread of about 1. */
function freeColumns(data: Dataset): FreeColumn[] {
  const targets = data.targets();
  return predictionColumns(data.outputs).flatMap((own, k) => {
    const { start, width } = own;
    const { classes } = data.outputs[k];
    const count = classes ? width - 1 : 1;
    return Array.from({ length: count }, (_, c): FreeColumn => {
      const at = start + c;
      return { at, scale: classes ? 0.5 : scaleOf(targets.column(at)), ...(classes && { shares: own }) };
    });
  });
}

/** Half of the range, a power of two, so that no digit is lost; 1 of a constant. */
function scaleOf(values: Float64Array): number {
  const half =
    values.reduce((most, v) => Math.max(most, v / 2), Number.NEGATIVE_INFINITY) -
    values.reduce((least, v) => Math.min(least, v / 2), Number.POSITIVE_INFINITY);
  return half > 0 ? 2 ** Math.max(-1022, Math.floor(Math.log2(half))) : 1;
}

function targetsOf(data: Dataset, columns: readonly FreeColumn[]): Float64Array[] {
  const targets = data.targets();
  return columns.map(({ at, scale }) => targets.column(at).map((value) => value / scale));
}

const PARTS = 5;
/** Rows from which a fifth can decide. */
const FEW = 20;

/** The number of rules that explain rows left out best; the fewest that explain enough of them. */
async function ruleCount(
  data: Dataset,
  columns: readonly FreeColumn[],
  options: PursuitLimits & { readonly maxRules: number; readonly enough: number },
  rng: Rng,
  pause: () => Promise<void>,
): Promise<number> {
  if (data.size < FEW) return options.maxRules;
  const { tested, kept } = split(partsOfData(data, PARTS), 0);
  if (tested.length === 0 || kept.length === 0) return options.maxRules;
  const [learned, left] = [data.select(kept), data.select(tested)];
  const pursuit = new Pursuit(learned, ruleRows(learned), targetsOf(learned, columns));
  const judge = leftOut(left, targetsOf(left, columns));
  const first = judge(pursuit);
  let [best, least] = [0, first];
  for (let k = 1; k <= options.maxRules && pursuit.add(options, rng.child(k)); k++) {
    await pause();
    const loss = judge(pursuit);
    if (loss < least) [best, least] = [k, loss];
    if (loss <= (1 - options.enough) * first) return k;
  }
  return best;
}

/** What rules do not explain of rows that they were not made from: the weighted sum of squares. */
function leftOut(data: Dataset, targets: readonly Float64Array[]): (pursuit: Pursuit) => number {
  const rows: RuleRows = ruleRows(data);
  const covers: Uint8Array[] = [];
  return ({ rules, points }) => {
    for (const tests of rules.slice(covers.length)) covers.push(coverOf(rows, tests));
    return targets.reduce((total, target, q) => {
      const [mean, ...own] = points[q];
      return target.reduce((sum, value, i) => {
        const said = own.reduce((score, point, k) => (covers[k][i] === 1 ? score + point : score), mean);
        return sum + (data.weights?.[i] ?? 1) * (value - said) ** 2;
      }, total);
    }, 0);
  };
}

function modelOf(pursuit: Pursuit, data: Dataset, columns: readonly FreeColumn[], notes: string[]): RulesModel {
  const rows = ruleRows(data);
  const width = data.targets().columns;
  const rule = (tests: readonly Test[], k: number): Rule => {
    const value = new Float64Array(width);
    for (const { start, width: own } of sharesOf(data)) value[start + own - 1] = k === 0 ? 1 : 0;
    columns.forEach(({ at, scale, shares }, q) => {
      value[at] = pursuit.points[q][k] * scale;
      if (shares) value[shares.start + shares.width - 1] -= value[at];
    });
    return { tests, value, ...counted(coverOf(rows, tests), value, data) };
  };
  return new RulesModel({
    kind: 'rules',
    combine: 'sum',
    ...{ levels: rows.levels, shares: sharesOf(data) },
    rules: pursuit.rules.map((tests, k) => rule(tests, k + 1)),
    otherwise: rule([], 0),
    health: { points: data.size, notes },
  });
}

/** The weight of the rows that a rule covers, and the share of them whose likeliest class is the one that it speaks for. */
function counted(cover: Uint8Array, value: Float64Array, data: Dataset): { count: number; precision: number } {
  const at = data.outputs.findIndex(({ classes }) => classes);
  const columns = predictionColumns(data.outputs)[at];
  const targets = data.targets();
  let [count, right] = [0, 0];
  for (let i = 0; i < cover.length; i++) {
    if (cover[i] === 0) continue;
    const weight = data.weights?.[i] ?? 1;
    count += weight;
    if (columns && mostOf(targets.row(i), columns) === mostOf(value, columns)) right += weight;
  }
  return { count, precision: count > 0 ? Math.min(1, right / count) : 0 };
}

function mostOf(values: Float64Array, { start, width }: OutputColumns): number {
  return mostProbable(values, start, width);
}
