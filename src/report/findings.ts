import type { FailureCause } from '../core/evaluation.ts';
import { type Fidelity, scoreOf } from '../study/chain/fidelity.ts';
import { GOAL } from '../study/chain/learning.ts';
import type { StageResults } from '../study/chain/results.ts';
import { TEACHER } from '../study/scenario/stage.ts';
import type { BestPoint, FrontResults, SearchResults } from '../study/search/results.ts';
import { inputsTold } from '../study/sensitivity/sensitivity.ts';
import type { Study } from '../study/study.ts';
import type { GoalSummary, OutputSummary, ParameterSummary, RunSummary } from '../study/summary.ts';
import {
  count,
  isKnown,
  labeled,
  listing,
  measured,
  number,
  percent,
  plural,
  quantity,
  score,
  short,
  tidy,
} from './format.ts';
import type { DesignPoint } from './plots/design-plot.ts';
import { type Input, inputsOf } from './plots/input.ts';

/** The name of that figure. */
export function scoreName(fidelity: Fidelity): string {
  return fidelity.kind === 'class' ? 'agreement' : 'q2';
}

/** What scores are against, in words. */
export function truthName({ results: { subject, stages, teacher } }: Study): string {
  if (subject.kind === 'simulator') return 'the simulator';
  return teacher && !hasTestRows(stages) ? teacher.name : 'the data';
}

/** The output that a student knows least; undefined when no figure is known. */
export function worst(fidelities: readonly Fidelity[]): Fidelity | undefined {
  return fidelities
    .filter((fidelity) => isKnown(scoreOf(fidelity)))
    .reduce<Fidelity | undefined>((least, one) => (least && scoreOf(least) <= scoreOf(one) ? least : one), undefined);
}

/** How sure the mean of repeated runs is; a study of before tells its standard error alone. */
export function intervalText(
  { interval, standardError }: NonNullable<BestPoint['replications']>,
  unit: string,
): string {
  if (!interval) return `standard error ${quantity(standardError, unit, 2)}`;
  return `95 % interval ${number(interval[0], 5)} to ${quantity(interval[1], unit, 5)}`;
}

/** In words, how far a stage's outputs are from standing in for the simulator, and what would bring them there; empty when they are. */
export function learningTexts({ learning }: StageResults): string[] {
  return (learning ?? []).flatMap(({ output, halfPoints, halfQ2, points, q2, nrmse, doubledNrmse, pointsToGoal }) => {
    if (!isKnown(q2) || q2 >= GOAL) return [];
    const curve = `q2 of ${output} at left-out points: ${score(halfQ2)} with ${count(halfPoints)} points, ${score(q2)} with ${count(points)}`;
    if (!isKnown(pointsToGoal) || !isKnown(doubledNrmse))
      return [`${curve}; more runs are not expected to bring it to ${GOAL}`];
    return [
      `${output}: expected error over the whole space: ${percent(nrmse)} of a standard deviation, about ${percent(doubledNrmse)} with ${count(2 * points)} points; ${curve}, ${GOAL} takes about ${count(pointsToGoal)}`,
    ];
  });
}

/** Whether all stages were judged on the same rows, which nothing had learned. */
export function hasTestRows(stages: readonly StageResults[]): boolean {
  return stages.length > 0 && stages.every((stage) => truthOf(stage).some(({ method }) => method === 'test'));
}

/** A stage's student against the simulator or the data that the chain started from. */
export function truthOf(stage: StageResults): readonly Fidelity[] {
  return stage.accuracy ?? stage.fidelity;
}

/** The stage whose student the study looks at: the one that was searched, else the first. */
export function searchedStage({ results: { stages, search } }: Study): StageResults | undefined {
  return stages.find(({ name }) => name === search?.on) ?? search?.model ?? stages[0];
}

