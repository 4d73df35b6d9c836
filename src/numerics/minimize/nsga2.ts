/** NSGA-II in the unit cube as a step function. */

import { Matrix } from '../matrix.ts';
import type { Rng } from '../random.ts';
import { crowdingDistances, dominanceRanks } from './non-dominated.ts';

/** What users choose. */
export interface Nsga2Settings {
  /** The number of members, an even number of at least 4; default 100. */
  readonly population?: number;
  /** The chance that two parents are crossed, in [0, 1]; default 0.9. */
  readonly crossover?: number;
  /** The chance that a coordinate mutates, in [0, 1]; default 1 / d. */
  readonly mutation?: number;
  /** Distribution index of the simulated binary crossover; larger keeps children nearer to their parents; default 15. */
  readonly crossoverIndex?: number;
  /** Distribution index of the polynomial mutation; default 20. */
  readonly mutationIndex?: number;
}

export interface Nsga2Options extends Nsga2Settings {
  /** The number of coordinates d. */
  readonly dimension: number;
  /** Points that replace the first members of the uniform random population, each of d coordinates in [0, 1]. */
  readonly seeds?: readonly ArrayLike<number>[];
}

/** What is known of points: k x m objectives to be minimized (NaN where there is no answer) and the k sums of violations, 0 where feasible. */
export interface Standing {
  readonly objectives: Matrix;
  readonly violation: Float64Array;
}

/** A plain value, so a search can be cloned, stored and replayed. */
export interface Nsga2State {
  readonly generation: number;
  /** The points to evaluate next, population x d. */
  readonly points: Matrix;
  /** The survivors with what is known of them; none before the first answers. */
  readonly members: Matrix;
  readonly standing: Standing;
}

/** NSGA-II as two pure functions; `rng` is only split by the generation. */
export interface Nsga2 {
  initial(rng: Rng): Nsga2State;
  /** The state after `state.points` have this standing. */
  tell(state: Nsga2State, told: Standing, rng: Rng): Nsga2State;
}

/**
 * The elitist non-dominated sorting genetic algorithm [Deb2002]: tournaments by rank and crowding, simulated binary crossover,
 * polynomial mutation, and the best half of parents and children survives. Feasible points come before infeasible ones, these
 * by their violation, and points without an answer last.
 */
export function nsga2(options: Nsga2Options): Nsga2 {
  const { dimension, population = 100, seeds = [] } = options;
  if (!(dimension >= 1 && population >= 4 && population % 2 === 0))
    throw new RangeError(
      `NSGA-II needs a dimension and an even population of at least 4, got ${dimension} and ${population}`,
    );
  return {
    initial(rng) {
      const stream = rng.child('initial');
      const points = new Matrix(population, dimension);
      for (let i = 0; i < points.data.length; i++) points.data[i] = stream.uniform();
      seeds.slice(0, population).forEach((seed, i) => {
        points.row(i).set(seed);
      });
      const nothing = { objectives: new Matrix(0, 0), violation: new Float64Array() };
      return { generation: 0, points, members: new Matrix(0, dimension), standing: nothing };
    },
    tell({ generation, points, members, standing }, told, rng) {
      const all = members.stack(points);
      const known =
        members.rows === 0
          ? told
          : {
              objectives: standing.objectives.stack(told.objectives),
              violation: Float64Array.of(...standing.violation, ...told.violation),
            };
      const { rank, crowding } = fitness(known);
      const order = Array.from({ length: all.rows }, (_, i) => i)
        .sort((a, b) => rank[a] - rank[b] || crowding[b] - crowding[a] || a - b)
        .slice(0, population);
      const survivors = all.select(order);
      return {
        generation: generation + 1,
        points: children(
          survivors,
          (a, b) => (rank[order[a]] - rank[order[b]] || crowding[order[b]] - crowding[order[a]]) <= 0,
          options,
          rng.child(generation + 1),
        ),
        members: survivors,
        standing: {
          objectives: known.objectives.select(order),
          violation: Float64Array.from(order, (i) => known.violation[i]),
        },
      };
    },
  };
}

