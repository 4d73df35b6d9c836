import { type Run, throwIfCancelled } from '../core/run.ts';
import type { Matrix } from '../numerics/matrix.ts';
import type { Rng } from '../numerics/random.ts';
import type { SwapCriterion } from './spacing.ts';

/** A column and the rows that may exchange their values of it. */
export interface Exchange {
  readonly column: number;
  readonly rows: readonly number[];
}

// The published settings [Jin2005].
const START = 0.005;
const TOLERANCE = 0.001;
const SLOW = 0.8;
const COOLING = 0.9;
const HEATING = 0.7;
const MOST_CANDIDATES = 50;
const MOST_ITERATIONS = 100;

/**
 * Improves `design` by exchanging values within columns, so that it stays a Latin hypercube: the enhanced stochastic
 * evolutionary algorithm [Jin2005]. Each inner iteration tries the best of J random exchanges of one column and accepts
 * a worsening up to a random part of a threshold, which falls while the design improves and swings up and down otherwise.
 * Leaves in `design` the best design found after at most `trials` exchanges were tried.
 */
export function evolve(
  design: Matrix,
  criterion: SwapCriterion,
  exchanges: readonly Exchange[],
  trials: number,
  run: Run,
): void {
  if (exchanges.length === 0) return;
  const size = Math.max(...exchanges.map(({ rows }) => rows.length));
  const pairs = (size * (size - 1)) / 2;
  const candidates = Math.max(1, Math.min(MOST_CANDIDATES, Math.floor(pairs / 5)));
  const iterations = Math.max(1, Math.min(MOST_ITERATIONS, Math.ceil((2 * pairs * exchanges.length) / candidates)));
  const best = { value: criterion.value, data: design.data.slice() };
  const threshold = new Threshold(START * best.value);
  let turn = 0;
  for (let tried = 0; tried < trials; tried += iterations * candidates) {
    throwIfCancelled(run);
    const before = best.value;
    let accepted = 0;
    let improved = 0;
    for (let i = 0; i < iterations; i++) {
      const { column, a, b, value } = bestExchange(
        design,
        criterion,
        exchanges[turn++ % exchanges.length],
        candidates,
        run.rng,
      );
      if (!(value - criterion.value <= threshold.value * run.rng.uniform())) continue;
      criterion.swap(column, a, b);
      accepted++;
      if (criterion.value >= best.value) continue;
      improved++;
      best.value = criterion.value;
      best.data.set(design.data);
    }
    threshold.update(before - best.value > TOLERANCE * before, accepted / iterations, improved / iterations);
  }
  design.data.set(best.data);
}

function bestExchange(
  design: Matrix,
  criterion: SwapCriterion,
  { column, rows }: Exchange,
  candidates: number,
  rng: Rng,
) {
  const best = { column, a: 0, b: 0, value: Number.POSITIVE_INFINITY };
  for (let j = 0; j < candidates; j++) {
    const a = rows[rng.integer(rows.length)];
    const b = rows[rng.integer(rows.length)];
    // Also skips a === b: exchanging equal values changes nothing and must not count as accepted.
    if (design.get(a, column) === design.get(b, column)) continue;
    const value = criterion.valueAfterSwap(column, a, b);
    if (value < best.value) Object.assign(best, { a, b, value });
  }
  return best;
}

class Threshold {
  value: number;
  #heating = true;

  constructor(value: number) {
    this.value = value;
  }

  /** After an inner loop: whether it improved the best design, and the shares of accepted and of improving exchanges. */
  update(improving: boolean, accepted: number, improved: number): void {
    if (improving) {
      this.#heating = true;
      if (accepted <= 0.1) this.value /= SLOW;
      else if (improved < accepted) this.value *= SLOW;
      return;
    }
    if (accepted < 0.1) this.#heating = true;
    else if (accepted > 0.8) this.#heating = false;
    this.value *= this.#heating ? 1 / HEATING : COOLING;
  }
}
