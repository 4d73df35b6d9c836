import { expect, test } from 'vitest';
import { PointSet } from '../../../src/core/space/point-set.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { doubtOf } from '../../../src/optimization/failures/doubt.ts';

/** The doubt after rows of which those are answered that `succeeds` says. */
function doubt(rows: readonly (readonly number[])[], succeeds: (row: readonly number[], i: number) => boolean): number {
  return doubtOf(Matrix.from(rows), PointSet.of(Matrix.from(rows.filter(succeeds), rows[0].length)));
}

/** An edge at 1/2: answers below, failures above, and then points just below the middle of the last two. */
function bisection(lessons: number, steps: number, fails: (step: number) => boolean): [number[][], boolean[]] {
  const rows = Array.from({ length: lessons }, (_, i) => [i / lessons]);
  const fine = rows.map(([v]) => v < 0.5);
  for (let step = 0; step < steps; step++) {
    const below = Math.max(...rows.filter((_, i) => fine[i]).map(([v]) => v));
    const above = Math.min(...rows.filter((_, i) => !fine[i]).map(([v]) => v));
    rows.push([below + 0.45 * (above - below)]);
    fine.push(!fails(step));
  }
  return [rows, fine];
}

test('the first thirty rows raise no doubt', () => {
  const [rows, fine] = bisection(24, 6, () => true);
  expect(doubt(rows, (_, i) => fine[i])).toBe(0);
});

test('points that the contrast spoke for and that failed raise it, by ten for each share beyond one in twenty', () => {
  const [rows, fine] = bisection(30, 3, () => true);
  // All rows are farther from answers than from failures where they failed: only the three late ones were believed.
  expect(doubt(rows, (_, i) => fine[i])).toBe(0.9);
  const [some, kept] = bisection(30, 10, (step) => step === 3 || step === 6);
  expect(doubt(some, (_, i) => kept[i])).toBeCloseTo(10 * (2 / 20 - 0.05), 12);
  const [more, good] = bisection(30, 12, (step) => step === 11);
  expect(doubt(more, (_, i) => good[i])).toBe(0);
});

test('points that the contrast spoke against raise none when they fail', () => {
  const [rows, fine] = bisection(30, 0, () => true);
  const beyond = Array.from({ length: 8 }, (_, i) => [0.81 + i / 100]);
  expect(doubt([...rows, ...beyond], (_, i) => fine[i] ?? false)).toBe(0);
});

test('failures that come anywhere raise hardly any', () => {
  const rng = new Rng('doubt');
  const rows = Array.from({ length: 150 }, () => [rng.uniform(), rng.uniform(), rng.uniform()]);
  const crash = rows.map(() => rng.uniform() < 0.25);
  expect(doubt(rows, (_, i) => !crash[i])).toBeLessThan(0.2);
});

test('and failures of long ago are forgotten', () => {
  const [rows, fine] = bisection(30, 4, () => true);
  const before = doubt(rows, (_, i) => fine[i]);
  const calm = Array.from({ length: 40 }, (_, i) => [0.1 + i / 1000]);
  expect(before).toBeGreaterThan(0.5);
  expect(doubt([...rows, ...calm], (_, i) => fine[i] ?? true)).toBe(0);
});
