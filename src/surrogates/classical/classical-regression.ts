import { completedRows, type Dataset } from '../../core/dataset.ts';
import { ensure, show } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import {
  type CheckedOptions,
  type OptionsOf,
  oneOf,
  option,
  positive,
  required,
  text,
  whole,
} from '../../core/options.ts';
import { pauser } from '../../core/pause.ts';
import type { Run } from '../../core/run.ts';
import { FeatureMap } from '../../core/space/feature-map.ts';
import { outputStates } from '../../core/state/data-state.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import { targetColumns } from '../../kriging/response/target.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { bounded, standardize } from '../standardize.ts';
import { chooseRidge, planeThrough, ridgeThrough } from './all-inputs.ts';
import type { Regressions } from './curves.ts';
import { type ClassicalKind, type CurveKind, isCurve, KINDS } from './kinds.ts';
import { ClassicalModel, type ColumnFormula } from './model.ts';
import { closestCurve, numericInputs } from './one-input.ts';

const OPTIONS = {
  kind: required(
    oneOf(...KINDS),
    "Of one input: `simple` (a line), `polynomial`, `exponential` (b e^(a x)), `power` (a x^b, in the author's units), `theil-sen` (a line that up to 29 % of the rows may contradict [Sen1968]) and `robust-polynomial` (least median of squares [Rousseeuw1984]). Of all inputs: `multiple` (a plane) and `kernel-ridge` (a Gaussian kernel [SaundersGammermanVovk1998]).",
  ),
  input: option(
    text,
    'The parameter that a curve is of. Default the one whose curve is closest to the rows, for each output.',
  ),
  degree: option(whole({ from: 1, to: 10 }), 'Of a polynomial.', 2),
  ridge: option(positive, 'Of kernel ridge: what is added to the diagonal. Default by the error at left-out rows.'),
  width: option(
    positive,
    'Of kernel ridge: the width of the kernel in units of the cube. Default by the error at left-out rows.',
  ),
};

/** Options of {@link classicalRegression}. */
export type ClassicalRegressionOptions = OptionsOf<typeof OPTIONS>;

/** Rows that methods whose memory or time grows faster than n have to do with; others are drawn from the data. */
const MOST_ROWS: Partial<Readonly<Record<ClassicalKind, number>>> = { 'theil-sen': 1500, 'kernel-ridge': 1000 };
const NAMES: Readonly<Record<ClassicalKind, string>> = {
  simple: 'line',
  polynomial: 'polynomial of one input',
  exponential: 'exponential',
  power: 'power law',
  'theil-sen': 'Theil-Sen line',
  'robust-polynomial': 'robust polynomial',
  multiple: 'multiple linear regression',
  'kernel-ridge': 'kernel ridge regression',
};

/**
 * The classical regressions of the package ml-regression. A class is one column of 0 and 1 for each of its names. Where the rows do not
 * determine what was asked for the mean answers, and the health says so. No variances: see {@link conformal}.
 */
export const classicalRegression: Factory<ClassicalRegressionOptions, Recipe<SavableModel>> = factory(
  'classicalRegression',
  OPTIONS,
  (options) => {
    check(options);
    const { kind } = options;
    return recipe({
      name: NAMES[kind],
      async fit(given, run): Promise<SavableModel> {
        const pause = pauser(run);
        await pause();
        const completed = completedRows(given, `a ${NAMES[kind]}`);
        const of = await import('ml-regression');
        await pause();
        const data = fewerRows(completed, MOST_ROWS[kind] ?? Number.POSITIVE_INFINITY, run);
        const targets = targetColumns(data.outputs, data.targets());
        const constant = targets.filter(({ values }) => values.every((value) => value === values[0]));
        const names = constant.map(({ name }) => name);
        const notes = rowNotes(completed.size, given.size, names);
        if (data.size < completed.size) notes.push(`${data.size} of ${completed.size} rows were used, drawn at random`);
        const formulas = isCurve(kind)
          ? curves(kind, options, of, data, run, notes)
          : await surfaces(kind, options, of, data, run, notes);
        const { parameters } = data.space;
        const outputs = outputStates(data.outputs);
        const health = { points: completed.size, notes };
        return new ClassicalModel({ kind: 'classical regression', parameters, outputs, formulas, health }, data.space);
      },
    });
  },
);

