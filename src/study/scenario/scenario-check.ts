import type { Dataset } from '../../core/dataset.ts';
import { ensure, ImagoError, nearest, show, showPlace } from '../../core/errors.ts';
import { flawOfRecipe } from '../../core/option-check.ts';
import { MOST, type RecipeKind } from '../../core/options.ts';
import type { Sampler } from '../../core/sampler.ts';

/** Checks the parts of one scenario; throws `invalid-scenario` with the scenario's name, the place and the value. */
export class ScenarioCheck {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  that(condition: unknown, place: string, message: string): asserts condition {
    ensure(condition, 'invalid-scenario', `scenario '${this.#name}', ${place}: ${message}`);
  }

  /** A key that nothing reads is most often a misspelt one. */
  keys(place: string, value: object, known: readonly string[]): void {
    for (const key of Object.keys(value))
      this.that(
        known.includes(key),
        place === '' ? key : `${place}.${key}`,
        `there is no such key${nearest(key, known)}; known: ${known.join(', ')}`,
      );
  }

  list(place: string, value: unknown, of: string): void {
    this.that(Array.isArray(value), place, `must be a list ${of}, got ${show(value)}`);
  }

  count(place: string, value: unknown): void {
    this.that(value !== undefined, place, 'is missing');
    this.that(
      Number.isSafeInteger(value) && (value as number) > 0,
      place,
      `must be a positive integer, got ${show(value)}`,
    );
    this.that((value as number) <= MOST, place, `must be at most ${MOST}, got ${show(value)}`);
  }

  /** A data set with something to learn from: a labeled row, or any. */
  data(place: string, value: unknown, needs: 'labeled row' | 'row' = 'labeled row'): void {
    this.that(has(value, 'finite'), place, `must be a Dataset such as datasetFromCsv() makes, got ${show(value)}`);
    const { size } = value as Dataset;
    if (needs === 'row') this.that(size > 0, place, 'has no row');
    else this.that((value as Dataset).finite().size > 0, place, `has no row with an answer among its ${size} rows`);
  }

  /** What is made of a part without an error. */
  fits(place: string, make: () => unknown): void {
    try {
      make();
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      this.that(false, showPlace([place, ...(error.place ?? [])]), error.message);
    }
  }

  recipe(place: string, kind: RecipeKind, value: unknown): void {
    const flaw = flawOfRecipe(kind, value);
    this.that(flaw === undefined, place, flaw ?? '');
  }

  /** A sampler that knows points of `inputs` inputs. */
  sampler(place: string, value: unknown, inputs: number): void {
    this.recipe(place, 'sampler', value);
    const { mostInputs = Number.POSITIVE_INFINITY } = value as Sampler;
    this.that(
      inputs <= mostInputs,
      place,
      `knows points of at most ${mostInputs} inputs, and there are ${inputs}; take latinHypercube() or uniform()`,
    );
  }
}

function has(value: unknown, method: string): boolean {
  return typeof (value as Readonly<Record<string, unknown>> | null | undefined)?.[method] === 'function';
}
