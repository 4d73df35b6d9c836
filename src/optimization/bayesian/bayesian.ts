import { ensure } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { isNoisy, type ProbabilisticModel } from '../../core/model.ts';
import type { AcquisitionView, Criterion, Knowledge, Optimizer } from '../../core/optimizer.ts';
import type { CheckedOptions } from '../../core/options.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import { PointSet } from '../../core/space/point-set.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { logExpectedHypervolumeImprovement } from '../acquisition/expected-hypervolume-improvement.ts';
import { logExpectedImprovement } from '../acquisition/log-expected-improvement.ts';
import { lowerConfidenceBound } from '../acquisition/lower-confidence-bound.ts';
import { successModel } from '../failures/answer-model.ts';
import { isPartlyReal } from '../inner-search/discrete-moves.ts';
import { multiStart } from '../inner-search/multi-start.ts';
import { multiStartNear } from '../inner-search/near-search.ts';
import { CheckpointedColumns } from './checkpoints.ts';
import { fantasize, type ModelData, type ModeledColumn, modelData } from './columns.ts';
import { afterOneMoreRun } from './confirmable.ts';
import { type Forecast, forecastOf, type SearchRecord } from './forecast.ts';
import { furthestEnd, idleRows } from './front-ends.ts';
import { designPoint, lastResort } from './initial-design.ts';
import { isMisled, withinLevels } from './limit-record.ts';
import { leastDesign, mostDesign, noisyDesign } from './noisy-design.ts';
import { BAYESIAN, type BayesianOptions } from './options.ts';
import { BAYESIAN_POLICY } from './policy.ts';
import { repetition } from './repetition.ts';
import { bestRows, feasibleRows, negated, pick, viewOf } from './view.ts';

/** An optimizer that can tell what a run at a point promises. */
export interface Forecaster extends Optimizer {
  /**
   * As `suggest`, within 0.05 of the best row in each real coordinate that is not periodic, if there is a new point: to get to the last digits, which
   * promise less than the rest of a space does. For one objective.
   */
  readonly refine: Optimizer['suggest'];
  /** The model's mean of the only objective, scaled, and high where answers are hardly feasible: to be minimized; undefined before the first model. */
  landscape(problem: Problem, knowledge: Knowledge, run: Run): Promise<Criterion | undefined>;
  /**
   * The forecast of a run at `u`; undefined with several objectives, and before the first model or the first feasible row. The best so far is that of the
   * `record`, by default of the problem and the history that are known.
   */
  forecast(
    problem: Problem,
    knowledge: Knowledge,
    u: Float64Array,
    run: Run,
    record?: SearchRecord,
  ): Promise<Forecast | undefined>;
}

/**
 * Bayesian optimization [Jones1998]: models every objective and constraint that reads outputs, and proposes the maximizer of an
 * acquisition. Closed forms of the inputs are computed, not modeled; near failed rows the probability of feasibility is low; points in
 * flight are believed to answer with the model's mean [Ginsbourger2010], and half of those that join them stay near the best row.
 *
 * The caller passes the same run at each call: streams are split off by the number of points known and in flight.
 */
export const bayesian: Factory<BayesianOptions, Forecaster> = factory('bayesian', BAYESIAN, (options) => {
  const { surrogate, stochastic } = options;
  const columns = new CheckpointedColumns(surrogate);
  const suggestWithin =
    (reach?: number): Optimizer['suggest'] =>
    async (problem, knowledge, count, run) => {
      const { history } = knowledge;
      const seen = PointSet.of(history.x, knowledge.pending);
      let { pending } = knowledge;
      const search = new BayesianStep(problem, knowledge, options, columns, run);
      const chosen: Float64Array[] = [];
      while (chosen.length < Math.min(count, knowledge.remaining)) {
        throwIfCancelled(run);
        const u = (await search.next(pending, seen, reach)) ?? (stochastic ? await search.again(pending) : undefined);
        if (!u) break;
        seen.add(u);
        chosen.push(u);
        pending = pending.stack(Matrix.from([u]));
      }
      const x = Matrix.from(chosen, problem.space.dimension);
      const forecast = chosen.length > 0 ? await search.forecast(knowledge.pending, chosen[0]) : undefined;
      return x.rows < Math.min(count, knowledge.remaining) ? { x, stop: 'exhausted', ...forecast } : { x, ...forecast };
    };
  return {
    name: `bayesian(${surrogate.name})`,
    suggest: suggestWithin(),
    refine: suggestWithin(BAYESIAN_POLICY.proposal.refinement),
    landscape: (problem, knowledge, run) =>
      new BayesianStep(problem, knowledge, options, columns, run).landscape(knowledge.pending),
    forecast: (problem, knowledge, u, run, record) =>
      new BayesianStep(problem, knowledge, options, columns, run).forecast(knowledge.pending, u, record),
  };
});

