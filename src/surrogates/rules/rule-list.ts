import { mostProbable, type OutputColumns, predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { ensure, show } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { type OptionsOf, option, positive, text, whole } from '../../core/options.ts';
import { pauser } from '../../core/pause.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import type { ReadableModel, Rule, RuleStructure, Test } from '../../core/structure.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { meanOfRows } from '../row-mean.ts';
import { rowNotes } from '../row-notes.ts';
import { RulesModel } from './model.ts';
import { type Cases, coverOf, type RuleRows, ruleRows } from './rule-rows.ts';
import { learnRuleSet } from './rule-set.ts';

const OPTIONS = {
  output: option(text, 'The class that rules are learned for; it may be left out where there is one.'),
  maxRules: option(
    whole({ from: 1, infinite: true }),
    'Most rules beside the last one, which has no tests.',
    Number.POSITIVE_INFINITY,
  ),
  maxTests: option(whole({ from: 1, infinite: true }), 'Most tests of a rule.', Number.POSITIVE_INFINITY),
  minRows: option(positive, 'Least weight of the rows that a rule covers while it grows.', 2),
  rounds: option(whole({ from: 0 }), 'How often every rule is held against one grown anew and one grown longer.', 2),
};

/** Options of {@link ruleList}. */
export type RuleListOptions = OptionsOf<typeof OPTIONS>;

/**
 * A list of rules for a class, learned in the manner of RIPPER [Cohen1995]: class after class, the rarest first, rules are grown by information
 * gain, pruned on rows that did not grow them, added as long as that describes the rows shorter, and revised. The first rule that
 * holds answers with the shares of the rows that it covers, and with the mean of other outputs there; the last one has no tests.
 * Which rules there are follows the likeliest class of each row.
 */
export const ruleList: Factory<RuleListOptions, Recipe<ReadableModel<RuleStructure> & SavableModel>> = factory(
  'ruleList',
  OPTIONS,
  ({ output, ...options }) =>
    recipe({
      name: 'rule list',
      usesWeights: true,
      async fit(given, run) {
        const pause = pauser(run);
        await pause();
        const data = given.finite();
        ensure(data.size > 0, 'no-data', `rules need at least one completed row, got ${given.size} failed ones`);
        const { labels, classes } = labelsOf(data, output);
        const rows = await ruleRows(data, pause);
        const weights = data.weights ?? new Float64Array(data.size).fill(1);
        const found: Test[][] = [];
        const open = new Uint8Array(data.size).fill(1);
        const order = rarestFirst(labels, weights, classes);
        for (const label of order.slice(0, -1)) {
          await pause();
          const cases = casesOf(label, labels, weights, open);
          for (const tests of learnRuleSet(rows, cases, options, run.rng.child(label))) {
            found.push(tests);
            coverOf(rows, tests).forEach((inside, i) => {
              if (inside === 1) open[i] = 0;
            });
          }
        }
        const kept = fewest(rows, found, labels, weights, options.maxRules);
        const rules = rulesOf(rows, kept, data, labels, weights);
        return new RulesModel({
          kind: 'rules',
          combine: 'first',
          ...{ levels: rows.levels, shares: sharesOf(data) },
          ...{ rules: rules.slice(0, -1), otherwise: rules[rules.length - 1] },
          health: { points: data.size, notes: notesOf(given, rules.length - 1) },
        });
      },
    }),
);

/** Where the shares of classes stand in a prediction. */
export function sharesOf({ outputs }: Dataset): OutputColumns[] {
  return predictionColumns(outputs).filter((_, k) => outputs[k].classes);
}

/** What is worth saying of a fit of rules. */
export function notesOf(given: Dataset, rules: number): string[] {
  const notes = rowNotes(given.finite().size, given.size);
  return rules > 0 ? notes : [...notes, 'there is no rule: the answer is the mean everywhere'];
}

/** The class of each row: of the output that is named, or of the only one. */
function labelsOf(data: Dataset, name: string | undefined) {
  const classes = data.outputs.filter((output) => output.classes);
  const known = classes.map((output) => output.name).join(', ') || 'none';
  const wrong = () =>
    classes.length === 0
      ? `ruleList: rules are learned for one class, and no output has classes: ${data.outputs.map((output) => output.name).join(', ')}; take decisionTree or ruleScores`
      : name === undefined
        ? `ruleList: rules are learned for one class, and the outputs with classes are: ${known}; name one by output`
        : `ruleList: output ${show(name)} is not among those with classes: ${known}`;
  const index = data.outputs.findIndex(
    (output) => output.classes && (name === undefined ? classes.length === 1 : output.name === name),
  );
  ensure(index >= 0, 'invalid-data', wrong);
  const { start, width } = predictionColumns(data.outputs)[index];
  const targets = data.targets();
  const labels = Int32Array.from({ length: data.size }, (_, i) => mostProbable(targets.row(i), start, width));
  return { labels, classes: width };
}

/** The classes that there are, by the weight of their rows; the most frequent comes last. */
function rarestFirst(labels: Int32Array, weights: Float64Array, classes: number): number[] {
  const sums = new Float64Array(classes);
  labels.forEach((label, i) => {
    sums[label] += weights[i];
  });
  return [...sums.keys()].filter((label) => sums[label] > 0).sort((a, b) => sums[a] - sums[b] || a - b);
}

function casesOf(label: number, labels: Int32Array, weights: Float64Array, open: Uint8Array): Cases {
  const count = (is: boolean) =>
    weights.map((weight, i) => (open[i] === 1 && (labels[i] === label) === is ? weight : 0));
  return { positive: count(true), negative: count(false) };
}

/** The row's rule in a list: the first that covers it, the number of rules where none does. */
function firstOf(covers: readonly Uint8Array[], i: number, left: readonly boolean[]): number {
  for (let k = 0; k < covers.length; k++) if (left[k] && covers[k][i] === 1) return k;
  return covers.length;
}

/** At most `maxRules` of the rules, in their order: rules are dropped one by one, each time the one whose loss costs the fewest rows. */
function fewest(
  rows: RuleRows,
  rules: readonly Test[][],
  labels: Int32Array,
  weights: Float64Array,
  maxRules: number,
): Test[][] {
  const covers = rules.map((tests) => coverOf(rows, tests));
  const left = rules.map(() => true);
  const wrongWithout = (out: number) => {
    const now = left.map((isLeft, k) => isLeft && k !== out);
    const sums = rules.concat([[]]).map(() => new Map<number, number>());
    for (let i = 0; i < rows.size; i++) {
      const own = sums[firstOf(covers, i, now)];
      own.set(labels[i], (own.get(labels[i]) ?? 0) + weights[i]);
    }
    return sums.reduce((wrong, own) => {
      const all = [...own.values()];
      return wrong + all.reduce((sum, weight) => sum + weight, 0) - Math.max(0, ...all);
    }, 0);
  };
  while (left.filter(Boolean).length > maxRules) {
    const losses = rules.map((_, k) => (left[k] ? wrongWithout(k) : Number.POSITIVE_INFINITY));
    left[losses.indexOf(Math.min(...losses))] = false;
  }
  return rules.filter((_, k) => left[k]);
}

/** The rules with what the rows say that each is the first to cover; one that is never the first is left out. The last has no tests. */
function rulesOf(
  rows: RuleRows,
  tests: readonly Test[][],
  data: Dataset,
  labels: Int32Array,
  weights: Float64Array,
): Rule[] {
  const covers = tests.map((own) => coverOf(rows, own));
  const all = covers.map(() => true);
  const parts: number[][] = [...tests, []].map(() => []);
  for (let i = 0; i < data.size; i++) parts[firstOf(covers, i, all)].push(i);
  const everyone = Array.from({ length: data.size }, (_, i) => i);
  return parts.flatMap((own, k) => {
    const isLast = k === tests.length;
    if (own.length === 0 && !isLast) return [];
    const counted = own.length > 0 ? own : everyone;
    const { value, precision, count } = told(data, counted, labels, weights);
    return [{ tests: isLast ? [] : tests[k], value, count: own.length > 0 ? count : 0, precision }];
  });
}

/** The mean of the targets over some rows, the share of their commonest class, and what they weigh together. */
function told(data: Dataset, own: readonly number[], labels: Int32Array, weights: Float64Array) {
  const byClass = new Map<number, number>();
  let count = 0;
  for (const i of own) {
    count += weights[i];
    byClass.set(labels[i], (byClass.get(labels[i]) ?? 0) + weights[i]);
  }
  return { value: meanOfRows(data, own), count, precision: Math.min(1, Math.max(...byClass.values()) / count) };
}
