import { predictionColumns } from '../../core/columns.ts';
import { ensure, show } from '../../core/errors.ts';
import type { Output } from '../../core/output.ts';
import type { Space } from '../../core/space/space.ts';
import { normalCdf, normalPdf } from '../../numerics/distributions.ts';
import { ExpressionCompiler } from '../expression/expression.ts';

/** A contour to be known well: where an output takes a value, as where a part begins to fail. */
export interface Contour {
  /** Name of a numeric output. */
  readonly output: string;
  /** In the output's own unit. */
  readonly value: number;
  /**
   * Where the next run pays: where the expected feasibility [Bichon2008] is largest, the default, or where the side of the contour is
   * least sure, U = |mean - value| / deviation [Echard2011].
   */
  readonly criterion?: 'expected-feasibility' | 'u';
}

/** The contour of a text such as `stress = 250 MPa`. */
export async function contourOf(text: string, space: Space, outputs: readonly Output[]): Promise<Contour> {
  return (await ExpressionCompiler.create(space, outputs)).contour(text);
}

/** The column of a prediction that the contour is of; throws where there is none. */
export function contourColumn({ output, value, criterion }: Contour, outputs: readonly Output[]): number {
  const k = outputs.findIndex(({ name, classes }) => name === output && !classes);
  const numeric = outputs.filter(({ classes }) => !classes).map(({ name }) => name);
  ensure(
    k >= 0,
    'invalid-argument',
    `contour: output must be a numeric output (${numeric.join(', ') || 'there is none'}), got ${show(output)}`,
  );
  ensure(Number.isFinite(value), 'invalid-argument', `contour: value must be a finite number, got ${show(value)}`);
  ensure(
    criterion === undefined || criterion === 'expected-feasibility' || criterion === 'u',
    'invalid-argument',
    `contour: criterion must be 'expected-feasibility' or 'u', got ${show(criterion)}`,
  );
  return predictionColumns(outputs)[k].start;
}

/**
 * Expected feasibility [Bichon2008] of an answer G ~ N(mean, variance) for a contour at z: the mean of max(0, e - |G - z|), with e twice
 * the deviation; in the unit of the answer.
 */
export function expectedFeasibility(mean: number, variance: number, z: number): number {
  if (!(variance > 0)) return 0;
  const deviation = Math.sqrt(variance);
  const t = (z - mean) / deviation;
  const slopes = 2 * normalCdf(t) - normalCdf(t - 2) - normalCdf(t + 2);
  const densities = 2 * normalPdf(t) - normalPdf(t - 2) - normalPdf(t + 2);
  return deviation * Math.max(0, 2 * (normalCdf(t + 2) - normalCdf(t - 2)) - t * slopes - densities);
}

/** What is wished of the next run: large where an answer says most about the contour, minus infinity where it says nothing. */
export function contourGain({ value, criterion }: Contour, mean: number, variance: number): number {
  if (!(variance > 0)) return Number.NEGATIVE_INFINITY;
  return criterion === 'u' ? -Math.abs(mean - value) / Math.sqrt(variance) : expectedFeasibility(mean, variance, value);
}

/**
 * A gain below which the contour is known: an expected feasibility of a thousandth of the deviation of the answers, of which `variance`
 * is the square [Bichon2008] stops at 0.001, a chance of 1e-9 to be wrong about a side.
 */
export function leastGain({ criterion }: Contour, variance: number): number {
  return criterion === 'u' ? -6 : 1e-3 * Math.sqrt(variance);
}

/** The chance that the answer is on the side of z on which its mean is, in [0.5, 1]. */
export function sureness(mean: number, variance: number, z: number): number {
  return variance > 0 ? normalCdf(Math.abs(mean - z) / Math.sqrt(variance)) : 1;
}
