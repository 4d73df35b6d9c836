import { type Factory, factory } from '../core/factory.ts';
import type { Sampler } from '../core/sampler.ts';
import { canonicalRows } from '../core/space/space-points.ts';
import { haltonPoints } from '../numerics/sequences/halton.ts';
import { checkArguments } from './arguments.ts';
import { SEQUENCE, type SequenceOptions } from './sobol.ts';

/**
 * The Halton sequence in the first d primes [Halton1960], its digits randomly permuted [Owen2017] by default.
 * It goes on where the points seen end: with n rows seen the first point is number n of the sequence. In a finite space
 * points may repeat.
 */
export const halton: Factory<SequenceOptions, Sampler> = factory('halton', SEQUENCE, ({ scramble }) => ({
  name: 'halton',
  sample(space, count, seen, run) {
    checkArguments('halton', space, count, seen);
    const options = { skip: seen.size, ...(scramble && { scramble: run.rng.child('halton') }) };
    return canonicalRows(space, haltonPoints(count, space.dimension, options));
  },
}));
