/** What boosting lowers, for one output, as a function of scores that trees add to. */
export interface Loss {
  /** Scores of a row: 1 for a number or two classes, else one for each class. */
  readonly scores: number;
  /** What every score starts from, given the rows to learn from. */
  start(rows: Int32Array): Float64Array;
  /** Whether the second derivative by a score is 1 everywhere. */
  readonly isFlat: boolean;
  /** Writes the derivatives by score k of the loss of `rows`, at their place among all rows. */
  differentiate(
    scores: readonly Float64Array[],
    rows: Int32Array,
    gradients: Float64Array[],
    curvatures: Float64Array[],
  ): void;
  /** Sum of the loss over rows. */
  sum(scores: readonly Float64Array[], rows: Int32Array): number;
}

/** Half the squared error of the standardized numbers `values` (n), each as often as it weighs. */
export function squaredLoss(values: Float64Array, weights?: Float64Array): Loss {
  const weightOf = weightIn(weights);
  return {
    scores: 1,
    isFlat: weights === undefined,
    start(rows) {
      let [sum, total] = [0, 0];
      for (const row of rows) {
        sum += weightOf(row) * values[row];
        total += weightOf(row);
      }
      return Float64Array.of(sum / total);
    },
    differentiate([score], rows, [gradient], [curvature]) {
      for (const row of rows) gradient[row] = weightOf(row) * (score[row] - values[row]);
      if (curvature) for (const row of rows) curvature[row] = weightOf(row);
    },
    sum([score], rows) {
      let sum = 0;
      for (const row of rows) sum += weightOf(row) * 0.5 * (score[row] - values[row]) ** 2;
      return sum;
    },
  };
}

/** Half a row more in each class: a class that was never seen is unlikely, not impossible. */
const HALF = 0.5;

/**
 * Cross-entropy of two or more classes with the shares of each row (for each class n numbers), each row as often as it weighs; two share
 * one score, the logarithm of their odds [Friedman2001].
 */
export function logisticLoss(shares: readonly Float64Array[], weights?: Float64Array): Loss {
  const weightOf = weightIn(weights);
  const counts = (rows: Int32Array) => {
    const found = new Float64Array(shares.length).fill(HALF);
    for (const row of rows) for (let k = 0; k < shares.length; k++) found[k] += weightOf(row) * shares[k][row];
    return found;
  };
  return shares.length === 2 ? twoClasses(shares, weightOf, counts) : manyClasses(shares, weightOf, counts);
}

type WeightOf = (row: number) => number;
type Counts = (rows: Int32Array) => Float64Array;

function weightIn(weights: Float64Array | undefined): WeightOf {
  return weights ? (row) => weights[row] : () => 1;
}

function twoClasses([none, one]: readonly Float64Array[], weightOf: WeightOf, counts: Counts): Loss {
  return {
    scores: 1,
    isFlat: false,
    start(rows) {
      const [without, having] = counts(rows);
      return Float64Array.of(Math.log(having / without));
    },
    differentiate([score], rows, [gradient], [curvature]) {
      for (const row of rows) {
        const p = 1 / (1 + Math.exp(-score[row]));
        gradient[row] = weightOf(row) * (p - one[row]);
        curvature[row] = weightOf(row) * (p * (1 - p));
      }
    },
    sum([score], rows) {
      let sum = 0;
      for (const row of rows) {
        const rest = Math.log1p(Math.exp(-Math.abs(score[row])));
        const loss = one[row] * (Math.max(0, -score[row]) + rest) + none[row] * (Math.max(0, score[row]) + rest);
        sum += weightOf(row) * loss;
      }
      return sum;
    },
  };
}

function manyClasses(shares: readonly Float64Array[], weightOf: WeightOf, counts: Counts): Loss {
  const classes = shares.length;
  const p = new Float64Array(classes);
  const probabilities = (scores: readonly Float64Array[], row: number) => {
    for (let k = 0; k < classes; k++) p[k] = scores[k][row];
    softmaxInPlace(p);
  };
  return {
    scores: classes,
    isFlat: false,
    start(rows) {
      const total = rows.reduce((sum, row) => sum + weightOf(row), 0);
      return counts(rows).map((count) => Math.log(count / (total + HALF * classes)));
    },
    differentiate(scores, rows, gradients, curvatures) {
      for (const row of rows) {
        const weight = weightOf(row);
        probabilities(scores, row);
        for (let k = 0; k < classes; k++) {
          gradients[k][row] = weight * (p[k] - shares[k][row]);
          curvatures[k][row] = weight * (p[k] * (1 - p[k]));
        }
      }
    },
    sum(scores, rows) {
      let sum = 0;
      for (const row of rows) {
        probabilities(scores, row);
        for (let k = 0; k < classes; k++)
          if (shares[k][row] > 0) sum -= weightOf(row) * shares[k][row] * Math.log(Math.max(p[k], Number.MIN_VALUE));
      }
      return sum;
    },
  };
}

/** Turns scores into probabilities. */
export function softmaxInPlace(p: Float64Array): void {
  let most = p[0];
  for (let k = 1; k < p.length; k++) most = Math.max(most, p[k]);
  let sum = 0;
  for (let k = 0; k < p.length; k++) {
    p[k] = Math.exp(p[k] - most);
    sum += p[k];
  }
  for (let k = 0; k < p.length; k++) p[k] /= sum;
}
