import type { Matrix } from '../../numerics/matrix.ts';

/** The commands that reach a search at one of its turns. */
export interface Orders {
  /** Its budget in all, in place of the one it had; undefined where that stays as it is. */
  readonly budget?: number;
  /** k x d canonical points to be run with the next ones; k may be 0. */
  readonly points: Matrix;
}

/** Steers a search while it runs. A search has a turn after each proposal, before it is run. */
export interface Helm {
  /** What is new at the next turn, after that many runs; `isNew` says whether the proposal has not been run before, by a study that was stopped. */
  next(after: number, isNew: () => boolean): Orders;
  /** Whether the store has a run of any of these points, n x d, under the ids `prefix/first` and on. */
  isKnown(x: Matrix, prefix: string, first: number): boolean;
}

/** A change by hand, and after how many runs of the search it came, those of its start not counted. */
export interface ByHand {
  readonly after: number;
  /** The runs of the search in all from then on; null where that stayed. */
  readonly budget: number | null;
  /** Points that were added. */
  readonly added: number;
}

/** Where the runs stand that were added by hand. */
export function addedUnder(prefix: string): string {
  return `${prefix}/added`;
}

/** Whether a run of that id was added by hand. */
export function isAdded(id: string): boolean {
  return /\/search\/added\/\d+$/.test(id);
}
