import type { SoftTreeShape } from './shape.ts';

/**
 * The penalty on splits that send nearly all rows one way [Frosst2017]: of a split at depth d that sends right the share a of the rows that reach it,
 * -weight 2^-d (log a + log(1 - a)) / 2. Shares are running means over about 2^d batches: the deeper the fewer rows reach a split in one.
 */
export class Balance {
  readonly #shape: SoftTreeShape;
  readonly #weight: number;
  /** Running means over batches of what reaches each split, and of what goes right there. */
  readonly #reached: Float64Array;
  readonly #right: Float64Array;
  /** What the running means are to be divided by, at each depth. */
  readonly #known: Float64Array;
  /** Derivatives by the probability of reaching a split, less its share of going right, and by that of going right once there. */
  readonly #slopes: Float64Array;
  readonly #shares: Float64Array;

  constructor(shape: SoftTreeShape, weight: number) {
    this.#shape = shape;
    this.#weight = weight;
    this.#known = new Float64Array(shape.depth);
    const each = () => new Float64Array(shape.splits);
    [this.#reached, this.#right, this.#slopes, this.#shares] = [each(), each(), each(), each()];
  }

  /** Takes a batch of `rows` rows in, each counting as `counts` says, their probabilities one row after the other; answers the penalty. */
  see(rows: number, counts: Float64Array, right: Float64Array, reach: Float64Array): number {
    if (this.#weight === 0) return 0;
    const { depth, splits, nodes } = this.#shape;
    let penalty = 0;
    for (let d = 0; d < depth; d++) {
      const kept = 1 - 2 ** -d;
      const weight = this.#weight * 2 ** -d;
      this.#known[d] = kept * this.#known[d] + 1 - kept;
      for (let n = 2 ** d - 1; n < 2 ** (d + 1) - 1; n++) {
        let [reached, rightward] = [0, 0];
        for (let i = 0; i < rows; i++) {
          const here = counts[i] * reach[i * nodes + n];
          reached += here;
          rightward += here * right[i * splits + n];
        }
        this.#reached[n] = kept * this.#reached[n] + (1 - kept) * reached;
        this.#right[n] = kept * this.#right[n] + (1 - kept) * rightward;
        const all = Math.max(this.#reached[n] / this.#known[d], LEAST);
        const share = Math.min(1 - LEAST, Math.max(LEAST, this.#right[n] / this.#known[d] / all));
        penalty -= (weight / 2) * Math.log(share * (1 - share));
        this.#shares[n] = share;
        this.#slopes[n] = ((-weight / 2) * (1 / share - 1 / (1 - share))) / all;
      }
    }
    return penalty;
  }

  /** Derivative of the penalty by the probability of a row to reach split n, which it then leaves to the right with the probability `right`. */
  byReach(n: number, right: number): number {
    return this.#slopes[n] * (right - this.#shares[n]);
  }

  /** Derivative by the probability to go right at split n of a row that has reached it. */
  byRight(n: number): number {
    return this.#slopes[n];
  }
}

/** Shares nearer to 0 or 1 count as this near: the penalty stays finite. */
const LEAST = 1e-6;
