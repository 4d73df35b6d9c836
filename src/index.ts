/** Everything of imago that runs in Node, workers and browsers alike. What needs Node is in `imago/node`. */

export { type UmBridgeDefinition, umBridgeSimulator } from './bridges/um-bridge.ts';
export type { Config } from './bridges/um-bridge-server.ts';
export type { OutputColumns } from './core/columns.ts';
export type { Command, CommandAnswer, CommandInbox, SentCommand } from './core/control/command.ts';
export { Dataset, type Doubts, type Row } from './core/dataset.ts';
export { type ErrorCode, ensure, ImagoError, type Place, show } from './core/errors.ts';
export type { CompletedEvaluation, Evaluation, FailedEvaluation, FailureCause, Task } from './core/evaluation.ts';
export type { Executor } from './core/executor.ts';
export { type ExportableModel, isExportable } from './core/exportable.ts';
export type { Factory } from './core/factory.ts';
export type { Formula } from './core/formula.ts';
export { functionOracle } from './core/function-oracle.ts';
export {
  type Adequacy,
  type CrossValidated,
  type DifferentiableModel,
  type Evidence,
  type ExtendableModel,
  type Health,
  hasIntervals,
  hasJoint,
  hasLeaveOneOut,
  type Interval,
  type IntervalModel,
  isCrossValidated,
  isDifferentiable,
  isExtendable,
  isNoisy,
  isProbabilistic,
  type JointModel,
  type JointPosterior,
  type LeaveOneOut,
  type Model,
  type NoisyModel,
  type Posterior,
  type PosteriorGradient,
  type ProbabilisticModel,
  type ResolvedModel,
  type Surrogate,
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
export { namedRecipe, recipeText } from './core/option-check.ts';
export type { Described, Named, NoOptions, PlainOptions } from './core/options.ts';
export { committee, dataOracle, isOracle, label, modelOracle, type Oracle, simulatorOracle } from './core/oracle.ts';
export type {
  ClassOutput,
  Derivative,
  NumberOutput,
  Output,
  OutputOptions,
  Outputs,
  OutputValues,
  RunAnswer,
} from './core/output.ts';
export { perform } from './core/perform.ts';
export type { Presence } from './core/platform/presence.ts';
export { type Constraint, type Expression, type Names, type Objective, Problem, type Scores } from './core/problem.ts';
export { type Clock, type ProgressEvent, type Run, type Signal, throwIfCancelled } from './core/run.ts';
export type { Augmentation, ChoosingSampler, HopParts, Sampler, TransferEvidence } from './core/sampler.ts';
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
export { type Group, type ImageOptions, type ImageShape, image } from './core/space/group.ts';
export {
  type Condition,
  type ConditionRange,
  type Constants,
  categorical,
  type Inactive,
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
} from './core/space/parameter.ts';
export type { Resolution } from './core/space/resolution.ts';
export { type Column, Space } from './core/space/space.ts';
export { isSavable, type ModelState, type SavableModel } from './core/state/model-state.ts';
export { type Journal, memoryStore, type Store, type StoredEvaluation } from './core/store.ts';
export {
  answerOf,
  type Box,
  type BoxStructure,
  holds,
  isInside,
  isReadable,
  isTreeEnsemble,
  type ReadableModel,
  type Rule,
  type RuleStructure,
  type Sought,
  type Structure,
  type Test,
  type TreeEnsemble,
  type TreeNode,
  type TreeStructure,
} from './core/structure.ts';
export { type DataSubject, datasetFromCsv, datasetToCsv } from './data/csv.ts';
export { type IdxArray, readIdx } from './data/idx.ts';
export { datasetFromIdx } from './data/images.ts';
export { type ExplorerSubject, explorerHtml } from './explorer/explorer.ts';
export type { ExplorerGoal, ExplorerQuantity, ExplorerRuns, ExplorerStory } from './explorer/story.ts';
export { studyStory } from './explorer/study-story.ts';
export type { ExportSubject } from './export/exported.ts';
export { boostedFromJson } from './export/foreign/boosted.ts';
export { forestFromJson } from './export/foreign/forest.ts';
export { type OnnxOptions, onnxOracle } from './export/foreign/onnx-oracle.ts';
export {
  type LoadedModel,
  loadModel,
  type ModelDescription,
  type ModelOrigin,
  type OutputQuality,
  type SavedOutput,
  saveModel,
} from './export/model-file.ts';
export { predictCsv } from './export/predictions.ts';
export type { GaussianProcessNugget } from './kriging/fit/fit.ts';
export type { EmbeddedCoordinate, EmbeddingKind } from './kriging/kernels/embedding.ts';
export type {
  GaussianProcessCategories,
  GaussianProcessConditions,
  GaussianProcessWarping,
} from './kriging/kernels/features.ts';
export type { DistanceKernelName, GaussianProcessKernel, StructuredKernelName } from './kriging/kernels/kernel.ts';
export type { Hyperparameters } from './kriging/process/hyperparameters.ts';
export type { GaussianProcessPrior } from './kriging/process/likelihood.ts';
export type { GaussianProcessModel } from './kriging/process/model.ts';
export type { GaussianProcessTrend } from './kriging/process/trend.ts';
export type { GaussianProcessTransform } from './kriging/response/transform.ts';
export type { PolynomialTail } from './numerics/interpolation/polynomial-basis.ts';
export type { RadialKernel } from './numerics/interpolation/radial-basis.ts';
export { Matrix } from './numerics/matrix.ts';
export { hypervolume } from './numerics/minimize/hypervolume.ts';
export { PackedMatrix, type PackedNumbers, type Rows } from './numerics/packed-matrix.ts';
export { Rng } from './numerics/random.ts';
export {
  type HypervolumeOptions,
  logExpectedHypervolumeImprovement,
} from './optimization/acquisition/expected-hypervolume-improvement.ts';
export { expectedImprovement } from './optimization/acquisition/expected-improvement.ts';
export {
  type LogExpectedImprovementOptions,
  logExpectedImprovement,
} from './optimization/acquisition/log-expected-improvement.ts';
export {
  type LowerConfidenceBoundOptions,
  lowerConfidenceBound,
} from './optimization/acquisition/lower-confidence-bound.ts';
export {
  type ProbabilityOfImprovementOptions,
  probabilityOfImprovement,
} from './optimization/acquisition/probability-of-improvement.ts';
export { type ThompsonOptions, thompson } from './optimization/acquisition/thompson.ts';
export { type AutoOptimizerOptions, autoOptimizer } from './optimization/auto/auto.ts';
export { bayesian, type Forecaster } from './optimization/bayesian/bayesian.ts';
export type { Forecast, SearchRecord } from './optimization/bayesian/forecast.ts';
export type { BayesianOptions } from './optimization/bayesian/options.ts';
export { type ParetoOptions, pareto } from './optimization/bayesian/pareto.ts';
export { type ConstrainedRbfOptions, constrainedRbf } from './optimization/constrained-rbf/constrained-rbf.ts';
export { type CmaEsOptions, cmaEs } from './optimization/direct/cma-es.ts';
export {
  type DifferentialEvolutionOptions,
  differentialEvolution,
} from './optimization/direct/differential-evolution.ts';
export { lbfgsb } from './optimization/direct/lbfgsb.ts';
export { type NelderMeadOptions, nelderMead } from './optimization/direct/nelder-mead.ts';
export { type Nsga2Options, nsga2 } from './optimization/direct/nsga2.ts';
export { type RandomOptions, random } from './optimization/direct/random.ts';
export type { Descent } from './optimization/inner-search/local-search.ts';
export type { MultiStartOptions } from './optimization/inner-search/multi-start.ts';
export { type MultiResolutionOptions, multiResolution } from './optimization/multi-resolution/multi-resolution.ts';
export type { DescentMethod } from './optimization/optimization-js/descent.ts';
export type { DrawMethod } from './optimization/optimization-js/draws.ts';
export {
  type OptimizationJsMethod,
  type OptimizationJsOptions,
  optimizationJs,
} from './optimization/optimization-js/optimization-js.ts';
export { type StoppingOptions, stopping } from './optimization/stopping.ts';
export { headlines } from './report/headlines.ts';
export { htmlReport } from './report/html.ts';
export { type MarkdownFiles, markdownFiles, markdownReport } from './report/markdown.ts';
export type { NamedCurve } from './report/plots/convergence-plot.ts';
export type { InputShare } from './report/plots/sobol-plot.ts';
export { drawEffects, drawSobol, type MainEffect } from './report/views/draw-effects.ts';
export { drawMap, drawSlices } from './report/views/draw-slices.ts';
export { drawConvergence, drawParity } from './report/views/draw-study.ts';
export { Picture } from './report/views/picture.ts';
export type { InputMap, InputSlice, MapViewOptions, SliceViewOptions } from './report/views/slice-views.ts';
export type { ViewOptions, ViewSubject } from './report/views/subject.ts';
export { type AutoTransferOptions, autoTransfer } from './sampling/density/auto-transfer.ts';
export { copula } from './sampling/density/copula.ts';
export { type JitterOptions, jitter } from './sampling/density/jitter.ts';
export { type KernelDensityOptions, kernelDensity } from './sampling/density/kernel-density.ts';
export { marginals } from './sampling/density/marginals.ts';
export { type MixturePart, mixture } from './sampling/density/mixture.ts';
export { type MungeOptions, munge } from './sampling/density/munge.ts';
export { type RowsOptions, rows } from './sampling/density/rows.ts';
export { type DesignQuality, designQuality } from './sampling/design-quality.ts';
export { type FactorialOptions, factorial } from './sampling/factorial.ts';
export { halton } from './sampling/halton.ts';
export { type LatinHypercubeOptions, latinHypercube } from './sampling/latin-hypercube.ts';
export { type NestedDesignOptions, nestedDesign } from './sampling/nested-design.ts';
export { type SequenceOptions, sobol } from './sampling/sobol.ts';
export { uniform } from './sampling/uniform.ts';
export { type WarpOptions, warp } from './sampling/warp.ts';
export { type Contour, contourOf } from './study/adaptive-fit/contour.ts';
export { type Fit, type FitGoal, type FitStep, fitUntil } from './study/adaptive-fit/fit-until.ts';
export type { Constant } from './study/answer-notes.ts';
export { AskTell, type AskTellDefinition, askTell, type Told } from './study/ask-tell.ts';
export type { Environment } from './study/begin.ts';
export type { AblationRow, AblationScore } from './study/chain/ablation.ts';
export type { BoxConfirmation } from './study/chain/box-confirmation.ts';
export { distill, type Judging, type Trained, type TransferSet } from './study/chain/chain.ts';
export type { Disagreement } from './study/chain/disagreement.ts';
export { expectedErrors } from './study/chain/expected-error.ts';
export type {
  ClassFidelity,
  Fidelity,
  NumberFidelity,
  Parity,
  Scored,
  ValidationMethod,
} from './study/chain/fidelity.ts';
export { type Learning, learningOf } from './study/chain/learning.ts';
export type { TeacherResults } from './study/chain/outside-teacher.ts';
export type { Realism } from './study/chain/realism.ts';
export type { HalfScore, StageResults, TransferResults } from './study/chain/results.ts';
export type { HopTime, PredictionTime, Savings } from './study/chain/savings.ts';
export type { ModelSize } from './study/chain/size.ts';
export type { Chance, OutputTrust, Trust } from './study/chain/trust.ts';
export { crossFidelity, holdoutFidelity } from './study/chain/validation.ts';
export type { ByHand, Helm, Orders } from './study/control/helm.ts';
export { type StudyNote, studyNotes } from './study/control/journal.ts';
export { type SendCommand, StudyControl, studyControl } from './study/control/study-control.ts';
export { defaultOptimizer, searchSurrogate } from './study/defaults.ts';
export type { DrawingSummary } from './study/drawings.ts';
export { ExpressionCompiler } from './study/expression/expression.ts';
export type { Coded, ReadValue } from './study/expression/term.ts';
export { type KeptModel, keptModel, keptModels } from './study/kept-models.ts';
export {
  type LiveProgress,
  type LiveQuality,
  type LiveState,
  type LiveStudy,
  liveStudy,
  type RunningRun,
} from './study/live/live-study.ts';
export type { NodeImage, NodeImages } from './study/node-images.ts';
export type { RecipeSummary } from './study/recipes-used.ts';
export { runStudy } from './study/run-study.ts';
export type { Breaker } from './study/scenario/breaker.ts';
export { confident } from './study/scenario/confident.ts';
export { defineScenario } from './study/scenario/define-scenario.ts';
export { problemOf } from './study/scenario/goal.ts';
export { type OutcomeOutputs, withOutcome } from './study/scenario/outcome.ts';
export {
  type AnyScenario,
  type Beginning,
  type Comparison,
  type Confirmation,
  type DataStart,
  type Goal,
  isScenario,
  type Quantity,
  type Scenario,
  type SimulatorSearch,
  type SurrogateSearch,
  type Values,
} from './study/scenario/scenario.ts';
export type { Ablation, Stage } from './study/scenario/stage.ts';
export { without } from './study/scenario/without.ts';
export type { Curve } from './study/search/curve.ts';
export { type SearchLimits, search } from './study/search/loop.ts';
export type { Search } from './study/search/progress.ts';
export type { Race } from './study/search/race.ts';
export type {
  BaselineResults,
  BestPoint,
  FrontPoint,
  FrontResults,
  SearchResults,
  SearchStep,
  SpentAtLevel,
  WarmSummary,
} from './study/search/results.ts';
export type { QuantityEffects } from './study/sensitivity/results.ts';
export {
  type Effects,
  effectsOf,
  type Profile,
  type Profiled,
  profilesOf,
  type Slice,
  sliceOf,
} from './study/sensitivity/sensitivity.ts';
export { studySoFar } from './study/so-far/study-so-far.ts';
export type {
  BoxesSummary,
  BoxLimit,
  RuleSummary,
  RulesSummary,
  TreeSummary,
} from './study/structure-summary.ts';
export {
  type Study,
  type StudyMeasurements,
  type StudyResults,
  type SubjectSummary,
  studyFromJson,
  studyToJson,
  type Unfinished,
} from './study/study.ts';
export type {
  EvaluationSummary,
  GoalSummary,
  ObjectiveSummary,
  OutputSummary,
  ParameterSummary,
  RunSummary,
} from './study/summary.ts';
export { type TeacherFileOptions, teacherFromFile } from './study/teacher/teacher-file.ts';
export { type BornAgainOptions, bornAgain } from './surrogates/born-again/born-again.ts';
export { type Agreement, agreementOf } from './surrogates/born-again/proof.ts';
export { type BoxesOptions, boxes } from './surrogates/boxes/boxes.ts';
export { type ClassicalRegressionOptions, classicalRegression } from './surrogates/classical/classical-regression.ts';
export type { ClassicalKind } from './surrogates/classical/kinds.ts';
export { type CoKrigingOptions, coKriging } from './surrogates/co-kriging/co-kriging.ts';
export type { CoKrigingModel } from './surrogates/co-kriging/model.ts';
export { type ConformalMethod, type ConformalOptions, conformal } from './surrogates/conformal/conformal.ts';
export {
  type ConvolutionalNetworkOptions,
  convolutionalNetwork,
} from './surrogates/convolutional-network/convolutional-network.ts';
export { type Domain, domainOf } from './surrogates/domain.ts';
export { type GaussianProcessOptions, gaussianProcess } from './surrogates/gaussian-process/gaussian-process.ts';
export { type KplsOptions, kpls } from './surrogates/gaussian-process/kpls.ts';
export { type VecchiaOptions, vecchia } from './surrogates/gaussian-process/vecchia.ts';
export { type GradientBoostingOptions, gradientBoosting } from './surrogates/gradient-boosting/gradient-boosting.ts';
export { type GradientEnhancedOptions, gradientEnhanced } from './surrogates/gradient-enhanced/gradient-enhanced.ts';
export type { GradientEnhancedKernel } from './surrogates/gradient-enhanced/kernel.ts';
export type { GradientEnhancedModel } from './surrogates/gradient-enhanced/model.ts';
export type { SlopeHyperparameters } from './surrogates/gradient-enhanced/posterior.ts';
export { type MOfNTreeOptions, mOfNTree } from './surrogates/m-of-n-tree/m-of-n-tree.ts';
export { type NearestNeighborOptions, nearestNeighbor } from './surrogates/nearest-neighbor.ts';
export type { Activation } from './surrogates/neural-network/kernels.ts';
export { type NeuralNetworkOptions, neuralNetwork } from './surrogates/neural-network/neural-network.ts';
export { type Answer, inUnits, type PointModel } from './surrogates/point-model.ts';
export type { PolynomialModel, Sensitivity } from './surrogates/polynomial/model.ts';
export { type PolynomialChaosOptions, polynomialChaos } from './surrogates/polynomial/polynomial-chaos.ts';
export { type ResponseSurfaceOptions, responseSurface } from './surrogates/polynomial/response-surface.ts';
export type { RadialSettings } from './surrogates/radial-basis/column.ts';
export type { RadialBasisModel } from './surrogates/radial-basis/model.ts';
export { type RadialBasisSurrogateOptions, radialBasis } from './surrogates/radial-basis/radial-basis.ts';
export type { Recipe } from './surrogates/recipe.ts';
export { restoreModel } from './surrogates/restore.ts';
export { type RuleListOptions, ruleList } from './surrogates/rules/rule-list.ts';
export { type RuleScoresOptions, ruleScores } from './surrogates/rules/rule-scores.ts';
export { type AutoOptions, auto } from './surrogates/selection/selection.ts';
export { type SelfTrainingOptions, selfTraining } from './surrogates/self-training.ts';
export { type SoftTreeOptions, softTree } from './surrogates/soft-tree/soft-tree.ts';
export type { ClassCriterion } from './surrogates/trees/data.ts';
export { type DecisionTreeOptions, decisionTree } from './surrogates/trees/decision-tree.ts';
export { type ExtraTreesOptions, extraTrees } from './surrogates/trees/extra-trees.ts';
export { type RandomForestOptions, randomForest } from './surrogates/trees/random-forest.ts';
export { type Judgement, judgementOf, type Verdict } from './surrogates/verdict.ts';
