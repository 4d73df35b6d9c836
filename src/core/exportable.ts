import type { Term } from './graph/term.ts';
import type { Model } from './model.ts';
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

/** A model that can be written down as arithmetic, and so in any language. */
export interface ExportableModel extends Model {
  /** The c prediction columns at a point. Throws `invalid-argument` where this fit has parts that are no such arithmetic. */
  terms(point: PointTerms): readonly ColumnTerms[];
}

/** Whether the model can be written down as arithmetic. */
export function isExportable(model: Model): model is ExportableModel {
  return 'terms' in model;
}
