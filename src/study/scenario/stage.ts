import type { Model, Surrogate } from '../../core/model.ts';
import type { Sampler } from '../../core/sampler.ts';

/** One hop of the chain: the teacher labels `size` points that `transfer` chooses, and the student learns them. */
export interface Stage<M extends Model = Model> {
  readonly name: string;
  readonly transfer: Sampler;
  readonly size: number;
  /** Default `auto`, a surrogate that is chosen by left-out points. */
  readonly student?: Surrogate<M>;
  /** Points that the teacher labels beside, to measure fidelity on. Default: a fifth of `size`, at most 1000, when the teacher is a model. */
  readonly holdout?: number;
}
