import type { Fidelity, NumberFidelity } from './chain/fidelity.ts';
import type { TeacherResults } from './chain/outside-teacher.ts';
import type { StageResults } from './chain/results.ts';
import type { HopTime, Savings } from './chain/savings.ts';
import type { StudyNote } from './control/journal.ts';
import type { DrawingSummary } from './drawings.ts';
import type { RecipeSummary } from './recipes-used.ts';
import type { Race } from './search/race.ts';
import type { BaselineResults, SearchResults } from './search/results.ts';
import type { QuantityEffects } from './sensitivity/results.ts';
import type { GoalSummary, OutputSummary, ParameterSummary } from './summary.ts';

/** Everything that came of a scenario. Results are a pure function of scenario, seed and answers; measurements are not. */
export interface Study {
  readonly format: 1;
  readonly results: StudyResults;
  readonly measurements: StudyMeasurements;
  /** What users noted on it and on its runs, in the order in which they did; absent where they noted nothing. */
  readonly remarks?: readonly StudyNote[];
}

/** What can be compared and reproduced. */
export interface StudyResults {
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly subject: SubjectSummary;
  readonly parameters: readonly ParameterSummary[];
  readonly outputs: readonly OutputSummary[];
  readonly goal: GoalSummary | null;
  readonly stages: readonly StageResults[];
  /** Who taught the first of them, where the study starts from a teacher from outside. */
  readonly teacher?: TeacherResults;
  readonly search: SearchResults | null;
  readonly comparison: readonly BaselineResults[];
  readonly race: Race | null;
  /** Effects of the inputs as the model that was searched (or the first stage's) sees them. */
  readonly effects: readonly QuantityEffects[];
  /** What the simulator drew of its first feasible run and of the best point, where it draws; absent in older studies. */
  readonly drawings?: readonly DrawingSummary[];
  /** What it was made with; absent in older studies. */
  readonly recipes?: readonly RecipeSummary[];
  /** What could not be computed of the results, and why; absent in older studies. */
  readonly notes?: readonly string[];
  /** Of a study that has not ended: how far it is. Its best point is the best run so far, and nothing of it is final. */
  readonly unfinished?: Unfinished;
}

/** How far a study is that has not ended. */
export interface Unfinished {
  /** The part that its last runs belong to, in words: `the search`. */
  readonly phase: string;
  /** Simulator runs that are known, failed ones included. */
  readonly runs: number;
  readonly failed: number;
  /** Simulator runs that were planned at most, coarse ones by their cost; null in a study from data. */
  readonly planned: number | null;
}

/** Model A. */
export interface SubjectSummary {
  readonly kind: 'simulator' | 'data';
  readonly name: string;
  /** Name, version and source hash. */
  readonly identity: string;
  readonly description: string;
  readonly stochastic: boolean;
}

/** Times and rates; they differ from run to run. */
export interface StudyMeasurements {
  readonly executor: string;
  /** Wall time of the study in this process, seconds. */
  readonly seconds: number;
  /** Evaluations that the simulator answered in this process, and those that the store answered. */
  readonly simulated: number;
  readonly recalled: number;
  /** Wall time of all simulator runs of chain, search and confirmation, one after the other, seconds. */
  readonly assistedSeconds: number;
  /** The same for the best direct optimizer, over its whole budget. */
  readonly directSeconds: number | null;
  /** The fits of the refinement rounds, those of later stages included; null where nothing was refitted. */
  readonly refits: { readonly count: number; readonly seconds: number } | null;
  /** Savings of each stage's student against the simulator; empty without a simulator. */
  readonly savings: readonly (Savings & { readonly stage: string })[];
  /** What each student took to fit and takes to answer; absent in older studies. */
  readonly hops?: readonly HopTime[];
}

/** A study as JSON text: numbers that JSON cannot say (NaN, infinities) become null. */
export function studyToJson(study: Study): string {
  return studyText(study);
}

/** A study or a part of one as JSON text. */
export function studyText(part: unknown): string {
  return JSON.stringify(part, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value));
}

/** Reads what {@link studyToJson} wrote, now or when it did not tell numbers from classes in a fidelity. */
export function studyFromJson(text: string): Study {
  const study = JSON.parse(text) as Study;
  const stages = study.results.stages.map((stage) => ({
    ...stage,
    fidelity: stage.fidelity.map(withKind),
    accuracy: stage.accuracy?.map(withKind) ?? null,
  }));
  return { ...study, results: { ...study.results, stages } };
}

interface FormerFidelity extends Omit<NumberFidelity, 'kind'> {
  readonly accuracy: number | null;
}

/** A fidelity of before had every figure, null where it was none of a class or of a number. */
function withKind(told: Fidelity): Fidelity {
  if (told.kind) return told;
  const { output, method, points, q2, parity, nrmse, intervalCoverage, accuracy } = told as unknown as FormerFidelity;
  const shared = { output, method, points, q2, parity };
  if (accuracy === null) return { ...shared, kind: 'number', nrmse, intervalCoverage };
  const unknown = { classes: [], confusion: [], logLoss: Number.NaN, brier: Number.NaN };
  return { ...shared, kind: 'class', accuracy, ...unknown };
}
