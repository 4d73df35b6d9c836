/** Differential evolution in the unit cube as a step function. */

import type { Rng } from '../random.ts';
import { type AskTell, askedPoints, orderedValues, progressed, type SearchState } from './ask-tell.ts';

/** What users choose. */
export interface DifferentialEvolutionSettings {
  /** The number of members, at least 4; default 10 d, at least 20. */
  population?: number;
  /** The base of a mutant: a random member or the best one; default `rand1bin`. */
  strategy?: 'rand1bin' | 'best1bin';
  /** The factor F of the difference of two members, in (0, 2]; default 0.5. */
  weight?: number;
  /** The chance CR that a coordinate comes from the mutant, in [0, 1]; default 0.9. */
  crossover?: number;
  /** Stops when no member differs from the best by more than this in any coordinate; default 1e-8. */
  pointTolerance?: number;
}

export interface DifferentialEvolutionOptions extends DifferentialEvolutionSettings {
  /** The number of coordinates d. */
  dimension: number;
  /** Points that replace the first members of the uniform random population, each of d coordinates in [0, 1]. */
  seeds?: readonly ArrayLike<number>[];
}

export interface DifferentialEvolutionState extends SearchState {
  /** The members with a value; none before the first values. */
  readonly members: readonly Float64Array[];
  readonly values: readonly number[];
}

/**
 * Differential evolution with binomial crossover [StornPrice1997]: member i competes with
 * `base + weight (a - b)`, mixed with itself coordinate by coordinate, and the better one survives. All trials of a
 * generation are made from the generation before. Coordinates outside the unit cube are drawn anew: mirroring them keeps a
 * population too long in the basins near a bound.
 */
export function differentialEvolution(options: DifferentialEvolutionOptions): AskTell<DifferentialEvolutionState> {
  const { dimension, seeds = [], pointTolerance = 1e-8 } = options;
  const population = options.population ?? Math.max(20, 10 * dimension);
  if (!(dimension >= 1 && population >= 4 && seeds.length <= population))
    throw new RangeError(
      `differential evolution needs a dimension and at least 4 members, got ${dimension} and ${population}`,
    );
  return {
    initial: (rng) => {
      const stream = rng.child('initial');
      const points = Array.from({ length: population }, (_, i) => {
        const random = Float64Array.from({ length: dimension }, () => stream.uniform());
        return i < seeds.length ? Float64Array.from(seeds[i]) : random;
      });
      const nothing = { iteration: 0, evaluations: 0, best: points[0], bestValue: Number.POSITIVE_INFINITY };
      return { ...nothing, points, members: [], values: [] };
    },
    ask: askedPoints,
    tell: (state, told, rng) => {
      const values = orderedValues(state, told);
      const wins = (i: number) => !(values[i] > state.values[i]);
      const members = state.points.map((point, i) => (wins(i) ? point : state.members[i]));
      const survivors = Array.from(values, (value, i) => (wins(i) ? value : state.values[i]));
      const progress = progressed(state, values);
      const points = trials(members, progress.best, options, rng.child(progress.iteration));
      const spread = members.some((member) => member.some((v, i) => Math.abs(v - progress.best[i]) > pointTolerance));
      return { ...progress, members, values: survivors, points, stop: spread ? undefined : 'population is small' };
    },
  };
}

/** One trial for each member. */
function trials(
  members: readonly Float64Array[],
  best: Float64Array,
  { dimension, strategy = 'rand1bin', weight = 0.5, crossover = 0.9 }: DifferentialEvolutionOptions,
  rng: Rng,
): Float64Array[] {
  return members.map((member, i) => {
    const [first, second, third] = distinct(members.length, i, rng);
    const base = strategy === 'best1bin' ? best : members[third];
    const forced = rng.integer(dimension);
    return member.map((own, k) => {
      const mutates = rng.uniform() < crossover || k === forced;
      if (!mutates) return own;
      const mutant = base[k] + weight * (members[first][k] - members[second][k]);
      return mutant >= 0 && mutant <= 1 ? mutant : rng.uniform();
    });
  });
}

/** Three different members that are not `except`. */
function distinct(count: number, except: number, rng: Rng): number[] {
  const chosen: number[] = [];
  while (chosen.length < 3) {
    const candidate = rng.integer(count);
    if (candidate !== except && !chosen.includes(candidate)) chosen.push(candidate);
  }
  return chosen;
}
