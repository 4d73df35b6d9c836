import type { Effects, Slice } from './sensitivity.ts';

/** What the inputs do to one quantity. */
export interface QuantityEffects {
  readonly quantity: string;
  readonly effects: Effects;
  /** Over the two inputs with the largest total effect, around the best point (or the center). */
  readonly slice: Slice | null;
}
