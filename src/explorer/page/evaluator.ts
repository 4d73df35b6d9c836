import type { Scalar } from '../../core/space/parameter.ts';
import type { PageData, PageOutput, PageProgram } from '../page-data.ts';

/** A point: a value for each parameter, also for those that play no part. */
export type Values = readonly Scalar[];

/** Where the numbers of an output are in what the program answers; -1 where it has none. */
interface Place {
  readonly value: number;
  readonly probabilities: number;
  readonly lower: number;
  readonly known: number;
}

/** A number that can be drawn: an output, the probability of a class, or an objective. */
export interface Quantity {
  readonly label: string;
  readonly unit: string;
  readonly of: (answer: Answer) => number;
  /** Bounds of an answer with 95 %. */
  readonly bounds?: (answer: Answer) => readonly [lower: number, upper: number];
  /** Outputs that it is made of. */
  readonly outputs: readonly number[];
}

/** What the model says at a point. */
export class Answer {
  readonly values: Values;
  readonly numbers: readonly number[];
  readonly #evaluator: Evaluator;
  #goal: readonly number[] | undefined;

  constructor(evaluator: Evaluator, values: Values, numbers: readonly number[]) {
    this.#evaluator = evaluator;
    this.values = values;
    this.numbers = numbers;
  }

  /** Objectives, then constraints. */
  get goal(): readonly number[] {
    this.#goal ??= this.#evaluator.goalOf(this);
    return this.#goal;
  }

  isActive(parameter: number): boolean {
    return this.numbers[this.#evaluator.activeAt + parameter] === 1;
  }

  /** The canonical coordinate of a parameter. */
  coordinate(parameter: number): number {
    return this.numbers[this.#evaluator.coordinatesAt + parameter];
  }

  isKnown(output: number): boolean {
    const { known } = this.#evaluator.places[output];
    return known < 0 || this.numbers[known] === 1;
  }

  /** Whether a constraint holds; undefined where the limit is inside the intervals of the outputs that it reads. */
  holds(constraint: number): boolean | undefined {
    const excess = this.#evaluator.excessOf(constraint, this.goal);
    const doubt = this.#evaluator.doubtOf(constraint, this);
    return doubt > 0 && Math.abs(excess) <= doubt ? undefined : excess <= 0;
  }

  /**
   * The largest amount by which a constraint does not hold; at most 0 where all hold. Where the best point is allowed, what the model says beyond a
   * constraint there is its error and is taken off; one that is as it is there is left out, since it would hide how much room the others leave.
   */
  violation(): number {
    const { data, allowed } = this.#evaluator;
    let worst = Number.NEGATIVE_INFINITY;
    let moved = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < data.constraints.length; k++) {
      const excess = this.#evaluator.excessOf(k, this.goal);
      const own = excess - Math.max(0, allowed?.[k] ?? 0);
      worst = Math.max(worst, own);
      if (excess !== allowed?.[k]) moved = Math.max(moved, own);
    }
    return moved === Number.NEGATIVE_INFINITY ? worst : moved;
  }
}

/** The model of the page. */
export class Evaluator {
  readonly data: PageData;
  readonly places: readonly Place[];
  readonly coordinatesAt: number;
  readonly activeAt: number;
  readonly insideAt: number;
  readonly quantities: readonly Quantity[];
  /** By how much each constraint does not hold, as the model says, at a point where the simulator says that all hold. */
  readonly allowed: readonly number[] | undefined;
  readonly #program: PageProgram;
  readonly #choices: readonly (ReadonlyMap<Scalar, number> | undefined)[];

