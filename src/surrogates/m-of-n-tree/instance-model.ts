import { levelAt } from '../../core/space/feature-map.ts';
import type { Space } from '../../core/space/space.ts';
import { type Test, testAt } from '../../core/structure.ts';
import type { Rng } from '../../numerics/random.ts';
import { chiSquareTail } from './chi-square.ts';
import { type Example, isYes, opposite, type Question } from './sample.ts';

/** A question that was answered on the way to a node. */
export interface Answered extends Question {
  readonly yes: boolean;
}

/** The probability with which rows from the same distribution are taken for others, over all inputs together. */
const DOUBT = 0.1;
/** How often a point is drawn anew that its constraints do not admit. */
const TRIES = 20;

/**
 * The distributions of the inputs one by one at a node, as TREPAN draws its queries from them [Craven1996]: of a category how often each level is there, of a
 * number a kernel density of width 1 / sqrt(m) of m values. A child has its own distribution of an input where its rows differ from its parent's by a test.
 */
export class InstanceModel {
  readonly #space: Space;
  readonly #levels: Int32Array;
  /** Of each input the values that it takes, ascending. */
  readonly #values: readonly Float64Array[];

  constructor(space: Space, levels: Int32Array, values: readonly Float64Array[]) {
    this.#space = space;
    this.#levels = levels;
    this.#values = values;
  }

  static of(space: Space, levels: Int32Array, examples: readonly Example[]): InstanceModel {
    return new InstanceModel(space, levels, valuesOf(space, examples));
  }

  /** The distributions among the rows of a child. */
  at(examples: readonly Example[]): InstanceModel {
    if (examples.length === 0) return this;
    const bar = DOUBT / this.#values.length;
    const own = valuesOf(this.#space, examples).map((values, j) => {
      const before = this.#values[j];
      const differs =
        this.#levels[j] > 0
          ? isOtherMix(values, before, this.#levels[j], bar)
          : distance(values, before) > limit(values.length, before.length, bar);
      return differs ? values : before;
    });
    return new InstanceModel(this.#space, this.#levels, own);
  }

  /** A canonical point on the path; undefined where none was found. */
  draw(path: readonly Answered[], rng: Rng): Float64Array | undefined {
    for (let tried = 0; tried < TRIES; tried++) {
      const tests = path.flatMap((answered) => this.#forced(answered, rng));
      const u = Float64Array.from(this.#values, (_, j) => this.#value(j, tests, rng));
      const point = this.#space.canonical(u);
      if (path.every((answered) => isYes(answered, point, this.#levels) === answered.yes)) return point;
    }
    return undefined;
  }

  /** Tests, drawn among those of a question, that make its answer what it was. */
  #forced({ atLeast, tests, yes }: Answered, rng: Rng): Test[] {
    const count = yes ? atLeast : tests.length - atLeast + 1;
    const chosen = Array.from(rng.permutation(tests.length).subarray(0, count), (at) => tests[at]);
    return yes ? chosen : chosen.map((test) => opposite(test, this.#levels));
  }

  #value(j: number, all: readonly Test[], rng: Rng): number {
    const tests = all.filter(({ column }) => column === j);
    const values = this.#values[j];
    if (this.#levels[j] > 0) return this.#level(j, tests, rng);
    let [above, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const test of tests)
      if (test.is === 'above') above = Math.max(above, test.threshold);
      else if (test.is === 'at most') most = Math.min(most, test.threshold);
    const [first, end] = [countAtMost(values, above), countAtMost(values, most)];
    if (first >= end) {
      const [from, to] = [Math.max(0, above), Math.min(1, most)];
      return to - (to - from) * rng.uniform();
    }
    const center = values[first + rng.integer(end - first)];
    if (Number.isFinite(this.#space.columns[j].levels)) return center;
    const u = center + rng.normal() / Math.sqrt(values.length);
    return u >= 0 && u <= 1 && u > above && u <= most ? u : center;
  }

  /** As often as rows have it, or, where no row has one that the tests admit, any that they do. */
  #level(j: number, tests: readonly Test[], rng: Rng): number {
    const count = this.#levels[j];
    const admits = (u: number) => tests.every((test) => testAt(test, u, count));
    const values = this.#values[j];
    const within = tests.length > 0 ? values.filter(admits) : values;
    if (within.length > 0) return within[rng.integer(within.length)];
    const others = Float64Array.from({ length: count }, (_, level) => (level + 0.5) / count).filter(admits);
    return others.length > 0 ? others[rng.integer(others.length)] : values[0];
  }
}

/** How many of the ascending values are at most a number. */
function countAtMost(values: Float64Array, most: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (values[middle] <= most) from = middle + 1;
    else to = middle;
  }
  return from;
}

function valuesOf(space: Space, examples: readonly Example[]): Float64Array[] {
  return space.columns.map((_, j) => Float64Array.from(examples, ({ u }) => u[j]).sort());
}

/** The largest difference of two distribution functions, by their ascending values: the statistic of Kolmogorov and Smirnov. */
function distance(a: Float64Array, b: Float64Array): number {
  let [i, j, most] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i], b[j]);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    most = Math.max(most, Math.abs(i / a.length - j / b.length));
  }
  return most;
}

/** What that difference stays below with the probability 1 - `doubt` for samples of these sizes from one distribution. */
function limit(a: number, b: number, doubt: number): number {
  return Math.sqrt((-Math.log(doubt / 2) / 2) * ((a + b) / (a * b)));
}

/** Whether the levels are mixed in another way than before, by a chi-square test. */
function isOtherMix(values: Float64Array, before: Float64Array, levels: number, doubt: number): boolean {
  const [now, then] = [new Float64Array(levels), new Float64Array(levels)];
  for (const u of values) now[levelAt(u, levels)]++;
  for (const u of before) then[levelAt(u, levels)]++;
  let [sum, seen] = [0, 0];
  for (let level = 0; level < levels; level++) {
    if (then[level] === 0) continue;
    const expected = (then[level] * values.length) / before.length;
    sum += (now[level] - expected) ** 2 / expected;
    seen++;
  }
  return chiSquareTail(sum, seen - 1) < doubt;
}