/** One call of `suggest`: what is fitted once and used for each of its points. */
class BayesianStep {
  readonly #problem: Problem;
  readonly #knowledge: Knowledge;
  readonly #options: CheckedOptions<typeof BAYESIAN>;
  readonly #columns: CheckpointedColumns<ProbabilisticModel>;
  readonly #run: Run;
  readonly #known: ModelData;
  readonly #best: Matrix;
  #fitted: Promise<(ModeledColumn | undefined)[]> | undefined;
  #idle: readonly number[] | undefined;
  #success: { readonly model: ReturnType<typeof successModel> } | undefined;

  constructor(
    problem: Problem,
    knowledge: Knowledge,
    options: CheckedOptions<typeof BAYESIAN>,
    columns: CheckpointedColumns<ProbabilisticModel>,
    run: Run,
  ) {
    this.#problem = problem;
    this.#knowledge = knowledge;
    this.#options = options;
    this.#columns = columns;
    this.#run = run;
    const { acquisition, reference, stochastic } = options;
    const { length } = problem.objectives;
    ensure(
      reference === undefined || length === 1 || reference.length === length,
      'invalid-argument',
      () => `bayesian: reference needs one number for each of the ${length} objectives, got ${reference?.length}`,
    );
    // Another acquisition may count otherwise, and a front of lucky answers lies below that of their means.
    const bounds = acquisition || (stochastic && !reference) ? undefined : (reference ?? 'front');
    this.#known = modelData(problem, knowledge.history, bounds);
    this.#best = bestRows(problem, knowledge.history);
  }

