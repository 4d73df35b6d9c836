import { z } from 'zod';
import { ensure } from '../../core/errors.ts';
import { definitionOf } from '../../core/factory.ts';
import type { Model, ProbabilisticModel, Surrogate } from '../../core/model.ts';
import type { Acquisition, Minimizer, Optimizer } from '../../core/optimizer.ts';
import type { Named, OptionTable, OptionType, PlainOptions, RecipeKind } from '../../core/options.ts';
import type { Sampler } from '../../core/sampler.ts';
import { expectedImprovement } from '../../optimization/acquisition/expected-improvement.ts';
import { logExpectedImprovement } from '../../optimization/acquisition/log-expected-improvement.ts';
import { lowerConfidenceBound } from '../../optimization/acquisition/lower-confidence-bound.ts';
import { probabilityOfImprovement } from '../../optimization/acquisition/probability-of-improvement.ts';
import { thompson } from '../../optimization/acquisition/thompson.ts';
import { autoOptimizer } from '../../optimization/auto/auto.ts';
import { bayesian } from '../../optimization/bayesian/bayesian.ts';
import { pareto } from '../../optimization/bayesian/pareto.ts';
import { constrainedRbf } from '../../optimization/constrained-rbf/constrained-rbf.ts';
import { cmaEs } from '../../optimization/direct/cma-es.ts';
import { differentialEvolution } from '../../optimization/direct/differential-evolution.ts';
import { lbfgsb } from '../../optimization/direct/lbfgsb.ts';
import { nelderMead } from '../../optimization/direct/nelder-mead.ts';
import { nsga2 } from '../../optimization/direct/nsga2.ts';
import { random } from '../../optimization/direct/random.ts';
import { multiResolution } from '../../optimization/multi-resolution/multi-resolution.ts';
import { METHODS, optimizationJs } from '../../optimization/optimization-js/optimization-js.ts';
import { stopping } from '../../optimization/stopping.ts';
import { factorial } from '../../sampling/factorial.ts';
import { halton } from '../../sampling/halton.ts';
import { latinHypercube } from '../../sampling/latin-hypercube.ts';
import { nestedDesign } from '../../sampling/nested-design.ts';
import { sobol } from '../../sampling/sobol.ts';
import { uniform } from '../../sampling/uniform.ts';
import { classicalRegression } from '../../surrogates/classical/classical-regression.ts';
import { coKriging } from '../../surrogates/co-kriging/co-kriging.ts';
import { conformal } from '../../surrogates/conformal/conformal.ts';
import { gaussianProcess } from '../../surrogates/gaussian-process/gaussian-process.ts';
import { kpls } from '../../surrogates/gaussian-process/kpls.ts';
import { vecchia } from '../../surrogates/gaussian-process/vecchia.ts';
import { gradientBoosting } from '../../surrogates/gradient-boosting/gradient-boosting.ts';
import { gradientEnhanced } from '../../surrogates/gradient-enhanced/gradient-enhanced.ts';
import { nearestNeighbor } from '../../surrogates/nearest-neighbor.ts';
import { neuralNetwork } from '../../surrogates/neural-network/neural-network.ts';
import { polynomialChaos } from '../../surrogates/polynomial/polynomial-chaos.ts';
import { responseSurface } from '../../surrogates/polynomial/response-surface.ts';
import { radialBasis } from '../../surrogates/radial-basis/radial-basis.ts';
import { auto } from '../../surrogates/selection/selection.ts';
import { decisionTree } from '../../surrogates/trees/decision-tree.ts';
import { extraTrees } from '../../surrogates/trees/extra-trees.ts';
import { randomForest } from '../../surrogates/trees/random-forest.ts';
import { resolvedSurrogate, searchSurrogate } from '../defaults.ts';
import { describeIssue } from './issue.ts';
import { optionShape } from './option-schema.ts';
import { ifSound, strict } from './strict.ts';
import { YamlDocument } from './yaml-document.ts';

/** A factory that a file can name: the shape of its options, and how it is called. */
interface Recipe<T> {
  readonly options: z.ZodRawShape;
  // biome-ignore lint/suspicious/noExplicitAny: the shape above is what checks the options
  readonly make: (options: any) => T;
}