function curves(
  kind: CurveKind,
  { input, degree }: CheckedOptions<typeof OPTIONS>,
  of: Regressions,
  data: Dataset,
  run: Run,
  notes: string[],
): ColumnFormula[] {
  const { space, outputs, x } = data;
  const all = numericInputs(kind, space);
  const inputs = input === undefined ? all : all.filter(({ name }) => name === input);
  ensure(
    input === undefined || inputs.length === 1,
    'invalid-argument',
    `classicalRegression: input must be a numeric parameter, got ${show(input)}; known: ${all.map(({ name }) => name).join(', ')}`,
  );
  return targetColumns(outputs, data.targets()).map(({ name, values }): ColumnFormula => {
    const { scale, deviation, mean } = standardize(values);
    const center: ColumnFormula = { kind: 'constant', value: bounded(mean * scale) };
    if (deviation === 0) return center;
    const scaled = values.map((value) => value / scale);
    const found = closestCurve(kind, degree, of, inputs, space, x, scaled, run.rng.child(name));
    notes.push(found ? `${name}: a ${NAMES[kind]} in ${found.input.name}` : `${name}: ${whyNot(kind, inputs.length)}`);
    return found ? { kind: 'curve', ...found, scale } : center;
  });
}

function whyNot(kind: CurveKind, inputs: number): string {
  const reasons =
    inputs === 0
      ? 'no input is a number'
      : kind === 'exponential' || kind === 'power'
        ? `its answers${kind === 'power' ? ' or each input' : ''} are not of one sign`
        : 'the rows do not determine one';
  return `no ${NAMES[kind]}, ${reasons}: the mean answers`;
}

async function surfaces(
  kind: 'multiple' | 'kernel-ridge',
  { ridge, width }: ClassicalRegressionOptions,
  of: Regressions,
  data: Dataset,
  run: Run,
  notes: string[],
): Promise<ColumnFormula[]> {
  const { space, outputs, x } = data;
  const map = new FeatureMap(space.columns);
  const rows = Array.from({ length: x.rows }, (_, i) => [...map.at(x.row(i))]);
  const targets = targetColumns(outputs, data.targets()).map(({ values }) => standardize(values));
  const pause = pauser(run);
  const settings =
    kind === 'kernel-ridge'
      ? chooseRidge(
          of,
          data,
          rows,
          targets.map(({ values }) => values),
          { ridge, width },
        )
      : undefined;
  if (settings) notes.push(`kernel ridge of width ${settings.width.toPrecision(2)} and ridge ${settings.ridge}`);
  const formulas: ColumnFormula[] = [];
  for (const { values, mean, deviation, scale } of targets) {
    await pause();
    if (deviation === 0) formulas.push({ kind: 'constant', value: bounded(mean * scale) });
    else {
      const surface = settings ? ridgeThrough(of, rows, values, settings) : planeThrough(of, rows, values);
      formulas.push({ kind: 'surface', surface, mean, deviation, scale });
    }
  }
  return formulas;
}

/** At most `most` of the rows, drawn at random, in their order. */
function fewerRows(data: Dataset, most: number, run: Run): Dataset {
  if (data.size <= most) return data;
  return data.select([...run.rng.child('rows').permutation(data.size).slice(0, most)].sort((a, b) => a - b));
}

/** What is of another kind would be without effect. */
function check({ kind, input, ridge, width }: ClassicalRegressionOptions): void {
  ensure(
    input === undefined || isCurve(kind),
    'invalid-argument',
    `classicalRegression: ${kind} knows every input, got input ${show(input)}`,
  );
  for (const [name, value] of Object.entries({ ridge, width }))
    ensure(
      value === undefined || kind === 'kernel-ridge',
      'invalid-argument',
      `classicalRegression: ${name} is a positive number of kernel-ridge, got ${show(value)} of ${kind}`,
    );
}
