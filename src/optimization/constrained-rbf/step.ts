import type { Knowledge } from '../../core/optimizer.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun, type Run } from '../../core/run.ts';
import { FeatureMap } from '../../core/space/feature-map.ts';
import { nearestRow, type PointSet } from '../../core/space/point-set.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { admission, designPoint, lastResort } from '../bayesian/initial-design.ts';
import { successModel } from '../failures/answer-model.ts';
import { isNear } from '../inner-search/discrete-moves.ts';
import { type Evidence, evidenceOf, missedBy, penalized } from './evidence.ts';
import { ConstrainedModel } from './model.ts';
import { CONSTRAINED_RBF_POLICY } from './policy.ts';
import { believedMerit, type Program, type Solution } from './program.ts';
import { bestSolution, boundsAround, promising, solveMixed } from './search.ts';
import { type Progress, progressOf } from './trust-region.ts';

/** Proposals nearer than this to a known point bring nothing. */
const COINCIDENT = 1e-11;

/** Least margin of a constraint relative to its typical size: what rounding may cost. */
const ROUNDING = 1e-13;

/** Margin of exploring proposals, for which the last digits do not matter. */
const EXPLORING_MARGIN = 1e-9;

/** The side of the unit cube: a step of this length goes anywhere. */
const WHOLE = 1;

/** One call of `suggest`: what is computed once and used for each of its points. */
export class ConstrainedStep {
  readonly #problem: Problem;
  readonly #knowledge: Knowledge;
  readonly #initial: number;
  readonly #explores: boolean;
  readonly #run: Run;
  readonly #evidence: Evidence;
  readonly #map: FeatureMap;
  readonly #admits: (u: Float64Array) => boolean;
  readonly #success: Program['success'];
  #prices: Float64Array | undefined;
  #wide: ConstrainedModel | undefined;

  constructor(
    problem: Problem,
    knowledge: Knowledge,
    { initial, explores }: { readonly initial: number; readonly explores: boolean },
    run: Run,
  ) {
    this.#problem = problem;
    this.#knowledge = knowledge;
    this.#initial = initial;
    this.#explores = explores;
    this.#run = run;
    this.#evidence = evidenceOf(problem, knowledge.history, initial);
    this.#map = new FeatureMap(problem.space.columns);
    this.#admits = admission(problem);
    const success = successModel(knowledge.history, this.#evidence.answered);
    if (success)
      this.#success = (u) => {
        const { mean, meanGradient } = success.posteriorGradient(u);
        return { value: mean[0], gradient: meanGradient.row(0) };
      };
  }