/** Factories by the names that they have in code. */
export type Recipes<T> = Readonly<Record<string, Recipe<T>>>;

const count = z.int().min(1);
const positive = z.number().positive();

/** The samplers. */
export const SAMPLERS: Recipes<Sampler> = byName([latinHypercube, sobol, halton, factorial, uniform, nestedDesign]);

const PROBABILISTIC: Recipes<Surrogate<ProbabilisticModel>> = byName<Surrogate<ProbabilisticModel>>([
  gaussianProcess,
  coKriging,
  gradientEnhanced,
  kpls,
  vecchia,
  radialBasis,
  randomForest,
  extraTrees,
  responseSurface,
  polynomialChaos,
  gradientBoosting,
  auto,
]);

/** The surrogates. */
export const SURROGATES: Recipes<Surrogate<Model>> = {
  ...PROBABILISTIC,
  ...byName<Surrogate>([decisionTree, classicalRegression, nearestNeighbor, neuralNetwork, conformal]),
};

const ACQUISITIONS: Recipes<Acquisition> = {
  logExpectedImprovement: { options: {}, make: () => logExpectedImprovement() },
  expectedImprovement: { options: {}, make: () => expectedImprovement() },
  lowerConfidenceBound: { options: { width: positive.optional() }, make: lowerConfidenceBound },
  probabilityOfImprovement: { options: { margin: positive.optional() }, make: probabilityOfImprovement },
  thompson: { options: { candidates: count.optional() }, make: thompson },
};

const DIRECT: Recipes<Minimizer & Optimizer> = {
  cmaEs: {
    options: {
      sigma: positive.optional(),
      population: count.optional(),
      tolerance: positive.optional(),
      evaluations: count.optional(),
    },
    make: cmaEs,
  },
  differentialEvolution: { options: { evaluations: count.optional() }, make: differentialEvolution },
  nelderMead: {
    options: { size: positive.optional(), tolerance: positive.optional(), evaluations: count.optional() },
    make: nelderMead,
  },
  random: { options: { evaluations: count.optional() }, make: random },
};

/** What searches a surrogate. */
export const MINIMIZERS: Recipes<Minimizer> = {
  ...DIRECT,
  lbfgsb: { options: {}, make: () => lbfgsb() },
  optimizationJs: {
    options: { method: z.enum(METHODS).optional(), evaluations: count.optional() },
    make: (options) => optimizationJs(options),
  },
};

const modeled = { surrogate: named(PROBABILISTIC).optional(), initial: count.min(2).optional() };

/** Options with the surrogate that they name, or else that of a search. */
function withSurrogate<O extends { readonly surrogate?: Named }>({ surrogate, ...options }: O) {
  return {
    ...options,
    surrogate: surrogate === undefined ? searchSurrogate() : fromName(PROBABILISTIC, surrogate),
  };
}

const SEARCHES: Recipes<Optimizer> = {
  ...DIRECT,
  nsga2: {
    options: {
      population: count.min(2).optional(),
      crossover: z.number().min(0).max(1).optional(),
      mutation: z.number().min(0).max(1).optional(),
      crossoverIndex: z.number().nonnegative().optional(),
      mutationIndex: z.number().nonnegative().optional(),
    },
    make: nsga2,
  },
  constrainedRbf: { options: { initial: count.min(2).optional() }, make: constrainedRbf },
  bayesian: {
    options: { ...modeled, acquisition: named(ACQUISITIONS).optional(), stochastic: z.boolean().optional() },
    make: ({ acquisition, ...options }: { acquisition?: Named; surrogate?: Named }) =>
      bayesian({
        ...withSurrogate(options),
        ...(acquisition !== undefined && { acquisition: fromName(ACQUISITIONS, acquisition) }),
      }),
  },
  pareto: {
    options: { ...modeled, reference: z.array(z.number()).min(2).optional(), stochastic: z.boolean().optional() },
    make: (options) => pareto(withSurrogate(options)),
  },
  autoOptimizer: {
    options: { ...modeled, stochastic: z.boolean().optional() },
    make: (options) => autoOptimizer({ ...withSurrogate(options), resolved: resolvedSurrogate() }),
  },
  multiResolution: {
    options: { stochastic: z.boolean().optional() },
    make: (options) => multiResolution({ ...options, surrogate: resolvedSurrogate() }),
  },
};

