import { Matrix } from '../numerics/matrix.ts';
import { nonDominated } from '../numerics/minimize/non-dominated.ts';
import type { Dataset } from './dataset.ts';
import type { Output } from './output.ts';
import type { Scalar } from './space/parameter.ts';
import type { Space } from './space/space.ts';

/** A point's values and an evaluation's outputs by name. */
export type Names = Readonly<Record<string, Scalar | undefined>>;

/** A number computed from a point and the outputs there. */
export interface Expression {
  /** As the user wrote it. */
  readonly text: string;
  /** The outputs it reads; empty for a closed form of the inputs, which is never modeled. */
  readonly reads: readonly string[];
  readonly unit?: string;
  evaluate(point: Names, outputs: Names): number;
}

/** An expression to be minimized. `sense` says what the user asked for: a maximized quantity is negated in `evaluate`. */
export interface Objective extends Expression {
  readonly sense: 'minimize' | 'maximize';
}

/** Feasible when its value is <= 0 (`inequality`), or |value| <= `tolerance` (`equality`). */
export interface Constraint extends Expression {
  readonly kind: 'inequality' | 'equality';
  /** For an equality, the half width of the band that counts as zero. Default 1e-4. */
  readonly tolerance?: number;
  /** Of a constraint made by `reportedLevel`: the levels of the resolution whose answers may be asked for, the one that it wants last. */
  readonly levels?: readonly number[];
}

/** By how much a constraint is violated: 0 when it holds. */
export function violationOf(constraint: Constraint, value: number): number {
  return constraint.kind === 'equality'
    ? Math.max(0, Math.abs(value) - (constraint.tolerance ?? 1e-4))
    : Math.max(0, value);
}

/** How good the rows of a data set are for a problem. */
export interface Scores {
  /** n x objectives, to be minimized; NaN where the evaluation failed. */
  readonly objectives: Matrix;
  /** n x constraints. */
  readonly constraints: Matrix;
  /** Sum of the violations of each row: 0 where feasible, NaN where failed. */
  readonly violation: Float64Array;
}

/** What is to be optimized over what: objectives minimized subject to constraints. */
export class Problem {
  readonly space: Space;
  readonly outputs: readonly Output[];
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
  /** The most rows that were scored: a search asks again and again for those of its history. */
  #scored: Scored | undefined;

  constructor(
    space: Space,
    outputs: readonly Output[],
    objectives: readonly Objective[],
    constraints: readonly Constraint[] = [],
  ) {
    this.space = space;
    this.outputs = outputs;
    this.objectives = objectives;
    this.constraints = constraints;
  }

  /** The levels of the resolution whose answers may be asked for, the one that counts last; undefined when nothing says so. */
  get levels(): readonly number[] | undefined {
    return this.constraints.find(({ levels }) => levels)?.levels;
  }

  /** What running the rows of x costs, in runs at the level that counts. */
  cost(x: Matrix): number {
    const { resolution } = this.space;
    const target = this.levels?.at(-1);
    if (!resolution || target === undefined) return x.rows;
    return resolution.ofRows(x).reduce((sum, level) => sum + resolution.costs[level] / resolution.costs[target], 0);
  }

  /**
   * Values of objectives and constraints for n points `x` and their m outputs `y` (n x m, classes as indices). Inequalities count as violated that do
   * not hold by `margins` (n x constraints, default 0).
   */
  score(x: Matrix, y: Matrix, margins?: Matrix): Scores {
    const objectives = new Matrix(x.rows, this.objectives.length);
    const constraints = new Matrix(x.rows, this.constraints.length);
    const violation = new Float64Array(x.rows);
    const known = margins ? undefined : this.#scored;
    for (let i = 0; i < x.rows; i++) {
      const answers = y.row(i);
      if (known && isSameRow(known.x, x, i) && isSameRow(known.y, y, i)) {
        objectives.row(i).set(known.scores.objectives.row(i));
        constraints.row(i).set(known.scores.constraints.row(i));
        violation[i] = known.scores.violation[i];
        continue;
      }
      if (!answers.every(Number.isFinite)) {
        objectives.row(i).fill(Number.NaN);
        constraints.row(i).fill(Number.NaN);
        violation[i] = Number.NaN;
        continue;
      }
      const point = this.space.decode(x.row(i)) as Names;
      const outputs = this.#named(answers);
      this.objectives.forEach((objective, k) => {
        objectives.set(i, k, objective.evaluate(point, outputs));
      });
      this.constraints.forEach((constraint, k) => {
        const value = constraint.evaluate(point, outputs);
        constraints.set(i, k, value);
        const margin = constraint.kind === 'inequality' ? (margins?.get(i, k) ?? 0) : 0;
        violation[i] += violationOf(constraint, value + margin);
      });
    }
    if (!margins && x.rows >= (known?.x.rows ?? 0))
      this.#scored = {
        x: copyOf(x),
        y: copyOf(y),
        scores: { objectives: copyOf(objectives), constraints: copyOf(constraints), violation: violation.slice() },
      };
    return { objectives, constraints, violation };
  }

  /**
   * One number for each row that orders designs as Deb's rules do [Deb2000]: feasible ones by the first objective, then
   * infeasible ones by violation, then failures (Infinity). `margins` as in {@link score}.
   */
  merit(x: Matrix, y: Matrix, margins?: Matrix): Float64Array {
    const { objectives, violation } = this.score(x, y, margins);
    return violation.map((v, i) => {
      const value = objectives.get(i, 0);
      if (Number.isNaN(v) || Number.isNaN(value)) return Number.POSITIVE_INFINITY;
      return v > 0 ? INFEASIBLE * (1 + v) : value;
    });
  }

  /** The row with the least merit, or undefined when every row failed; `feasible` says whether it meets the constraints. */
  best(data: Dataset): { readonly row: number; readonly merit: number; readonly feasible: boolean } | undefined {
    const merit = this.merit(data.x, data.y);
    let row = -1;
    for (let i = 0; i < merit.length; i++)
      if (merit[i] < Number.POSITIVE_INFINITY && (row < 0 || merit[i] < merit[row])) row = i;
    return row < 0 ? undefined : { row, merit: merit[row], feasible: merit[row] < INFEASIBLE };
  }

  /** The feasible rows whose objectives no other feasible row dominates, ascending; of equal ones the first. */
  front(data: Dataset): number[] {
    const { objectives, violation } = this.score(data.x, data.y);
    const feasible = [...violation.keys()].filter((i) => violation[i] === 0);
    return nonDominated(objectives.select(feasible)).map((k) => feasible[k]);
  }

  #named(answers: Float64Array): Names {
    const named: Record<string, Scalar> = {};
    for (let k = 0; k < this.outputs.length; k++) {
      const { name, classes } = this.outputs[k];
      named[name] = classes ? classes[answers[k]] : answers[k];
    }
    return named;
  }
}

/** Rows and what they scored, copied: whoever holds the originals may change them. */
interface Scored {
  readonly x: Matrix;
  readonly y: Matrix;
  readonly scores: Scores;
}

/** Whether row i of both is there and the same; rows that hold a NaN never are. */
function isSameRow(a: Matrix, b: Matrix, i: number): boolean {
  if (i >= a.rows || a.columns !== b.columns) return false;
  for (let at = i * a.columns, end = at + a.columns; at < end; at++) if (a.data[at] !== b.data[at]) return false;
  return true;
}

function copyOf({ rows, columns, data }: Matrix): Matrix {
  return new Matrix(rows, columns, data.slice());
}

/** Larger than any objective worth minimizing; merits from here on are infeasible. */
export const INFEASIBLE: number = 1e100;
