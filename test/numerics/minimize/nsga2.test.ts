import { describe, expect, test } from 'vitest';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { hypervolume } from '../../../src/numerics/minimize/hypervolume.ts';
import { type Nsga2State, nsga2, type Standing } from '../../../src/numerics/minimize/nsga2.ts';
import { Rng } from '../../../src/numerics/random.ts';

function standingOf(x: Matrix, of: (u: Float64Array) => { f: number[]; violation?: number }): Standing {
  const answers = Array.from({ length: x.rows }, (_, i) => of(x.row(i)));
  return {
    objectives: Matrix.from(answers.map(({ f }) => f)),
    violation: Float64Array.from(answers, ({ violation = 0 }) => violation),
  };
}

/** ZDT1 with 30 inputs; the front is f2 = 1 - sqrt(f1). */
const zdt1 = (u: Float64Array) => {
  const g = 1 + (9 * u.subarray(1).reduce((sum, v) => sum + v, 0)) / (u.length - 1);
  return { f: [u[0], g * (1 - Math.sqrt(u[0] / g))] };
};

function evolve(
  seed: string,
  generations: number,
  of: Parameters<typeof standingOf>[1],
  dimension: number,
): Nsga2State {
  const rng = new Rng(seed);
  const algorithm = nsga2({ dimension });
  let state = algorithm.initial(rng);
  for (let g = 0; g < generations; g++) state = algorithm.tell(state, standingOf(state.points, of), rng);
  return state;
}

describe('NSGA-II', () => {
  test('converges on ZDT1 with 30 inputs in 25,000 evaluations, as published', { tags: ['slow'] }, () => {
    const { members, standing } = evolve('zdt1', 250, zdt1, 30);
    // The published mean distance to the front is 0.0335 (real coded) [Deb2002]; the whole front has a hypervolume of 0.6667 below (1, 1).
    const distances = Array.from({ length: members.rows }, (_, i) => {
      const [f1, f2] = standing.objectives.row(i);
      return Math.abs(f2 - (1 - Math.sqrt(f1)));
    });
    expect(distances.reduce((sum, d) => sum + d, 0) / distances.length).toBeLessThan(0.0335);
    expect(hypervolume(standing.objectives, [1, 1])).toBeGreaterThan(0.64);
  });

  test('puts feasible points first and keeps unanswered ones last', () => {
    const { members, standing } = evolve(
      'constrained',
      60,
      (u) => {
        if (u[2] > 0.9) return { f: [Number.NaN, Number.NaN], violation: Number.NaN };
        return { f: [u[0], 1 - u[0] + u[1]], violation: Math.max(0, 0.3 - u[0]) };
      },
      3,
    );
    expect(standing.violation.every((v) => v === 0)).toBe(true);
    expect(Math.min(...members.column(0))).toBeCloseTo(0.3, 2);
    expect(Math.max(...members.column(1))).toBeLessThan(0.05);
  });

  test('stays in the cube, and is a function of the stream and the answers', () => {
    const one = evolve('same', 8, zdt1, 4);
    expect(one.points.data.every((v) => v >= 0 && v <= 1)).toBe(true);
    expect(evolve('same', 8, zdt1, 4)).toEqual(one);
    expect(evolve('other', 8, zdt1, 4).points).not.toEqual(one.points);
  });

  test('refuses an odd population', () => {
    expect(() => nsga2({ dimension: 2, population: 7 })).toThrow(/even population.*7/);
  });
});
