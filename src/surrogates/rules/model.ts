import { type OutputColumns, toShares } from '../../core/columns.ts';
import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import {
  add,
  choose,
  divide,
  finite,
  floor,
  max,
  min,
  multiply,
  number,
  type Term,
  total,
} from '../../core/graph/term.ts';
import type { Health } from '../../core/model.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import { type ReadableModel, type Rule, type RuleStructure, type Test, testAt } from '../../core/structure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import { bounded } from '../standardize.ts';

/** Rules as plain data. */
export interface RulesState extends ModelState {
  readonly kind: 'rules';
  /** Whether the first rule that holds answers, or those that hold add up. */
  readonly combine: 'first' | 'sum';
  /** d numbers: how many levels a category has, 0 for any other coordinate. */
  readonly levels: Int32Array;
  /** Where the shares of each class stand among the c numbers of an answer. */
  readonly shares: readonly OutputColumns[];
  readonly rules: readonly Rule[];
  readonly otherwise: Rule;
  readonly health: Health;
}

/** Rules, ready to answer. */
export class RulesModel implements ReadableModel<RuleStructure>, ExportableModel, SavableModel {
  readonly exportable = true;
  readonly state: RulesState;
  readonly health: Health;

  constructor(state: RulesState) {
    this.state = state;
    this.health = state.health;
  }

  predict(x: Matrix): Matrix {
    const { levels, rules, otherwise, combine, shares } = this.state;
    ensureInputs(x, levels.length);
    const answer = new Matrix(x.rows, otherwise.value.length);
    const holds = ({ tests }: Rule, u: Float64Array) =>
      tests.every((test) => testAt(test, u[test.column], levels[test.column]));
    for (let i = 0; i < x.rows; i++) {
      const [u, to] = [x.row(i), answer.row(i)];
      if (combine === 'first') to.set((rules.find((rule) => holds(rule, u)) ?? otherwise).value);
      else {
        to.set(otherwise.value);
        for (const rule of rules) if (holds(rule, u)) for (let k = 0; k < to.length; k++) to[k] += rule.value[k];
        for (let k = 0; k < to.length; k++) to[k] = bounded(to[k]);
        for (const { start, width } of shares) toShares(to, start, width);
      }
    }
    return answer;
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms({ u }: PointTerms): readonly ColumnTerms[] {
    const { levels, rules, otherwise, combine, shares } = this.state;
    const questions = rules.map(({ tests }) =>
      tests.map((test) => question(test, u[test.column], levels[test.column])),
    );
    const column = (k: number): Term =>
      combine === 'first'
        ? rules.reduceRight<Term>(
            (next, { value }, r) => where(questions[r], number(value[k]), next),
            number(otherwise.value[k]),
          )
        : rules.reduce<Term>(
            (sum, { value }, r) => add(sum, where(questions[r], number(value[k]), number(0))),
            number(otherwise.value[k]),
          );
    const columns = Array.from(otherwise.value, (_, k) => (combine === 'sum' ? finite(column(k)) : column(k)));
    if (combine === 'sum') for (const { start, width } of shares) normalize(columns, start, width);
    return columns.map((mean) => ({ mean }));
  }

  structure(): RuleStructure {
    const { rules, otherwise, combine, shares } = this.state;
    return { kind: 'rules', combine, rules, otherwise, shares };
  }
}

/** A question whose answer is yes or no: what is asked, how it is compared, and with what; of a category, whether it is one of several. */
export type Question = (yes: Term, no: Term) => Term;

export function question(test: Test, u: Term, levels: number): Question {
  if (test.is === 'among') {
    const level = min(levels - 1, floor(multiply(u, levels)));
    return (yes, no) => test.levels.reduceRight<Term>((next, own) => choose(level, 'equal', own, yes, next), no);
  }
  return (yes, no) =>
    test.is === 'at most'
      ? choose(u, 'at-most', test.threshold, yes, no)
      : choose(u, 'at-most', test.threshold, no, yes);
}

/** `yes` where all questions are answered by yes, else `no`. */
function where(questions: readonly Question[], yes: Term, no: Term): Term {
  return questions.reduceRight<Term>((then, ask) => ask(then, no), yes);
}

/** Shares of scores, as `toShares` makes them. */
function normalize(columns: Term[], start: number, width: number): void {
  const cut = columns.slice(start, start + width).map((score) => min(1, max(0, score)));
  const sum = total(cut);
  cut.forEach((score, k) => {
    columns[start + k] = choose(0, 'less', sum, divide(score, sum), 1 / width);
  });
}
