import type { Scalar } from '../../core/space/parameter.ts';
import type { PageData } from '../page-data.ts';
import { valueAt } from './coordinate.ts';
import type { Values } from './evaluator.ts';

/** What is looked at; whoever listens is told after each change. */
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

  constructor(data: PageData) {
    this.#data = data;
    this.#values = data.best ? this.complete(data.best.point) : this.middle;
    this.axes = [0, Math.min(1, data.parameters.length - 1)];
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
