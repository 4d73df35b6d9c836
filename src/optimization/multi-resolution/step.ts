import type { Dataset } from '../../core/dataset.ts';
import { recipeOf } from '../../core/factory.ts';
import type { ResolvedModel } from '../../core/model.ts';
import type { AcquisitionView, Criterion, Knowledge, Suggestion } from '../../core/optimizer.ts';
import { type CheckedOptions, required } from '../../core/options.ts';
import { INFEASIBLE } from '../../core/problem.ts';
import { childRun, type Run } from '../../core/run.ts';
import { PointSet } from '../../core/space/point-set.ts';
import { unseenPoint } from '../../core/space/space-points.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { logExpectedImprovement } from '../acquisition/log-expected-improvement.ts';
import { lowerConfidenceBound } from '../acquisition/lower-confidence-bound.ts';
import { canExplore, type Exploration, explorationsOf } from '../basins/exploration.ts';
import { isPromising, outsideBasin, type Remainder } from '../basins/other-basins.ts';
import type { CheckpointedColumns } from '../bayesian/checkpoints.ts';
import { fantasize, type ModelData, type ModeledColumn, modelData } from '../bayesian/columns.ts';
import { forecastOf, type SearchRecord } from '../bayesian/forecast.ts';
import { admission, designPoint } from '../bayesian/initial-design.ts';
import { MODELED } from '../bayesian/options.ts';
import { bestRows, feasibleRows, negated, pick, viewOf } from '../bayesian/view.ts';
import { successModel } from '../failures/answer-model.ts';
import { multiStart } from '../inner-search/multi-start.ts';
import { designSizes } from './design.ts';
import { MULTI_RESOLUTION_POLICY } from './policy.ts';
import { sharesAt } from './shares.ts';
import type { ResolutionSlice } from './slice.ts';

/** What the options of `multiResolution` are. */
export const MULTI_RESOLUTION = {
  surrogate: required(
    recipeOf('resolved surrogate'),
    'Fitted to every objective and constraint that reads outputs, to the answers of all levels together.',
  ),
  ...MODELED,
};

/** Costs that are whole but for their rounding are whole. */
export const ROUNDING = 1e-9;

/** A point without its resolution, and the level to run it at. */
export interface Choice {
  readonly u: Float64Array;
  readonly level: number;
}

/** A choice in another basin, and what a run there promises: to beat the best answer of all. */
export interface OtherBasin extends Choice {
  readonly forecast: Partial<Suggestion>;
}

/** One call of `suggest`: what is fitted once and used for each of its points. */
export class MultiResolutionStep {
  readonly #slice: ResolutionSlice;
  readonly #knowledge: Knowledge;
  readonly #options: CheckedOptions<typeof MULTI_RESOLUTION>;
  readonly #columns: CheckpointedColumns<ResolvedModel>;
  readonly #run: Run;
  readonly #known: ModelData;
  /** The rows that were paid for, known or not. */
  readonly #paid: Matrix;
  #fitted: Promise<(ModeledColumn | undefined)[]> | undefined;

  constructor(
    slice: ResolutionSlice,
    knowledge: Knowledge,
    options: CheckedOptions<typeof MULTI_RESOLUTION>,
    columns: CheckpointedColumns<ResolvedModel>,
    run: Run,
    paid = knowledge.history.x,
  ) {
    this.#slice = slice;
    this.#paid = paid;
    this.#knowledge = knowledge;
    this.#options = options;
    this.#columns = columns;
    this.#run = run;
    this.#known = modelData(slice.everywhere, knowledge.history);
  }

  /** A new point that takes those in flight into account; undefined when a finite space is exhausted. */
  async next(pending: Matrix, remaining: number): Promise<Choice | undefined> {
    return this.#initial(pending, remaining) ?? this.#best(pending, remaining);
  }

