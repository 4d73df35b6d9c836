import type { Rng } from '../../numerics/random.ts';

/**
 * Calls code of others that draws from `Math.random`, with draws from the stream in its place: equal streams give equal results. Only for
 * synchronous calls, in which nothing else can draw; what was there is put back whatever happens.
 */
export function withRandom<T>(rng: Rng, compute: () => T): T {
  const before = Math.random;
  Math.random = () => rng.uniform();
  try {
    return compute();
  } finally {
    Math.random = before;
  }
}
