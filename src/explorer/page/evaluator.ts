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

  /** Whether every constraint holds. */
  isAllowed(): boolean {
    return this.violation() <= 0;
  }

  /** The largest amount by which a constraint does not hold; at most 0 where all hold. */
  violation(): number {
    const { objectives, constraints } = this.#evaluator.data;
    let worst = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < constraints.length; k++) {
      const value = this.goal[objectives.length + k];
      const { isEquality, tolerance } = constraints[k];
      worst = Math.max(worst, isEquality ? Math.abs(value) - tolerance : value);
    }
    return worst;
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
  }

  at(values: Values): Answer {
    const x = values.map((value, j) => this.#choices[j]?.get(value) ?? (value as number));
    return new Answer(this, values, this.#program.answers(x));
  }

  goalOf(answer: Answer): readonly number[] {
    const point = answer.values.map((value, j) => (answer.isActive(j) ? value : undefined));
    const outputs = this.data.outputs.map(({ classes }, k) => {
      const value = answer.numbers[this.places[k].value];
      return classes.length > 0 ? classes[value] : value;
    });
    return this.#program.goal(point, outputs);
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
