import type { Test } from '../../core/structure.ts';
import { coverOf } from './rule-rows.ts';
import { type BinnedRows, joined } from './test-bins.ts';

/** What rules are bounded by. */
export interface SearchLimits {
  /** Most tests of a rule. */
  readonly maxTests: number;
  /** Least weight of the rows that a rule covers, and of those that it does not. */
  readonly minRows: number;
}

/** A rule and how much it takes off the squared residuals. */
export interface FoundRule {
  readonly tests: readonly Test[];
  readonly gain: number;
}

/** Shrinks the points of a rule to 0 as this many covered rows that contradict it would. */
export const RIDGE = 0.5;
/** First tests, of different columns, that rules are grown from. */
const STARTS = 4;
/** The part of its gain that a longer or another rule has to gain. */
const LEAST = 1e-3;

interface FoundTest {
  readonly test: Test;
  readonly gain: number;
}

/** Searches rules that explain residuals: greedily from several first tests, then each test is chosen anew beside the others until none can be bettered. */
export class RuleSearch {
  readonly #rows: BinnedRows;
  readonly #weights: Float64Array;
  readonly #total: number;
  readonly #limits: SearchLimits;
  readonly #columns: readonly number[];
  readonly #everywhere: Int32Array;
  readonly #pause: () => Promise<void>;

  /** `weights` are n numbers, of each row; `pause` is awaited after each column, of which many rows take milliseconds. */
  constructor(rows: BinnedRows, weights: Float64Array, limits: SearchLimits, pause: () => Promise<void>) {
    this.#pause = pause;
    this.#rows = rows;
    this.#weights = weights;
    this.#total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#limits = limits;
    this.#columns = rows.bins.flatMap(({ count }, j) => (count > 1 ? [j] : []));
    this.#everywhere = Int32Array.from({ length: rows.size }, (_, i) => i);
  }

  /** Rules that explain q columns of n residuals, the one that explains most first; none where none explains any. */
  async find(residuals: readonly Float64Array[]): Promise<FoundRule[]> {
    if (residuals.length === 0) return [];
    const firsts: FoundTest[] = [];
    for (const column of this.#columns) {
      const first = await this.#best(this.#everywhere, residuals, [column]);
      if (first) firsts.push(first);
    }
    const found: FoundRule[] = [];
    for (const { test, gain } of firsts.sort((a, b) => b.gain - a.gain).slice(0, STARTS))
      found.push(await this.better({ tests: [test], gain }, residuals));
    return found.sort((a, b) => b.gain - a.gain);
  }

  /** The rule after its tests were chosen anew and others added, as long as it gains. */
  async better(rule: FoundRule, residuals: readonly Float64Array[]): Promise<FoundRule> {
    let best = await this.#chosenAnew(rule, residuals);
    while (best.tests.length < this.#limits.maxTests) {
      const added = await this.#best(this.#inside(best.tests), residuals, this.#columns);
      if (!added || added.gain <= best.gain * (1 + LEAST)) break;
      best = await this.#chosenAnew({ tests: joined(best.tests, added.test), gain: added.gain }, residuals);
    }
    return best;
  }

  /** What a rule that covers these rows takes off the squared residuals, which have mean 0. */
  gainOf(covered: Int32Array, residuals: readonly Float64Array[]): number {
    const weights = this.#weights;
    let [weight, squares] = [0, 0];
    for (const i of covered) weight += weights[i];
    for (const residual of residuals) {
      let dot = 0;
      for (const i of covered) dot += weights[i] * residual[i];
      squares += dot * dot;
    }
    return this.#gain(squares, weight);
  }

