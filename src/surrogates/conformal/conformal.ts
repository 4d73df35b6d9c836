import { predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { ensure, show } from '../../core/errors.ts';
import { type ColumnTerms, type ExportableModel, isExportable } from '../../core/exportable.ts';
import { calling, definitionOf, factory, recipeOf } from '../../core/factory.ts';
import {
  type Health,
  hasLeaveOneOut,
  type Interval,
  type IntervalModel,
  isCrossValidated,
  isProbabilistic,
  type Model,
  type Posterior,
  type Surrogate,
} from '../../core/model.ts';
import { type OptionsOf, oneOf, option, required, whole } from '../../core/options.ts';
import type { Output } from '../../core/output.ts';
import { partsOfData } from '../../core/parts.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import { type OutputState, outputStates } from '../../core/state/data-state.ts';
import { bareState, type ModelState, type Restore, type SavableModel } from '../../core/state/model-state.ts';
import { FOLDS } from '../../kriging/fit/calibration.ts';
import { normalQuantile } from '../../numerics/distributions.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { composed, innermost } from '../composed.ts';
import { unseenNotes } from '../domain.ts';
import { mergedRows } from '../merging.ts';
import { outlierNotes } from '../outliers.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { adequacyOf } from './adequacy.ts';
import { type BetweenLevels, betweenLevels, betweenReach, widened } from './between-levels.ts';
import { boundTerms, rankedTerms, widenedTerms } from './bound-terms.ts';
import { conformalBounds, exactPlace, fewestScores, type Reach, reachOf } from './bounds.ts';
import { answersOf, type Judged, judge, type Scores, scaleOf, scoresOf, spreadOf } from './scores.ts';

/** Options of the intervals. */
const INTERVALS = {
  method: option(
    oneOf('auto', 'jackknife+', 'cv+', 'split', 'in-fit', 'leave-one-out'),
    "Where the errors at left-out rows come from. `jackknife+`: refits without each row; `cv+`: without each of `folds` parts [Barber2021]; `split`: one refit without one part [Lei2018]: these bound the coverage of exchangeable rows, by 1 - 2 (1 - level) the first two and by the level itself the last. `in-fit`: from the cross-validation that the fit made for itself, its tails drawn to those of Student's t with n / 8 degrees of freedom; `leave-one-out`: analytic; these are free, and too narrow where rows that are left out have shaped the model (its lengthscales, say). `auto`: `in-fit` where there is one, else `cv+`, from 1,000 rows on `split`.",
    'auto',
  ),
  folds: option(whole({ from: 2 }), 'Parts of `cv+` and `split`.', 10),
};

const OPTIONS = { surrogate: required(recipeOf('surrogate'), 'What gets the intervals.'), ...INTERVALS };

/** Options of {@link conformal}. */
export type ConformalOptions = OptionsOf<typeof INTERVALS>;

/** Where errors at left-out rows come from; {@link ConformalOptions} tells of each. */
export type ConformalMethod = 'jackknife+' | 'cv+' | 'split' | 'in-fit' | 'leave-one-out';

/** How errors at left-out rows came about. */
type Judging = ConformalMethod | 'few';

const REACHES: Readonly<Record<Judging, Reach>> = {
  'in-fit': 'pooled',
  few: 'sized',
  'leave-one-out': 'interpolated',
  'jackknife+': 'exact',
  'cv+': 'exact',
  split: 'exact',
};

/** From this many rows on one refit has to do. */
const MANY_ROWS = 1000;
/** Fewest rows whose errors tell how far an interval reaches, and most refits to find them where there are too few for ranks. */
const FEWEST_SIZED = 4;
const MOST_REFITS_OF_FEW = 10;
/** No spread is below this share of the largest answer. */
const LEAST_SHARE = 1e-12;
/** The default level. */
const LEVEL = 0.95;

const made = factory('conformal', OPTIONS, ({ surrogate, ...options }) =>
  recipe({
    name: surrogate.name,
    async fit(data, run, previous) {
      const model = await surrogate.fit(data, run, previous && innermost(previous));
      return withIntervals(surrogate, model, data, options, run);
    },
  }),
);

/**
 * Any surrogate with conformal intervals: errors at left-out rows, in units of the model's own spread where it has one, say how
 * far an answer may be from a prediction. With too few rows for that (below 19 for 95 %) the size of their errors says it, as far as Student's t
 * reaches with a fifth of the rows as degrees of freedom, and the health record tells that it is a guess; below 4 the interval is the model's own.
 */
export const conformal: <M extends Model>(
  surrogate: Surrogate<M>,
  options?: ConformalOptions,
) => Recipe<M & IntervalModel> = calling(
  <M extends Model>(surrogate: Surrogate<M>, options?: ConformalOptions) =>
    made({ ...options, surrogate }) as Recipe<M & IntervalModel>,
  definitionOf(made),
);

/** A fitted model with the intervals that {@link conformal} would give it. */
export async function withIntervals<M extends Model>(
  surrogate: Surrogate,
  model: M,
  given: Dataset,
  options: ConformalOptions,
  run: Run,
): Promise<M & IntervalModel> {
  const all = given.finite();
  // A point that was written down more than once is one score.
  const kept = mergedRows(all)?.kept;
  const data = kept ? all.select(kept) : all;
  const truth = data.targets();
  const scales = Array.from({ length: truth.columns }, (_, k) => LEAST_SHARE * scaleOf(truth, k));
  const few = data.size < fewestScores(LEVEL);
  const least = few ? FEWEST_SIZED : fewestScores(LEVEL);
  const [method, judged] =
    data.size < least ? [] : await judgedBy(surrogate, model, data, kept, { method: 'auto', ...options, few }, run);
  const reach = method && REACHES[method];
  const between =
    (options.method ?? 'auto') === 'auto' && data.size < MANY_ROWS
      ? await betweenLevels(surrogate, data, truth, childRun(run, 'between levels'))
      : undefined;
  const notes = few
    ? [
        judged
          ? `intervals are a guess from the size of errors: ${data.size} rows are too few for conformal ones, which need ${fewestScores(LEVEL)}`
          : `intervals are the model's own and too narrow: ${data.size} rows are too few to test them`,
      ]
    : [];
  const health = {
    ...model.health,
    notes: [...model.health.notes, ...notes, ...outlierNotes(data), ...unseenNotes(data)],
    ...(judged && { adequacy: adequacyOf(model, judged, data, kept, all.size) }),
  };
  const intervals = { few, least, scales, outputs: outputStates(data.outputs), health };
  return withBounds(model, { ...intervals, ...(judged && { judged, reach }), ...(between && { between }) });
}

/** What intervals are made of, beside the model. */
interface Intervals {
  readonly judged?: Judged;
  readonly reach?: Reach;
  readonly between?: BetweenLevels;
  /** Whether there are too few scores for ranks, and fewest with which they count. */
  readonly few: boolean;
  readonly least: number;
  /** The least spread that the model's own bounds are measured in, of each prediction column. */
  readonly scales: readonly number[];
  readonly outputs: readonly OutputState[];
  readonly health: Health;
}

/** A model with intervals as plain data. */
export interface IntervalState extends ModelState, Omit<Intervals, 'judged'> {
  readonly kind: 'with intervals';
  readonly model: ModelState;
  readonly scores?: readonly Scores[];
  /** The models that the scores are of; without them it is the model itself. */
  readonly judges?: readonly ModelState[];
}

/** The model of a state. */
export function restoreIntervals(
  { kind: _, data: __, model, scores, judges, ...rest }: IntervalState,
  restore: Restore,
): SavableModel {
  const own = restore(model);
  const judged = scores && { scores, models: judges?.map(restore) ?? [own] };
  return withBounds(own, { ...rest, ...(judged && { judged }) });
}

function withBounds<M extends Model>(model: M, intervals: Intervals): M & IntervalModel {
  const { judged, reach, between, few, least, scales, outputs, health } = intervals;
  const interval = (x: Matrix, level = LEVEL): Interval => {
    ensure(level > 0 && level < 1, 'invalid-argument', `interval: level must be in (0, 1), got ${show(level)}`);
    const most = few ? least : fewestScores(level);
    const enough = judged?.scores.every(({ residuals }) => residuals.length >= most);
    let asked: Posterior | undefined;
    const answers = (one: Model) => {
      if (one !== model) return answersOf(one, x);
      asked ??= answersOf(model, x);
      return asked;
    };
    const bounds =
      judged && reach && enough
        ? conformalBounds(judged, judged.models.map(answers), level, reach)
        : ownBounds(model, answers(model), level, scales);
    // The posterior of a class is no probability.
    const center = () => (outputs.some(({ classes }) => classes) ? model.predict(x) : answers(model).mean);
    const wide = between ? widened(bounds, between, center(), level) : bounds;
    return withinClasses(wide, outputs);
  };
  const terms = isExportable(model) && ((point: PointTerms) => boundedTerms(model, intervals, point, outputs));
  return composed(model, { interval, health, ...(terms && { terms }) }, (inner): IntervalState => {
    const { judged: _, ...rest } = intervals;
    const judges = judged?.models.every((judge) => judge !== model) && judged.models.map(bareState);
    return {
      ...{ kind: 'with intervals', model: inner, ...rest },
      ...(judged && { scores: judged.scores, ...(judges && { judges }) }),
    };
  });
}

/** The columns of the model with the bounds that its intervals have at 95 %; without them where a judge is no arithmetic. */
function boundedTerms(
  model: ExportableModel,
  intervals: Intervals,
  point: PointTerms,
  outputs: readonly Output[],
): readonly ColumnTerms[] {
  const { judged, reach, between, few, least, scales } = intervals;
  const own = model.terms(point, outputs);
  const most = few ? least : fewestScores(LEVEL);
  const scored = reach && judged?.scores.every(({ residuals }) => residuals.length >= most) ? judged : undefined;
  const factors = scored && reach && reachOf(scored, LEVEL, reach);
  const judges = scored?.models.map((judge) => {
    if (judge === model) return own;
    return isExportable(judge) ? judge.terms(point, outputs) : undefined;
  });
  if (judges?.includes(undefined)) return own;
  const reaches = between && betweenReach(between, LEVEL);
  return own.map((column, k) => {
    const predicted = judges?.map((columns) => (columns ?? own)[k]);
    const interval =
      scored && predicted
        ? factors
          ? boundTerms(predicted[0], factors[k], scored.scores[k].least)
          : rankedTerms(predicted, scored.scores[k], exactPlace(scored.scores[k].residuals.length, LEVEL))
        : column.variance && boundTerms(column, normalQuantile((1 + LEVEL) / 2), scales[k]);
    if (!interval) return column;
    return { ...column, interval: reaches ? widenedTerms(interval, column.mean, reaches[k]) : interval };
  });
}

async function judgedBy(
  surrogate: Surrogate,
  model: Model,
  data: Dataset,
  kept: readonly number[] | undefined,
  { method, folds = 10, few }: ConformalOptions & { readonly few: boolean },
  run: Run,
): Promise<[Judging, Judged]> {
  const truth = data.targets();
  const own = ({ mean, variance }: Posterior): Posterior =>
    kept ? { mean: mean.select(kept), variance: variance.select(kept) } : { mean, variance };
  if ((method === 'auto' || method === 'in-fit') && isCrossValidated(model)) {
    const scores = scoresOf(truth, own(model.crossValidation()), partsOfData(data, FOLDS));
    const wide = predictionColumns(data.outputs).filter((_, k) => !data.outputs[k].classes);
    const least = few ? FEWEST_SIZED : fewestScores(LEVEL);
    if (wide.every(({ start }) => scores[start].residuals.length >= least))
      return [few ? 'few' : 'in-fit', { models: [model], scores }];
  }
  if (method === 'leave-one-out' && hasLeaveOneOut(model))
    return [method, { models: [model], scores: scoresOf(truth, own(model.leaveOneOut())) }];
  const n = data.size;
  const refits = childRun(run, 'conformal');
  if (few) {
    const parts = Math.min(MOST_REFITS_OF_FEW, n);
    const { scores } = await judge(surrogate, data, truth, { folds: parts, parts }, refits);
    return ['few', { models: [model], scores }];
  }
  if (method === 'split' || (method !== 'jackknife+' && method !== 'cv+' && n >= MANY_ROWS)) {
    // A part of fewer than 19 rows would promise nothing.
    const parts = Math.max(2, Math.min(folds, Math.floor(n / fewestScores(LEVEL))));
    return ['split', await judge(surrogate, data, truth, { folds: parts, parts: 1 }, refits)];
  }
  const count = method === 'jackknife+' ? n : Math.min(folds, n);
  return [
    method === 'jackknife+' ? method : 'cv+',
    await judge(surrogate, data, truth, { folds: count, parts: count }, refits),
  ];
}

/** Normal bounds of the model itself; without limits where it has no variance. */
function ownBounds(model: Model, { mean, variance }: Posterior, level: number, scales: readonly number[]): Interval {
  const z = isProbabilistic(model) ? normalQuantile((1 + level) / 2) : Number.POSITIVE_INFINITY;
  const side = (sign: number) =>
    new Matrix(
      mean.rows,
      mean.columns,
      mean.data.map((m, i) => m + sign * z * spreadOf(variance.data[i], scales[i % mean.columns])),
    );
  return { lower: side(-1), upper: side(1) };
}

/** Probabilities stay in [0, 1]. */
function withinClasses(bounds: Interval, outputs: readonly OutputState[]): Interval {
  predictionColumns(outputs).forEach(({ start, width }, k) => {
    if (!outputs[k].classes) return;
    for (const { rows, columns, data } of [bounds.lower, bounds.upper])
      for (let i = 0; i < rows; i++)
        for (let c = start; c < start + width; c++)
          data[i * columns + c] = Math.min(1, Math.max(0, data[i * columns + c]));
  });
  return bounds;
}
