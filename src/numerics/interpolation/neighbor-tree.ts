/** Points in a leaf. */
const LEAF = 24;

/**
 * Nearest neighbors among points of a Euclidean space: a k-d tree, halved at the median of the widest coordinate [Friedman1977].
 * The nearest leaves are looked into first, so that a search that stops early has found most of what it looks for.
 */
export class NeighborTree {
  readonly #points: Float64Array;
  readonly #width: number;
  /** Rows of the points, those of a leaf together. */
  readonly #order: Int32Array;
  /** For each node: the coordinate that it is halved at, or -1; then the bounds of its part of the order. */
  readonly #axis: Int32Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #cut: Float64Array;
  // The state of a search: distances and rows found, the farthest first.
  #distances: Float64Array = new Float64Array(0);
  #rows: Int32Array = new Int32Array(0);
  #found = 0;
  #below = 0;
  #left = 0;
  readonly #offsets: Float64Array;

  /** Takes the first `count` rows of `points` (`width` numbers each), and does not copy them. */
  constructor(points: Float64Array, width: number, count: number) {
    this.#points = points;
    this.#width = width;
    this.#offsets = new Float64Array(width);
    this.#order = Int32Array.from({ length: count }, (_, i) => i);
    let nodes = 1;
    while (nodes * LEAF < count) nodes *= 2;
    this.#axis = new Int32Array(2 * nodes).fill(-1);
    this.#from = new Int32Array(2 * nodes);
    this.#to = new Int32Array(2 * nodes);
    this.#cut = new Float64Array(2 * nodes);
    this.#build(1, 0, count);
  }

  /**
   * Writes the rows of the up to `wanted` points nearest to `query[at ...]` whose row is less than `below` to `rows`, in no
   * order, and returns how many there are. After `visits` distances the search stops with what it has.
   */
  nearest(query: Float64Array, at: number, wanted: number, below: number, visits: number, rows: Int32Array): number {
    if (this.#distances.length < wanted) {
      this.#distances = new Float64Array(wanted);
      this.#rows = new Int32Array(wanted);
    }
    this.#found = 0;
    this.#below = below;
    this.#left = visits;
    this.#offsets.fill(0);
    if (wanted > 0) this.#search(1, query, at, 0, wanted);
    rows.set(this.#rows.subarray(0, this.#found));
    return this.#found;
  }

  #build(node: number, from: number, to: number): void {
    this.#from[node] = from;
    this.#to[node] = to;
    if (to - from <= LEAF || 2 * node + 1 >= this.#axis.length) return;
    const axis = this.#widest(from, to);
    const middle = (from + to) >> 1;
    this.#select(axis, from, to - 1, middle);
    this.#axis[node] = axis;
    this.#cut[node] = this.#points[this.#order[middle] * this.#width + axis];
    this.#build(2 * node, from, middle);
    this.#build(2 * node + 1, middle, to);
  }

  #widest(from: number, to: number): number {
    let [best, most] = [0, -1];
    for (let f = 0; f < this.#width; f++) {
      let [least, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let k = from; k < to; k++) {
        const value = this.#points[this.#order[k] * this.#width + f];
        if (value < least) least = value;
        if (value > largest) largest = value;
      }
      if (largest - least > most) [best, most] = [f, largest - least];
    }
    return best;
  }

  /** Puts the point that is k-th along the axis at k, smaller ones before it and larger ones behind (quickselect). */
  #select(axis: number, low: number, high: number, k: number): void {
    const order = this.#order;
    const value = (at: number) => this.#points[order[at] * this.#width + axis];
    while (high > low) {
      const pivot = value((low + high) >> 1);
      let [i, j] = [low, high];
      while (i <= j) {
        while (value(i) < pivot) i++;
        while (value(j) > pivot) j--;
        if (i <= j) {
          const swapped = order[i];
          order[i++] = order[j];
          order[j--] = swapped;
        }
      }
      if (k <= j) high = j;
      else if (k >= i) low = i;
      else return;
    }
  }

  #search(node: number, query: Float64Array, at: number, square: number, wanted: number): void {
    const axis = this.#axis[node];
    if (axis < 0) {
      this.#look(node, query, at, wanted);
      return;
    }
    const offset = query[at + axis] - this.#cut[node];
    const near = offset < 0 ? 2 * node : 2 * node + 1;
    this.#search(near, query, at, square, wanted);
    const before = this.#offsets[axis];
    const far = square - before * before + offset * offset;
    if (this.#left <= 0 || (this.#found === wanted && far >= this.#distances[0])) return;
    this.#offsets[axis] = offset;
    this.#search(near ^ 1, query, at, far, wanted);
    this.#offsets[axis] = before;
  }

  #look(node: number, query: Float64Array, at: number, wanted: number): void {
    const [points, width] = [this.#points, this.#width];
    for (let k = this.#from[node]; k < this.#to[node]; k++) {
      const row = this.#order[k];
      if (row >= this.#below) continue;
      this.#left--;
      let sum = 0;
      for (let f = 0, p = row * width; f < width; f++) {
        const e = query[at + f] - points[p + f];
        sum += e * e;
      }
      if (this.#found < wanted) this.#push(sum, row);
      else if (sum < this.#distances[0]) this.#replace(sum, row, wanted);
    }
  }

  /** Adds to the heap. */
  #push(distance: number, row: number): void {
    const [distances, rows] = [this.#distances, this.#rows];
    let at = this.#found++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (distances[parent] >= distance) break;
      distances[at] = distances[parent];
      rows[at] = rows[parent];
      at = parent;
    }
    distances[at] = distance;
    rows[at] = row;
  }

  /** Takes the farthest out of the heap and adds another. */
  #replace(distance: number, row: number, size: number): void {
    const [distances, rows] = [this.#distances, this.#rows];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && distances[child + 1] > distances[child]) child++;
      if (distances[child] <= distance) break;
      distances[at] = distances[child];
      rows[at] = rows[child];
      at = child;
    }
    distances[at] = distance;
    rows[at] = row;
  }
}
