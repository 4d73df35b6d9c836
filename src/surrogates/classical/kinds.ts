/** Regressions of one input. */
export const CURVES = ['simple', 'polynomial', 'exponential', 'power', 'theil-sen', 'robust-polynomial'] as const;

/** A regression of one input. */
export type CurveKind = (typeof CURVES)[number];

/** All that {@link classicalRegression} can be asked for; the last two know every input. */
export const KINDS = [...CURVES, 'multiple', 'kernel-ridge'] as const;

/** What {@link classicalRegression} fits. */
export type ClassicalKind = (typeof KINDS)[number];

/** Whether the kind knows one input only. */
export function isCurve(kind: ClassicalKind): kind is CurveKind {
  return (CURVES as readonly string[]).includes(kind);
}
