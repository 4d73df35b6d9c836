import type { Effects, Profile, Slice } from './sensitivity.ts';

/** What the inputs do to one quantity. */
export interface QuantityEffects {
  readonly quantity: string;
  readonly effects: Effects;
  /** Over the two inputs with the largest total effect, around the best point (or the center). */
  readonly slice: Slice | null;
  /** Along each of the inputs with the largest total effect, through the best point (or the center); absent in older studies. */
  readonly profiles?: readonly Profile[];
}
