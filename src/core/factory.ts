import type { ProbabilisticModel, ResolvedModel, Surrogate } from './model.ts';
import type { Acquisition, Minimizer, Optimizer } from './optimizer.ts';
import { checkOptions, markFactory, plainOptions } from './option-check.ts';
import type { CheckedOptions, OptionsOf, OptionTable, OptionType, RecipeKind } from './options.ts';
import type { Sampler } from './sampler.ts';

/** What a recipe of each kind is. */
export interface Recipes {
  readonly sampler: Sampler;
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

/** A factory as a value: all that files, the command line and pages need to know of it. */
export interface FactoryDefinition<T = unknown> {
  readonly name: string;
  readonly options: OptionTable;
  /** As code calls it, with the options that are given one by one among the others. */
  make(options: unknown): T;
}

/** Makes a recipe from options, which it checks; an unknown one is refused. */
export interface Factory<O, T> {
  (...given: Record<string, never> extends O ? [options?: O] : [options: O]): T;
  /** @internal */
  readonly definition: FactoryDefinition<T>;
}

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
  return defined(checked, { name, options, make: checked }) as Factory<OptionsOf<S>, T>;
}

/** The function with the definition of the factory that it calls in its own way. */
export function defined<F extends (...given: never[]) => unknown>(
  call: F,
  definition: FactoryDefinition,
): F & { readonly definition: FactoryDefinition } {
  const named = Object.defineProperty(call, 'name', { value: definition.name, configurable: true });
  return markFactory(Object.assign(named, { definition }));
}