/** Rank (0 is best) and crowding distance within the rank of every point. */
function fitness({ objectives, violation }: Standing): { rank: Float64Array; crowding: Float64Array } {
  const answered = [...violation.keys()].filter((i) => !objectives.row(i).some(Number.isNaN));
  const rank = new Float64Array(violation.length).fill(Number.POSITIVE_INFINITY);
  const crowding = new Float64Array(violation.length);
  const feasible = answered.filter((i) => violation[i] === 0);
  const ranks = dominanceRanks(objectives.select(feasible));
  feasible.forEach((i, k) => {
    rank[i] = ranks[k];
  });
  for (const i of answered) if (violation[i] > 0) rank[i] = feasible.length + violation[i];
  const fronts = ranks.reduce((most, one) => Math.max(most, one + 1), 0);
  for (let front = 0; front < fronts; front++) {
    const rows = feasible.filter((_, k) => ranks[k] === front);
    crowdingDistances(objectives.select(rows)).forEach((distance, k) => {
      crowding[rows[k]] = distance;
    });
  }
  return { rank, crowding };
}

function children(parents: Matrix, beats: (a: number, b: number) => boolean, options: Nsga2Options, rng: Rng): Matrix {
  const { crossover = 0.9, mutation = 1 / options.dimension, crossoverIndex = 15, mutationIndex = 20 } = options;
  const tournament = () => {
    const [a, b] = [rng.integer(parents.rows), rng.integer(parents.rows)];
    return parents.row(beats(a, b) ? a : b);
  };
  const young = new Matrix(options.population ?? 100, options.dimension);
  for (let i = 0; i < young.rows; i += 2) {
    const [one, two] = [young.row(i), young.row(i + 1)];
    one.set(tournament());
    two.set(tournament());
    if (rng.uniform() < crossover) cross(one, two, crossoverIndex, rng);
    for (const child of [one, two]) mutate(child, mutation, mutationIndex, rng);
  }
  return young;
}

/** Simulated binary crossover in place, bounded to the cube [Deb2002]: each coordinate with even chances. */
function cross(one: Float64Array, two: Float64Array, index: number, rng: Rng): void {
  for (let j = 0; j < one.length; j++) {
    const [low, high] = one[j] < two[j] ? [one[j], two[j]] : [two[j], one[j]];
    const [use, draw, swap] = [rng.uniform(), rng.uniform(), rng.uniform()];
    if (use >= 0.5 || high - low < 1e-14) continue;
    const spread = (room: number) => {
      const alpha = 2 - (1 + (2 * room) / (high - low)) ** -(index + 1);
      return (draw <= 1 / alpha ? draw * alpha : 1 / (2 - draw * alpha)) ** (1 / (index + 1));
    };
    const middle = 0.5 * (low + high);
    const below = clamp(middle - 0.5 * spread(low) * (high - low));
    const above = clamp(middle + 0.5 * spread(1 - high) * (high - low));
    [one[j], two[j]] = swap < 0.5 ? [below, above] : [above, below];
  }
}

/** Polynomial mutation in place, bounded to the cube [Deb2002]. */
function mutate(child: Float64Array, chance: number, index: number, rng: Rng): void {
  for (let j = 0; j < child.length; j++) {
    if (rng.uniform() >= chance) continue;
    const draw = rng.uniform();
    const power = 1 / (index + 1);
    const step =
      draw < 0.5
        ? (2 * draw + (1 - 2 * draw) * (1 - child[j]) ** (index + 1)) ** power - 1
        : 1 - (2 * (1 - draw) + 2 * (draw - 0.5) * child[j] ** (index + 1)) ** power;
    child[j] = clamp(child[j] + step);
  }
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
