import type { Scalar } from '../../core/space/parameter.ts';
import type { StageResults } from '../chain/results.ts';
import type { ByHand } from '../control/helm.ts';
import type { EvaluationSummary, RunSummary } from '../summary.ts';
import type { Curve } from './curve.ts';

/** One evaluation of a search, in the order in which they became known. */
export interface SearchStep {
  readonly id: string;
  /** `initial` are points that were given: the best row of old data, and the user's own; `added` those added while it ran. */
  readonly phase: 'design' | 'initial' | 'search' | 'added';
  /** The first objective in the user's sense; null when it failed. */
  readonly objective: number | null;
  /** All of them, where there are several. */
  readonly objectives: readonly number[] | null;
  readonly feasible: boolean;
  /** What the surrogate promised before the simulator answered; null where nothing was promised. */
  readonly promised: number | null;
}

/** The name of the model of all runs of a search, in results and reports. */
export const FINAL_MODEL = 'model of the runs';

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

/** A point that no other one is better than in every objective. */
export interface FrontPoint {
  readonly id: string;
  readonly point: Readonly<Record<string, Scalar>>;
  readonly u: readonly number[];
  readonly outputs: Readonly<Record<string, Scalar>>;
  /** In the user's sense. */
  readonly objectives: readonly number[];
}

/** The non-dominated feasible points, as the simulator answered them. */
export interface FrontResults {
  /** In the user's sense: only what is better in every objective counts for the hypervolume. */
  readonly reference: readonly number[];
  readonly hypervolume: number;
  /** In the order of the first objective, best first. */
  readonly points: readonly FrontPoint[];
  /**
   * Place in `points` of the one that slices and maps go through: its worst objective is the least far from its best, in shares of its range on the
   * front. Absent without points and in older studies.
   */
  readonly middle?: number;
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
    /** 95 % confidence interval of the mean, by Student's t; null of a single answer, absent in older studies. */
    readonly interval?: readonly [number, number] | null;
    readonly feasibleShare: number;
  } | null;
}

/** What a search ran and found. */
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
  /** What was changed by hand while it ran, in that order; absent where nothing was. */
  readonly byHand?: readonly ByHand[];
  readonly steps: readonly SearchStep[];
  /** The runs of the steps, at most the first 1000; absent in older studies. */
  readonly evaluations?: readonly EvaluationSummary[];
  /** Of a search on the simulator, a model of all its runs; absent where they are too few, and in older studies. */
  readonly model?: StageResults;
  readonly curve: Curve;
  /** Null when no evaluation completed, and with several objectives. */
  readonly best: BestPoint | null;
  /** The trade-off between several objectives; null with one. */
  readonly front: FrontResults | null;
}

/** What an optimizer that a scenario compares found. */
export interface BaselineResults {
  readonly optimizer: string;
  readonly stop: string;
  readonly runs: RunSummary;
  readonly curve: Curve;
}
