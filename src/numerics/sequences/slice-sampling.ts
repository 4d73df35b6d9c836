import type { Rng } from '../random.ts';

/** Options of {@link sliceSampling}. */
export interface SliceOptions {
  /** Typical size of a step along a coordinate. */
  readonly width: number;
  /** The interval around a point is widened to at most this many widths, at least 1. */
  readonly mostWidths: number;
}

/** A chain whose points come to be distributed as a density; it starts at a point where the density is not zero. */
export interface SliceChain {
  /** The present point; the next sweep overwrites it. */
  readonly point: Float64Array;
  /** Moves along each coordinate once. */
  sweep(rng: Rng): void;
}

/**
 * Univariate slice sampling, one coordinate after the other, with stepping out and shrinkage [Neal2003, Figures 3 and 5], of the
 * density whose logarithm up to a constant is `logDensity`, -Infinity where it is zero. It has no step size to be tuned and
 * rejects nothing.
 */
export function sliceSampling(
  logDensity: (point: Float64Array) => number,
  start: ArrayLike<number>,
  { width, mostWidths }: SliceOptions,
): SliceChain {
  const point = Float64Array.from(start);
  let current = logDensity(point);
  if (!(current > Number.NEGATIVE_INFINITY)) throw new RangeError('a chain must start where the density is not zero');
  const at = (j: number, value: number): number => {
    point[j] = value;
    return logDensity(point);
  };
  const move = (j: number, rng: Rng) => {
    const from = point[j];
    // 1 - uniform is in (0, 1]: its logarithm is finite.
    const level = current + Math.log(1 - rng.uniform());
    let left = from - width * rng.uniform();
    let right = left + width;
    const before = Math.floor(mostWidths * rng.uniform());
    for (let k = before; k > 0 && at(j, left) > level; k--) left -= width;
    for (let k = mostWidths - 1 - before; k > 0 && at(j, right) > level; k--) right += width;
    for (;;) {
      const value = left + rng.uniform() * (right - left);
      const density = at(j, value);
      if (density > level || value === from) {
        current = density;
        return;
      }
      if (value < from) left = value;
      else right = value;
    }
  };
  return {
    point,
    sweep(rng) {
      for (let j = 0; j < point.length; j++) move(j, rng);
    },
  };
}
