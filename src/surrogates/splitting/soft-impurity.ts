import { type Impurity, meanOf } from './impurity.ts';

/**
 * The sum, over some columns, of the squared deviations from their means in the node, each row as often as it weighs. Of shares of classes this
 * is the Gini index times the number of rows [Breiman1984], without what each row has of it by itself: rows that are alike are a pure node.
 */
export function weightedVariance(
  columns: readonly Float64Array[],
  rowWeights: Float64Array | undefined,
  weight: number,
): Impurity {
  const means = new Float64Array(columns.length);
  const sums = new Float64Array(columns.length);
  const weightOf = (row: number) => (rowWeights ? rowWeights[row] : 1);
  let total = 0;
  return {
    enter(order, from, to) {
      total = 0;
      for (let i = from; i < to; i++) total += weightOf(order[i]);
      let squares = 0;
      columns.forEach((values, k) => {
        means[k] = meanOf(values, order, from, to, rowWeights);
        for (let i = from; i < to; i++) squares += weightOf(order[i]) * (values[order[i]] - means[k]) ** 2;
      });
      return weight * squares;
    },
    addGains(order, from, to, gains) {
      sums.fill(0);
      let left = 0;
      for (let l = 1; l < to - from; l++) {
        const row = order[from + l - 1];
        const own = weightOf(row);
        left += own;
        let squares = 0;
        for (let k = 0; k < columns.length; k++) {
          sums[k] += own * (columns[k][row] - means[k]);
          squares += sums[k] * sums[k];
        }
        gains[l - 1] += (weight * total * squares) / (left * (total - left));
      }
    },
  };
}

/**
 * The loss, in nats, when the shares of each row are predicted by their mean in the node, rows by weight: the entropy times the
 * number of rows [Quinlan1986], without the entropy of each row by itself.
 */
export function weightedEntropy(
  columns: readonly Float64Array[],
  rowWeights: Float64Array | undefined,
  weight: number,
): Impurity {
  const total = new Float64Array(columns.length);
  const left = new Float64Array(columns.length);
  const weightOf = (row: number) => (rowWeights ? rowWeights[row] : 1);
  let count = 0;
  let mixed = 0;
  const mixture = (sums: ArrayLike<number>, weights: number) => {
    let rest = term(weights);
    for (let k = 0; k < sums.length; k++) rest -= term(sums[k]);
    return rest;
  };
  return {
    enter(order, from, to) {
      total.fill(0);
      count = 0;
      let own = 0;
      let isPure = true;
      for (let i = from; i < to; i++) {
        const row = order[i];
        count += weightOf(row);
        for (let k = 0; k < columns.length; k++) {
          total[k] += weightOf(row) * columns[k][row];
          own += weightOf(row) * term(columns[k][row]);
          isPure &&= columns[k][row] === columns[k][order[from]];
        }
      }
      mixed = mixture(total, count);
      return isPure ? 0 : weight * Math.max(0, mixed + own);
    },
    addGains(order, from, to, gains) {
      left.fill(0);
      const right = new Float64Array(columns.length);
      let before = 0;
      for (let l = 1; l < to - from; l++) {
        const row = order[from + l - 1];
        before += weightOf(row);
        for (let k = 0; k < columns.length; k++) {
          left[k] += weightOf(row) * columns[k][row];
          right[k] = total[k] - left[k];
        }
        gains[l - 1] += weight * (mixed - mixture(left, before) - mixture(right, count - before));
      }
    },
  };
}

function term(count: number): number {
  return count > 0 ? count * Math.log(count) : 0;
}