  /** A new point that is not among those seen; undefined when a finite space is exhausted. */
  next(pending: Matrix, seen: PointSet): Float64Array | undefined {
    const { history } = this.#knowledge;
    const { x } = this.#evidence;
    const index = history.size + pending.rows;
    if (x.rows < 2 || x.rows + pending.rows < this.#initial)
      return designPoint(this.#problem, seen, index, this.#run, { history, answered: this.#evidence.answered });
    const { rng } = childRun(this.#run, index);
    const known = history.x.stack(pending);
    const fresh = (u: Float64Array | undefined) =>
      u && !seen.has(u) && this.#admits(u) && !isNear(this.#problem.space, u, known, COINCIDENT) ? u : undefined;
    const prices = this.#pricesOf(rng);
    const progress = this.#progress(prices);
    const { center, ended } = progress;
    const distance =
      CONSTRAINED_RBF_POLICY.explore.distances[
        Math.floor(index / CONSTRAINED_RBF_POLICY.explore.everyProposal) %
          CONSTRAINED_RBF_POLICY.explore.distances.length
      ];
    const explore = (least: number, from: Matrix) => fresh(this.#explore(prices, from, least, rng));
    const first = () => {
      if (center === undefined) return explore(CONSTRAINED_RBF_POLICY.explore.newDescentDistance, x.select(ended));
      const exploring =
        this.#explores &&
        ended.length === 0 &&
        index % CONSTRAINED_RBF_POLICY.explore.everyProposal === CONSTRAINED_RBF_POLICY.explore.everyProposal - 1;
      return exploring ? explore(distance, known) : fresh(this.#descend(center, progress, prices, rng));
    };
    return (
      first() ??
      explore(distance, known) ??
      explore(
        CONSTRAINED_RBF_POLICY.explore.distances[CONSTRAINED_RBF_POLICY.explore.distances.length - 1] / 10,
        known,
      ) ??
      lastResort(this.#problem, seen, { rng })
    );
  }

  #progress(prices: Float64Array): Progress {
    const { x, feasible, scales } = this.#evidence;
    return progressOf(x, penalized(this.#evidence, prices), feasible, {
      first: this.#initial,
      patience: CONSTRAINED_RBF_POLICY.descent.patienceOffset + this.#problem.space.dimension,
      scale: scales[0],
      violation: missedBy(this.#evidence),
      reopens: !this.#explores,
    });
  }

  /** What a unit of each violation is worth: twice its price at the optimum of models that may be believed anywhere, and never little. */
  #pricesOf(rng: Rng): Float64Array {
    if (this.#prices) return this.#prices;
    const { x, scales, constraints } = this.#evidence;
    const least = Float64Array.from(constraints, (_, k) => scales[0] / scales[1 + k]);
    if (least.length === 0) return least;
    const best = leastIndex(penalized(this.#evidence, least));
    const program = this.#program(this.#wideModel(best), WHOLE);
    const { prices } = believed(program.model, () => solveMixed(this.#problem.space, program, x.row(best), least, rng));
    this.#prices = prices.map((price, k) => Math.max(2 * price, least[k]));
    return this.#prices;
  }

  #wideModel(center: number): ConstrainedModel {
    const { x } = this.#evidence;
    this.#wide ??= new ConstrainedModel(this.#problem, this.#evidence, this.#map, x.row(center), WHOLE);
    return this.#wide;
  }

  /** The program on a model within `radius` of a center, or everywhere. */
  #program(model: ConstrainedModel, radius: number, center?: Float64Array, margins?: Float64Array): Program {
    const { constraints, scales } = this.#evidence;
    return {
      model,
      constraints,
      scales,
      margins: margins ?? new Float64Array(constraints.length),
      ...boundsAround(this.#problem.space, radius, center),
      success: this.#success,
    };
  }

  /** The optimum of models around the center within the trust region. */
  #descend(center: number, { radius, caution }: Progress, prices: Float64Array, rng: Rng): Float64Array {
    const { space } = this.#problem;
    const { x, values, constraints, scales, feasible } = this.#evidence;
    const start = x.row(center);
    const model = new ConstrainedModel(this.#problem, this.#evidence, this.#map, start, radius);
    const loose = this.#program(model, radius, start);
    const starts = [
      start,
      ...promising(space, loose, prices, rng.child('local'), CONSTRAINED_RBF_POLICY.descent.starts),
    ];
    let { u } = believed(model, () => bestSolution(space, loose, starts, prices, rng));
    const share = this.#errorShare(u);
    let margins = Float64Array.from(
      constraints,
      (_, k) => caution * Math.max(ROUNDING * scales[1 + k], share * model.errors[1 + k]),
    );
    for (let attempt = 0; attempt < CONSTRAINED_RBF_POLICY.descent.attempts; attempt++) {
      u = bestSolution(space, this.#program(model, radius, start, margins), [u], prices, rng).u;
      // A point that misses the limits by its last digits is left by drawing them in further.
      const { row, square } = nearestRow(x, u);
      const isKnown = square < COINCIDENT ** 2 && !feasible[row];
      if (!isKnown && this.#admits(u)) break;
      margins = margins.map((margin, k) => 10 * Math.max(margin, isKnown ? values.get(row, 1 + k) : 0));
    }
    return u;
  }

  /**
   * The error to expect at u as a share of that at the nearest row, if the model had not seen it: models that know slopes err by
   * the square of the distance.
   */
  #errorShare(u: Float64Array): number {
    const { x } = this.#evidence;
    const near = nearestRow(x, u);
    const own = nearestRow(x, x.row(near.row), near.row);
    return Math.min(1, near.square / Math.max(1e-300, own.square));
  }

  /** The optimum of the models that may be believed anywhere, at least `distance` away from the points `from`. */
  #explore(prices: Float64Array, from: Matrix, distance: number, rng: Rng): Float64Array | undefined {
    const { space } = this.#problem;
    const model = this.#wideModel(leastIndex(penalized(this.#evidence, prices)));
    const margins = this.#evidence.scales.subarray(1).map((scale) => EXPLORING_MARGIN * scale);
    const program = { ...this.#program(model, WHOLE, undefined, margins), apart: { from, distance } };
    const starts = promising(
      space,
      program,
      prices,
      rng.child(`explore/${distance}`),
      CONSTRAINED_RBF_POLICY.explore.starts,
    );
    const { u, values } = bestSolution(space, program, starts, prices, rng);
    return believedMerit(program, prices, u, values) < Number.POSITIVE_INFINITY ? u : starts[0];
  }
}

/** A solution where the model is believed, after doubtful choices have been replaced. */
function believed(model: ConstrainedModel, solution: () => Solution): Solution {
  let found = solution();
  for (let attempt = 0; attempt < CONSTRAINED_RBF_POLICY.descent.mostDoubts && !model.trust(found.u); attempt++)
    found = solution();
  return found;
}

function leastIndex(values: Float64Array): number {
  let least = 0;
  for (let i = 1; i < values.length; i++) if (values[i] < values[least]) least = i;
  return least;
}
