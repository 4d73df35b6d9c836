import type { Term } from './graph/term.ts';
import type { Model } from './model.ts';
import type { Output } from './output.ts';
import type { PointTerms } from './space/point-terms.ts';

/** One prediction column as arithmetic, in the units of the output. */
export interface ColumnTerms {
  readonly mean: Term;
  /** Variance of the latent function, of models that have one. */
  readonly variance?: Term;
  /** Variance of an answer, the noise included; `variance` where it is absent. */
  readonly observed?: Term;
  /** Bounds that an answer is inside with 95 %. */
  readonly interval?: readonly [lower: Term, upper: Term];
}

/**
 * A model of a kind that {@link exportModel} writes as a program, a graph or a unit of simulation. `exportable` says whether this one can be:
 * a process of very many rows, say, is approximated by arithmetic that other languages do not have.
 */
export interface ExportableModel extends Model {
  readonly exportable: boolean;
  /**
   * The c prediction columns of the outputs that it was fitted to, at a point: for a class what its probability is made of. Throws `invalid-argument` where it is not exportable.
   * @internal
   */
  terms(point: PointTerms, outputs: readonly Output[]): readonly ColumnTerms[];
}

/** Whether the model can be exported. */
export function isExportable(model: Model): model is ExportableModel {
  return 'terms' in model && (model as ExportableModel).exportable;
}