  #gain(squares: number, weight: number): number {
    const { minRows } = this.#limits;
    if (weight < minRows || this.#total - weight < minRows) return 0;
    return squares / (weight * (1 - weight / this.#total) + RIDGE);
  }

  /** Takes one test out after the other and puts the best one in its place. */
  async #chosenAnew(rule: FoundRule, residuals: readonly Float64Array[]): Promise<FoundRule> {
    let best = rule;
    for (let kept = 0, turn = 0; kept < best.tests.length; turn++) {
      const out = turn % best.tests.length;
      const others = best.tests.filter((_, k) => k !== out);
      const found = await this.#best(this.#inside(others), residuals, this.#columns);
      if (found && found.gain > best.gain * (1 + LEAST)) {
        // The new test goes last, so that the next turns take out the others.
        best = { tests: joined(others, found.test), gain: found.gain };
        [kept, turn] = [1, -1];
      } else kept++;
    }
    return best;
  }

  #inside(tests: readonly Test[]): Int32Array {
    const cover = coverOf(this.#rows, tests);
    const inside = new Int32Array(cover.length);
    let count = 0;
    for (let i = 0; i < cover.length; i++) if (cover[i] === 1) inside[count++] = i;
    return inside.subarray(0, count);
  }

  /** The test that explains most where it narrows a rule that covers `inside`. */
  async #best(
    inside: Int32Array,
    residuals: readonly Float64Array[],
    columns: readonly number[],
  ): Promise<FoundTest | undefined> {
    let best: FoundTest | undefined;
    for (const column of columns) {
      const sums = this.#sums(inside, residuals, column);
      for (const order of this.#orders(sums, column)) {
        const { at, isBelow, gain } = this.#bestCut(sums, order);
        if (gain > (best?.gain ?? 0)) best = { test: this.#test(column, order, at, isBelow), gain };
      }
      await this.#pause();
    }
    return best;
  }

  /** For each bin of a column what its rows weigh, then for each of the residuals their weighted sum. */
  #sums(inside: Int32Array, residuals: readonly Float64Array[], column: number): Float64Array[] {
    const { bins, count } = this.#rows.bins[column];
    const weights = this.#weights;
    const weight = new Float64Array(count);
    const sums = residuals.map(() => new Float64Array(count));
    const [residual, own] = [residuals[0], sums[0]];
    for (let at = 0; at < inside.length; at++) {
      const i = inside[at];
      weight[bins[i]] += weights[i];
      own[bins[i]] += weights[i] * residual[i];
    }
    for (let q = 1; q < sums.length; q++)
      for (let at = 0; at < inside.length; at++)
        sums[q][bins[inside[at]]] += weights[inside[at]] * residuals[q][inside[at]];
    return [weight, ...sums];
  }

  /** The orders of bins in which they are cut in two: numbers as they are, levels by the mean of each of the residuals. */
  #orders([weight, ...sums]: readonly Float64Array[], column: number): (readonly number[])[] {
    const bins = [...weight.keys()];
    if (this.#rows.bins[column].thresholds) return [bins];
    const seen = bins.filter((level) => weight[level] > 0);
    return sums.map((sum) => [...seen].sort((a, b) => sum[a] / weight[a] - sum[b] / weight[b] || a - b));
  }

  #bestCut(
    sums: readonly Float64Array[],
    order: readonly number[],
  ): { readonly at: number; readonly isBelow: boolean; readonly gain: number } {
    const all = sums.map((own) => order.reduce((sum, bin) => sum + own[bin], 0));
    const below = new Float64Array(sums.length);
    let best = { at: -1, isBelow: true, gain: 0 };
    for (let at = 0; at + 1 < order.length; at++) {
      let [under, over] = [0, 0];
      for (let q = 0; q < sums.length; q++) {
        below[q] += sums[q][order[at]];
        if (q === 0) continue;
        under += below[q] ** 2;
        over += (all[q] - below[q]) ** 2;
      }
      const [low, high] = [this.#gain(under, below[0]), this.#gain(over, all[0] - below[0])];
      if (low > best.gain) best = { at, isBelow: true, gain: low };
      if (high > best.gain) best = { at, isBelow: false, gain: high };
    }
    return best;
  }

  #test(column: number, order: readonly number[], at: number, isBelow: boolean): Test {
    const { thresholds } = this.#rows.bins[column];
    if (thresholds) return { column, is: isBelow ? 'at most' : 'above', threshold: thresholds[at] };
    const levels = isBelow ? order.slice(0, at + 1) : order.slice(at + 1);
    return { column, is: 'among', levels: [...levels].sort((a, b) => a - b) };
  }
}
