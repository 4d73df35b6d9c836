import { levelAt } from '../../core/space/feature-map.ts';
import { type Test, testAt } from '../../core/structure.ts';
import { between } from '../trees/split.ts';
import { chiSquareTail } from './chi-square.ts';
import { type Example, opposite, type Question } from './sample.ts';

/** Thresholds of an input that are looked at. */
const THRESHOLDS = 12;
/** Questions that are followed at once. */
const BEAM = 2;
/** The probability with which a longer question is taken for another one that parts rows as the shorter does. */
const DOUBT = 0.05;
/** A gain must be larger by as much, lest rounding decide. */
const TIE = 1e-12;

interface Candidate extends Question {
  readonly gain: number;
  /** Tests that hold at each example. */
  readonly held: Int16Array;
}

/** What a search is asked. */
export interface Sought {
  readonly examples: readonly Example[];
  readonly classes: number;
  readonly levels: Int32Array;
  /** Most tests of a question. */
  readonly maxTests: number;
  /** Inputs that a question of several tests may ask: those of none further up. */
  readonly isFree: (column: number) => boolean;
}

/** What it goes by. */
interface Asked extends Sought {
  readonly labels: Int32Array;
  readonly weights: Float64Array;
}

/**
 * The question that tells most of the classes of some examples [Craven1996]: the best single test, then, by a beam search, questions with a test more, of which as many
 * or one more have to hold, as long as they tell more and part the classes otherwise by a chi-square test. Undefined where no test tells anything.
 */
export function bestQuestion(sought: Sought): Question | undefined {
  const labels = Int32Array.from(sought.examples, ({ label }) => label);
  const asked = { ...sought, labels, weights: Float64Array.from(sought.examples, ({ weight }) => weight) };
  const tests = testsOf(asked);
  const singles = tests.map((test) => candidate(asked, [test], 1, heldBy(asked, test)));
  const best = bestOf(singles);
  if (!best || best.gain <= TIE) return undefined;
  const usable = singles
    .filter(({ tests: [{ column }] }) => asked.isFree(column))
    .flatMap((single) => {
      const other = opposite(single.tests[0], asked.levels);
      return [
        { test: single.tests[0], held: single.held },
        { test: other, held: single.held.map((held) => 1 - held) },
      ];
    });
  if (!asked.isFree(best.tests[0].column)) return best;
  const reversed = candidate(
    asked,
    [opposite(best.tests[0], asked.levels)],
    1,
    best.held.map((held) => 1 - held),
  );
  let beam: readonly Candidate[] = [best, reversed];
  let found: Candidate = best;
  for (let n = 1; n < asked.maxTests; n++) {
    const longer = beam.flatMap((before) => extensions(asked, before, usable));
    if (longer.length === 0) break;
    beam = longer.sort((a, b) => b.gain - a.gain).slice(0, BEAM);
    if (beam[0].gain > found.gain + TIE) found = beam[0];
  }
  return shortened(asked, found);
}

/** The questions with one test more that tell more. */
function extensions(
  asked: Asked,
  before: Candidate,
  usable: readonly { readonly test: Test; readonly held: Int16Array }[],
): Candidate[] {
  const columns = new Set(before.tests.map(({ column }) => column));
  const found: Candidate[] = [];
  for (const { test, held } of usable) {
    if (columns.has(test.column)) continue;
    const together = before.held.map((count, i) => count + held[i]);
    for (const atLeast of [before.atLeast, before.atLeast + 1]) {
      const longer = candidate(asked, [...before.tests, test], atLeast, together);
      if (longer.gain > before.gain + TIE && partsOtherwise(asked, before, longer)) found.push(longer);
    }
  }
  return found;
}

/** The question without tests that it does not need. */
function shortened(asked: Asked, found: Candidate): Candidate {
  for (const test of found.tests) {
    if (found.tests.length === 1) break;
    const rest = found.tests.filter((one) => one !== test);
    const without = heldBy(asked, test);
    const held = found.held.map((count, i) => count - without[i]);
    const shorter = [found.atLeast, found.atLeast - 1]
      .filter((atLeast) => atLeast >= 1 && atLeast <= rest.length)
      .map((atLeast) => candidate(asked, rest, atLeast, held));
    const best = bestOf(shorter);
    if (best && best.gain >= found.gain - TIE) return shortened(asked, best);
  }
  return found;
}

