/** Bits that rules and what they get wrong take to write down [Quinlan1995, Cohen1995]. */

/** Of a rule with `tests` of the `possible` tests; half of it, since the order of tests carries no information. */
export function ruleBits(tests: number, possible: number): number {
  if (tests === 0) return 0;
  const length = Math.log2(tests + 1);
  return 0.5 * (length + subsetBits(possible, tests, tests / Math.max(possible, tests)));
}

/** What a set of rules covers, and what of it is wrong. */
export interface Mistakes {
  readonly covered: number;
  readonly uncovered: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/** Of the cases that rules get wrong, mistakes of the smaller part being expected as often as they are. */
export function exceptionBits({ covered, uncovered, falsePositives, falseNegatives }: Mistakes): number {
  const all = falsePositives + falseNegatives;
  const total = Math.log2(covered + uncovered + 1);
  const bits = (of: number, wrong: number, expected: number) => (of > 0 ? subsetBits(of, wrong, expected / of) : 0);
  const half = all / 2;
  return covered > uncovered
    ? total + bits(covered, falsePositives, half) + bits(uncovered, falseNegatives, falseNegatives)
    : total + bits(covered, falsePositives, falsePositives) + bits(uncovered, falseNegatives, half);
}

/** Of which `count` of `all` are meant, each being so with probability p. */
function subsetBits(all: number, count: number, p: number): number {
  const share = Math.min(Math.max(p, 1e-12), 1 - 1e-12);
  const rest = Math.max(0, all - count);
  return (count > 0 ? -count * Math.log2(share) : 0) + (rest > 0 ? -rest * Math.log2(1 - share) : 0);
}
