import { ensure, show } from '../core/errors.ts';
import type { Sampler } from '../core/sampler.ts';
import { canonicalRows } from '../core/space/space-points.ts';
import { SOBOL_MAX_DIMENSION, sobolPoints } from '../numerics/sequences/sobol-sequence.ts';
import { checkArguments } from './arguments.ts';

/** Options of {@link sobol} and {@link halton}. */
export interface SequenceOptions {
  /** Randomize the sequence, keeping its evenness. Default true. */
  readonly scramble?: boolean;
}

/**
 * The Sobol' sequence with the direction numbers of [JoeKuo2008], Owen-scrambled [Owen1995] unless told otherwise. It
 * goes on where the points seen end: with n rows seen the first point is number n of the sequence, so a design extends
 * without a seam when the same stream made it. Best in sizes of 2^k. In a finite space points may repeat. At most 1,000 inputs.
 */
export function sobol({ scramble = true }: SequenceOptions = {}): Sampler {
  ensure(
    typeof scramble === 'boolean',
    'invalid-argument',
    `sobol: scramble must be true or false, got ${show(scramble)}`,
  );
  const sampler: Sampler = (space, count, seen, run) => {
    checkArguments('sobol', space, count, seen);
    ensure(
      space.dimension <= SOBOL_MAX_DIMENSION,
      'invalid-argument',
      `sobol: the sequence is known up to ${SOBOL_MAX_DIMENSION} dimensions, the space has ${space.dimension}; latinHypercube() and uniform() have no limit`,
    );
    const options = { skip: seen.size, ...(scramble && { scramble: run.rng.child('sobol') }) };
    return canonicalRows(space, sobolPoints(count, space.dimension, options));
  };
  return Object.assign(sampler, { mostInputs: SOBOL_MAX_DIMENSION });
}
