import type { Scalar } from '../../core/space/parameter.ts';
import { isDiscrete } from '../drawing/axis.ts';
import { valueAt } from '../drawing/coordinate.ts';
import type { PageData } from '../page-data.ts';
import type { Evaluator, Values } from './evaluator.ts';

/** The point that is shown; listeners are called after each change. */
export class State {
  readonly #data: PageData;
  readonly #listeners: (() => void)[] = [];
  #values: Values;
  /** Counts changes of what is drawn. */
  version = 0;
  /** Which of the evaluator's quantities slices and map show. */
  quantity = 0;
  /** The parameters of the map. */
  axes: readonly [x: number, y: number];

  constructor(data: PageData, evaluator: Evaluator) {
    this.#data = data;
    this.#values = data.best ? this.complete(data.best.point) : this.middle;
    this.quantity = Math.max(
      0,
      evaluator.quantities.findIndex(({ label }) => label === data.objectives[0]?.text),
    );
    this.axes = strongest(data, evaluator, this.#values);
  }

  get values(): Values {
    return this.#values;
  }

  get middle(): Values {
    return this.#data.parameters.map(({ spec }) => valueAt(spec, 0.5));
  }

  /** The values, those that have none in the middle of their ranges. */
  complete(values: readonly (Scalar | null)[]): Values {
    const { middle } = this;
    return values.map((value, j) => value ?? middle[j]);
  }

  listen(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Goes to a point. */
  go(values: Values): void {
    this.#values = values;
    this.changed();
  }

  set(parameter: number, value: Scalar): void {
    if (!Object.is(this.#values[parameter], value))
      this.go(this.#values.map((one, j) => (j === parameter ? value : one)));
  }

  /** Tells that what is drawn has changed. */
  changed(): void {
    this.version++;
    for (const listener of this.#listeners) listener();
  }
}

/** Places along each range by which the inputs that matter most are found. */
const PLACES = 7;

/** The two inputs that move the outputs most, those that are not choices first. */
function strongest({ parameters, outputs }: PageData, evaluator: Evaluator, values: Values): readonly [number, number] {
  const strengths = parameters.map(({ spec }, j) => {
    const answers = Array.from({ length: PLACES }, (_, k) =>
      evaluator.at(values.map((value, i) => (i === j ? valueAt(spec, k / (PLACES - 1)) : value))),
    );
    const range = (of: (k: number) => number) => {
      const found = answers.map((_, k) => of(k)).filter(Number.isFinite);
      return Math.max(...found) - Math.min(...found);
    };
    return outputs.map((_, k) => range((i) => answers[i].numbers[evaluator.places[k].value]));
  });
  const largest = outputs.map((_, k) => Math.max(...strengths.map((own) => own[k])) || 1);
  const strength = strengths.map((own) => own.reduce((sum, range, k) => sum + range / largest[k], 0));
  const order = [...parameters.keys()].sort(
    (a, b) =>
      Number(isDiscrete(parameters[a].spec)) - Number(isDiscrete(parameters[b].spec)) || strength[b] - strength[a],
  );
  const [first, second = first] = order;
  return [Math.min(first, second), Math.max(first, second)];
}
