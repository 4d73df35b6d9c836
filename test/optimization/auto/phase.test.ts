import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { type Engines, propose, type Situation, situationOf } from '../../../src/optimization/auto/phase.ts';
import { explorationsOf } from '../../../src/optimization/basins/exploration.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';
import { cube, problemOf } from '../../../src/testing/problems.ts';

const space = cube(2);
const problem = problemOf(space);

/** Engines that say who was asked, in order; the local one proposes the center. */
function engines(asked: string[], hasOtherBasin = false): Engines {
  const answer = (name: string, u: readonly number[]) => async () => {
    asked.push(name);
    return { x: Matrix.from([u]) };
  };
  const forecaster = {
    name: 'forecaster',
    suggest: answer('global', [0.1, 0.1]),
    refine: answer('refine', [0.2, 0.2]),
    landscape: async () => undefined,
    forecast: async () => undefined,
  };
  return {
    forecaster,
    local: () => answer('local', [0.5, 0.5]),
    explore: async () => {
      asked.push('explore');
      return hasOtherBasin ? { x: Matrix.from([[0.9, 0.9]]), forecast: async () => undefined } : undefined;
    },
  };
}

const history = labeled(space, [{ name: 'f' }], 4, (u) => [u[0]]);

function situation(changes: Partial<Situation>, pending: number[][] = []): Situation {
  const knowledge = { history, pending: Matrix.from(pending, 2), remaining: 9 };
  return {
    problem,
    knowledge,
    run: testRun('phase'),
    phase: 'global',
    turn: 'global',
    exploration: undefined,
    ...changes,
  };
}

async function askedIn(changes: Partial<Situation>, hasOtherBasin = false, pending: number[][] = []) {
  const asked: string[] = [];
  const { phase } = await propose(situation(changes, pending), engines(asked, hasOtherBasin));
  return { asked, phase };
}

describe('a phase', () => {
  test('asks its own engine', async () => {
    expect(await askedIn({ phase: 'design' })).toEqual({ asked: ['global'], phase: 'design' });
    expect(await askedIn({ phase: 'refine' })).toEqual({ asked: ['refine'], phase: 'refine' });
    expect(await askedIn({ phase: 'local' })).toEqual({ asked: ['local'], phase: 'local' });
    expect(await askedIn({ phase: 'explore' }, true)).toEqual({ asked: ['explore'], phase: 'explore' });
  });

  test('that explores gives way to the engine whose turn it is where no other basin promises anything', async () => {
    const turns = await askedIn({ phase: 'explore', turn: 'refine' });
    expect(turns).toEqual({ asked: ['explore', 'refine'], phase: 'refine' });
  });

  test('of the local engine gives way to the global one next to a point in flight', async () => {
    const crowded = await askedIn({ phase: 'local', turn: 'local' }, false, [[0.5, 0.501]]);
    expect(crowded).toEqual({ asked: ['local', 'global'], phase: 'global' });
    expect((await askedIn({ phase: 'explore', turn: 'local' }, false, [[0.5, 0.501]])).asked).toEqual([
      'explore',
      'local',
      'global',
    ]);
  });
});

describe('the phase of a row', () => {
  const at = (n: number, u: (i: number, rng: Rng) => number[], changes = {}) => {
    const rng = new Rng('rows');
    const x = Matrix.from(Array.from({ length: n }, (_, i) => u(i, rng)));
    const rows = labeled(space, [{ name: 'f' }], n, () => [0]).rows;
    const merits = Float64Array.from({ length: n }, (_, i) => Math.hypot(x.get(i, 0) - 0.3, x.get(i, 1) - 0.3));
    const known = new Dataset(space, history.outputs, x, new Matrix(n, 1, merits), rows);
    const knowledge = { history: known, pending: new Matrix(0, 2), remaining: 9 };
    return situationOf(problem, knowledge, testRun('phase'), { stochastic: false, merits, isBatch: false, ...changes });
  };
  const anywhere = (_: number, rng: Rng) => [rng.uniform(), rng.uniform()];
  /** Everywhere at first, then the optimum, then close around it. */
  const settling = (i: number, rng: Rng) =>
    i < 30 ? anywhere(i, rng) : i === 30 ? [0.3, 0.3] : [0.3 + 0.01 * rng.uniform(), 0.31];

  test('is design early, then a turn, and explore once the best row is settled', () => {
    expect(at(17, anywhere).phase).toBe('design');
    expect(['global', 'local']).toContain(at(18, anywhere).phase);
    const settled = at(36, settling);
    expect(settled.phase).toBe('explore');
    expect(settled.exploration?.optimum).toBe(30);
    expect(settled.turn).not.toBe('design');
  });

  test('with noisy answers may explore in any row, and else is global', () => {
    const { phase, turn, exploration } = at(36, settling, { stochastic: true });
    expect([phase, turn, exploration]).toEqual(['explore', 'global', undefined]);
  });

  test('agrees with the explorations of its rows', () => {
    const rng = new Rng('rows');
    const x = Matrix.from(Array.from({ length: 36 }, (_, i) => settling(i, rng)));
    const merits = Float64Array.from({ length: 36 }, (_, i) => Math.hypot(x.get(i, 0) - 0.3, x.get(i, 1) - 0.3));
    expect(explorationsOf(space, x, merits).current).toEqual(at(36, settling).exploration);
  });
});
