import { divide, exp, max, subtract, type Term, total } from '../core/graph/term.ts';
import { binaryScale } from '../numerics/statistics.ts';

/** Numbers as (z * deviation + mean) * scale with z of mean 0 and variance 1, or all 0 for a constant. */
export interface Standardized {
  readonly values: Float64Array;
  readonly mean: number;
  readonly deviation: number;
  /** A power of two near the largest value, which keeps squares from overflowing. */
  readonly scale: number;
}

/** Standardizes n >= 1 numbers of any size, each counting as often as it weighs. */
export function standardize(given: Float64Array, weights?: Float64Array): Standardized {
  const scale = binaryScale(given);
  const first = given[0] / scale;
  const weightOf = (i: number) => (weights ? weights[i] : 1);
  const total = totalOf(weights, given.length);
  const mean = first + given.reduce((sum, value, i) => sum + weightOf(i) * (value / scale - first), 0) / total;
  const squares = given.reduce((sum, value, i) => sum + weightOf(i) * (value / scale - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / total);
  const values = given.map((value) => (deviation > 0 ? (value / scale - mean) / deviation : 0));
  return { values, mean, deviation, scale };
}

/** How many rows n are that weigh so much. */
export function totalOf(weights: Float64Array | undefined, n: number): number {
  return weights ? weights.reduce((sum, weight) => sum + weight, 0) : n;
}

/** The number itself, or the largest double of its sign: only outputs near it come past it. */
export function bounded(value: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value));
}

/** Probabilities from scores. */
export function softmaxTerms(scores: readonly Term[]): Term[] {
  const largest = scores.reduce(max);
  const parts = scores.map((score) => exp(subtract(score, largest)));
  const sum = total(parts);
  return parts.map((part) => divide(part, sum));
}
