import type { BestPoint, OutputSummary, RunSummary, StageResults, Study } from '../study/study.ts';
import type { Fidelity } from '../study/validation.ts';
import { isKnown, measured, plural } from './format.ts';

/** The figure that a fidelity is judged by: the share of agreement for a class, else q2. */
export function score(fidelity: Fidelity): number {
  return isKnown(fidelity.accuracy) ? fidelity.accuracy : fidelity.q2;
}

/** The name of that figure. */
export function scoreName(fidelity: Fidelity): string {
  return isKnown(fidelity.accuracy) ? 'agreement' : 'q2';
}

/** The output that a student knows least; undefined when no figure is known. */
export function worst(fidelities: readonly Fidelity[]): Fidelity | undefined {
  return fidelities
    .filter((fidelity) => isKnown(score(fidelity)))
    .reduce<Fidelity | undefined>((least, one) => (least && score(least) <= score(one) ? least : one), undefined);
}

/** What one hop of the chain loses of an output's explained variance (or agreement), against the simulator or the data. */
export interface Loss {
  readonly stage: string;
  readonly output: string;
  /** Score of this hop's student against the truth. */
  readonly score: number;
  /** Score of its teacher minus its own; of a perfect teacher minus its own for the first. */
  readonly lost: number;
}

/** The error budget of the chain: for each output, what every hop loses. */
export function errorBudget(stages: readonly StageResults[]): Loss[] {
  return stages.flatMap((stage, i) =>
    truthOf(stage).flatMap((fidelity): Loss[] => {
      const before = i === 0 ? undefined : truthOf(stages[i - 1]).find(({ output }) => output === fidelity.output);
      const from = i === 0 ? 1 : before && score(before);
      return isKnown(from) && isKnown(score(fidelity))
        ? [{ stage: stage.name, output: fidelity.output, score: score(fidelity), lost: from - score(fidelity) }]
        : [];
    }),
  );
}

/** The hop that loses most; undefined when nothing is known or nothing is lost. */
export function greatestLoss(losses: readonly Loss[]): Loss | undefined {
  return losses.reduce<Loss | undefined>((most, one) => (one.lost > (most?.lost ?? 0) ? one : most), undefined);
}

/** A stage's student against the simulator or the data that the chain started from. */
export function truthOf(stage: StageResults): readonly Fidelity[] {
  return stage.accuracy ?? stage.fidelity;
}

/** The stage whose student the study looks at: the one that was searched, else the first. */
export function searchedStage({ results: { stages, search } }: Study): StageResults | undefined {
  return stages.find(({ name }) => name === search?.on) ?? stages[0];
}

/** All evaluations of the simulator that the study's own chain and search asked for. */
export function simulatorRuns({ results: { search, stages, subject } }: Study): RunSummary | undefined {
  if (search && search.on !== 'simulator' && subject.kind === 'data') return stages[0]?.runs;
  return search?.runs ?? stages[0]?.runs;
}

export function failed(runs: RunSummary): number {
  return runs.total - runs.completed;
}

/** A point's coordinates in the author's units: `length = 1 m, material = steel`. */
export function pointText(best: BestPoint, { results: { parameters } }: Study): string {
  return parameters
    .filter(({ name }) => name in best.point)
    .map(({ name, unit }) => `${name} = ${measured(best.point[name], unit)}`)
    .join(', ');
}

/** Which constraints hold. */
export function constraintsText({ constraints, feasible }: BestPoint): string {
  if (constraints.length === 0) return feasible ? 'no constraints' : 'not feasible';
  const broken = constraints.filter(({ holds }) => !holds);
  if (broken.length > 0) return `violated: ${broken.map(({ text }) => text).join('; ')}`;
  return constraints.length === 1 ? 'the constraint holds' : `all ${constraints.length} constraints hold`;
}

/** `5 of 75 runs failed`. */
export function failuresText(runs: RunSummary): string {
  return `${failed(runs)} of ${plural(runs.total, 'run')} failed`;
}

export function unitOf(name: string, outputs: readonly OutputSummary[]): string {
  return outputs.find((output) => output.name === name)?.unit ?? '';
}
