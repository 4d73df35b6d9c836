import type { Effects, Profile, Slice } from './sensitivity.ts';

/** What the inputs do to one quantity. */
export interface QuantityEffects {
  readonly quantity: string;
  readonly effects: Effects;
  /** Over the two inputs with the largest total effect, around the best point, the middle of the front or the center. */
  readonly slice: Slice | null;
  /** Along each of the inputs with the largest total effect, through the same point; absent in older studies. */
  readonly profiles?: readonly Profile[];
}
