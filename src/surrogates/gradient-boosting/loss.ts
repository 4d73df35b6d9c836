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

/** Half the squared error of the standardized numbers `values` (n). */
export function squaredLoss(values: Float64Array): Loss {
  return {
    scores: 1,
    isFlat: true,
    start(rows) {
      let sum = 0;
      for (const row of rows) sum += values[row];
      return Float64Array.of(sum / rows.length);
    },
    differentiate([score], rows, [gradient]) {
      for (const row of rows) gradient[row] = score[row] - values[row];
    },
    sum([score], rows) {
      let sum = 0;
      for (const row of rows) sum += 0.5 * (score[row] - values[row]) ** 2;
      return sum;
    },
  };
}

/** Half a row more in each class: a class that was never seen is unlikely, not impossible. */
const HALF = 0.5;

/** Cross-entropy of two or more classes; two share one score, the logarithm of their odds [Friedman2001]. */
export function logisticLoss(labels: Int32Array, classes: number): Loss {
  const counts = (rows: Int32Array) => {
    const found = new Float64Array(classes).fill(HALF);
    for (const row of rows) found[labels[row]]++;
    return found;
  };
  return classes === 2 ? twoClasses(labels, counts) : manyClasses(labels, classes, counts);
}

function twoClasses(labels: Int32Array, counts: (rows: Int32Array) => Float64Array): Loss {
  return {
    scores: 1,
    isFlat: false,
    start(rows) {
      const [none, one] = counts(rows);
      return Float64Array.of(Math.log(one / none));
    },
    differentiate([score], rows, [gradient], [curvature]) {
      for (const row of rows) {
        const p = 1 / (1 + Math.exp(-score[row]));
        gradient[row] = p - labels[row];
        curvature[row] = p * (1 - p);
      }
    },
    sum([score], rows) {
      let sum = 0;
      for (const row of rows) {
        const signed = labels[row] === 1 ? -score[row] : score[row];
        sum += Math.max(0, signed) + Math.log1p(Math.exp(-Math.abs(signed)));
      }
      return sum;
    },
  };
}

function manyClasses(labels: Int32Array, classes: number, counts: (rows: Int32Array) => Float64Array): Loss {
  const p = new Float64Array(classes);
  const probabilities = (scores: readonly Float64Array[], row: number) => {
    for (let k = 0; k < classes; k++) p[k] = scores[k][row];
    softmaxInPlace(p);
  };
  return {
    scores: classes,
    isFlat: false,
    start: (rows) => counts(rows).map((count) => Math.log(count / (rows.length + HALF * classes))),
    differentiate(scores, rows, gradients, curvatures) {
      for (const row of rows) {
        probabilities(scores, row);
        for (let k = 0; k < classes; k++) {
          gradients[k][row] = p[k] - (labels[row] === k ? 1 : 0);
          curvatures[k][row] = p[k] * (1 - p[k]);
        }
      }
    },
    sum(scores, rows) {
      let sum = 0;
      for (const row of rows) {
        probabilities(scores, row);
        sum -= Math.log(Math.max(p[labels[row]], Number.MIN_VALUE));
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
