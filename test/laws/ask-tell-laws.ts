import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Matrix } from '../../src/numerics/matrix.ts';
import type { AskTell, SearchState } from '../../src/numerics/minimize/ask-tell.ts';
import { Rng } from '../../src/numerics/random.ts';

const bowl = (x: Float64Array) => x.reduce((sum, v, i) => sum + (i + 1) * (v - 0.3) ** 2, 0);
const valued = (points: Matrix, f: (x: Float64Array) => number) =>
  Float64Array.from({ length: points.rows }, (_, i) => f(points.row(i)));

/** What every derivative-free minimizer in the unit cube promises; `make` gives a search in `dimension` coordinates. */
export function askTellLaws<State extends SearchState>(name: string, make: (dimension: number) => AskTell<State>) {
  function run(dimension: number, seed: number, steps: number, f: (x: Float64Array) => number) {
    const algorithm = make(dimension);
    const rng = new Rng(seed);
    const states = [algorithm.initial(rng)];
    const history: Float64Array[] = [];
    for (let i = 0; i < steps; i++) {
      const values = valued(algorithm.ask(states[i]), f);
      history.push(values);
      states.push(algorithm.tell(states[i], values, rng));
    }
    return { algorithm, states, history };
  }
  const anyRun = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(), fc.integer({ min: 1, max: 25 }));
  const settings = { numRuns: 25 };

  describe(`${name} as an ask-tell search`, () => {
    test('asks for points in the unit cube, at least one', () => {
      fc.assert(
        fc.property(anyRun, ([dimension, seed, steps]) => {
          const { algorithm, states } = run(dimension, seed, steps, bowl);
          for (const state of states) {
            const points = algorithm.ask(state);
            expect(points.columns).toBe(dimension);
            expect(points.rows).toBeGreaterThan(0);
            expect(points.data.every((v) => v >= 0 && v <= 1)).toBe(true);
          }
        }),
        settings,
      );
    });

    test('is replayed exactly from the path of its stream and the history of values', () => {
      fc.assert(
        fc.property(anyRun, ([dimension, seed, steps]) => {
          const { states, history } = run(dimension, seed, steps, bowl);
          const again = make(dimension);
          let state = again.initial(new Rng(seed));
          // A fresh stream each time, half used: only its path may matter.
          for (const values of history) {
            const stream = new Rng(seed);
            stream.uniform();
            state = again.tell(state, values, stream);
          }
          expect(state).toEqual(states[steps]);
        }),
        settings,
      );
    });

    test('keeps its states unchanged, and continues alike from a stored copy', () => {
      fc.assert(
        fc.property(anyRun, ([dimension, seed, steps]) => {
          const { algorithm, states } = run(dimension, seed, steps, bowl);
          const state = states[steps];
          const copy = structuredClone(state);
          const values = valued(algorithm.ask(state), bowl);
          algorithm.ask(state).data.fill(9);
          const next = algorithm.tell(state, values, new Rng(seed));
          expect(state).toEqual(copy);
          expect(algorithm.tell(copy, values, new Rng(seed))).toEqual(next);
        }),
        settings,
      );
    });

    test('knows its best point and counts its evaluations', () => {
      fc.assert(
        fc.property(anyRun, ([dimension, seed, steps]) => {
          const { states, history } = run(dimension, seed, steps, bowl);
          const last = states[steps];
          expect(last.iteration).toBe(steps);
          expect(last.evaluations).toBe(history.reduce((sum, values) => sum + values.length, 0));
          expect(last.bestValue).toBe(Math.min(...history.map((values) => Math.min(...values))));
          expect(bowl(last.best)).toBe(last.bestValue);
        }),
        settings,
      );
    });

    test('takes NaN and Infinity for the worst and still finds the best point', () => {
      const broken = (x: Float64Array) => (x[0] > 0.7 ? Number.NaN : x[1] > 0.8 ? Number.POSITIVE_INFINITY : bowl(x));
      const { states } = run(2, 3, 150, broken);
      const last = states[150];
      expect(last.bestValue).toBeLessThan(1e-4);
      expect([...last.best, last.bestValue].every(Number.isFinite)).toBe(true);
    });

    test('survives values that are all NaN', () => {
      const { algorithm, states } = run(3, 5, 60, () => Number.NaN);
      expect(states[60].bestValue).toBe(Number.POSITIVE_INFINITY);
      expect(algorithm.ask(states[60]).data.every(Number.isFinite)).toBe(true);
    });

    test('refuses values that do not fit the asked points', () => {
      const { algorithm, states } = run(2, 1, 1, bowl);
      const count = algorithm.ask(states[1]).rows;
      expect(() => algorithm.tell(states[1], new Float64Array(count + 1), new Rng(1))).toThrow(RangeError);
    });
  });
}