  constructor(data: PageData, program: PageProgram) {
    this.data = data;
    this.#program = program;
    this.#choices = data.parameters.map(({ spec }) =>
      spec.kind === 'categorical' ? new Map(spec.values.map((value, i) => [value, i])) : undefined,
    );
    let at = 0;
    this.places = data.outputs.map(({ classes, hasInterval, hasDomain }): Place => {
      const value = at++;
      const probabilities = classes.length > 0 ? at : -1;
      at += classes.length;
      const lower = hasInterval ? at : -1;
      if (hasInterval) at += 2;
      return { value, probabilities, lower, known: hasDomain ? at++ : -1 };
    });
    this.coordinatesAt = at;
    this.activeAt = at + data.parameters.length;
    this.insideAt = this.activeAt + data.parameters.length;
    this.quantities = [
      ...data.objectives.flatMap((one, k) => (one.output < 0 ? [this.#objective(k)] : [])),
      ...data.outputs.flatMap((output, k) => this.#quantitiesOf(output, k)),
    ];
    if (!data.best?.isAllowed) return;
    const { goal } = this.quicklyAt(data.best.point.map((value) => value ?? 0));
    this.allowed = data.constraints.map((_, k) => this.excessOf(k, goal));
  }

  at(values: Values): Answer {
    return new Answer(this, values, this.#program.answers(this.#inputs(values)));
  }

  /** The same in a fraction of the time, without bounds, and as if all were known. */
  quicklyAt(values: Values): Answer {
    return new Answer(this, values, this.#program.values(this.#inputs(values)));
  }

  #inputs(values: Values): number[] {
    return values.map((value, j) => this.#choices[j]?.get(value) ?? (value as number));
  }

  goalOf({ values, numbers }: Answer): readonly number[] {
    return this.#program.goal(this.#pointOf(values, numbers), this.#outputsOf(numbers));
  }

  /** By how much a constraint does not hold: at most 0 where it does. */
  excessOf(constraint: number, goal: readonly number[]): number {
    const { isEquality, tolerance } = this.data.constraints[constraint];
    const value = goal[this.data.objectives.length + constraint];
    return isEquality ? Math.abs(value) - tolerance : value;
  }

  /** How far the intervals of the outputs move a constraint: the root of the sum of squares over the outputs. */
  doubtOf(constraint: number, { values, numbers, goal }: Answer): number {
    const point = this.#pointOf(values, numbers);
    const excess = this.excessOf(constraint, goal);
    const moves = this.places.map(({ lower }, k) => {
      if (lower < 0) return 0;
      const ends = [numbers[lower], numbers[lower + 1]].map((end) => {
        const outputs = this.#outputsOf(numbers);
        outputs[k] = end;
        return Math.abs(this.excessOf(constraint, this.#program.goal(point, outputs)) - excess);
      });
      return Math.max(...ends);
    });
    return Math.hypot(...moves);
  }

  #pointOf(values: Values, numbers: readonly number[]): (Scalar | undefined)[] {
    return values.map((value, j) => (numbers[this.activeAt + j] === 1 ? value : undefined));
  }

  #outputsOf(numbers: readonly number[]): Scalar[] {
    return this.data.outputs.map(({ classes }, k) => {
      const value = numbers[this.places[k].value];
      return classes.length > 0 ? classes[value] : value;
    });
  }

  #objective(k: number): Quantity {
    const { text, unit } = this.data.objectives[k];
    return { label: text, unit, of: ({ goal }) => goal[k], outputs: this.data.outputs.map((_, i) => i) };
  }

  #quantitiesOf({ name, unit, classes }: PageOutput, k: number): Quantity[] {
    const { value, probabilities, lower } = this.places[k];
    if (classes.length > 0)
      return classes.map((one, c) => ({
        ...{ label: `${name}: probability of ${one}`, unit: '', outputs: [k] },
        of: ({ numbers }) => numbers[probabilities + c],
      }));
    const bounds: Quantity['bounds'] = ({ numbers }) => [numbers[lower], numbers[lower + 1]];
    return [
      { ...{ label: name, unit, outputs: [k] }, of: ({ numbers }) => numbers[value], ...(lower >= 0 && { bounds }) },
    ];
  }
}
