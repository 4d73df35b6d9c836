import { definitionOf, type FactoryDefinition, type Recipes } from '../../core/factory.ts';
import type { RecipeKind } from '../../core/options.ts';
import { logExpectedHypervolumeImprovement } from '../../optimization/acquisition/expected-hypervolume-improvement.ts';
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
import { optimizationJs } from '../../optimization/optimization-js/optimization-js.ts';
import { stopping } from '../../optimization/stopping.ts';
import { autoTransfer } from '../../sampling/density/auto-transfer.ts';
import { copula } from '../../sampling/density/copula.ts';
import { jitter } from '../../sampling/density/jitter.ts';
import { kernelDensity } from '../../sampling/density/kernel-density.ts';
import { marginals } from '../../sampling/density/marginals.ts';
import { mixture } from '../../sampling/density/mixture.ts';
import { munge } from '../../sampling/density/munge.ts';
import { rows } from '../../sampling/density/rows.ts';
import { factorial } from '../../sampling/factorial.ts';
import { halton } from '../../sampling/halton.ts';
import { latinHypercube } from '../../sampling/latin-hypercube.ts';
import { nestedDesign } from '../../sampling/nested-design.ts';
import { sobol } from '../../sampling/sobol.ts';
import { uniform } from '../../sampling/uniform.ts';
import { warp } from '../../sampling/warp.ts';
import { bornAgain } from '../../surrogates/born-again/born-again.ts';
import { boxes } from '../../surrogates/boxes/boxes.ts';
import { classicalRegression } from '../../surrogates/classical/classical-regression.ts';
import { coKriging } from '../../surrogates/co-kriging/co-kriging.ts';
import { conformal } from '../../surrogates/conformal/conformal.ts';
import { convolutionalNetwork } from '../../surrogates/convolutional-network/convolutional-network.ts';
import { gaussianProcess } from '../../surrogates/gaussian-process/gaussian-process.ts';
import { kpls } from '../../surrogates/gaussian-process/kpls.ts';
import { vecchia } from '../../surrogates/gaussian-process/vecchia.ts';
import { gradientBoosting } from '../../surrogates/gradient-boosting/gradient-boosting.ts';
import { gradientEnhanced } from '../../surrogates/gradient-enhanced/gradient-enhanced.ts';
import { mOfNTree } from '../../surrogates/m-of-n-tree/m-of-n-tree.ts';
import { nearestNeighbor } from '../../surrogates/nearest-neighbor.ts';
import { neuralNetwork } from '../../surrogates/neural-network/neural-network.ts';
import { polynomialChaos } from '../../surrogates/polynomial/polynomial-chaos.ts';
import { responseSurface } from '../../surrogates/polynomial/response-surface.ts';
import { radialBasis } from '../../surrogates/radial-basis/radial-basis.ts';
import { ruleList } from '../../surrogates/rules/rule-list.ts';
import { ruleScores } from '../../surrogates/rules/rule-scores.ts';
import { auto } from '../../surrogates/selection/selection.ts';
import { selfTraining } from '../../surrogates/self-training.ts';
import { softTree } from '../../surrogates/soft-tree/soft-tree.ts';
import { decisionTree } from '../../surrogates/trees/decision-tree.ts';
import { extraTrees } from '../../surrogates/trees/extra-trees.ts';
import { randomForest } from '../../surrogates/trees/random-forest.ts';
import { resolvedSurrogate, searchSurrogate } from '../defaults.ts';

/** Factories of what a kind asks for. */
type Factories<K extends RecipeKind> = readonly ((...given: never[]) => Recipes[K])[];

const PROBABILISTIC: Factories<'probabilistic surrogate'> = [
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
  neuralNetwork,
  auto,
];

/** What people read. */
const READABLE: Factories<'surrogate'> = [decisionTree, ruleList, ruleScores, boxes];

/** What minimizes a criterion and a simulator alike. */
const DIRECT: Factories<'minimizer'> & Factories<'optimizer'> = [cmaEs, differentialEvolution, nelderMead, random];

/** Every factory that a file or the command line can name. */
const FACTORIES: { readonly [K in RecipeKind]: Factories<K> } = {
  sampler: [
    latinHypercube,
    sobol,
    halton,
    factorial,
    uniform,
    nestedDesign,
    rows,
    marginals,
    munge,
    kernelDensity,
    copula,
    jitter,
    mixture,
    autoTransfer,
    warp,
  ],
  augmentation: [warp],
  surrogate: [
    ...PROBABILISTIC,
    convolutionalNetwork,
    softTree,
    ...READABLE,
    bornAgain,
    mOfNTree,
    classicalRegression,
    nearestNeighbor,
    conformal,
    selfTraining,
  ],
  'probabilistic surrogate': PROBABILISTIC,
  'resolved surrogate': [coKriging],
  acquisition: [
    logExpectedImprovement,
    expectedImprovement,
    lowerConfidenceBound,
    probabilityOfImprovement,
    thompson,
    logExpectedHypervolumeImprovement,
  ],
  minimizer: [...DIRECT, lbfgsb, optimizationJs],
  optimizer: [...DIRECT, nsga2, constrainedRbf, bayesian, pareto, autoOptimizer, multiResolution, stopping],
};

/** What a recipe has where a file leaves out one that it is made of. */
const PARTS: { readonly [K in RecipeKind]?: () => Recipes[K] } = {
  surrogate: auto,
  'probabilistic surrogate': searchSurrogate,
  'resolved surrogate': resolvedSurrogate,
  optimizer: () => autoOptimizer({ surrogate: searchSurrogate(), resolved: resolvedSurrogate() }),
};

/** The factories of a kind by the names that they have in code. */
export function factoriesOf<K extends RecipeKind>(kind: K): Readonly<Record<string, FactoryDefinition<Recipes[K]>>> {
  const factories: Factories<K> = FACTORIES[kind];
  return Object.fromEntries(factories.map(definitionOf).map((one) => [one.name, one]));
}

/** Makes the part of that kind that a file left out; undefined where it can be left out in code too. */
export function partOf(kind: RecipeKind): (() => unknown) | undefined {
  return PARTS[kind];
}