function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.reduce<Candidate | undefined>(
    (best, one) => (best && best.gain >= one.gain - TIE ? best : one),
    undefined,
  );
}

function candidate(asked: Asked, tests: readonly Test[], atLeast: number, held: Int16Array): Candidate {
  return { tests, atLeast, held, gain: gainOf(countsOf(asked, held, atLeast)) };
}

/** What of each class goes left, and what goes right: two arrays one after the other. */
function countsOf({ labels, weights, classes }: Asked, held: Int16Array, atLeast: number): Float64Array {
  const counts = new Float64Array(2 * classes);
  for (let i = 0; i < held.length; i++) counts[(held[i] >= atLeast ? 0 : classes) + labels[i]] += weights[i];
  return counts;
}

/** Information gain in bits a row. */
function gainOf(counts: Float64Array): number {
  const classes = counts.length / 2;
  const [left, right] = [counts.subarray(0, classes), counts.subarray(classes)];
  const all = left.map((count, k) => count + right[k]);
  const [l, r] = [total(left), total(right)];
  if (l === 0 || r === 0) return 0;
  return entropy(all) - (l * entropy(left) + r * entropy(right)) / (l + r);
}

function entropy(counts: Float64Array): number {
  const sum = total(counts);
  return counts.reduce((bits, count) => (count > 0 ? bits - (count / sum) * Math.log2(count / sum) : bits), 0);
}

const total = (counts: Float64Array) => counts.reduce((sum, count) => sum + count, 0);

function partsOtherwise(asked: Asked, before: Candidate, after: Candidate): boolean {
  const expected = countsOf(asked, before.held, before.atLeast);
  const counts = countsOf(asked, after.held, after.atLeast);
  let [sum, cells] = [0, 0];
  for (let k = 0; k < counts.length; k++) {
    if (expected[k] === 0 && counts[k] > 0) return true;
    if (expected[k] === 0) continue;
    sum += (counts[k] - expected[k]) ** 2 / expected[k];
    cells++;
  }
  return chiSquareTail(sum, cells - 1) < DOUBT;
}

function heldBy({ examples, levels }: Asked, test: Test): Int16Array {
  return Int16Array.from(examples, ({ u }) => (testAt(test, u[test.column], levels[test.column]) ? 1 : 0));
}

/** The tests of single inputs: a level of a category, or thresholds between values at which the class changes, spread over the rows. */
function testsOf({ examples, levels, classes }: Asked): Test[] {
  return Array.from(levels.keys()).flatMap((column): Test[] => {
    if (levels[column] > 0) {
      const seen = new Set(examples.map(({ u }) => levelAt(u[column], levels[column])));
      if (seen.size < 2) return [];
      const own = [...seen].sort((a, b) => a - b);
      return (own.length === 2 ? own.slice(0, 1) : own).map((level) => ({ column, is: 'among', levels: [level] }));
    }
    return thresholdsOf(examples, classes, column).map((threshold) => ({ column, is: 'at most', threshold }));
  });
}

/** The threshold that tells most, and some spread over the others between values at which the class changes. */
function thresholdsOf(examples: readonly Example[], classes: number, column: number): number[] {
  const sorted = [...examples].sort((a, b) => a.u[column] - b.u[column]);
  const counts = new Float64Array(2 * classes);
  for (const { label, weight } of sorted) counts[classes + label] += weight;
  const found: { readonly threshold: number; readonly gain: number }[] = [];
  let [at, before] = [0, MIXED];
  while (at < sorted.length) {
    const value = sorted[at].u[column];
    let [end, label] = [at, sorted[at].label];
    while (end < sorted.length && sorted[end].u[column] === value) if (sorted[end++].label !== label) label = MIXED;
    if (at > 0 && (label !== before || label === MIXED))
      found.push({ threshold: between(sorted[at - 1].u[column], value), gain: gainOf(counts) });
    for (; at < end; at++) {
      counts[sorted[at].label] += sorted[at].weight;
      counts[classes + sorted[at].label] -= sorted[at].weight;
    }
    before = label;
  }
  if (found.length === 0) return [];
  const best = found.reduce((most, one) => (one.gain > most.gain + TIE ? one : most));
  const chosen = new Set([best.threshold]);
  const step = Math.max(1, found.length / THRESHOLDS);
  for (let k = step / 2; k < found.length; k += step) chosen.add(found[Math.floor(k)].threshold);
  return [...chosen];
}

/** Stands for several classes at one value. */
const MIXED = -1;
