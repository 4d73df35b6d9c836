/** What the command line and the benchmarks need beside the public names. It promises nothing: a name here may change or go at any time. */

export { type CommandWatch, watchedCommand } from './bridges/command-watch.ts';
export { showPlace } from './core/errors.ts';
export { storedOracle } from './core/oracle.ts';
export { loadOnnxRuntime } from './core/platform/onnx-runtime.ts';
export { describe } from './core/space/coordinate.ts';
export { namesShown } from './core/space/group.ts';
export { packed, unpacked } from './core/store.ts';
export { declare, declaredSimulator } from './execution/declared-simulator.ts';
export { isFamily, isNoSimulator, noteWhereabouts } from './execution/plugin.ts';
export { identityIn, identityWithoutPackages } from './execution/source-hash.ts';
export { policyNumbers, withPolicy } from './optimization/policy.ts';
export { contestLines, contestSummary } from './report/contest-lines.ts';
export { errorBudget } from './report/error-budget.ts';
export { score as scoreText } from './report/format.ts';
export { realismOf } from './study/chain/realism.ts';
export { sizeOf } from './study/chain/size.ts';
export {
  assistedRuns,
  type Contest,
  runContest,
  standingOf,
} from './study/contest/contest.ts';
export { ensureTask } from './study/scenario/define-scenario.ts';
export { askedSimulator } from './study/scenario/outcome.ts';
export { subjectOf } from './study/scenario/scenario.ts';
export { planOf, readPlan, writePlan } from './study/so-far/plan.ts';
export { namedOutputs, pointAt } from './study/summary.ts';
export { samplerFromText, samplerNames } from './study/yaml/named.ts';
export { scenarioFromYaml } from './study/yaml/scenario-yaml.ts';
export { outsideFrom, teacherFromText } from './study/yaml/start-block.ts';
