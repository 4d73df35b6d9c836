import type { FailureCause } from '../core/evaluation.ts';
import type { Scalar } from '../core/space/parameter.ts';
import type { Race, Savings } from './accounting.ts';
import type { Learning } from './chain/learning.ts';
import type { Trust } from './chain/trust.ts';
import type { Fidelity } from './chain/validation.ts';
import type { Curve } from './search/curve.ts';
import type { Effects, Slice } from './sensitivity/sensitivity.ts';

/** Everything that came of a scenario. Results are a pure function of scenario, seed and answers; measurements are not. */
export interface Study {
  readonly format: 1;
  readonly results: StudyResults;
  readonly measurements: StudyMeasurements;
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
  readonly search: SearchResults | null;
  readonly comparison: readonly BaselineResults[];
  readonly race: Race | null;
  /** Effects of the inputs as the model that was searched (or the first stage's) sees them. */
  readonly effects: readonly QuantityEffects[];
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

export interface ParameterSummary {
  readonly name: string;
  readonly kind: 'real' | 'integer' | 'ordinal' | 'categorical';
  /** `a number in [0.5, 3] m`. */
  readonly range: string;
  /** Of a real parameter or an integer; null for others. */
  readonly bounds: readonly [number, number] | null;
  /** How a real parameter is spaced in the unit cube; null for others. */
  readonly scale: 'linear' | 'log' | null;
  /** Of an ordinal or categorical parameter; null for others. */
  readonly choices: readonly Scalar[] | null;
  readonly unit: string;
  readonly description: string;
}

export interface OutputSummary {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly classes: readonly string[] | null;
}

/** One quantity to be optimised. */
export interface ObjectiveSummary {
  readonly sense: 'minimize' | 'maximize';
  readonly objective: string;
  readonly unit: string;
}

/** The objective; with several, `objective` is the hypervolume, which the curves show. */
export interface GoalSummary extends ObjectiveSummary {
  /** What was asked for. */
  readonly objectives: readonly ObjectiveSummary[];
  readonly constraints: readonly string[];
}

/** How many evaluations there were and what became of them. */
export interface RunSummary {
  readonly total: number;
  readonly completed: number;
  readonly failures: readonly { readonly cause: FailureCause; readonly count: number; readonly example: string }[];
}

/** One evaluation in the author's units. */
export interface EvaluationSummary {
  readonly id: string;
  readonly point: Readonly<Record<string, Scalar>>;
  /** Unit-cube vector. */
  readonly u: readonly number[];
  /** Null when it failed. */
  readonly outputs: Readonly<Record<string, Scalar>> | null;
  readonly failure: string | null;
}

export interface StageResults {
  readonly name: string;
  readonly teacher: string;
  readonly student: string;
  readonly runs: RunSummary;
  readonly design: {
    readonly minimumDistance: number;
    readonly centeredL2Discrepancy: number;
    readonly emptyStrata: readonly number[];
  };
  /** The transfer set, at most its first 1000 points. */
  readonly evaluations: readonly EvaluationSummary[];
  /** Student against teacher. */
  readonly fidelity: readonly Fidelity[];
  /** Student against the simulator, or the data, on rows that no stage had learned, for which the chain was made again without them; null for the first stage. */
  readonly accuracy: readonly Fidelity[] | null;
  /** How the student of a simulator improves with more runs; null for later stages and small designs. */
  readonly learning: readonly Learning[] | null;
  /** How far the student can be relied on; absent in studies of before. */
  readonly trust?: Trust;
  readonly notes: readonly string[];
  readonly tree: TreeSummary | null;
}

/** A tree in the author's units: `test` leads left, `otherwise` right. */
export type TreeSummary =
  | { readonly kind: 'leaf'; readonly count: number; readonly values: Readonly<Record<string, Scalar>> }
  | {
      readonly kind: 'split';
      readonly count: number;
      readonly test: string;
      readonly otherwise: string;
      readonly left: TreeSummary;
      readonly right: TreeSummary;
    };

/** One evaluation of a search. */
export interface SearchStep {
  readonly id: string;
  /** `initial` are points that were given: the best row of old data, and the user's own. */
  readonly phase: 'design' | 'initial' | 'search';
  /** The first objective in the user's sense; null when it failed. */
  readonly objective: number | null;
  /** All of them, where there are several. */
  readonly objectives: readonly number[] | null;
  readonly feasible: boolean;
  /** What the surrogate promised before the simulator answered; null where nothing was promised. */
  readonly promised: number | null;
}

/** What a search was given to begin with. */
export interface WarmSummary {
  /** Of old data; they are no runs of the simulator. */
  readonly rows: number;
  readonly failed: number;
  /** Points of the user's that were run first. */
  readonly initial: number;
  /** The best row of the data, which was run once: the objective that the data say, and the simulator's answer, null where it failed. */
  readonly best: {
    readonly id: string;
    readonly point: Readonly<Record<string, Scalar>>;
    readonly said: number | null;
    readonly answered: number | null;
  } | null;
}

/** What a level of the resolution had of the runs of chain and search. */
export interface SpentAtLevel {
  readonly level: Scalar;
  readonly runs: number;
  /** In runs at the level that counts. */
  readonly cost: number;
}

export interface SearchResults {
  /** `simulator`, or the stage that stood in for it. */
  readonly on: string;
  readonly method: string;
  readonly stop: string;
  readonly runs: RunSummary;
  /** Of a stochastic simulator, the runs on fresh streams that chose and confirmed the best point; they are not among `runs`. */
  readonly confirming?: number;
  /** Coarsest first; absent where the simulator has no resolution. */
  readonly levels?: readonly SpentAtLevel[];
  /** What the search was given to begin with; null when nothing was. */
  readonly warm: WarmSummary | null;
  readonly steps: readonly SearchStep[];
  readonly curve: Curve;
  /** Null when no evaluation completed, and with several objectives. */
  readonly best: BestPoint | null;
  /** The trade-off between several objectives; null with one. */
  readonly front: FrontResults | null;
}

/** The non-dominated feasible points, as the simulator answered them. */
export interface FrontResults {
  /** In the user's sense: only what is better in every objective counts for the hypervolume. */
  readonly reference: readonly number[];
  readonly hypervolume: number;
  /** In the order of the first objective, best first. */
  readonly points: readonly FrontPoint[];
}

export interface FrontPoint {
  readonly id: string;
  readonly point: Readonly<Record<string, Scalar>>;
  readonly u: readonly number[];
  readonly outputs: Readonly<Record<string, Scalar>>;
  /** In the user's sense. */
  readonly objectives: readonly number[];
}

/** The best point, as the simulator answered it; of a stochastic simulator, the mean of its answers on fresh random streams. */
export interface BestPoint {
  readonly id: string;
  readonly point: Readonly<Record<string, Scalar>>;
  readonly u: readonly number[];
  readonly outputs: Readonly<Record<string, Scalar>>;
  readonly objective: number;
  readonly feasible: boolean;
  /** Relative to the bound where the bound is a number other than 0; <= 0 holds. */
  readonly constraints: readonly { readonly text: string; readonly value: number; readonly holds: boolean }[];
  /** Whether the simulator gave these outputs; false when there was no simulator to ask. */
  readonly confirmed: boolean;
  /** The objective that the surrogate promised there, before the simulator was asked; null for a point of the design. */
  readonly promised: number | null;
  /** For a stochastic simulator, the objective and the constraints in the single runs on fresh streams. */
  readonly replications: {
    readonly count: number;
    readonly mean: number;
    readonly standardError: number;
    /** 95 % confidence interval of the mean, by Student's t; null of a single answer, absent in studies of before. */
    readonly interval?: readonly [number, number] | null;
    readonly feasibleShare: number;
  } | null;
}

export interface BaselineResults {
  readonly optimizer: string;
  readonly stop: string;
  readonly runs: RunSummary;
  readonly curve: Curve;
}

export interface QuantityEffects {
  readonly quantity: string;
  readonly effects: Effects;
  /** Over the two inputs with the largest total effect, around the best point (or the center). */
  readonly slice: Slice | null;
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
}

/** A study as JSON text: numbers that JSON cannot say (NaN, infinities) become null. */
export function studyToJson(study: Study): string {
  return JSON.stringify(study, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value));
}

/** Reads what {@link studyToJson} wrote. */
export function studyFromJson(text: string): Study {
  return JSON.parse(text) as Study;
}
