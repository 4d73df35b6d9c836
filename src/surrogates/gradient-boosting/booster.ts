import type { Matrix } from '../../numerics/matrix.ts';
import { leafOf, type Nodes } from '../trees/nodes.ts';
import type { Bins } from './bins.ts';
import { type BoostedSum, boostedSum } from './boosted.ts';
import type { Histograms } from './histogram.ts';
import type { Loss } from './loss.ts';
import { type BoostingLimits, growBoosted } from './tree.ts';

/** Rows to learn from and rows held out. */
export interface Fold {
  readonly train: Int32Array;
  readonly held: Int32Array;
}

/** Boosting of one output on some rows, a round at a time, judged on others. */
export class Booster {
  readonly held: Int32Array;
  readonly #trees: Nodes[][] = [];
  #kept = 0;
  #keptScores: Float64Array[] = [];
  readonly #start: Float64Array;
  readonly #scores: Float64Array[];
  readonly #gradients: Float64Array[];
  readonly #curvatures: Float64Array[];
  readonly #bins: Bins;
  readonly #histograms: Histograms;
  readonly #limits: BoostingLimits;
  readonly #loss: Loss;
  readonly #train: Int32Array;
  readonly #x: Matrix;
  readonly #rate: number;

  constructor(
    bins: Bins,
    histograms: Histograms,
    x: Matrix,
    loss: Loss,
    { train, held }: Fold,
    limits: BoostingLimits,
    rate: number,
  ) {
    this.held = held;
    this.#x = x;
    this.#loss = loss;
    this.#train = train;
    this.#rate = rate;
    this.#start = loss.start(train);
    this.#scores = Array.from(this.#start, (start) => new Float64Array(bins.rows).fill(start));
    this.#gradients = this.#scores.map(() => new Float64Array(bins.rows));
    this.#curvatures = loss.isFlat ? [] : this.#scores.map(() => new Float64Array(bins.rows));
    this.#bins = bins;
    this.#histograms = histograms;
    this.#limits = limits;
  }

  /** One more tree for each score. */
  step(): void {
    this.#loss.differentiate(this.#scores, this.#train, this.#gradients, this.#curvatures);
    const round = this.#scores.map((scores, k) => {
      const derivatives = { gradients: this.#gradients[k], curvatures: this.#curvatures[k] };
      const nodes = growBoosted(
        this.#bins,
        this.#histograms,
        this.#train,
        derivatives,
        this.#limits,
        this.#rate,
        scores,
      );
      for (const row of this.held) scores[row] += nodes.value[leafOf(nodes, this.#x, row)];
      return nodes;
    });
    this.#trees.push(round);
  }

  /** Whether the last round found nothing to split. */
  get isDone(): boolean {
    return this.#trees.at(-1)?.every((nodes) => nodes.count.length === 1) ?? false;
  }

  /** Rounds so far. */
  get rounds(): number {
    return this.#trees.length;
  }

  /** Sum of the loss over the held-out rows. */
  heldLoss(): number {
    return this.#loss.sum(this.#scores, this.held);
  }

  /** Rows that errors are judged on: held-out rows, or the training rows without any. */
  get judged(): Int32Array {
    return this.held.length > 0 ? this.held : this.#train;
  }

  /** Keeps the state after this round as the best so far. */
  keep(): void {
    this.#kept = this.#trees.length;
    this.#keptScores = this.#scores.map((scores) => Float64Array.from(this.judged, (row) => scores[row]));
  }

  /** The sum of the rounds up to the one that was kept. */
  kept(): BoostedSum {
    return boostedSum(this.#start, this.#trees.slice(0, this.#kept));
  }

  /** Writes the kept scores of the i-th judged row. */
  keptScores(i: number, scores: Float64Array): void {
    for (let k = 0; k < scores.length; k++) scores[k] = this.#keptScores[k][i];
  }
}
