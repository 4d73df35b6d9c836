import type { Region } from './region.ts';
import { type Part, type Plan, Search } from './search.ts';

const PAUSED = -1;

interface Candidate {
  readonly axis: number;
  readonly cut: number;
  /** Bounds from below of the parts. */
  readonly before: number;
  readonly after: number;
}

/**
 * The tree with the fewest splits altogether: by branch and bound over all cuts, those first whose parts have the least bounds from below. A bound
 * that a part exceeds is kept, as is a cost that is known.
 */
export class LeastLeaves extends Search {
  #splits = 0;
  #axis = 0;
  #cut = 0;

  protected search(): boolean {
    const [whole] = this.regions;
    const splits = this.#cost(0, this.mostOf(whole));
    this.#splits = splits;
    return splits !== PAUSED;
  }

  protected lowest(): number {
    return this.#splits;
  }

  protected leastOf({ cuts, around }: Region): number {
    return Math.max(cuts, around);
  }

  /** Each cell by itself; along one axis no tree has fewer. */
  protected mostOf({ cuts, size }: Region): number {
    return cuts === 0 ? 0 : size - 1;
  }

  protected planOf(level: number, splits: number): Plan | undefined {
    const cost = this.#cost(level, splits);
    return cost === PAUSED ? undefined : this.split(level, this.#axis, this.#cut, cost - 1);
  }

  /** The cost of the region if it is no more than `limit`, else a bound from below that is more; PAUSED where neither is known yet. */
  #cost(level: number, limit: number): number {
    let [best, axis, cut] = [limit + 1, 0, 0];
    // No tree whose root is a cut that was left out costs less.
    let missed = Number.POSITIVE_INFINITY;
    for (const candidate of this.#candidates(level, limit)) {
      const { before, after } = candidate;
      let total = before + after + 1;
      if (total < best) {
        const left = this.#partCost(level, { ...candidate, isAfter: false }, best - 2 - after);
        if (left === PAUSED) return PAUSED;
        total = left + after + 1;
      }
      if (total < best) {
        const right = this.#partCost(level, { ...candidate, isAfter: true }, best - 1 - (total - after));
        if (right === PAUSED) return PAUSED;
        total += right - after;
      }
      if (total < best) [best, axis, cut] = [total, candidate.axis, candidate.cut];
      else missed = Math.min(missed, total);
    }
    [this.#axis, this.#cut] = [axis, cut];
    return best <= limit ? best : missed;
  }

  /** The cuts with bounds of their parts. */
  #candidates(level: number, limit: number): Candidate[] {
    const { counts } = this.regions[level];
    const candidates: Candidate[] = [];
    for (let axis = 0; axis < counts.length; axis++)
      for (let cut = 0; cut + 1 < counts[axis]; cut++) {
        this.look(level, { axis, cut, isAfter: false });
        const before = this.lower;
        // The first parts of later cuts cost no less.
        const isOver = before >= limit;
        if (!isOver) this.look(level, { axis, cut, isAfter: true });
        candidates.push({ axis, cut, before, after: isOver ? 0 : this.lower });
        if (isOver) break;
      }
    return candidates.sort((a, b) => a.before + a.after - b.before - b.after);
  }

  #partCost(level: number, part: Part, limit: number): number {
    this.look(level, part, limit);
    const { lower, upper } = this;
    if (lower > limit || lower === upper) return lower;
    if (this.isPaused) return PAUSED;
    const cost = this.#cost(level + 1, limit);
    if (cost === PAUSED) return PAUSED;
    this.keep(level, part, cost, cost <= limit ? cost : upper);
    return cost;
  }
}
