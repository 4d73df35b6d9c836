import { describe, expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { centeredL2Discrepancy } from '../../src/sampling/discrepancy.ts';
import { halton } from '../../src/sampling/halton.ts';
import { sobol } from '../../src/sampling/sobol.ts';
import { uniform } from '../../src/sampling/uniform.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { cube } from '../../src/testing/problems.ts';
import { samplerLaws, seenOf } from '../../src/testing/sampler-laws.ts';

samplerLaws('sobol', sobol);
samplerLaws('sobol unscrambled', () => sobol({ scramble: false }), { random: false });
samplerLaws('halton', halton);
samplerLaws('halton unscrambled', () => halton({ scramble: false }), { random: false });

const none = (space: Space) => Dataset.empty(space, []);

test('the unscrambled Sobol points are the published ones', () => {
  const space = cube(3);
  const x = sobol({ scramble: false }).sample(space, 8, none(space), testRun(''));
  // The first eight three-dimensional points that Joe and Kuo print with their direction numbers.
  expect(Array.from({ length: 8 }, (_, i) => [...x.row(i)])).toEqual([
    [0, 0, 0],
    [0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25],
    [0.25, 0.75, 0.75],
    [0.375, 0.375, 0.625],
    [0.875, 0.875, 0.125],
    [0.625, 0.125, 0.875],
    [0.125, 0.625, 0.375],
  ]);
});

test('the unscrambled Halton points are the radical inverses in the bases 2 and 3', () => {
  const space = cube(2);
  const x = halton({ scramble: false }).sample(space, 5, none(space), testRun(''));
  const expected = [0, 0, 1 / 2, 1 / 3, 1 / 4, 2 / 3, 3 / 4, 1 / 9, 1 / 8, 4 / 9];
  x.data.forEach((u, i) => {
    expect(u).toBeCloseTo(expected[i], 15);
  });
});

describe.each([
  ['sobol', sobol],
  ['halton', halton],
])('%s', (_, make) => {
  test.each([true, false])('goes on with the sequence where the points seen end (scrambled: %s)', (scramble) => {
    const space = cube(4);
    const sampler = make({ scramble });
    const whole = sampler.sample(space, 40, none(space), testRun('sequence'));
    const first = sampler.sample(space, 13, none(space), testRun('sequence'));
    const rest = sampler.sample(space, 27, seenOf(space, first), testRun('sequence'));
    expect(first.stack(rest).data).toEqual(whole.data);
  });

  test('fills the cube far more evenly than uniform points', () => {
    const space = cube(5);
    for (let path = 0; path < 5; path++) {
      const even = centeredL2Discrepancy(make().sample(space, 256, none(space), testRun(path)));
      expect(even).toBeLessThan(0.5 * centeredL2Discrepancy(uniform().sample(space, 256, none(space), testRun(path))));
    }
  });

  test('an option that is no boolean is named', () => {
    expect(() => make({ scramble: 'owen' as unknown as boolean })).toThrow(
      /scramble must be true or false, got 'owen'/,
    );
  });
});

test('2^k scrambled Sobol points are a Latin hypercube, and a level count 2^j is met exactly', () => {
  const space = new Space({
    a: real(0, 1),
    b: integer(1, 8),
    c: categorical('p', 'q'),
    d: real(1, 100, { scale: 'log' }),
  });
  const x = sobol().sample(space, 64, none(space), testRun('net'));
  for (const j of [0, 3]) expect(new Set([...x.column(j)].map((u) => Math.floor(u * 64))).size).toBe(64);
  for (const [j, levels] of [
    [1, 8],
    [2, 2],
  ])
    for (let level = 0; level < levels; level++)
      expect(x.column(j).filter((u) => u === (level + 0.5) / levels)).toHaveLength(64 / levels);
});

test('more dimensions than the Sobol sequence has are refused', () => {
  const space = cube(1001);
  expect(() => sobol().sample(space, 1, none(space), testRun(''))).toThrow(/up to 1000 dimensions, the space has 1001/);
});
