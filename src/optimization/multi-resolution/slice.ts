import { Dataset } from '../../core/dataset.ts';
import { isDifferentiable, type ProbabilisticModel } from '../../core/model.ts';
import type { Optimizer } from '../../core/optimizer.ts';
import { type Constraint, type Expression, type Names, Problem } from '../../core/problem.ts';
import type { Resolution } from '../../core/space/resolution.ts';
import { Matrix } from '../../numerics/matrix.ts';

/** Searches that are replayed go on from where they were while they are asked about the very same problem. */
const slices = new WeakMap<Problem, ResolutionSlice>();

/** A problem whose answers count at one level of the resolution, seen there: in the space of the other parameters. */
export class ResolutionSlice {
  /** Without the resolution: its points are at the level that counts. */
  readonly problem: Problem;
  /** With the resolution, and answers of all levels as good as each other: what is to be modeled. */
  readonly everywhere: Problem;
  /** Those that may be asked for, the one that counts last. */
  readonly levels: readonly number[];
  readonly #resolution: Resolution;
  readonly #whole: Problem;

  private constructor(problem: Problem, resolution: Resolution, levels: readonly number[]) {
    this.#whole = problem;
    const { space, outputs, objectives } = problem;
    const constraints = problem.constraints.filter((constraint) => !constraint.levels);
    this.levels = levels;
    this.#resolution = resolution;
    const u = new Float64Array(space.dimension).fill(0.5);
    u[resolution.coordinate] = resolution.at(this.target);
    const here: Names = { [resolution.name]: (space.decode(u) as Names)[resolution.name] };
    const at = <E extends Expression>(expression: E): E => ({
      ...expression,
      evaluate: (point: Names, values: Names) => expression.evaluate({ ...point, ...here }, values),
    });
    this.everywhere = new Problem(space, outputs, objectives, constraints);
    this.problem = new Problem(
      space.withoutResolution,
      outputs,
      objectives.map(at),
      constraints.map((constraint): Constraint => at(constraint)),
    );
  }

  /** The slice of a problem; undefined when none of its constraints says which level counts. */
  static of(problem: Problem): ResolutionSlice | undefined {
    const { space, levels } = problem;
    if (!space.resolution || !levels) return undefined;
    const slice = slices.get(problem) ?? new ResolutionSlice(problem, space.resolution, levels);
    slices.set(problem, slice);
    return slice;
  }

  /** The slice with one more constraint, on its own points. */
  within(constraint: Constraint): ResolutionSlice {
    const { space, outputs, objectives, constraints } = this.#whole;
    const { names } = this.problem.space;
    const own = (point: Names): Names => Object.fromEntries(names.map((name) => [name, point[name]]));
    const evaluate = (point: Names, values: Names) => constraint.evaluate(own(point), values);
    const problem = new Problem(space, outputs, objectives, [...constraints, { ...constraint, evaluate }]);
    return new ResolutionSlice(problem, this.#resolution, this.levels);
  }

  /** The level that counts. */
  get target(): number {
    return this.levels[this.levels.length - 1];
  }

  /** Cost of a run at a level, in runs at the one that counts. */
  cost(level: number): number {
    const { costs } = this.#resolution;
    return costs[level] / costs[this.target];
  }

  /** The levels of n x d points of the whole space. */
  levelsOf(x: Matrix): Int32Array {
    return this.#resolution.ofRows(x);
  }

  /** The rows at a level, without it. */
  data(history: Dataset, level: number = this.target): Dataset {
    const { space, outputs } = this.problem;
    const levels = this.levelsOf(history.x);
    const { x, y, rows } = history.select([...levels.keys()].filter((i) => levels[i] === level));
    return new Dataset(space, outputs, this.#resolution.without(x), y, rows);
  }

  /** The rows of all levels, without them. */
  merged({ x, y, rows }: Dataset): Dataset {
    const { space, outputs } = this.problem;
    return new Dataset(space, outputs, this.#resolution.without(x), y, rows);
  }

  /** The points at a level, without it. */
  points(x: Matrix, level: number = this.target): Matrix {
    const levels = this.levelsOf(x);
    return this.#resolution.without(x.select([...levels.keys()].filter((i) => levels[i] === level)));
  }

  /** Points of the slice, n x (d - 1), in the whole space at a level. */
  at(x: Matrix, level: number = this.target): Matrix {
    return this.#resolution.with(x, level);
  }

  /** A model of the whole space as one of the slice. */
  model(whole: ProbabilisticModel): ProbabilisticModel {
    const model: ProbabilisticModel = {
      health: whole.health,
      predict: (x) => whole.predict(this.at(x)),
      posterior: (x) => whole.posterior(this.at(x)),
    };
    if (!isDifferentiable(whole)) return model;
    return Object.assign(model, {
      posteriorGradient: (u: Float64Array) => {
        const { meanGradient, varianceGradient, ...moments } = whole.posteriorGradient(this.at(rowOf(u)).row(0));
        return {
          ...moments,
          meanGradient: this.#resolution.without(meanGradient),
          varianceGradient: this.#resolution.without(varianceGradient),
        };
      },
    });
  }
}

/** The optimizer, asked about the slice at the level that counts where there is one and it does not choose levels by itself. */
export function atReportedLevel(optimizer: Optimizer): Optimizer {
  if (optimizer.choosesLevel) return optimizer;
  return {
    name: optimizer.name,
    async suggest(problem, knowledge, count, run) {
      const slice = ResolutionSlice.of(problem);
      if (!slice) return optimizer.suggest(problem, knowledge, count, run);
      const history = slice.data(knowledge.history);
      const pending = slice.points(knowledge.pending);
      const suggestion = await optimizer.suggest(slice.problem, { ...knowledge, history, pending }, count, run);
      return { ...suggestion, x: slice.at(suggestion.x) };
    },
  };
}

/** A point as a matrix of one row. */
export function rowOf(u: Float64Array): Matrix {
  return new Matrix(1, u.length, u.slice());
}
