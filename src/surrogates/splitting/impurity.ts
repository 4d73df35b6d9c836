/** One output of a tree in the node that is being split: how mixed the node is, and how much every cut would mend that. */
export interface Impurity {
  /** Takes the rows order[from .. to) as the node; returns its weighted impurity, 0 when it is pure. */
  enter(order: Int32Array, from: number, to: number): number;
  /** Adds to gains[i] what the node's impurity falls by when its first i + 1 rows in this order go left, for 0 <= i < to - from - 1. */
  addGains(order: Int32Array, from: number, to: number, gains: Float64Array): void;
}

/**
 * Sum of squared deviations of a number from the node's mean. With deviations that sum to s on the left of a cut the gain is
 * s^2 m / (l (m - l)), l of the m rows going left [Breiman1984]. `weight` multiplies everything.
 */
export function variance(values: Float64Array, weight: number): Impurity {
  let mean = 0;
  return {
    enter(order, from, to) {
      mean = meanOf(values, order, from, to);
      let squares = 0;
      for (let i = from; i < to; i++) squares += (values[order[i]] - mean) ** 2;
      return weight * squares;
    },
    addGains(order, from, to, gains) {
      const count = to - from;
      const factor = weight * count;
      let sum = 0;
      for (let left = 1; left < count; left++) {
        sum += values[order[from + left - 1]] - mean;
        gains[left - 1] += (factor * sum * sum) / (left * (count - left));
      }
    },
  };
}

/**
 * Mean of the values of the rows order[from .. to), each as often as it weighs: exact when they are all equal, so that a pure node is seen to be
 * pure.
 */
export function meanOf(
  values: Float64Array,
  order: Int32Array,
  from: number,
  to: number,
  rowWeights?: Float64Array,
): number {
  const first = values[order[from]];
  let sum = 0;
  if (!rowWeights) {
    for (let i = from + 1; i < to; i++) sum += values[order[i]] - first;
    return first + sum / (to - from);
  }
  let total = 0;
  for (let i = from; i < to; i++) {
    total += rowWeights[order[i]];
    sum += rowWeights[order[i]] * (values[order[i]] - first);
  }
  return first + sum / total;
}

function countClasses(labels: Int32Array, order: Int32Array, from: number, to: number, counts: Float64Array): void {
  counts.fill(0);
  for (let i = from; i < to; i++) counts[labels[order[i]]]++;
}

/** The Gini index times the number of rows: m - sum of (rows of class k)^2 / m [Breiman1984]. */
export function gini(labels: Int32Array, classes: number, weight: number): Impurity {
  const total = new Float64Array(classes);
  const left = new Float64Array(classes);
  let squares = 0;
  return {
    enter(order, from, to) {
      countClasses(labels, order, from, to, total);
      squares = total.reduce((sum, count) => sum + count * count, 0);
      return weight * (to - from - squares / (to - from));
    },
    addGains(order, from, to, gains) {
      const count = to - from;
      left.fill(0);
      let leftSquares = 0;
      let rightSquares = squares;
      for (let l = 1; l < count; l++) {
        const k = labels[order[from + l - 1]];
        leftSquares += 2 * left[k] + 1;
        rightSquares -= 2 * (total[k] - left[k]) - 1;
        left[k]++;
        gains[l - 1] += weight * (leftSquares / l + rightSquares / (count - l) - squares / count);
      }
    },
  };
}

/** The entropy times the number of rows, in nats: m ln m - sum of c ln c over the classes' counts c [Quinlan1986]. */
export function entropy(labels: Int32Array, classes: number, weight: number): Impurity {
  const total = new Float64Array(classes);
  const left = new Float64Array(classes);
  const term = (count: number) => (count > 1 ? count * Math.log(count) : 0);
  // c ln c of every count that can occur, which spares a logarithm for each row and cut.
  const terms = Float64Array.from({ length: labels.length + 1 }, (_, count) => term(count));
  const at = (count: number) => (count < terms.length ? terms[count] : term(count));
  let node = 0;
  let nodeTerms = 0;
  return {
    enter(order, from, to) {
      countClasses(labels, order, from, to, total);
      nodeTerms = total.reduce((sum, count) => sum + at(count), 0);
      node = total.some((count) => count === to - from) ? 0 : at(to - from) - nodeTerms;
      return weight * node;
    },
    addGains(order, from, to, gains) {
      const count = to - from;
      left.fill(0);
      let leftTerms = 0;
      let rightTerms = nodeTerms;
      for (let l = 1; l < count; l++) {
        const k = labels[order[from + l - 1]];
        const right = total[k] - left[k];
        leftTerms += at(left[k] + 1) - at(left[k]);
        rightTerms += at(right - 1) - at(right);
        left[k]++;
        gains[l - 1] += weight * (node - (at(l) - leftTerms) - (at(count - l) - rightTerms));
      }
    },
  };
}
