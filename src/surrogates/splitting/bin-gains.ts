/** One output of a tree whose inputs are in bins: how much every cut between bins would mend the node. */
export interface BinGains {
  /** Takes the rows order[from .. to) as the node. */
  enter(order: Int32Array, from: number, to: number): void;
  /**
   * Adds to gains[b] what the node's impurity falls by when its rows in bins 0 .. b go left, for first <= b < last; `bins` has the bin of each row of the node
   * in their order, `counts` the rows in each bin.
   */
  add(bins: Uint8Array, counts: Int32Array, first: number, last: number, gains: Float64Array): void;
  /** Of a class whose rows are counted: histograms of counts, which add up and can be subtracted. */
  readonly counted?: CountedGains;
}

/** A class of which every row is sure, by counts of its rows in each bin. */
export interface CountedGains {
  readonly classes: number;
  /** The class of each row of the data. */
  readonly labels: Int32Array;
  /** As {@link BinGains.add}, with the rows of class k in bin b of the node at histogram[at + b * classes + k]. */
  addCounts(
    histogram: Int32Array,
    at: number,
    counts: Int32Array,
    first: number,
    last: number,
    gains: Float64Array,
  ): void;
}

/** c ln c of counts up to `most`. */
function termsOf(most: number): Float64Array {
  return Float64Array.from({ length: most + 1 }, (_, count) => (count > 1 ? count * Math.log(count) : 0));
}

/** A class that every row is sure of, each row once: by the Gini index times the number of rows, or by the entropy times it [Breiman1984]. */
export function countGains(
  labels: Int32Array,
  classes: number,
  weight: number,
  criterion: 'gini' | 'entropy',
): BinGains {
  let own = new Uint16Array(0);
  const total = new Float64Array(classes);
  const left = new Float64Array(classes);
  const terms = criterion === 'entropy' ? termsOf(labels.length) : undefined;
  const term = (count: number) => (terms as Float64Array)[count];
  let [count, squares, mixed] = [0, 0, 0];
  const histogram = new Int32Array(256 * classes);
  const gini: CountedGains['addCounts'] = (histogram, from, counts, first, last, gains) => {
    let [l, leftSquares, rightSquares] = [0, 0, squares];
    for (let b = first; b < last; b++) {
      l += counts[b];
      for (let k = 0, at = from + b * classes; k < classes; k++, at++) {
        const here = histogram[at];
        if (here === 0) continue;
        // (a + h)^2 - a^2 on the left, and the same on the right.
        leftSquares += here * (2 * left[k] + here);
        rightSquares -= here * (2 * (total[k] - left[k]) - here);
        left[k] += here;
      }
      gains[b] += weight * (leftSquares / l + rightSquares / (count - l) - squares / count);
    }
  };
  const entropy: CountedGains['addCounts'] = (histogram, from, counts, first, last, gains) => {
    let [l, leftTerms, rightTerms] = [0, 0, 0];
    for (let k = 0; k < classes; k++) rightTerms += term(total[k]);
    for (let b = first; b < last; b++) {
      l += counts[b];
      for (let k = 0, at = from + b * classes; k < classes; k++, at++) {
        const here = histogram[at];
        if (here === 0) continue;
        const [before, right] = [left[k], total[k] - left[k]];
        leftTerms += term(before + here) - term(before);
        rightTerms += term(right - here) - term(right);
        left[k] = before + here;
      }
      gains[b] += weight * (mixed - (term(l) - leftTerms) - (term(count - l) - rightTerms));
    }
  };
  const along = criterion === 'gini' ? gini : entropy;
  return {
    enter(order, from, to) {
      count = to - from;
      if (own.length < count) own = new Uint16Array(count);
      total.fill(0);
      for (let i = 0; i < count; i++) {
        own[i] = labels[order[from + i]];
        total[own[i]]++;
      }
      squares = total.reduce((sum, of) => sum + of * of, 0);
      if (terms) mixed = term(count) - total.reduce((sum, of) => sum + term(of), 0);
    },
    add(bins, counts, first, last, gains) {
      histogram.fill(0, first * classes, (last + 1) * classes);
      for (let i = 0; i < count; i++) if (bins[i] !== 0) histogram[bins[i] * classes + own[i]]++;
      if (first === 0)
        for (let k = 0; k < classes; k++) {
          let rest = total[k];
          for (let b = 1; b <= last; b++) rest -= histogram[b * classes + k];
          histogram[k] = rest;
        }
      left.fill(0);
      along(histogram, 0, counts, first, last, gains);
    },
    counted: {
      classes,
      labels,
      addCounts(all, at, counts, first, last, gains) {
        left.fill(0);
        along(all, at, counts, first, last, gains);
      },
    },
  };
}

/**
 * Columns of numbers, those of a number or the shares of a class, each row as often as it weighs: by the squared deviations from their means, or, of shares,
 * by what is lost in nats where they are told by their means.
 */
export function columnGains(
  columns: readonly Float64Array[],
  rowWeights: Float64Array | undefined,
  weight: number,
  criterion: 'variance' | 'entropy',
): BinGains {
  const width = columns.length;
  const stride = width + 1;
  let values = new Float64Array(0);
  const sums = new Float64Array(stride);
  const left = new Float64Array(stride);
  const histogram = new Float64Array(256 * stride);
  const term = (share: number) => (share > 0 ? share * Math.log(share) : 0);
  const mixture = (of: Float64Array) => {
    let rest = term(of[width]);
    for (let k = 0; k < width; k++) rest -= term(of[k]);
    return rest;
  };
  const right = new Float64Array(stride);
  let count = 0;
  return {
    enter(order, from, to) {
      count = to - from;
      if (values.length < count * stride) values = new Float64Array(count * stride);
      sums.fill(0);
      const centers = columns.map((column) => (criterion === 'variance' ? meanOf(column, order, from, to) : 0));
      for (let i = 0; i < count; i++) {
        const row = order[from + i];
        const own = rowWeights ? rowWeights[row] : 1;
        for (let k = 0; k < width; k++) values[i * stride + k] = own * (columns[k][row] - centers[k]);
        values[i * stride + width] = own;
        for (let k = 0; k < stride; k++) sums[k] += values[i * stride + k];
      }
    },
    add(bins, _, first, last, gains) {
      histogram.fill(0, first * stride, (last + 1) * stride);
      for (let i = 0; i < count; i++)
        for (let k = 0, at = bins[i] * stride, from = i * stride; k < stride; k++)
          histogram[at + k] += values[from + k];
      left.fill(0);
      const whole = sums[width];
      for (let b = first; b < last; b++) {
        for (let k = 0; k < stride; k++) left[k] += histogram[b * stride + k];
        const l = left[width];
        if (criterion === 'entropy') {
          for (let k = 0; k < stride; k++) right[k] = sums[k] - left[k];
          gains[b] += weight * (mixture(sums) - mixture(left) - mixture(right));
          continue;
        }
        let squares = 0;
        // With deviations d from near the mean: those from the mean itself are d less their share of the sum.
        for (let k = 0; k < width; k++) squares += (left[k] - (l / whole) * sums[k]) ** 2;
        gains[b] += (weight * whole * squares) / (l * (whole - l));
      }
    },
  };
}

function meanOf(values: Float64Array, order: Int32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[order[i]] - values[order[from]];
  return values[order[from]] + sum / (to - from);
}