/** What searches the simulator. */
export const OPTIMIZERS: Recipes<Optimizer> = {
  ...SEARCHES,
  stopping: {
    options: {
      optimizer: named(SEARCHES).optional(),
      target: z.number().optional(),
      tolerance: z.number().nonnegative().optional(),
      patience: count.optional(),
    },
    make: ({ optimizer = 'autoOptimizer', ...options }: { optimizer?: Named }) =>
      stopping(fromName(SEARCHES, optimizer), options),
  },
};

/** Recipes of factories that describe their options. */
function byName<T>(factories: readonly ((...given: never[]) => T)[]): Recipes<T> {
  return Object.fromEntries(
    factories.map(definitionOf).map(({ name, options, make }) => [
      name,
      {
        options: optionShape(
          options,
          (kind) => z.lazy(() => named(ofKind(kind))),
          () => false,
        ),
        make: (given: PlainOptions) => make(withRecipes(options, given)),
      },
    ]),
  );
}

function ofKind(kind: RecipeKind): Recipes<unknown> {
  if (kind === 'sampler') return SAMPLERS;
  return kind === 'surrogate' ? SURROGATES : PROBABILISTIC;
}

function isFilled(kind: RecipeKind): boolean {
  return kind === 'surrogate';
}

/** Options of a file, the recipes that they name made, and those that they leave out. */
function withRecipes(table: OptionTable, given: PlainOptions): PlainOptions {
  const made = Object.entries(table).map(([name, { type, required }]) => {
    const value = given[name];
    if (value !== undefined) return [name, madeOf(type, value)];
    return [name, required && type.is === 'recipe' && isFilled(type.kind) ? auto() : undefined];
  });
  return Object.fromEntries(made);
}

function madeOf(type: OptionType, value: unknown): unknown {
  switch (type.is) {
    case 'recipe':
      return fromName(ofKind(type.kind), value as Named);
    case 'list':
      return (value as readonly unknown[]).map((one) => madeOf(type.of, one));
    case 'group':
      return withRecipes(type.table, value as PlainOptions);
    default:
      return value;
  }
}

/** The schema of one of the recipes, by its name alone or as the one key of its options. */
export function named<T>(recipes: Recipes<T>): z.ZodType<Named> {
  const names = Object.keys(recipes);
  const shape = Object.fromEntries(names.map((name) => [name, strict(recipes[name].options).optional()]));
  const withOptions = strict(shape).refine((value) => Object.keys(value).length === 1, {
    error: `must have one key, the name: ${names.join(', ')}`,
    ...ifSound,
  });
  return z.union([z.enum(names as [string, ...string[]]), withOptions]) as z.ZodType<Named>;
}

/** Calls the factory that a checked value names. */
export function fromName<T>(recipes: Recipes<T>, value: Named): T {
  const [name, options] = typeof value === 'string' ? [value, {}] : Object.entries(value)[0];
  return recipes[name].make(options ?? {});
}

/** A sampler as the command line names it: `latin-hypercube`, or with options `latinHypercube: { kind: random }`. */
export function samplerFromText(text: string): Sampler {
  const byKebab = Object.keys(SAMPLERS).find((name) => kebab(name) === text);
  if (byKebab !== undefined) return fromName(SAMPLERS, byKebab);
  const document = new YamlDocument(text, '--sampler');
  const { data } = document;
  ensure(
    typeof data === 'object' || Object.hasOwn(SAMPLERS, String(data)),
    'invalid-argument',
    `--sampler is one of ${samplerNames().join(', ')}, got '${text}'`,
  );
  const checked = named(SAMPLERS).safeParse(data);
  if (!checked.success) throw document.error(checked.error.issues.flatMap((issue) => describeIssue(issue, data)));
  return fromName(SAMPLERS, checked.data);
}

/** The samplers as the command line names them. */
export function samplerNames(): string[] {
  return Object.keys(SAMPLERS).map(kebab);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
