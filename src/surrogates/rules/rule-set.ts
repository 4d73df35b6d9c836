import type { Test } from '../../core/structure.ts';
import type { Rng } from '../../numerics/random.ts';
import { exceptionBits, ruleBits } from './description-length.ts';
import { growRule, pruneRule, type RuleLimits } from './rule-growth.ts';
import { type Cases, type Covered, coverOf, type RuleRows, sumOf } from './rule-rows.ts';

/** How the rules of one class are learned. */
export interface RuleSetOptions extends RuleLimits {
  readonly maxRules: number;
  /** How often every rule is held against a new one and a longer one. */
  readonly rounds: number;
}

/** The share of the cases that rules grow from; the others prune them. */
const GROWN_FROM = 2 / 3;
/** Bits that a set of rules may be longer than the shortest one so far before no more are added [Cohen1995]. */
const SLACK = 64;

/** Rules for the positive cases, learned as RIPPER does [Cohen1995]: grown, pruned, added while that describes the cases shorter, then each revised. */
export function learnRuleSet(rows: RuleRows, cases: Cases, options: RuleSetOptions, rng: Rng): Test[][] {
  const set = new RuleSet(rows, cases);
  set.addWhileShorter(options, rng.child('build'));
  for (let round = 0; round < options.rounds; round++) {
    set.revise(options, rng.child(`round ${round}`));
    set.addWhileShorter(options, rng.child(`rest ${round}`));
    set.dropNeedless();
  }
  return set.rules.map(({ tests }) => tests);
}

interface OwnRule {
  readonly tests: Test[];
  readonly cover: Uint8Array;
}

/** The rules of one class while they are learned. */
class RuleSet {
  rules: OwnRule[] = [];
  readonly #rows: RuleRows;
  readonly #cases: Cases;

  constructor(rows: RuleRows, cases: Cases) {
    this.#rows = rows;
    this.#cases = cases;
  }

  /** Adds rules for what is not covered, until there is nothing left to cover, one is more often wrong than right, or the description grows. */
  addWhileShorter(options: RuleSetOptions, rng: Rng): void {
    let shortest = this.#bits(this.rules);
    for (let turn = 0; this.rules.length < options.maxRules; turn++) {
      const left = without(this.#cases, this.#uncovered(this.rules));
      const [growing, pruning] = parted(this.#rows, left, rng.child(turn));
      const rule = this.#rule(this.#pruned(growing, pruning, [], options));
      const { positive, negative } = sumOf(left, rule.cover);
      if (rule.tests.length === 0 || positive <= negative) return;
      const bits = this.#bits([...this.rules, rule]);
      if (bits > shortest + SLACK) return;
      this.rules.push(rule);
      shortest = Math.min(shortest, bits);
    }
  }

  /** Holds each rule against one grown anew in its place and against itself grown longer, and keeps what describes the cases shortest. */
  revise(options: RuleSetOptions, rng: Rng): void {
    for (const [k, rule] of this.rules.entries()) {
      const others = this.rules.filter((_, at) => at !== k);
      const [growing, pruning] = parted(this.#rows, without(this.#cases, this.#uncovered(others)), rng.child(k));
      const byGain = ({ positive, negative }: Covered) => positive - negative;
      const candidates = [[], rule.tests].map((start) =>
        this.#rule(pruneRule(this.#rows, pruning, growRule(this.#rows, growing, start, options), byGain)),
      );
      let [best, shortest] = [rule, this.#bits(this.rules)];
      for (const candidate of candidates) {
        if (candidate.tests.length === 0) continue;
        const bits = this.#bits(this.rules.map((one, at) => (at === k ? candidate : one)));
        if (bits < shortest) [best, shortest] = [candidate, bits];
      }
      this.rules[k] = best;
    }
  }

  /** Leaves out, the last one first, the rules without which the description is shorter. */
  dropNeedless(): void {
    for (let k = this.rules.length - 1; k >= 0; k--) {
      const others = this.rules.filter((_, at) => at !== k);
      if (this.#bits(others) < this.#bits(this.rules)) this.rules = others;
    }
  }

  #pruned(growing: Cases, pruning: Cases, start: readonly Test[], options: RuleSetOptions): Test[] {
    const grown = growRule(this.#rows, growing, start, options);
    return pruneRule(this.#rows, pruning, grown, ({ positive: p, negative: n }) =>
      p + n > 0 ? (p - n) / (p + n) : -1,
    );
  }

  #rule(tests: Test[]): OwnRule {
    return { tests, cover: coverOf(this.#rows, tests) };
  }

  /** n bytes: 1 for the rows that none of the rules covers. */
  #uncovered(rules: readonly OwnRule[]): Uint8Array {
    const open = new Uint8Array(this.#rows.size).fill(1);
    for (const { cover } of rules) for (let i = 0; i < open.length; i++) if (cover[i] === 1) open[i] = 0;
    return open;
  }

  #bits(rules: readonly OwnRule[]): number {
    const rest = sumOf(this.#cases, this.#uncovered(rules));
    const all = sumOf(this.#cases, new Uint8Array(this.#rows.size).fill(1));
    const theory = rules.reduce((sum, { tests }) => sum + ruleBits(tests.length, this.#rows.tests), 0);
    return (
      theory +
      exceptionBits({
        covered: all.positive + all.negative - rest.positive - rest.negative,
        uncovered: rest.positive + rest.negative,
        falsePositives: Math.max(0, all.negative - rest.negative),
        falseNegatives: rest.positive,
      })
    );
  }
}

/** The cases of the rows inside; others do not count. */
function without({ positive, negative }: Cases, inside: Uint8Array): Cases {
  return {
    positive: positive.map((value, i) => (inside[i] === 1 ? value : 0)),
    negative: negative.map((value, i) => (inside[i] === 1 ? value : 0)),
  };
}

/** The cases that rules grow from and those that prune them; where they are few, all are both. */
function parted({ points }: RuleRows, cases: Cases, rng: Rng): [Cases, Cases] {
  const { positive, negative } = cases;
  const live = [...positive.keys()].filter((i) => positive[i] + negative[i] > 0);
  if (live.length < FEW) return [cases, cases];
  const growing = new Uint8Array(positive.length);
  const pruning = new Uint8Array(positive.length);
  for (const own of points) {
    const part = rng.uniform() < GROWN_FROM ? growing : pruning;
    for (const i of own) part[i] = 1;
  }
  return [without(cases, growing), without(cases, pruning)];
}

/** Rows from which a third is enough to prune a rule by. */
const FEW = 30;
