import { softmax, type Targets } from '../neural-network/targets.ts';
import { Balance } from './balance.ts';
import { reachNodes, type SoftTreeShape } from './shape.ts';

/** What a batch tells of a tree. */
export interface SoftTreeGradient {
  /** Mean loss and penalty. */
  readonly loss: number;
  /** Derivative by the parameters of the leaves, leaves x c. */
  readonly leaves: Float64Array;
}

/**
 * The loss of a soft tree on batches of up to `capacity` rows: a row's answer is the mean of the leaves' answers, each as often as it is reached; the loss
 * is half the squared error of standardized numbers and the cross-entropy of classes, and the penalty of {@link Balance}.
 */
export class SoftTreeLoss {
  readonly #shape: SoftTreeShape;
  readonly #targets: Targets;
  readonly #balance: Balance;
  readonly #right: Float64Array;
  readonly #reach: Float64Array;
  /** Derivatives of one row by the probabilities of its nodes. */
  readonly #by: Float64Array;

  /** `balance`: the weight of the penalty at the first split. */
  constructor(shape: SoftTreeShape, targets: Targets, capacity: number, balance: number) {
    this.#shape = shape;
    this.#targets = targets;
    this.#balance = new Balance(shape, balance);
    this.#right = new Float64Array(capacity * shape.splits);
    this.#reach = new Float64Array(capacity * shape.nodes);
    this.#by = new Float64Array(shape.nodes);
  }

  /**
   * Of `rows` of the targets, whose scores at the splits stand `stride` apart, and `leaves` x c parameters of the leaves: numbers, and scores whose softmax are
   * shares. Writes the derivative by the scores to `delta`, `stride` apart too.
   */
  of(
    rows: Int32Array,
    scores: Float64Array | Float32Array,
    stride: number,
    leaves: Float64Array,
    delta: Float64Array | Float32Array,
  ): SoftTreeGradient {
    const { splits, nodes } = this.#shape;
    const { weights, meanWeight } = this.#targets;
    const counts = Float64Array.from(rows, (row) => (weights ? weights[row] / meanWeight : 1) / rows.length);
    rows.forEach((_, i) => {
      reachNodes(this.#shape, scores, i * stride, this.#right, i * splits, this.#reach, i * nodes);
    });
    const values = leafValues(leaves, this.#targets);
    const gradient = new Float64Array(leaves.length);
    let loss = this.#balance.see(rows.length, counts, this.#right, this.#reach);
    rows.forEach((row, i) => {
      loss += counts[i] * this.#answer(row, i, counts[i], values, gradient);
      this.#descend(i, counts[i], delta, i * stride);
    });
    this.#toScores(values, gradient);
    return { loss, leaves: gradient };
  }

  /** The loss of a row; its derivatives by the leaves' answers join `gradient`, those by their probabilities are kept. */
  #answer(row: number, i: number, count: number, values: Float64Array, gradient: Float64Array): number {
    const { splits, leaves, nodes } = this.#shape;
    const { width, values: wanted, numbers, groups } = this.#targets;
    const reach = this.#reach.subarray(i * nodes + splits, (i + 1) * nodes);
    const answer = new Float64Array(width);
    for (let l = 0, at = 0; l < leaves; l++) for (let k = 0; k < width; k++, at++) answer[k] += reach[l] * values[at];
    const by = new Float64Array(width);
    let loss = 0;
    for (const k of numbers) {
      by[k] = answer[k] - wanted.get(row, k);
      loss += 0.5 * by[k] * by[k];
    }
    for (const { start, width: classes } of groups)
      for (let k = start; k < start + classes; k++) {
        const share = wanted.get(row, k);
        if (share === 0) continue;
        const own = Math.max(answer[k], LEAST_SHARE);
        loss -= share * Math.log(own);
        by[k] = -share / own;
      }
    for (let l = 0, at = 0; l < leaves; l++) {
      let sum = 0;
      const reached = count * reach[l];
      for (let k = 0; k < width; k++, at++) {
        sum += by[k] * values[at];
        gradient[at] += reached * by[k];
      }
      this.#by[splits + l] = sum;
    }
    return loss;
  }

  /** From the leaves to the root: the derivatives of a row by its scores. */
  #descend(i: number, count: number, delta: Float64Array | Float32Array, at: number): void {
    const { splits, nodes, inverseTemperature } = this.#shape;
    const [by, balance] = [this.#by, this.#balance];
    for (let n = splits - 1; n >= 0; n--) {
      const right = this.#right[i * splits + n];
      const here = this.#reach[i * nodes + n];
      const [left, more] = [by[2 * n + 1], by[2 * n + 2]];
      by[n] = left + right * (more - left) + balance.byReach(n, right);
      const slope = count * here * inverseTemperature * right * (1 - right);
      delta[at + n] = slope * (more - left + balance.byRight(n));
    }
  }

  /** Derivatives by shares become those by the scores whose softmax they are. */
  #toScores(values: Float64Array, gradient: Float64Array): void {
    const { width, groups } = this.#targets;
    for (let at = 0; at < values.length; at += width)
      for (const { start, width: classes } of groups) {
        let mean = 0;
        for (let k = at + start; k < at + start + classes; k++) mean += values[k] * gradient[k];
        for (let k = at + start; k < at + start + classes; k++) gradient[k] = values[k] * (gradient[k] - mean);
      }
  }
}

/** Its logarithm is finite. */
const LEAST_SHARE = 1e-300;

/** What each leaf answers, leaves x c: numbers in standardized units, and shares. */
export function leafValues(leaves: Float64Array, { width, groups }: Pick<Targets, 'width' | 'groups'>): Float64Array {
  const values = leaves.slice();
  for (let at = 0; at < values.length; at += width) softmax(values, at, groups);
  return values;
}
