import type { ColumnTerms } from '../../core/exportable.ts';
import {
  add,
  divide,
  exp,
  finite,
  multiply,
  negate,
  number,
  square,
  subtract,
  type Term,
  total,
} from '../../core/graph/term.ts';
import type { Posterior } from '../../core/model.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { bounded, softmaxTerms } from '../standardize.ts';
import { Boosted, type BoostedSum } from './boosted.ts';
import { softmaxInPlace } from './loss.ts';

/** The boosted answer to one output as plain data. */
export interface OutputModelState {
  /** Number of classes; undefined of a number. */
  readonly classes?: number;
  readonly members: readonly BoostedSum[];
  /** A number is (score * deviation + mean) * scale. */
  readonly mean: number;
  readonly deviation: number;
  readonly scale: number;
  /** Mean squared error at the held-out rows, in standardized units. */
  readonly square: number;
  /** Mean variance of the members at the rows learned from; 0 where it says nothing. */
  readonly spread: number;
}

/** The boosted answer to one output: the mean over the members, each a sum of trees. */
export class OutputModel {
  /** Number of prediction columns. */
  readonly width: number;
  readonly #state: OutputModelState;
  readonly #members: readonly Boosted[];

  constructor(state: OutputModelState) {
    this.width = state.classes ?? 1;
    this.#state = state;
    this.#members = state.members.map((member) => new Boosted(member));
  }

  /** Mean and variance of the prediction columns at the rows of x, n x width each. */
  posterior(x: Matrix): Posterior {
    const { classes, mean, deviation, scale, square, spread } = this.#state;
    const answer = combine(this.#members, x, this.width, readerOf(classes));
    if (classes !== undefined) return answer;
    const unit = deviation * scale;
    for (let i = 0; i < x.rows; i++) {
      const relative = spread > 0 ? 0.5 + (0.5 * answer.variance.data[i]) / spread : 1;
      answer.mean.data[i] = bounded((answer.mean.data[i] * deviation + mean) * scale);
      answer.variance.data[i] = bounded(square * relative * unit * unit);
    }
    return answer;
  }

  /**
   * The same of a point.
   * @internal
   */
  terms(point: PointTerms): ColumnTerms[] {
    const { classes, mean, deviation, scale, square: error, spread } = this.#state;
    const answers = this.#members.map((member) => readTerms(member.terms(point), classes));
    return Array.from({ length: this.width }, (_, k): ColumnTerms => {
      const own = answers.map((answer) => answer[k]);
      const middle = divide(total(own), own.length);
      const variance = divide(total(own.map((one) => square(subtract(one, middle)))), own.length);
      if (classes !== undefined) return { mean: middle, variance };
      const unit = deviation * scale;
      const relative = spread > 0 ? add(0.5, divide(multiply(0.5, variance), spread)) : number(1);
      return {
        mean: finite(multiply(add(multiply(middle, deviation), mean), scale)),
        variance: finite(multiply(multiply(multiply(error, relative), unit), unit)),
      };
    });
  }
}

/** How scores become predictions: as they are, or as probabilities of that number of classes. */
export function readerOf(classes: number | undefined): (scores: Float64Array) => Float64Array {
  if (classes === undefined) return (scores) => scores;
  if (classes === 2)
    return ([score]) => {
      const p = 1 / (1 + Math.exp(-score));
      return Float64Array.of(1 - p, p);
    };
  return (scores) => {
    softmaxInPlace(scores);
    return scores;
  };
}

/** What `readerOf` makes of the scores of a point. */
function readTerms(scores: readonly Term[], classes: number | undefined): readonly Term[] {
  if (classes === undefined) return scores;
  if (classes === 2) {
    const p = divide(1, add(1, exp(negate(scores[0]))));
    return [subtract(1, p), p];
  }
  return softmaxTerms(scores);
}

/** Mean and variance of the members' answers. */
export function combine(
  members: readonly Boosted[],
  x: Matrix,
  width: number,
  reader: (scores: Float64Array) => Float64Array,
): Posterior {
  const mean = new Matrix(x.rows, width);
  const variance = new Matrix(x.rows, width);
  const answers = members.map((member) => {
    const scores = member.scores(x);
    const count = scores.length / Math.max(1, x.rows);
    const answer = new Float64Array(x.rows * width);
    for (let i = 0; i < x.rows; i++) answer.set(reader(scores.subarray(i * count, (i + 1) * count)), i * width);
    return answer;
  });
  for (let at = 0; at < mean.data.length; at++) {
    let sum = 0;
    for (const answer of answers) sum += answer[at];
    const middle = sum / answers.length;
    let squares = 0;
    for (const answer of answers) squares += (answer[at] - middle) ** 2;
    mean.data[at] = middle;
    variance.data[at] = squares / answers.length;
  }
  return { mean, variance };
}
