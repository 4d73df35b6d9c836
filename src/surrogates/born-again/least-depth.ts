import type { Region } from './region.ts';
import { type Part, type Plan, Search } from './search.ts';

/** Whether a region has a tree of no more than so many levels; PAUSED where that is not known yet. */
type Answer = typeof YES | typeof NO | typeof PAUSED;
const [PAUSED, NO, YES] = [-1, 0, 1] as const;

/**
 * The tree with the fewest splits on its longest path: asks whether as many levels are enough as a bound from below says, then whether one more
 * is, so that any box is left as soon as its bound is above what it may have. Of the cuts along an axis, the first parts become deeper and
 * the second ones shallower, so that halving finds the one with both shallow enough [Vidal2020].
 */
export class LeastDepth extends Search {
  /** Levels that are tried. */
  #depth = 0;
  /** The cut with both parts shallow enough of the region that has a tree. */
  #axis = 0;
  #cut = 0;

  protected search(): boolean {
    const [whole] = this.regions;
    this.#depth = Math.max(this.#depth, this.leastOf(whole));
    for (;;) {
      const answer = this.#isEnough(0, this.#depth);
      if (answer !== NO) return answer === YES;
      this.#depth++;
    }
  }

  protected lowest(): number {
    return this.#depth;
  }

  /** So many levels have place for all cuts; and on the path to a cell each of its neighbors of another class is cut off. */
  protected leastOf({ cuts, around }: Region): number {
    return Math.max(levelsOf(cuts), around);
  }

  /** By halving each axis after the other. */
  protected mostOf({ cuts, counts }: Region): number {
    if (cuts === 0) return 0;
    let levels = 0;
    for (let j = 0; j < counts.length; j++) levels += levelsOf(counts[j] - 1);
    return levels;
  }

  protected planOf(level: number, depth: number): Plan | undefined {
    let own = Math.min(depth, this.leastOf(this.regions[level]));
    for (;;) {
      const answer = this.#isEnough(level, own);
      if (answer === YES) return this.split(level, this.#axis, this.#cut, own - 1);
      if (answer === PAUSED) return undefined;
      own++;
    }
  }

  #isEnough(level: number, depth: number): Answer {
    const region = this.regions[level];
    if (this.leastOf(region) > depth) return NO;
    if (this.mostOf(region) <= depth) {
      this.#halve(region);
      return YES;
    }
    const axes = region.counts.length;
    const ranges: { axis: number; low: number; high: number }[] = [];
    for (let axis = 0; axis < axes; axis++) {
      const [low, high] = this.#range(level, axis, depth - 1);
      if (low <= high) ranges.push({ axis, low, high });
    }
    ranges.sort((a, b) => b.high - b.low - (a.high - a.low));
    for (const { axis, low, high } of ranges) {
      const answer = this.#along(level, axis, low, high, depth);
      if (answer !== NO) return answer;
    }
    return NO;
  }

  /** The cut in the middle of the axis with most of them. */
  #halve({ counts }: Region): void {
    this.#axis = counts.indexOf(Math.max(...counts));
    this.#cut = (counts[this.#axis] - 2) >> 1;
  }

  /** The cuts of an axis that bounds alone do not rule out: their first parts grow from cut to cut, their second ones shrink. */
  #range(level: number, axis: number, depth: number): [low: number, high: number] {
    const last = this.regions[level].counts[axis] - 2;
    const isOut = (cut: number, isAfter: boolean) => {
      this.look(level, { axis, cut, isAfter });
      return this.lower > depth;
    };
    const high = firstOf(0, last, (cut) => isOut(cut, false)) - 1;
    return [firstOf(0, high, (cut) => !isOut(cut, true)), high];
  }

  #along(level: number, axis: number, first: number, last: number, depth: number): Answer {
    let [low, high] = [first, last];
    while (low <= high) {
      const cut = (low + high) >> 1;
      // The part with more slabs fails sooner.
      const isAfter = 2 * (cut + 1) < this.regions[level].counts[axis];
      let failed = isAfter;
      let answer = this.#isPartEnough(level, { axis, cut, isAfter }, depth - 1);
      if (answer === YES) {
        failed = !isAfter;
        answer = this.#isPartEnough(level, { axis, cut, isAfter: failed }, depth - 1);
      }
      if (answer === YES) {
        this.#axis = axis;
        this.#cut = cut;
      }
      if (answer !== NO) return answer;
      if (failed) low = cut + 1;
      else high = cut - 1;
    }
    return NO;
  }

  #isPartEnough(level: number, part: Part, depth: number): Answer {
    this.look(level, part, depth);
    const { lower, upper } = this;
    if (lower > depth) return NO;
    if (upper <= depth) return YES;
    if (this.isPaused) return PAUSED;
    const answer = this.#isEnough(level + 1, depth);
    if (answer === YES) this.keep(level, part, lower, depth);
    if (answer === NO) this.keep(level, part, depth + 1, upper);
    return answer;
  }
}

/** Levels of the shallowest tree with so many splits. */
function levelsOf(splits: number): number {
  return 32 - Math.clz32(splits);
}

/** The first whole number from `low` to `high` of which something is true that is true of those after it; `high` + 1 where none is. */
function firstOf(low: number, high: number, is: (at: number) => boolean): number {
  let [from, to] = [low, high];
  while (from <= to) {
    const middle = (from + to) >> 1;
    if (is(middle)) to = middle - 1;
    else from = middle + 1;
  }
  return from;
}
