/** The default strategy parameters of CMA-ES, Table 1 of [Hansen2016]. */
export interface CmaParameters {
  /** Points per generation, lambda. */
  population: number;
  /** Recombination weights of the ranks, best first: the positive ones sum to 1, the later ones are negative. */
  weights: Float64Array;
  /** The number of positive weights, mu. */
  parents: number;
  /** The variance effective selection mass of the positive weights, mu_eff. */
  selectionMass: number;
  /** Learning rate of the path for the rank-one update, c_c. */
  pathRate: number;
  /** Learning rate of the path for the step size, c_sigma. */
  stepPathRate: number;
  /** Damping of the step size, d_sigma. */
  stepDamping: number;
  /** Learning rate of the rank-one update, c_1. */
  rankOneRate: number;
  /** Learning rate of the rank-mu update, c_mu. */
  rankMuRate: number;
  /** The expected length of a standard normal vector, E||N(0, I)||. */
  expectedLength: number;
}

/** The defaults in `n` dimensions; `population` defaults to 4 + floor(3 ln n); `active: false` sets negative weights to 0. */
export function cmaParameters(n: number, population = 4 + Math.floor(3 * Math.log(n)), active = true): CmaParameters {
  if (!(n >= 1 && population >= 2))
    throw new RangeError(`CMA-ES needs a dimension and at least 2 points per generation, got ${n} and ${population}`);
  const parents = Math.floor(population / 2);
  const raw = Float64Array.from({ length: population }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1));
  const selectionMass = massOf(raw.subarray(0, parents));
  const negativeMass = massOf(raw.subarray(parents));
  const rankOneRate = 2 / ((n + 1.3) ** 2 + selectionMass);
  const rankMuRate = Math.min(
    1 - rankOneRate,
    (2 * (0.25 + selectionMass + 1 / selectionMass - 2)) / ((n + 2) ** 2 + selectionMass),
  );
  const stepPathRate = (selectionMass + 2) / (n + selectionMass + 5);
  const negativeSum = Math.min(
    1 + rankOneRate / rankMuRate,
    1 + (2 * negativeMass) / (negativeMass + 2),
    (1 - rankOneRate - rankMuRate) / (n * rankMuRate),
  );
  const positiveTotal = raw.reduce((sum, w) => sum + Math.max(0, w), 0);
  const negativeTotal = raw.reduce((sum, w) => sum + Math.max(0, -w), 0);
  return {
    population,
    weights: raw.map((w) => (w >= 0 ? w / positiveTotal : active ? (w * negativeSum) / negativeTotal : 0)),
    parents,
    selectionMass,
    pathRate: (4 + selectionMass / n) / (n + 4 + (2 * selectionMass) / n),
    stepPathRate,
    stepDamping: 1 + 2 * Math.max(0, Math.sqrt((selectionMass - 1) / (n + 1)) - 1) + stepPathRate,
    rankOneRate,
    rankMuRate,
    expectedLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

/** (sum w)^2 / sum w^2. */
function massOf(weights: Float64Array): number {
  const sum = weights.reduce((total, w) => total + w, 0);
  const squares = weights.reduce((total, w) => total + w * w, 0);
  return squares === 0 ? 0 : (sum * sum) / squares;
}
