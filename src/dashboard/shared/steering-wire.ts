import type { Scalar } from '../../core/space/parameter.ts';

/** What a study was told by hand, and whether the page may tell it more. */
export interface WireSteering {
  readonly canControl: boolean;
  /** Whether a budget and points can be given: it has a search that runs a simulator. */
  readonly searches: boolean;
  /** Simulator runs of the search in all, as it was told last; null where it has none. */
  readonly budget: number | null;
  /** In the order in which they were given. */
  readonly orders: readonly WireOrder[];
  /** In the order in which they were made. */
  readonly notes: readonly WireNote[];
}

/** A change of a search by hand: another budget, or points to run. */
export interface WireOrder {
  readonly id: string;
  /** Null of points. */
  readonly budget: number | null;
  readonly points: readonly Readonly<Record<string, Scalar>>[];
  /** Runs of the search when it took this, those of its start not counted; null while it waits for the search. */
  readonly after: number | null;
}

/** A remark of a user's. */
export interface WireNote {
  readonly id: string;
  readonly text: string;
  /** The run that it is about; null of the study. */
  readonly run: string | null;
  /** Its number; null where it is none of those that are shown. */
  readonly row: number | null;
}