/** How many times smaller and faster a student is than its teachers together; absent where one of them is no stage. */
export function hopGains(
  { results: { stages, teacher }, measurements: { hops = [] } }: Study,
  { name, teachers = [] }: StageResults,
): { readonly smaller?: number; readonly faster?: number } {
  const sizeOf = (stage: string) =>
    (teacher && stage === TEACHER ? teacher : stages.find((one) => one.name === stage))?.size?.bytes;
  const timeOf = (stage: string) => hops.find((one) => one.stage === stage)?.predictMicroseconds?.batched;
  const gain = (of: (stage: string) => number | null | undefined) => {
    const [own, theirs] = [of(name), teachers.map(of)];
    if (!isKnown(own) || teachers.length === 0 || !theirs.every(isKnown)) return undefined;
    return theirs.reduce((sum, one) => sum + one, 0) / own;
  };
  const [smaller, faster] = [gain(sizeOf), gain(timeOf)];
  return { ...(smaller !== undefined && { smaller }), ...(faster !== undefined && { faster }) };
}

/** All evaluations of the simulator that the study's own chain and search asked for, of every design. */
export function simulatorRuns({ results: { search, stages, subject } }: Study): RunSummary | undefined {
  if (subject.kind === 'data') return search && search.on === 'simulator' ? search.runs : stages[0]?.runs;
  const designs = stages.filter(({ teacher }, i) => i === 0 || teacher === subject.kind);
  if (!search) return designs.length > 0 ? together(designs.map(({ runs }) => runs)) : undefined;
  // What a search ran has the design that it began with.
  const root = rootOf(stages, search.on);
  return together([search.runs, ...designs.filter((stage) => stage !== root).map(({ runs }) => runs)]);
}

/** The stage whose design a search on that stage, or on the simulator, begins with. */
function rootOf(stages: readonly StageResults[], on: string): StageResults | undefined {
  let stage = stages.find(({ name }) => name === on) ?? stages[0];
  for (let left = stages.length; left > 0; left--) {
    const teacher = stages.find(({ name }) => name === stage?.teacher);
    if (!teacher) break;
    stage = teacher;
  }
  return stage;
}

function together(all: readonly RunSummary[]): RunSummary {
  const failures = new Map<FailureCause, RunSummary['failures'][number]>();
  for (const one of all.flatMap((runs) => runs.failures)) {
    const before = failures.get(one.cause);
    failures.set(one.cause, before ? { ...before, count: before.count + one.count } : one);
  }
  return {
    total: all.reduce((sum, { total }) => sum + total, 0),
    completed: all.reduce((sum, { completed }) => sum + completed, 0),
    failures: [...failures.values()].sort((a, b) => b.count - a.count),
  };
}

export function failed(runs: RunSummary): number {
  return runs.total - runs.completed;
}

/** A point's coordinates in the author's units: `length = 1 m, material = steel`. */
export function pointText(best: BestPoint, { results: { parameters } }: Study): string {
  return grouped(parameters.filter(({ name }) => name in best.point))
    .map(({ name, unit, members }) =>
      members > 1 ? `${name} of ${count(members)} values` : `${name} = ${measured(best.point[name], unit)}`,
    )
    .join(', ');
}

/** A parameter, or a group of `members` that is shown as one: with the group's name, and what its first member says. */
export interface ShownParameter extends ParameterSummary {
  readonly members: number;
}

/** The parameters with each group as one, where it is first. */
export function grouped(parameters: readonly ParameterSummary[]): ShownParameter[] {
  const shown = new Map<string, ShownParameter>();
  for (const parameter of parameters) {
    const { name, group } = parameter;
    const key = group === undefined ? `name ${name}` : `group ${group}`;
    const before = shown.get(key);
    shown.set(
      key,
      before ? { ...before, name: group ?? name, members: before.members + 1 } : { ...parameter, members: 1 },
    );
  }
  return [...shown.values()];
}

/** Which constraints hold. */
export function constraintsText({ constraints, feasible }: BestPoint): string {
  if (constraints.length === 0) return feasible ? 'no constraints' : 'not feasible';
  const broken = constraints.filter(({ holds }) => !holds);
  if (broken.length > 0) return `violated: ${broken.map(({ text }) => text).join('; ')}`;
  return constraints.length === 1 ? 'the constraint holds' : `all ${constraints.length} constraints hold`;
}

/** In words, why a search left a part of its budget, where nothing better is there to find; undefined where it did not. */
export function solvedText({ stop, runs }: SearchResults): string | undefined {
  if (stop !== 'solved') return undefined;
  return `solved after ${plural(runs.total, 'run')}, the rest of the budget is not needed: the answers are a linear or quadratic function of the inputs, and this is its best value`;
}

