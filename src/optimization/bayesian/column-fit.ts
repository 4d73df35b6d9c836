import type { Dataset } from '../../core/dataset.ts';
import { hasLeaveOneOut, type ProbabilisticModel, type Surrogate } from '../../core/model.ts';
import { childRun, type Run } from '../../core/run.ts';
import { logNormalCdf } from '../../numerics/distributions.ts';
import { mean } from '../../numerics/statistics.ts';
import { type Column, type ModeledColumn, relabeled } from './columns.ts';
import { BAYESIAN_POLICY } from './policy.ts';
import { constraintTransforms, frontTransforms, identity, objectiveTransforms, type Transform } from './transform.ts';

/** A column under the transform that was chosen. */
export interface FittedColumn<M extends ProbabilisticModel> extends ModeledColumn {
  readonly model: M;
  /** The transforms that were tried, and the fits to all rows under those that may be tried again. */
  readonly tried: readonly { readonly kind: string; readonly model: M | undefined }[];
}

/**
 * Fits a column under the transform with the best leave-one-out likelihood of the raw values, of a constraint near its limit. Where the surrogate can
 * search again from an earlier fit, transforms of an objective are compared so, from the fit without one, and the winner is then fitted whole. Those of
 * a constraint are all fitted whole: a tail hundreds of times as long as the limit is large leads a search that begins without a transform astray.
 */
export async function fitColumn<M extends ProbabilisticModel>(
  column: Column,
  data: Dataset,
  surrogate: Surrogate<M>,
  run: Run,
): Promise<FittedColumn<M>> {
  const { text, values } = column;
  const transforms = transformsOf(column);
  const n = values.length;
  const isPart = n > BAYESIAN_POLICY.fit.mostCompared && transforms.length > 1;
  const rows = isPart
    ? Array.from({ length: BAYESIAN_POLICY.fit.mostCompared }, (_, i) =>
        Math.floor((i * n) / BAYESIAN_POLICY.fit.mostCompared),
      )
    : undefined;
  const [part, y] = rows ? [data.select(rows), Float64Array.from(rows, (i) => values[i])] : [data, values];
  const compare = rows ? childRun(run, 'compare') : run;
  const plain = await surrogate.fit(relabeled(part, text, y.map(transforms[0].apply)), childRun(compare, 'identity'));
  const models: (M | undefined)[] = [plain];
  if (hasLeaveOneOut(plain))
    for (let k = 1; k < transforms.length; k++) {
      const labeled = relabeled(part, text, y.map(transforms[k].apply));
      const own = childRun(compare, `transform/${k}`);
      const refit = column.kind === 'constraint' ? undefined : surrogate.refit;
      models.push(await (refit?.(labeled, own, plain) ?? surrogate.fit(labeled, own)));
    }
  const scores = scoresOf(models, transforms, { ...column, values: y });
  const k = bestOf(scores);
  const transform = transforms[k];
  const isWhole = !rows && (k === 0 || !surrogate.refit || column.kind === 'constraint');
  const whole = isWhole ? undefined : await surrogate.fit(relabeled(data, text, values.map(transform.apply)), run);
  const model = whole ?? (models[k] as M);
  const isClose = (i: number) => !rows && scores[i] > scores[k] - BAYESIAN_POLICY.fit.hopelessBehind;
  const tried = transforms.map(({ kind }, i) => ({
    kind,
    model: i === k ? model : isClose(i) ? models[i] : undefined,
  }));
  return { model, transform, tried };
}

/** The column with more rows: what was tried is searched again from where it was. Undefined when others are to be tried. */
export async function refitColumn<M extends ProbabilisticModel>(
  column: Column,
  data: Dataset,
  surrogate: Surrogate<M>,
  { tried }: FittedColumn<M>,
  run: Run,
): Promise<ModeledColumn | undefined> {
  const { text, values } = column;
  const transforms = transformsOf(column);
  const isSame = transforms.length === tried.length && transforms.every(({ kind }, k) => kind === tried[k].kind);
  if (!surrogate.refit || !isSame) return undefined;
  const models: (M | undefined)[] = [];
  for (const [k, { apply }] of transforms.entries()) {
    const before = tried[k].model;
    const labeled = relabeled(data, text, values.map(apply));
    models.push(before && (await surrogate.refit(labeled, childRun(run, k), before)));
  }
  const k = bestOf(scoresOf(models, transforms, column));
  return { model: models[k] as M, transform: transforms[k] };
}

function transformsOf({ kind, values, bound, limit }: Column): Transform[] {
  if (values.length < BAYESIAN_POLICY.fit.transformsFrom) return [identity];
  if (kind === 'front') {
    const most = bound?.(values.length);
    return most === undefined ? [identity] : frontTransforms(values, most);
  }
  return kind === 'objective' ? objectiveTransforms(values) : constraintTransforms(values, limit);
}

/** The models' scores; the only one's is 0, and that of none -Infinity. */
function scoresOf(
  models: readonly (ProbabilisticModel | undefined)[],
  transforms: readonly Transform[],
  { kind, values }: Column,
): number[] {
  const scoreOf = kind === 'constraint' ? limitScore : leaveOneOutScore;
  const isAlone = models.filter((model) => model).length === 1;
  return models.map((model, k) => {
    if (!model) return Number.NEGATIVE_INFINITY;
    return isAlone ? 0 : scoreOf(model, transforms[k], values);
  });
}

/** The number of the highest score; NaN is none. */
function bestOf(scores: readonly number[]): number {
  return scores.reduce((best, score, k) => (score > scores[best] || Number.isNaN(scores[best]) ? k : best), 0);
}

/** Mean log predictive density of each value by a model that has not seen it; NaN when the model cannot say, or in vain. */
function leaveOneOutScore(model: ProbabilisticModel, transform: Transform, values: Float64Array): number {
  return mean(densities(model, transform, values).map(({ density }) => density));
}

/** The same of the values that are nearest to the limit, and the mean log probability of the side of it on which each value is. */
function limitScore(model: ProbabilisticModel, transform: Transform, values: Float64Array): number {
  const rows = densities(model, transform, values);
  const nearest = [...rows.keys()].sort((a, b) => Math.abs(values[a]) - Math.abs(values[b]) || a - b);
  const near = nearest.slice(0, Math.ceil(BAYESIAN_POLICY.fit.nearLimitShare * rows.length));
  return mean(near.map((i) => rows[i].density)) + mean(rows.map(({ side }) => side));
}

/** What a model that has not seen a value tells of it: the log density, and the log probability of its side of 0. */
function densities(
  model: ProbabilisticModel,
  transform: Transform,
  values: Float64Array,
): { readonly density: number; readonly side: number }[] {
  if (!hasLeaveOneOut(model)) return [];
  const left = model.leaveOneOut();
  return Array.from(values, (value, i) => {
    const [center, spread] = [left.mean.get(i, 0), left.variance.get(i, 0)];
    const error = transform.apply(value) - center;
    return {
      density: transform.logSlope(value) - 0.5 * (Math.log(spread) + (error * error) / spread),
      side: logNormalCdf((value > 0 ? center : -center) / Math.sqrt(spread)),
    };
  });
}
