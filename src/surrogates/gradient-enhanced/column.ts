import type { Dataset } from '../../core/dataset.ts';
import { stretchOf } from '../../core/derivative.ts';
import type { Parameter } from '../../core/space/parameter.ts';
import type { SlopePosterior } from './posterior.ts';

/** One output with its slopes, in a unit in which their process has values of size one. */
export interface SlopeTargets {
  /** n (1 + p) numbers: of each row the value and its slopes along the coordinates of the cube. */
  readonly y: Float64Array;
  readonly center: number;
  /** The size of one; 0 where values and slopes are constant. `scale` times `deviation`, each of which can be taken alone. */
  readonly scale: number;
  readonly deviation: number;
}

/** An output and those that are its derivatives. */
export interface SlopeGroup {
  /** Places among the outputs. */
  readonly output: number;
  readonly slopes: readonly number[];
  /** Coordinates of the slopes. */
  readonly coordinates: readonly number[];
}

/** A group that has been fitted; without a posterior it is constant. */
export interface FittedGroup extends SlopeGroup {
  readonly targets: SlopeTargets;
  readonly posterior?: SlopePosterior;
}

/** Spread, relative to the largest number, below which an output counts as constant. */
const CONSTANT = 1e-13;
/** Variance of a coordinate over the cube: what a slope of 1 gives an output. */
const EVEN = 1 / 12;

/** Values and slopes by the coordinates of the cube, scaled so that nothing overflows. */
export function targetsOfGroup({ x, y, space }: Dataset, { output, slopes, coordinates }: SlopeGroup): SlopeTargets {
  const n = x.rows;
  const specs = Object.values(space.parameters) as Parameter[];
  const width = 1 + slopes.length;
  const all = new Float64Array(n * width);
  for (let i = 0; i < n; i++) {
    all[i * width] = y.get(i, output);
    slopes.forEach((k, r) => {
      const j = coordinates[r];
      all[i * width + 1 + r] = bounded(y.get(i, k) * stretchOf(specs[j], x.get(i, j)).stretch);
    });
  }
  const scale = all.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  let center = 0;
  for (let at = 0; at < all.length; at += width) center += all[at] / scale / n;
  let square = 0;
  all.forEach((value, at) => {
    square += at % width === 0 ? (value / scale - center) ** 2 / n : (EVEN * (value / scale) ** 2) / n;
  });
  const deviation = Math.sqrt(square) > CONSTANT ? Math.sqrt(square) : 0;
  const scaled = all.map((value, at) => {
    if (deviation === 0) return 0;
    return (at % width === 0 ? value / scale - center : value / scale) / deviation;
  });
  return { y: scaled, center, scale, deviation };
}

/** Numbers near the largest double are cut there. */
export function bounded(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}