/** How far an answer is from what was promised. */
export function offText(promised: number, objective: number): string {
  if (promised === objective) return 'exactly that';
  const off = Math.abs(promised - objective);
  if (objective === 0) return `${number(off, 2)} off`;
  const share = off / Math.abs(objective);
  return share < 1e-5 ? 'less than 0.001 % off' : `${percent(share)} off`;
}

/** `5 of 75 runs failed`. */
export function failuresText(runs: RunSummary): string {
  return `${count(failed(runs))} of ${plural(runs.total, 'run')} failed`;
}

/** How likely a run is to answer, where some of the first stage's failed; undefined where none did. */
export function chanceText({ results: { stages } }: Study): string | undefined {
  const chance = stages[0]?.trust?.chance;
  if (!chance) return undefined;
  const { mean, low, high, learned } = chance;
  return learned
    ? `a run answers with a chance of ${percent(mean)} over the space, of ${percent(low)} to ${percent(high)} in nine tenths of it`
    : `a run answers with a chance of ${percent(mean)}, and where it does not has not been learned`;
}

export function unitOf(name: string, outputs: readonly OutputSummary[], goal?: GoalSummary | null): string {
  const wish = goal?.objectives.find(({ objective }) => objective === name);
  return wish?.unit ?? outputs.find((output) => output.name === name)?.unit ?? '';
}

/** The inputs of the study as the plots show them. */
export function inputsOfStudy({ results: { parameters, stages, search } }: Study): Input[] {
  return inputsOf(parameters, stages[0]?.evaluations ?? search?.evaluations ?? []);
}

/** What was asked for: `minimize mass [kg] and maximize stiffness [N/m]`. */
export function goalText({ objectives }: GoalSummary): string {
  return listing(objectives.map(({ sense, objective, unit }) => `${sense} ${labeled(objective, unit)}`));
}

/** The two inputs with the largest total effect on the first quantity, in their order; the first two when that is not known. */
export function strongestInputs({ results: { effects, parameters } }: Study): [number, number] {
  const own = effects[0]?.effects;
  const shares = new Map(own && inputsTold(own, parameters.length).map((k, at) => [k, own.total[at]]));
  const share = (k: number) => {
    const total = shares.get(k);
    return isKnown(total) ? total : 0;
  };
  const [a, b = a] = [...parameters.keys()].sort((one, other) => share(other) - share(one));
  return [Math.min(a, b), Math.max(a, b)];
}

/** What points are colored by, the objective or else the first output, and whether less of it is better. */
export function measuredQuantity({ results: { goal, outputs } }: Study): {
  readonly quantity: string;
  readonly falling: boolean;
} {
  if (goal) {
    const [{ sense, objective, unit }] = goal.objectives;
    return { quantity: labeled(short(objective, 32), unit), falling: sense === 'minimize' };
  }
  const output = outputs.find(({ classes }) => classes === null);
  return { quantity: output ? labeled(output.name, output.unit) : 'nothing', falling: false };
}

/** `hypervolume 0.0104, up to the reference point (mass 8.917 kg, bend 0.0015 m)`. */
export function hypervolumeText({ hypervolume, reference }: FrontResults, { objectives }: GoalSummary): string {
  const corner = reference.map(
    (value, k) => `${short(objectives[k].objective, 32)} ${quantity(value, objectives[k].unit)}`,
  );
  return `hypervolume ${number(hypervolume, 5)}, up to the reference point (${corner.join(', ')})`;
}

/** The points of the first stage's design with what they are colored by. */
export function designPoints({ results: { stages, search, goal, outputs } }: Study): DesignPoint[] {
  const objectives = new Map(search?.steps.map(({ id, objective }) => [id, objective]));
  const output = outputs.find(({ classes }) => classes === null);
  const objective = goal?.objectives[0];
  const unit = (objective ?? output)?.unit ?? '';
  return (stages[0]?.evaluations ?? []).map(({ id, u, outputs: values, failure }) => {
    const value = objective
      ? (objectives.get(id) ?? (values?.[objective.objective] as number))
      : values?.[output?.name ?? ''];
    const known = typeof value === 'number' && isKnown(value) ? value : null;
    const note = failure === null ? quantity(known, unit) : short(tidy(failure), 80);
    return { u, value: known, failed: failure !== null, note: `${id}: ${note}` };
  });
}
