import type { Matrix } from '../numerics/matrix.ts';
import type { Dataset } from './dataset.ts';
import type { ProbabilisticModel } from './model.ts';
import type { Described } from './options.ts';
import type { Problem } from './problem.ts';
import type { Run } from './run.ts';
import type { Space } from './space/space.ts';

/** Something cheap to search: a number for each of n x d points. */
export interface Criterion {
  value(x: Matrix): Float64Array;
  /** Value and gradient (d numbers) at one unit-cube vector. */
  gradient?(u: Float64Array): { readonly value: number; readonly gradient: Float64Array };
}

/** What an acquisition may look at. */
export interface AcquisitionView<M extends ProbabilisticModel = ProbabilisticModel> {
  /** One column for each modeled quantity: the objectives, then the constraints (<= 0 is feasible). */
  readonly model: M;
  readonly problem: Problem;
  readonly history: Dataset;
  /** Points in flight, canonical. */
  readonly pending: Matrix;
  /** Least feasible objective value so far, in the model's units; undefined before there is one. */
  readonly incumbent?: number;
  /** With several objectives, the non-dominated feasible objective values so far (k x objectives), in the model's units; undefined before there are any. */
  readonly front?: Matrix;
}

/** How promising a point is: larger is better. */
export interface Acquisition<M extends ProbabilisticModel = ProbabilisticModel> extends Described {
  (view: AcquisitionView<M>, run: Run): Criterion;
}

/** Searches a cheap criterion for its least value over the canonical points of a space. */
export interface Minimizer extends Described {
  /** Searches only criteria with a gradient. Default false. */
  readonly needsGradient?: boolean;
  /** `starts` is k x d (k may be 0). Never worse than the best start. */
  minimize(criterion: Criterion, space: Space, starts: Matrix, run: Run): Promise<Minimum>;
}

/** Where a search ended. */
export interface Minimum {
  /** Canonical unit-cube vector. */
  readonly u: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

/** What an optimizer knows when it is asked. */
export interface Knowledge {
  /** Everything evaluated, in the order in which it was proposed. */
  readonly history: Dataset;
  /** Points in flight, canonical. */
  readonly pending: Matrix;
  /** Evaluations left in the budget, `count` included. */
  readonly remaining: number;
}

/** Why an optimizer proposes nothing more. `solved`: the least value is known, so no run can improve on it. */
export type StopReason = 'converged' | 'exhausted' | 'solved' | 'stagnated';

/** What an optimizer proposes. */
export interface Suggestion {
  /** At most `count` x d canonical points; fewer when it needs answers first or has stopped. */
  readonly x: Matrix;
  readonly stop?: StopReason;
  /** Probability that the first point is feasible and improves on the best value by more than the optimizer's margin. */
  readonly probabilityOfImprovement?: number;
  /** Expected improvement of the first point on the best value, in units of the objective. */
  readonly expectedImprovement?: number;
}

/** Chooses what to evaluate next: a pure function of problem, knowledge and the run's stream. Stateless, so ask/tell is `suggest` and `append`. */
export interface Optimizer extends Described {
  /** Chooses the level of a resolution by itself; others are asked for points at the level that counts. Default false. */
  readonly choosesLevel?: boolean;
  suggest(problem: Problem, knowledge: Knowledge, count: number, run: Run): Promise<Suggestion>;
}
