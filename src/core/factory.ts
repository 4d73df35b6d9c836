import { ensure, show } from './errors.ts';
import type { ProbabilisticModel, ResolvedModel, Surrogate } from './model.ts';
import type { Acquisition, Minimizer, Optimizer } from './optimizer.ts';
import { checkOptions, markFactory, plainOptions } from './option-check.ts';
import type { CheckedOptions, OptionsOf, OptionTable, OptionType, RecipeKind } from './options.ts';
import type { Augmentation, Sampler } from './sampler.ts';

/** What a recipe of each kind is. */
export interface Recipes {
  readonly sampler: Sampler;
  readonly augmentation: Augmentation;
  readonly surrogate: Surrogate;
  readonly 'probabilistic surrogate': Surrogate<ProbabilisticModel>;
  readonly 'resolved surrogate': Surrogate<ResolvedModel>;
  readonly acquisition: Acquisition;
  readonly minimizer: Minimizer;
  readonly optimizer: Optimizer;
}

/** An option that is a recipe. */
export function recipeOf<K extends RecipeKind>(kind: K): OptionType<Recipes[K]> {
  return { is: 'recipe', kind };
}

/** What files, the command line and pages need to know of a factory. */
export interface FactoryDefinition<T = unknown> {
  readonly name: string;
  readonly options: OptionTable;
  /** Makes a recipe of options, those among them that code gives one by one. */
  make(options: unknown): T;
}

/** Makes a recipe from options, which it checks; an unknown one is refused. */
export type Factory<O, T> = (...given: Record<string, never> extends O ? [options?: O] : [options: O]) => T;

const definitions = new WeakMap<object, FactoryDefinition>();

/** A factory that makes `T` of the options that the table describes. What it makes tells of both, see {@link Described}. */
export function factory<S extends OptionTable, T extends object>(
  name: string,
  options: S,
  make: (options: CheckedOptions<S>) => T,
): Factory<OptionsOf<S>, T> {
  const checked = (given: unknown = {}): T => {
    const filled = checkOptions(name, options, given);
    return Object.assign(make(filled), { factory: name, options: plainOptions(options, filled) });
  };
  return calling<Factory<OptionsOf<S>, T>>(checked, { name, options, make: checked });
}

/** A function that calls a factory in a way of its own, as that factory. */
export function calling<F extends (...given: never[]) => unknown>(call: F, definition: FactoryDefinition): F {
  definitions.set(call, definition);
  return markFactory(Object.defineProperty(call, 'name', { value: definition.name }));
}

/** What there is to know of a factory. */
export function definitionOf<T>(factory: (...given: never[]) => T): FactoryDefinition<T> {
  const definition = definitions.get(factory);
  ensure(definition, 'invalid-argument', `${show(factory)} is no factory of recipes`);
  return definition as FactoryDefinition<T>;
}