  /**
   * Once the best answer is settled, a new point in another basin by a model of the answers there (`columns`), coarse ones included: coarse runs that
   * are right about the basin that is known say nothing of the others. Undefined when none promises anything.
   */
  async otherBasin(
    pending: Matrix,
    remaining: number,
    columns: CheckpointedColumns<ResolvedModel>,
  ): Promise<OtherBasin | undefined> {
    const { problem } = this.#slice;
    const { history } = this.#knowledge;
    const leaves = !this.#options.stochastic && canExplore(problem, history.size + pending.rows);
    const away = leaves ? this.#away(pending) : undefined;
    if (!away || !this.#isModeled || this.#initial(pending, remaining)) return undefined;
    const run = childRun(this.#run, history.size + pending.rows);
    const mean = negated(lowerConfidenceBound({ width: 0 })(await this.#view(pending, run), run));
    const rest = outsideBasin(problem, this.#slice.merged(history), away.optimum, mean, run);
    if (!rest) return undefined;
    const known = { ...this.#knowledge, history: history.select(rest.rows) };
    const own = childRun(this.#run, 'elsewhere');
    const slice = this.#slice.within(rest.keeps);
    const there = new MultiResolutionStep(slice, known, this.#options, columns, own, history.x);
    if (!there.#isModeled) return this.#first(rest, mean, pending);
    const choice = await there.#best(pending, remaining);
    if (!choice || !admission(rest.problem)(choice.u)) return undefined;
    const { expectedImprovement } = await there.forecast(pending, choice.u);
    if (!isPromising(expectedImprovement, away.gained)) return undefined;
    // What a part of the space promises is no sign that a search has converged.
    const { probabilityOfImprovement } = await there.forecast(pending, choice.u, this.#record);
    return { ...choice, forecast: { probabilityOfImprovement } };
  }

  /** The stay in other basins that the search is on: coarser answers are rows of it, but do not count. */
  #away(pending: Matrix): Exploration | undefined {
    const { problem, target } = this.#slice;
    const { history } = this.#knowledge;
    const { x, y } = this.#slice.merged(history);
    const levels = this.#slice.levelsOf(history.x);
    return explorationsOf(problem.space, x, problem.merit(x, y), pending.rows, (row) => levels[row] === target).current;
  }

  /** What is asked for where hardly an answer counts: one that does, at the feasible row with the least `mean` of the model of all rows. */
  async #first({ problem, history }: Remainder, mean: Criterion, pending: Matrix): Promise<OtherBasin | undefined> {
    const { target } = this.#slice;
    const seen = PointSet.of(this.#asked(pending, target));
    const merits = problem.merit(history.x, history.y);
    const values = mean.value(history.x);
    const [row] = [...values.keys()]
      .filter((i) => merits[i] < INFEASIBLE && !seen.has(history.x.row(i)))
      .sort((a, b) => values[a] - values[b] || a - b);
    if (row === undefined) return undefined;
    const u = history.x.row(row).slice();
    const { probabilityOfImprovement } = await this.forecast(pending, u);
    return { u, level: target, forecast: { probabilityOfImprovement } };
  }

  async #best(pending: Matrix, remaining: number): Promise<Choice | undefined> {
    const run = childRun(this.#run, this.#knowledge.history.size + pending.rows);
    if (!this.#isModeled) return this.#anywhere(pending, run);
    const { problem } = this.#slice;
    const view = await this.#view(pending, run);
    const criterion = negated(logExpectedImprovement()(view, run));
    const ranking = multiStart(criterion, problem.space, bestRows(problem, view.history), run, this.#options.search);
    const u = pick(problem, ranking, view);
    return u ? { u, level: await this.#levelFor(u, pending, remaining) } : this.#anywhere(pending, run);
  }

  /** What a run at the level that counts promises at `u`: to beat the best answer of the `whole` search, by default that of this step. */
  async forecast(pending: Matrix, u: Float64Array, whole?: SearchRecord): Promise<Partial<Suggestion>> {
    if (!this.#isModeled) return {};
    const view = await this.#view(pending, childRun(this.#run, this.#knowledge.history.size + pending.rows));
    const [column] = await this.#fit();
    return forecastOf(view, u, column?.transform, this.#record, whole, this.#options) ?? {};
  }

  /** The answers that count. */
  get #record(): SearchRecord {
    return { problem: this.#slice.problem, history: this.#slice.data(this.#knowledge.history) };
  }

  get #isModeled(): boolean {
    return this.#usable(this.#slice.target) >= 2;
  }

  #usable(level: number): number {
    return this.#slice.points(this.#known.data.x, level).rows;
  }

  #asked(pending: Matrix, level: number): Matrix {
    return this.#slice.points(this.#knowledge.history.x.stack(pending), level);
  }

  /** The next point of the initial design; failures are made up for, but not for ever. */
  #initial(pending: Matrix, remaining: number): Choice | undefined {
    const { problem, levels, target } = this.#slice;
    const sizes = designSizes(this.#slice);
    for (const [t, level] of levels.entries()) {
      const usable = this.#usable(level) + this.#slice.points(pending, level).rows;
      if (usable >= sizes[t] || this.#asked(pending, level).rows >= 2 * sizes[t]) continue;
      const chosen = this.#affords(level, remaining) ? level : target;
      const u = designPoint(problem, PointSet.of(this.#asked(pending, chosen)), 0, this.#run);
      if (u) return { u, level: chosen };
    }
    return undefined;
  }

  /** Whether a run at the level that counts is still possible after one at this level. */
  #affords(level: number, remaining: number): boolean {
    return level === this.#slice.target || remaining - this.#slice.cost(level) > 1 - ROUNDING;
  }

  /** A random new point at the level that counts. */
  #anywhere(pending: Matrix, run: Run): Choice | undefined {
    const { problem, target } = this.#slice;
    const seen = PointSet.of(this.#asked(pending, target));
    const rng = run.rng.child('unseen');
    const u = unseenPoint(problem.space, seen, rng, admission(problem)) ?? unseenPoint(problem.space, seen, rng);
    return u && { u, level: target };
  }

  #fit(): Promise<(ModeledColumn | undefined)[]> {
    this.#fitted ??= this.#columns.models(this.#known, this.#run);
    return this.#fitted;
  }

  async #view(pending: Matrix, run: Run): Promise<AcquisitionView> {
    const { data, columns } = this.#known;
    const { surrogate } = this.#options;
    const fitted = await this.#fit();
    const models = await Promise.all(
      fitted.map(async (one, c) => {
        if (!one) return undefined;
        const { model, transform } =
          pending.rows > 0
            ? await fantasize(columns[c], one, data, pending, surrogate, childRun(run, `believe/${c}`))
            : one;
        return { model: this.#slice.model(model), transform };
      }),
    );
    const { history } = this.#knowledge;
    const success = successModel(this.#slice.merged(history), this.#slice.merged(this.#neverFailed()));
    const { problem } = this.#slice;
    const flying = this.#slice.points(pending);
    const known = {
      history: this.#slice.data(history),
      pending: flying,
      feasible: feasibleRows(problem, this.#slice.data(data)),
      judged: flying,
    };
    return viewOf(problem, models, success, known);
  }

  /** The rows with an answer at points that failed at no level. */
  #neverFailed(): Dataset {
    const { history } = this.#knowledge;
    const { data } = this.#known;
    const failed = [...history.rows.keys()].filter((i) => history.rows[i].status === 'failed');
    const points = PointSet.of(this.#slice.merged(history.select(failed)).x);
    const { x } = this.#slice.merged(data);
    return failed.length === 0 ? data : data.select([...data.rows.keys()].filter((i) => !points.has(x.row(i))));
  }

  /** The level that takes away the most of the variance at `u` for its cost. */
  async #levelFor(u: Float64Array, pending: Matrix, remaining: number): Promise<number> {
    const { levels, target } = this.#slice;
    if (this.#coarseCost(pending) > MULTI_RESOLUTION_POLICY.level.coarseCost - ROUNDING) return target;
    const shares = sharesAt(u, this.#slice, this.#known, await this.#fit());
    let [chosen, most] = [target, 1];
    for (const [t, level] of levels.entries()) {
      const gain = shares[t] / this.#slice.cost(level);
      if (level === target || gain <= most || !this.#affords(level, remaining)) continue;
      if (!PointSet.of(this.#asked(pending, level)).has(u)) [chosen, most] = [level, gain];
    }
    return chosen;
  }

  /** Cost of the coarser runs after the last one at the level that counts. */
  #coarseCost(pending: Matrix): number {
    const levels = this.#slice.levelsOf(this.#paid.stack(pending));
    const after = levels.subarray(levels.lastIndexOf(this.#slice.target) + 1);
    return after.reduce((sum, level) => sum + this.#slice.cost(level), 0);
  }
}
