/** Everything of imago that runs in Node, workers and browsers alike. What needs Node is in `imago/node`. */

export { describe } from './core/coordinate.ts';
export { datasetFromCsv, datasetToCsv } from './core/csv.ts';
export { Dataset, type Row } from './core/dataset.ts';
export { type ErrorCode, ensure, ImagoError, type Place, show, showPlace } from './core/errors.ts';
export type { CompletedEvaluation, Evaluation, FailedEvaluation, FailureCause, Task } from './core/evaluation.ts';
export type { Executor } from './core/executor.ts';
export type { Formula } from './core/formula.ts';
export {
  type Adequacy,
  type CrossValidated,
  type DifferentiableModel,
  type Evidence,
  type Health,
  hasIntervals,
  hasLeaveOneOut,
  type Interval,
  type IntervalModel,
  isCrossValidated,
  isDifferentiable,
  isNoisy,
  isProbabilistic,
  isReadable,
  type LeaveOneOut,
  type Model,
  type NoisyModel,
  type Posterior,
  type PosteriorGradient,
  type ProbabilisticModel,
  type ReadableModel,
  type ResolvedModel,
  type Surrogate,
  type TreeNode,
} from './core/model.ts';
export type {
  Acquisition,
  AcquisitionView,
  Criterion,
  Knowledge,
  Minimizer,
  Minimum,
  Optimizer,
  StopReason,
  Suggestion,
} from './core/optimizer.ts';
export { dataOracle, label, modelOracle, type Oracle, simulatorOracle, storedOracle } from './core/oracle.ts';
export type { Derivative, Output, OutputOptions, Outputs, OutputValues } from './core/output.ts';
export {
  type Condition,
  categorical,
  integer,
  ordinal,
  type Parameter,
  type ParameterOptions,
  type Parameters,
  type Point,
  type RealOptions,
  type ResolutionOptions,
  real,
  resolution,
  type Scalar,
} from './core/parameter.ts';
export { perform } from './core/perform.ts';
export { type Constraint, type Expression, type Names, type Objective, Problem, type Scores } from './core/problem.ts';
export { reportedLevel } from './core/reported-level.ts';
export type { Resolution } from './core/resolution.ts';
export type { Clock, ProgressEvent, Run } from './core/run.ts';
export type { Sampler } from './core/sampler.ts';
export { SimulationFailure } from './core/simulation-failure.ts';
export {
  type AnySimulator,
  defineSimulator,
  isSimulator,
  type Json,
  type RunContext,
  type Simulator,
  type SimulatorDefinition,
  type SimulatorSource,
  setUp,
} from './core/simulator.ts';
export { type Column, Space } from './core/space.ts';
export type { Stage } from './core/stage.ts';
export { memoryStore, type Store, type StoredEvaluation } from './core/store.ts';
export { hypervolume } from './numerics/hypervolume.ts';
export { Matrix } from './numerics/matrix.ts';
export { Rng } from './numerics/random.ts';
export {
  type HypervolumeOptions,
  logExpectedHypervolumeImprovement,
} from './optimization/acquisition/expected-hypervolume-improvement.ts';
export { expectedImprovement } from './optimization/acquisition/expected-improvement.ts';
export { logExpectedImprovement } from './optimization/acquisition/log-expected-improvement.ts';
export { lowerConfidenceBound } from './optimization/acquisition/lower-confidence-bound.ts';
export { probabilityOfImprovement } from './optimization/acquisition/probability-of-improvement.ts';
export { type ThompsonOptions, thompson } from './optimization/acquisition/thompson.ts';
export { type AutoOptimizerOptions, autoOptimizer } from './optimization/auto.ts';
export { type BayesianOptions, bayesian, type Forecaster } from './optimization/bayesian.ts';
export type { Outlook, SearchRecord } from './optimization/chance.ts';
export { type CmaEsOptions, cmaEs } from './optimization/cma-es.ts';
export { type ConstrainedRbfOptions, constrainedRbf } from './optimization/constrained.ts';
export { type DifferentialEvolutionOptions, differentialEvolution } from './optimization/differential-evolution.ts';
export { lbfgsb } from './optimization/lbfgsb.ts';
export { type MultiResolutionOptions, multiResolution } from './optimization/multi-resolution.ts';
export { type NelderMeadOptions, nelderMead } from './optimization/nelder-mead.ts';
export { type Nsga2Options, nsga2 } from './optimization/nsga2.ts';
export {
  type OptimizationJsMethod,
  type OptimizationJsOptions,
  optimizationJs,
} from './optimization/optimization-js/optimization-js.ts';
export { type ParetoOptions, pareto } from './optimization/pareto.ts';
export { type RandomOptions, random } from './optimization/random.ts';
export { type StoppingOptions, stopping } from './optimization/stopping.ts';
export { contestLines, contestSummary } from './report/contest-lines.ts';
export { headlines } from './report/headlines.ts';
export { htmlReport } from './report/html.ts';
export { markdownReport } from './report/markdown.ts';
export { type DesignQuality, designQuality } from './sampling/design-quality.ts';
export { type FactorialOptions, factorial } from './sampling/factorial.ts';
export { halton } from './sampling/halton.ts';
export { type LatinHypercubeOptions, latinHypercube } from './sampling/latin-hypercube.ts';
export { type NestedDesignOptions, nestedDesign } from './sampling/nested-design.ts';
export { sobol } from './sampling/sobol.ts';
export { uniform } from './sampling/uniform.ts';
export type { Breaker } from './study/breaker.ts';
export { distill, type Trained } from './study/chain.ts';
export {
  assistedRuns,
  type Contender,
  type Contest,
  type ContestOptions,
  runContest,
  type Standing,
  standingOf,
} from './study/contest.ts';
export { type Contour, contourOf } from './study/contour.ts';
export { defaultOptimizer, searchSurrogate } from './study/defaults.ts';
export { defineScenario, ensureTask } from './study/define-scenario.ts';
export { expectedErrors } from './study/expected-error.ts';
export { ExpressionCompiler } from './study/expression.ts';
export { type Fit, type FitGoal, type FitStep, fitUntil } from './study/fit-until.ts';
export { problemOf } from './study/goal.ts';
export { type Learning, learningOf } from './study/learning.ts';
export { type SearchLimits, search } from './study/loop.ts';
export type { Journal } from './study/loop-in-flight.ts';
export { type Environment, runStudy } from './study/run-study.ts';
export {
  type AnyScenario,
  type Comparison,
  type DataStart,
  type Goal,
  isScenario,
  type Quantity,
  type Scenario,
  type SimulatorSearch,
  type SurrogateSearch,
  type Values,
} from './study/scenario.ts';
export type { Search } from './study/search-progress.ts';
export { type Effects, effectsOf, type Slice, sliceOf } from './study/sensitivity.ts';
export { type Study, type StudyMeasurements, type StudyResults, studyFromJson, studyToJson } from './study/study.ts';
export { namedOutputs, pointAt } from './study/summary.ts';
export type { OutputTrust, Trust } from './study/trust.ts';
export { crossFidelity, type Fidelity, holdoutFidelity } from './study/validation.ts';
export {
  type ClassicalRegressionOptions,
  classicalRegression,
} from './surrogates/classical/classical-regression.ts';
export type { ClassicalKind } from './surrogates/classical/kinds.ts';
export { type CoKrigingOptions, coKriging } from './surrogates/co-kriging/co-kriging.ts';
export type { CoKrigingModel } from './surrogates/co-kriging/model.ts';
export { type ConformalMethod, type ConformalOptions, conformal } from './surrogates/conformal/conformal.ts';
export { type DecisionTreeOptions, decisionTree } from './surrogates/decision-tree/decision-tree.ts';
export { type Domain, domainOf } from './surrogates/domain.ts';
export { type GaussianProcessOptions, gaussianProcess } from './surrogates/gaussian-process/gaussian-process.ts';
export { type KplsOptions, kpls } from './surrogates/gaussian-process/kpls.ts';
export type { GaussianProcessModel } from './surrogates/gaussian-process/model.ts';
export { type GradientBoostingOptions, gradientBoosting } from './surrogates/gradient-boosting/gradient-boosting.ts';
export { type GradientEnhancedOptions, gradientEnhanced } from './surrogates/gradient-enhanced/gradient-enhanced.ts';
export { type NearestNeighborOptions, nearestNeighbor } from './surrogates/nearest-neighbor.ts';
export { type NeuralNetworkOptions, neuralNetwork } from './surrogates/neural-network/neural-network.ts';
export { type Answer, inUnits, type PointModel } from './surrogates/point-model.ts';
export type { PolynomialModel, Sensitivity } from './surrogates/polynomial/model.ts';
export { type PolynomialChaosOptions, polynomialChaos } from './surrogates/polynomial/polynomial-chaos.ts';
export { type ResponseSurfaceOptions, responseSurface } from './surrogates/polynomial/response-surface.ts';
export type { RadialBasisModel } from './surrogates/radial-basis/model.ts';
export { type RadialBasisSurrogateOptions, radialBasis } from './surrogates/radial-basis/radial-basis.ts';
export { type ExtraTreesOptions, extraTrees } from './surrogates/random-forest/extra-trees.ts';
export { type RandomForestOptions, randomForest } from './surrogates/random-forest/random-forest.ts';
export type { Recipe } from './surrogates/recipe.ts';
export { type AutoOptions, auto } from './surrogates/selection/selection.ts';
export { brierScore, type SuccessModel, success } from './surrogates/success.ts';
export { type VecchiaOptions, vecchia } from './surrogates/vecchia/vecchia.ts';
export { type Judgement, judgementOf, type Verdict } from './surrogates/verdict.ts';
