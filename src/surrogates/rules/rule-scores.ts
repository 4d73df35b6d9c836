import { mostProbable, type OutputColumns, predictionColumns, toShares } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { count, number, type OptionsOf, option, positive, whole } from '../../core/options.ts';
import { partsOfData, split } from '../../core/parts.ts';
import { pauser } from '../../core/pause.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import type { ReadableModel, Rule, RuleStructure, Test } from '../../core/structure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { powerBelow } from '../../numerics/statistics.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { bounded } from '../standardize.ts';
import { RulesModel } from './model.ts';
import { type Bounds, Pursuit, type Targets } from './pursuit.ts';
import { notesOf, sharesOf } from './rule-list.ts';
import { coverOf, type RuleColumns, ruleColumns } from './rule-rows.ts';
import { type BinnedRows, binnedRows } from './test-bins.ts';

const OPTIONS = {
  maxRules: option(count, 'Most rules beside the answer without any.', 32),
  maxTests: option(count, 'Most tests of a rule.', 3),
  minRows: option(positive, 'Least weight of the rows that a rule covers, and of those that it does not.', 2),
  enough: option(
    number({ above: 0, to: 1 }),
    'The share of what rows left out vary by that rules have to explain: no more of them are added then.',
    0.99,
  ),
  rounds: option(whole({ from: 0 }), 'How often each rule is revised beside the others after all are found.', 2),
  sharpen: option(
    number({ from: 1 }),
    'The power of the shares of classes that rules explain, divided by their sum: the larger, the more rules tell which class is likeliest, and the less how likely it is.',
    1,
  ),
};

/** Options of {@link ruleScores}. */
export type RuleScoresOptions = OptionsOf<typeof OPTIONS>;

/**
 * A few short rules that each add points where they hold, as in RuleFit [Friedman2008]: the sum is a number, or, cut to [0, 1], the shares of classes. Rules
 * join one after the other by orthogonal matching pursuit [Pati1993], the points of all fitted by least squares; then each is revised beside the others,
 * in turns as in [Carreira2018]. How many there are is decided on rows left out, then all learn from all. Several outputs share the rules.
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
        const rules = await ruleCount(data, columns, options, pause);
        const rows = await binnedRows(data, pause);
        const pursuit = pursuitOf(data, rows, columns, options, pause);
        for (let k = 0; k < rules && (await pursuit.add()); k++) await pause();
        for (let round = 0; round < options.rounds; round++)
          for (let k = 0; k < pursuit.rules.length; k++) {
            await pursuit.revise(k);
            await pause();
          }
        return modelOf(pursuit, data, rows, columns, notesOf(given, pursuit.rules.length));
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
  return powerBelow(half);
}

type Options = Required<RuleScoresOptions>;

type Pause = () => Promise<void>;

function pursuitOf(
  data: Dataset,
  rows: BinnedRows,
  columns: readonly FreeColumn[],
  options: Options,
  pause: Pause,
): Pursuit {
  const weights = data.weights ?? new Float64Array(data.size).fill(1);
  return new Pursuit(rows, weights, targetsOf(data, columns, options), options, pause);
}

function targetsOf(data: Dataset, columns: readonly FreeColumn[], { sharpen }: Options): Targets {
  const targets = sharpened(data, sharpen);
  return {
    columns: columns.map(({ at, scale }) => targets.column(at).map((value) => value / scale)),
    bounds: columns.map(({ scale, shares }): Bounds | undefined => shares && { lower: 0, upper: 1 / scale }),
  };
}

/** The targets with shares of classes taken to a power and divided by their sum. */
function sharpened(data: Dataset, power: number): Matrix {
  const targets = data.targets();
  if (power === 1) return targets;
  const sharp = new Matrix(targets.rows, targets.columns, targets.data.slice());
  for (let i = 0; i < sharp.rows; i++) {
    const row = sharp.row(i);
    for (const { start, width } of sharesOf(data)) {
      // Beside the largest share, so that no power of all is 0.
      const most = row[start + mostProbable(row, start, width)];
      for (let k = start; k < start + width; k++) row[k] = (row[k] / most) ** power;
      toShares(row, start, width);
    }
  }
  return sharp;
}

/** Rules in place of one whose points are beyond the largest double. Over their scale points are a few at most. */
const PIECES = 4;