  /** A new point that takes those in flight into account; undefined when a finite space is exhausted. */
  async next(pending: Matrix, seen: PointSet, reach = this.#reachWith(pending)): Promise<Float64Array | undefined> {
    const { space } = this.#problem;
    const index = this.#knowledge.history.size + pending.rows;
    if (!this.#isModeled(pending) || !(await this.#isExplained(pending))) {
      const known = { history: this.#knowledge.history, answered: this.#known.data };
      return designPoint(this.#problem, seen, index, this.#run, known);
    }
    const run = childRun(this.#run, index);
    const { search, reference, acquisition, stochastic } = this.#options;
    const view = await this.#view(pending, run, stochastic && !acquisition);
    const isFront = this.#problem.objectives.length > 1;
    if (isFront && !acquisition && !reference) {
      const end = furthestEnd(this.#problem, view, { row: index, idle: () => this.#idleEnds() }, (gain, k) => {
        const ranking = multiStart(negated(gain), space, this.#best, childRun(run, `end/${k}`), search);
        return pick(this.#problem, ranking, view, seen);
      });
      if (end) return end;
    }
    const usual = isFront ? logExpectedHypervolumeImprovement({ reference }) : logExpectedImprovement();
    const criterion = negated((acquisition ?? usual)(view, run));
    const best = this.#best.rows > 0 ? this.#best.row(0) : undefined;
    if (best && !isFront && isMisled(this.#known)) {
      const near = withinLevels(criterion, space, best);
      const ranking = multiStartNear(near, space, best, reach ?? BAYESIAN_POLICY.proposal.reach, run, search);
      const u = pick(this.#problem, ranking, view, seen);
      if (u) return u;
    }
    const ranking =
      reach && best
        ? multiStartNear(criterion, space, best, reach, run, search)
        : multiStart(criterion, space, this.#best, run, search);
    return pick(this.#problem, ranking, view, seen) ?? lastResort(this.#problem, seen, run);
  }

  #idleEnds(): readonly number[] {
    this.#idle ??= idleRows(this.#problem, this.#knowledge.history, this.#initial);
    return this.#idle;
  }

  /** The known point where another noisy answer promises most; with several objectives, the one run least often. Undefined before the first row. */
  async again(pending: Matrix): Promise<Float64Array | undefined> {
    const { history } = this.#knowledge;
    if (this.#problem.objectives.length > 1 || !this.#isModeled(pending)) return repetition(history.x, pending);
    const run = childRun(this.#run, `again/${history.size + pending.rows}`);
    const [column] = await this.#fit();
    const noise = column ? this.#noise(column) : 0;
    return repetition(history.x, pending, logExpectedImprovement({ noise })(await this.#view(pending, run, true), run));
  }

  /** Variance of the noise of a column's answers, in the model's units. */
  #noise({ model }: ModeledColumn): number {
    if (!isNoisy(model)) return 0;
    const at = this.#known.data.x.select([0]);
    return Math.max(0, model.observation(at).variance.data[0] - model.posterior(at).variance.data[0]);
  }

  #reachWith(pending: Matrix): number | undefined {
    const index = this.#knowledge.history.size + pending.rows;
    const { space, objectives } = this.#problem;
    return pending.rows > 0 && index % 4 >= 2 && objectives.length === 1 && isPartlyReal(space)
      ? BAYESIAN_POLICY.proposal.reach
      : undefined;
  }

  #isModeled(pending: Matrix): boolean {
    const usable = this.#known.data.size;
    return usable >= 2 && usable + pending.rows >= this.#initial;
  }

  get #initial(): number {
    return this.#options.initial ?? leastDesign(this.#problem.space, this.#rows);
  }

  /** Rows that are to be had in all. */
  get #rows(): number {
    const { history, pending, remaining } = this.#knowledge;
    return history.size + pending.rows + remaining;
  }

  /** Whether there are as many answers as a first design of noisy ones wants. */
  async #isExplained(pending: Matrix): Promise<boolean> {
    const { initial, stochastic } = this.#options;
    if (!stochastic || initial !== undefined) return true;
    const least = leastDesign(this.#problem.space, this.#rows);
    const known = this.#known.data.size + pending.rows;
    const wanted = async () => noisyDesign(least, this.#rows, this.#known.columns, await this.#fit());
    return known >= mostDesign(least) || known >= (await wanted());
  }

  /** As in {@link Forecaster}, with fantasies for points in flight. */
  async landscape(pending: Matrix): Promise<Criterion | undefined> {
    if (!this.#isModeled(pending)) return undefined;
    const run = childRun(this.#run, this.#knowledge.history.size + pending.rows);
    const view = await this.#view(pending, run);
    return negated(lowerConfidenceBound({ width: 0 })(view, run));
  }

  /** As in {@link Forecaster}. */
  async forecast(pending: Matrix, u: Float64Array, record?: SearchRecord): Promise<Forecast | undefined> {
    if (this.#problem.objectives.length > 1 || !this.#isModeled(pending)) return undefined;
    const view = await this.#view(pending, childRun(this.#run, this.#knowledge.history.size + pending.rows));
    const [column] = await this.#fit();
    const own = { problem: this.#problem, history: this.#knowledge.history };
    return forecastOf(view, u, column?.transform, own, record, this.#options);
  }

  #fit(): Promise<(ModeledColumn | undefined)[]> {
    this.#fitted ??= this.#columns.models(this.#known, this.#run);
    return this.#fitted;
  }

  /** With fantasies for rows in flight; `shown`: inequalities as one run more would see them. */
  async #view(pending: Matrix, run: Run, shown = false): Promise<AcquisitionView> {
    const { data, columns } = this.#known;
    const fitted = await this.#fit();
    const fantasies = await Promise.all(
      fitted.map((one, c) =>
        one && pending.rows > 0
          ? fantasize(columns[c], one, data, pending, this.#options.surrogate, childRun(run, `believe/${c}`))
          : one,
      ),
    );
    const { history } = this.#knowledge;
    const { objectives, constraints } = this.#problem;
    const models = fantasies.map((one, c) =>
      one && shown && constraints[c - objectives.length]?.kind === 'inequality'
        ? { ...one, model: afterOneMoreRun(one.model, this.#noise(one)) }
        : one,
    );
    // Where answers are noisy a lucky one must not stand for a point: the models, which have seen its neighbors too, judge it.
    const known = this.#options.stochastic
      ? { history, pending, feasible: data.x.select([]), judged: data.x.stack(pending) }
      : { history, pending, feasible: feasibleRows(this.#problem, data), judged: pending };
    this.#success ??= { model: successModel(history, data) };
    return viewOf(this.#problem, models, this.#success.model, known);
  }
}
