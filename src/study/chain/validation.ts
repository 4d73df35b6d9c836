import { columnCount } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import {
  isCrossValidated,
  isNoisy,
  isProbabilistic,
  type Model,
  type Posterior,
  type Surrogate,
} from '../../core/model.ts';
import type { Output } from '../../core/output.ts';
import { partsOfData, split } from '../../core/parts.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { type Fold, levelFolds } from '../../surrogates/level-folds.ts';
import { type Fidelity, fidelityOf, type Predictions } from './fidelity.ts';

const FOLDS = 10;
/** The same from this many rows on, where a fit takes longer and a part is large enough. */
const FEWER_FOLDS = 5;
const SOME_ROWS = 50;
/** Fewest rows of a cross-validation in the fit that count. */
const FEWEST = 20;
/** From this many rows on one of the folds is enough to judge by. */
const MANY_ROWS = 1000;

/**
 * The student's fidelity on points that it learned, each predicted by a fit that had not learned it: by the cross-validation in its fit,
 * unless the model was chosen by that, else by refits of ten folds (from 50 rows on five, from 1,000 on one of them). Analytic
 * leave-one-out is not asked: its hyper-parameters, kernel and transform have seen the point. Of rows on a grid whole levels are left out as
 * well, and what tells less is believed.
 */
export async function crossFidelity(surrogate: Surrogate, model: Model, data: Dataset, run: Run): Promise<Fidelity[]> {
  const finite = data.finite();
  const within = await partFidelity(surrogate, model, finite, run);
  const levels = levelFolds(finite);
  if (levels.length === 0) return within;
  const between = await refitted(surrogate, finite, levels, childRun(run, 'levels'));
  return within.map((one, k) => (between[k].q2 < one.q2 ? between[k] : one));
}

/** The fidelity at rows of random parts. */
async function partFidelity(surrogate: Surrogate, model: Model, data: Dataset, run: Run): Promise<Fidelity[]> {
  const known = isCrossValidated(model) && !model.composed ? knownRows(data, model.crossValidation()) : undefined;
  if (known) return fidelityOf(data.outputs, known.truth, known, 'cross-validation');
  const parts = Math.min(data.size < SOME_ROWS ? FOLDS : FEWER_FOLDS, data.size);
  const partOf = partsOfData(data, parts);
  const folds = Array.from({ length: data.size < MANY_ROWS ? parts : 1 }, (_, fold) => split(partOf, fold));
  return refitted(surrogate, data, folds, run);
}

/** The fidelity at the rows of each fold, of refits without it. */
async function refitted(surrogate: Surrogate, data: Dataset, folds: readonly Fold[], run: Run): Promise<Fidelity[]> {
  const answers: Judged[] = [];
  for (const [fold, { tested, kept }] of folds.entries()) {
    throwIfCancelled(run);
    if (tested.length > 0 && kept.length > 0) {
      const fitted = await surrogate.fit(data.select(kept), childRun(run, `fold/${fold}`));
      answers.push(judged(fitted, data.select(tested)));
    }
    run.progress?.({ phase: 'cross-validation', done: fold + 1, total: folds.length });
  }
  return foldedFidelity(data.outputs, answers);
}

/** What was answered at some rows (n x c), and what a model that had not learned them says of them. */
export interface Judged extends Predictions {
  readonly truth: Matrix;
}

/** What the model says of the rows, noise included. */
export function judged(model: Model, data: Dataset): Judged {
  const [{ x }, truth] = [data, data.targets()];
  if (isNoisy(model)) return { truth, ...model.observation(x) };
  return { truth, ...(isProbabilistic(model) ? model.posterior(x) : { mean: model.predict(x) }) };
}

/** The fidelity on rows that were left out part by part. */
export function foldedFidelity(outputs: readonly Output[], folds: readonly Judged[]): Fidelity[] {
  const stacked = (matrices: readonly Matrix[]) => matrices.reduce((all, one) => all.stack(one));
  const variances = folds.flatMap(({ variance }) => (variance ? [variance] : []));
  if (folds.length === 0)
    return fidelityOf(outputs, new Matrix(0, columnCount(outputs)), { mean: new Matrix(0, 1) }, 'cross-validation');
  const predictions = {
    mean: stacked(folds.map(({ mean }) => mean)),
    ...(variances.length === folds.length && { variance: stacked(variances) }),
  };
  return fidelityOf(outputs, stacked(folds.map(({ truth }) => truth)), predictions, 'cross-validation');
}

/** The model's fidelity on other points than it was trained on. */
export function holdoutFidelity(model: Model, holdout: Dataset): Fidelity[] {
  const data = holdout.finite();
  const { x } = data;
  const predictions = isProbabilistic(model) ? model.posterior(x) : { mean: model.predict(x) };
  return fidelityOf(data.outputs, data.targets(), predictions, 'holdout');
}

/** The rows that the fit's own cross-validation predicted in every column; undefined when they are too few to judge by. */
function knownRows(data: Dataset, { mean, variance }: Posterior): (Posterior & { readonly truth: Matrix }) | undefined {
  const { size } = data;
  const rows = Array.from({ length: size }, (_, i) => i).filter((i) => !mean.row(i).some(Number.isNaN));
  if (rows.length < Math.min(size, FEWEST)) return undefined;
  return { truth: data.targets().select(rows), mean: mean.select(rows), variance: variance.select(rows) };
}
