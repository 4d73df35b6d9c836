import { ensure } from '../core/errors.ts';
import type { Matrix } from '../numerics/matrix.ts';

/** Throws unless the points have as many coordinates as the training data. */
export function ensureInputs(x: Matrix, inputs: number): void {
  ensure(
    x.columns === inputs,
    'invalid-argument',
    `the model was fitted to points of ${inputs} coordinates, got ${x.columns}`,
  );
}
