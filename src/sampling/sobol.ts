import { ensure } from '../core/errors.ts';
import { type Factory, factory } from '../core/factory.ts';
import { flag, type OptionsOf, option } from '../core/options.ts';
import type { Sampler } from '../core/sampler.ts';
import { canonicalRows } from '../core/space/space-points.ts';
import { SOBOL_MAX_DIMENSION, sobolPoints } from '../numerics/sequences/sobol-sequence.ts';
import { checkArguments } from './arguments.ts';

/** What the options of both sequences are. */
export const SEQUENCE = {
  scramble: option(flag, 'Whether the sequence is randomized, keeping its evenness.', true),
};

/** Options of {@link sobol} and {@link halton}. */
export type SequenceOptions = OptionsOf<typeof SEQUENCE>;

/**
 * The Sobol' sequence with the direction numbers of [JoeKuo2008], Owen-scrambled [Owen1995] by default. It
 * goes on where the points seen end: with n rows seen the first point is number n of the sequence, so a design extends
 * without a seam when the same stream made it. Best in sizes of 2^k. In a finite space points may repeat. At most 1,000 inputs.
 */
export const sobol: Factory<SequenceOptions, Sampler> = factory('sobol', SEQUENCE, ({ scramble }) => ({
  name: 'sobol',
  mostInputs: SOBOL_MAX_DIMENSION,
  sample(space, count, seen, run) {
    checkArguments('sobol', space, count, seen);
    ensure(
      space.dimension <= SOBOL_MAX_DIMENSION,
      'invalid-argument',
      `sobol: the sequence is known up to ${SOBOL_MAX_DIMENSION} dimensions, the space has ${space.dimension}; latinHypercube() and uniform() have no limit`,
    );
    const options = { skip: seen.size, ...(scramble && { scramble: run.rng.child('sobol') }) };
    return canonicalRows(space, sobolPoints(count, space.dimension, options));
  },
}));
