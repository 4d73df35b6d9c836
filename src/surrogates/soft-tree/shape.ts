/** A full binary tree: node n has the children 2 n + 1, its left one, and 2 n + 2; the first `splits` nodes are splits, the others leaves. */
export interface SoftTreeShape {
  readonly depth: number;
  /** What scores are multiplied with before the sigmoid. */
  readonly inverseTemperature: number;
  readonly splits: number;
  readonly leaves: number;
  readonly nodes: number;
}

/** The full tree of this depth. */
export function shapeOf(depth: number, inverseTemperature: number): SoftTreeShape {
  const leaves = 2 ** depth;
  return { depth, inverseTemperature, splits: leaves - 1, leaves, nodes: 2 * leaves - 1 };
}

/**
 * From the scores of a row at the splits, `splits` numbers from `at` on: writes to `right`, from `rightAt` on, the probability of each split to
 * send the row right, and to `reach`, from `reachAt` on, the probability of each node to be reached.
 */
export function reachNodes(
  { splits, inverseTemperature }: SoftTreeShape,
  scores: Float64Array | Float32Array,
  at: number,
  right: Float64Array,
  rightAt: number,
  reach: Float64Array,
  reachAt: number,
): void {
  reach[reachAt] = 1;
  for (let n = 0; n < splits; n++) {
    const score = inverseTemperature * scores[at + n];
    const odds = Math.exp(-Math.abs(score));
    const likelier = 1 / (1 + odds);
    const rightward = score > 0 ? likelier : odds * likelier;
    const leftward = score > 0 ? odds * likelier : likelier;
    const here = reach[reachAt + n];
    right[rightAt + n] = rightward;
    reach[reachAt + 2 * n + 1] = here * leftward;
    reach[reachAt + 2 * n + 2] = here * rightward;
  }
}
