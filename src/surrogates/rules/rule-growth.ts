import type { Test } from '../../core/structure.ts';
import { bestTest, type Cases, type Covered, coverOf, narrow, type RuleRows, sumOf } from './rule-rows.ts';

/** Bounds of a rule. */
export interface RuleLimits {
  /** Most tests. */
  readonly maxTests: number;
  /** Least weight of the rows that a rule covers. */
  readonly minRows: number;
}

/**
 * Adds tests to a rule, each the one with the largest information gain of FOIL [Cohen1995], until it covers no negative case, nothing is gained, or it has as
 * many as it may have.
 */
export function growRule(
  rows: RuleRows,
  cases: Cases,
  start: readonly Test[],
  { maxTests, minRows }: RuleLimits,
): Test[] {
  const tests = [...start];
  const inside = coverOf(rows, tests);
  while (tests.length < maxTests) {
    const { positive, negative } = sumOf(cases, inside);
    if (negative <= 0 || positive <= 0) break;
    const before = Math.log2(positive / (positive + negative));
    const test = bestTest(rows, cases, inside, ({ positive: p, negative: n }) =>
      p + n >= minRows ? p * (Math.log2(p / (p + n)) - before) : 0,
    );
    if (!test) break;
    tests.push(test);
    narrow(rows, test, inside);
  }
  return withoutRepeats(tests);
}

/** The rule cut after the test at which what it covers of the cases is worth most; the shorter of equals. */
export function pruneRule(
  rows: RuleRows,
  cases: Cases,
  tests: readonly Test[],
  worth: (covered: Covered) => number,
): Test[] {
  const inside = coverOf(rows, []);
  let [kept, most] = [0, Number.NEGATIVE_INFINITY];
  tests.forEach((test, k) => {
    narrow(rows, test, inside);
    const value = worth(sumOf(cases, inside));
    if (!(value > most)) return;
    most = value;
    kept = k + 1;
  });
  return withoutRepeats(tests.slice(0, kept));
}

/** The tests without those that a later one of the same kind and column makes needless. */
function withoutRepeats(tests: readonly Test[]): Test[] {
  return tests.filter(
    (test, k) => !tests.slice(k + 1).some((later) => later.column === test.column && later.is === test.is),
  );
}