const PARTS = 5;
/** Rows from which a part of them can decide. */
const FEW = 20;
/** Rows from which one part decides as well as all in turn. */
const MANY = 2000;

/** The number of rules that explain rows left out best; the fewest that explain enough of them. */
async function ruleCount(
  data: Dataset,
  columns: readonly FreeColumn[],
  options: Options,
  pause: Pause,
): Promise<number> {
  if (data.size < FEW) return options.maxRules;
  const trials = await trialsOf(data, columns, options, pause);
  if (trials.length === 0) return options.maxRules;
  const judge = () => trials.reduce((sum, { loss }) => sum + loss(), 0);
  const first = judge();
  let [best, least] = [0, first];
  for (let k = 1; k <= options.maxRules; k++) {
    let isAny = false;
    for (const { pursuit } of trials) isAny = (await pursuit.add()) || isAny;
    if (!isAny) break;
    await pause();
    const loss = judge();
    if (loss < least) [best, least] = [k, loss];
    if (loss <= (1 - options.enough) * first) return k;
  }
  return best;
}

/** Rules that learn all parts of the rows but one, and what they do not explain of that one. */
interface Trial {
  readonly pursuit: Pursuit;
  readonly loss: () => number;
}

async function trialsOf(
  data: Dataset,
  columns: readonly FreeColumn[],
  options: Options,
  pause: Pause,
): Promise<Trial[]> {
  const parts = partsOfData(data, PARTS);
  const turns = data.size < MANY ? PARTS : 1;
  const trials: Trial[] = [];
  for (let part = 0; part < turns; part++) {
    const { tested, kept } = split(parts, part);
    if (tested.length === 0 || kept.length === 0) continue;
    const [learned, left] = [data.select(kept), data.select(tested)];
    const pursuit = pursuitOf(learned, await binnedRows(learned, pause), columns, options, pause);
    const judge = leftOut(left, targetsOf(left, columns, options));
    trials.push({ pursuit, loss: () => judge(pursuit) });
  }
  return trials;
}

const ANY: Bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

/** What rules do not explain of rows that they were not made from: the weighted sum of squares. */
function leftOut(data: Dataset, { columns, bounds }: Targets): (pursuit: Pursuit) => number {
  const rows = ruleColumns(data);
  const covers: Uint8Array[] = [];
  return ({ rules, points }) => {
    for (const tests of rules.slice(covers.length)) covers.push(coverOf(rows, tests));
    return columns.reduce((total, target, q) => {
      const [mean, ...own] = points[q];
      const { lower, upper } = bounds[q] ?? ANY;
      return target.reduce((sum, value, i) => {
        const score = own.reduce((all, point, k) => (covers[k][i] === 1 ? all + point : all), mean);
        const said = Math.min(upper, Math.max(lower, score));
        return sum + (data.weights?.[i] ?? 1) * (value - said) ** 2;
      }, total);
    }, 0);
  };
}

function modelOf(
  pursuit: Pursuit,
  data: Dataset,
  rows: RuleColumns,
  columns: readonly FreeColumn[],
  notes: string[],
): RulesModel {
  const width = data.targets().columns;
  const rule = (tests: readonly Test[], k: number, pieces = 1): Rule => {
    const value = new Float64Array(width);
    for (const { start, width: own } of sharesOf(data)) value[start + own - 1] = k === 0 ? 1 : 0;
    columns.forEach(({ at, scale, shares }, q) => {
      value[at] = bounded((pursuit.points[q][k] / pieces) * scale);
      if (shares) value[shares.start + shares.width - 1] -= value[at];
    });
    return { tests, value, ...counted(coverOf(rows, tests), value, data) };
  };
  return new RulesModel({
    kind: 'rules',
    combine: 'sum',
    ...{ levels: rows.levels, shares: sharesOf(data) },
    rules: pursuit.rules.flatMap((tests, k) => {
      const isBeyond = columns.some(({ scale }, q) => !Number.isFinite(pursuit.points[q][k + 1] * scale));
      // Answers may be further from each other than any number tells.
      const pieces = isBeyond ? PIECES : 1;
      const piece = rule(tests, k + 1, pieces);
      return Array.from({ length: pieces }, () => piece);
    }),
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
