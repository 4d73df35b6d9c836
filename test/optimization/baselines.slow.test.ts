import { expect, test } from 'vitest';
import { branin, hartmann6, rosenbrock } from '../../simulators/test-functions/unconstrained.ts';
import type { Optimizer } from '../../src/core/optimizer.ts';
import { Space } from '../../src/core/space/space.ts';
import { cmaEs } from '../../src/optimization/direct/cma-es.ts';
import { differentialEvolution } from '../../src/optimization/direct/differential-evolution.ts';
import { nelderMead } from '../../src/optimization/direct/nelder-mead.ts';
import { search } from '../../src/testing/optimizer-laws.ts';
import { problemOf } from '../../src/testing/problems.ts';

const SEEDS = 15;

/** Evaluations until the value is within `tolerance` of the optimum for each seed, ascending; Infinity when it never is. */
async function evaluationsTo(
  { parameters, evaluate, optimum }: typeof branin,
  tolerance: number,
  optimizer: Optimizer,
  budget: number,
): Promise<number[]> {
  const space = new Space(parameters);
  const answer = (u: Float64Array) => [evaluate(Object.values(space.decode(u)) as number[]).f as number];
  const hits: number[] = [];
  for (let seed = 0; seed < SEEDS; seed++) {
    const { history } = await search(
      optimizer,
      { problem: problemOf(space), answer },
      {
        budget,
        q: 1000,
        stream: `baselines/${seed}`,
      },
    );
    const hit = history.y.data.findIndex((value) => value <= optimum!.value + tolerance);
    hits.push(hit < 0 ? Number.POSITIVE_INFINITY : hit + 1);
  }
  return hits.sort((a, b) => a - b);
}

/**
 * Medians of 21 seeds of pycma 4 (bounds by transformation, sigma 0.3, IPOP), of SciPy's differential_evolution (rand1bin, ten members
 * for each dimension, F 0.5, CR 0.9, deferred) and of SciPy's Nelder-Mead (bounded, the same simplex, random restarts).
 */
const PUBLISHED = [
  ['CMA-ES', 'Branin', cmaEs(), branin, 0.004, 142],
  ['differential evolution', 'Branin', differentialEvolution(), branin, 0.004, 435],
  ['Nelder-Mead', 'Branin', nelderMead(), branin, 0.004, 30],
  ['CMA-ES', 'Rosenbrock-4', cmaEs(), rosenbrock(4), 1, 761],
  ['differential evolution', 'Rosenbrock-4', differentialEvolution(), rosenbrock(4), 1, 1855],
  ['Nelder-Mead', 'Rosenbrock-4', nelderMead(), rosenbrock(4), 1, 250],
] as const;

test.each(PUBLISHED)('%s on %s needs about as many evaluations as its reference', async (...row) => {
  const [, , optimizer, problem, tolerance, reference] = row;
  const hits = await evaluationsTo(problem, tolerance, optimizer, 4 * reference);
  const median = hits[SEEDS >> 1];
  expect(median).toBeGreaterThan(reference / 2);
  expect(median).toBeLessThan(reference * 1.6);
});

test('CMA-ES finds the deeper of two basins of Hartmann-6 at its first attempt as often as its reference', async () => {
  // pycma: 47 of 80 seeds within 1000 evaluations, in a median of 310.
  const hits = await evaluationsTo(hartmann6, 0.0332, cmaEs(), 1000);
  const found = hits.filter((hit) => hit < Number.POSITIVE_INFINITY);
  expect(found.length / SEEDS).toBeGreaterThan(0.35);
  expect(found[found.length >> 1]).toBeLessThan(500);
});
