import type { Grid } from './grid.ts';
import { Memo } from './memo.ts';

/** What a born-again tree is to have least of: splits on its longest path, or leaves. */
type Objective = 'depth' | 'leaves';

/** A region that was cut in two, or a class. */
export type Plan =
  | { readonly class: number; readonly inside: Int32Array }
  | { readonly axis: number; readonly cut: number; readonly left: Plan; readonly right: Plan };

/** Axes whose neighbors a word of 32 bits has place for. */
const MARKED = 16;
const UNFINISHED = -1;
/** The choice of a box that needs none. */
const NONE = -1;

/**
 * The least tree for each box of cells that the search comes across [Vidal2020]: one cell or several of one class need none; any other box is cut
 * in two where the costs of its parts are least, and what is known of a box is never computed again.
 */
export class Programme {
  readonly grid: Grid;
  readonly #objective: Objective;
  readonly #axes: number;
  /** Cells of each axis. */
  readonly #sizes: readonly number[];
  /** What a step along each axis is among all cells; the last axis has steps of 1. */
  readonly #strides: Int32Array;
  readonly #classes: Uint8Array;
  readonly #tall: Uint16Array;
  /** Of each cell, two bits for each of the first axes: whether the neighbors above and below are of another class. */
  readonly #differs: Uint32Array;
  readonly #at: Int32Array;
  /** Cells lower .. upper of each axis: the box that is looked at. */
  readonly #lower: Int32Array;
  readonly #upper: Int32Array;
  /** What an interval of each axis adds to the key of its box. */
  readonly #keys: readonly Float64Array[];
  readonly #memo: Memo = new Memo();
  #left = 0;

  constructor(grid: Grid, objective: Objective) {
    this.grid = grid;
    this.#objective = objective;
    this.#sizes = grid.axes.map(({ inside }) => inside.length);
    this.#axes = this.#sizes.length;
    this.#lower = new Int32Array(this.#axes);
    this.#at = new Int32Array(this.#axes);
    this.#upper = Int32Array.from(this.#sizes, (size) => size - 1);
    this.#strides = new Int32Array(this.#axes);
    let stride = 1;
    for (let j = this.#axes - 1; j >= 0; j--) {
      this.#strides[j] = stride;
      stride *= this.#sizes[j];
    }
    this.#classes = decisions(grid, this.#sizes);
    this.#tall = heights(this.#classes, this.#sizes[this.#axes - 1], this.#sizes[this.#axes - 2]);
    this.#differs = neighbors(this.#classes, this.#sizes, this.#strides);
    this.#keys = intervalKeys(this.#sizes);
  }

  /** Boxes that were looked at. */
  get states(): number {
    return this.#memo.size;
  }

  /** Looks at up to `states` boxes more; whether all is known then. */
  advance(states: number): boolean {
    this.#left = states;
    return this.#cost(this.#key()) !== UNFINISHED;
  }

  /** The tree, once all is known. */
  plan(): Plan {
    const key = this.#key();
    const choice = this.#memo.cost(key) >= 0 ? this.#memo.choice(key) : this.#pair();
    if (choice === NONE) {
      const place = this.#strides.reduce((sum, stride, j) => sum + stride * this.#lower[j], 0);
      return { class: this.#classes[place], inside: this.#lower.slice() };
    }
    const [axis, cut] = [choice % this.#axes, Math.floor(choice / this.#axes)];
    const [from, to] = [this.#lower[axis], this.#upper[axis]];
    this.#upper[axis] = cut;
    const left = this.plan();
    this.#upper[axis] = to;
    this.#lower[axis] = cut + 1;
    const right = this.plan();
    this.#lower[axis] = from;
    return { axis, cut, left, right };
  }

  #key(): number {
    let key = 0;
    for (let j = 0; j < this.#axes; j++) key += this.#keys[j][this.#lower[j] * this.#sizes[j] + this.#upper[j]];
    return key;
  }

  /** Splits of the box's least tree, on its longest path or altogether; UNFINISHED where too many boxes are unknown. */
  #cost(key: number): number {
    const least = this.#bound();
    if (least <= 1) {
      const few = this.#few();
      if (few <= 1) return few;
    }
    const known = this.#memo.cost(key);
    if (known >= 0) return known;
    if (this.#left === 0) return UNFINISHED;
    return this.#objective === 'depth' ? this.#depth(key, Math.max(2, least)) : this.#splits(key, Math.max(2, least));
  }

  /** The cost where it is 0 or 1, else 2: one cut has to part any two cells of different classes, so that two neighbors leave no choice. */
  #few(): number {
    const pair = this.#pair();
    if (pair === NONE) return 0;
    const [axis, cut] = [pair % this.#axes, Math.floor(pair / this.#axes)];
    const [from, to] = [this.#lower[axis], this.#upper[axis]];
    this.#upper[axis] = cut;
    let isEnough = this.#isOne();
    this.#upper[axis] = to;
    if (isEnough) {
      this.#lower[axis] = cut + 1;
      isEnough = this.#isOne();
      this.#lower[axis] = from;
    }
    return isEnough ? 1 : 2;
  }

  #keep(key: number, cost: number, choice: number): number {
    this.#left = Math.max(0, this.#left - 1);
    this.#memo.put(key, cost, choice);
    return cost;
  }

  /** The published search: along an axis the deeper part tells on which side better cuts are. `known` is a bound from below. */
  #depth(key: number, known: number): number {
    let [least, most, choice] = [known, Number.POSITIVE_INFINITY, NONE];
    for (let j = 0; j < this.#axes && least < most; j++) {
      const [from, to] = [this.#lower[j], this.#upper[j]];
      let [low, high] = [from, to];
      while (low < high && least < most) {
        const cut = (low + high) >> 1;
        const left = this.#part(key, j, from, to, from, cut);
        if (left === UNFINISHED) return UNFINISHED;
        const right = this.#part(key, j, from, to, cut + 1, to);
        if (right === UNFINISHED) return UNFINISHED;
        const worse = Math.max(left, right);
        if (1 + worse < most) {
          most = 1 + worse;
          choice = cut * this.#axes + j;
        }
        least = Math.max(least, worse);
        if (left >= right) high = cut;
        if (left <= right) low = cut + 1;
      }
    }
    return this.#keep(key, most, choice);
  }

  /** Every cut, without those whose first part alone costs too much: a part costs no more than a larger one. */
  #splits(key: number, known: number): number {
    let [least, most, choice] = [known, Number.POSITIVE_INFINITY, NONE];
    for (let j = 0; j < this.#axes && least < most; j++) {
      const [from, to] = [this.#lower[j], this.#upper[j]];
      for (let cut = from; cut < to && least < most; cut++) {
        const left = this.#part(key, j, from, to, from, cut);
        if (left === UNFINISHED) return UNFINISHED;
        if (1 + left >= most) break;
        const right = this.#part(key, j, from, to, cut + 1, to);
        if (right === UNFINISHED) return UNFINISHED;
        if (1 + left + right < most) {
          most = 1 + left + right;
          choice = cut * this.#axes + j;
        }
        least = Math.max(least, left, right);
      }
    }
    return this.#keep(key, most, choice);
  }

  /** The cost of the box with cells first .. last of axis j alone, in place of from .. to. */
  #part(key: number, j: number, from: number, to: number, first: number, last: number): number {
    const [keys, size] = [this.#keys[j], this.#sizes[j]];
    this.#lower[j] = first;
    this.#upper[j] = last;
    const cost = this.#cost(key + keys[first * size + last] - keys[from * size + to]);
    this.#lower[j] = from;
    this.#upper[j] = to;
    return cost;
  }

  /**
   * What a tree of the box has on its longest path at least: that to a cell has a cut between it and each neighbor of another class. Looked at
   * are the cells at two corners and in the middle.
   */
  #bound(): number {
    const [lower, upper, strides, differs] = [this.#lower, this.#upper, this.#strides, this.#differs];
    let [first, last, middle, ups, downs, around] = [0, 0, 0, 0, 0, 0];
    for (let j = 0; j < this.#axes; j++) {
      const [from, to] = [lower[j], upper[j]];
      const center = (from + to) >> 1;
      first += from * strides[j];
      last += to * strides[j];
      middle += center * strides[j];
      if (from === to || j >= MARKED) continue;
      ups |= 1 << (2 * j);
      downs |= 2 << (2 * j);
      around |= center > from ? 3 << (2 * j) : 1 << (2 * j);
    }
    return Math.max(ones(differs[first] & ups), ones(differs[last] & downs), ones(differs[middle] & around));
  }

  #isOne(): boolean {
    return this.#bound() === 0 && this.#pair() === NONE;
  }

  /** A cut between two neighbors of different classes in the box; NONE where all cells are of one class. */
  #pair(): number {
    const [lower, upper, strides, at] = [this.#lower, this.#upper, this.#strides, this.#at];
    const last = this.#axes - 1;
    let place = 0;
    for (let j = 0; j <= last; j++) {
      place += lower[j] * strides[j];
      at[j] = lower[j];
    }
    const one = this.#classes[place];
    const [size, width, height] = [this.#sizes[last], upper[last] - lower[last], upper[last - 1] - lower[last - 1]];
    for (;;) {
      // The slab before was of the first class altogether.
      if (this.#classes[place] !== one) return this.#back(last - 2);
      if (this.#tall[place * size + width] <= height) return this.#within(place, width, height);
      let j = last - 2;
      while (j >= 0 && at[j] === upper[j]) {
        place -= (at[j] - lower[j]) * strides[j];
        at[j] = lower[j];
        j--;
      }
      if (j < 0) return NONE;
      at[j]++;
      place += strides[j];
    }
  }

  /** The cut just before the first slab of another class, along an axis up to `axis`. */
  #back(axis: number): number {
    let j = axis;
    while (this.#at[j] === this.#lower[j]) j--;
    return (this.#at[j] - 1) * this.#axes + j;
  }

  /** A cut between neighbors in the slab of the last two axes that begins at `place`. */
  #within(place: number, width: number, height: number): number {
    const last = this.#axes - 1;
    const [classes, size] = [this.#classes, this.#sizes[last]];
    for (let row = 0; row <= height; row++)
      for (let column = 0; column <= width; column++) {
        const at = place + row * size + column;
        if (column < width && classes[at] !== classes[at + 1]) return (this.#lower[last] + column) * this.#axes + last;
        if (row < height && classes[at] !== classes[at + size])
          return (this.#lower[last - 1] + row) * this.#axes + last - 1;
      }
    return NONE;
  }
}

/** The class of every cell, the last axis running fastest. */
function decisions(grid: Grid, sizes: readonly number[]): Uint8Array {
  const classes = new Uint8Array(grid.cells);
  const cell = new Int32Array(sizes.length);
  for (let place = 0; place < classes.length; place++) {
    classes[place] = grid.decision(cell);
    for (let j = sizes.length - 1; j >= 0 && ++cell[j] === sizes[j]; j--) cell[j] = 0;
  }
  return classes;
}

/**
 * For each cell and each number of cells from it on along the last axis: how many such rows, one after the other along the axis before, are
 * of the cell's class.
 */
function heights(classes: Uint8Array, size: number, before: number): Uint16Array {
  const tall = new Uint16Array(classes.length * size);
  const wide = new Int32Array(classes.length);
  for (let place = classes.length - 1; place >= 0; place--) {
    const [column, row] = [place % size, Math.floor(place / size) % before];
    wide[place] = column + 1 < size && classes[place + 1] === classes[place] ? wide[place + 1] + 1 : 1;
    const isAlike = row + 1 < before && classes[place + size] === classes[place];
    for (let width = 0; width < wide[place]; width++)
      tall[place * size + width] = 1 + (isAlike ? tall[(place + size) * size + width] : 0);
  }
  return tall;
}

function neighbors(classes: Uint8Array, sizes: readonly number[], strides: Int32Array): Uint32Array {
  const differs = new Uint32Array(classes.length);
  for (let place = 0; place < classes.length; place++)
    for (let j = 0; j < Math.min(MARKED, sizes.length); j++) {
      if (Math.floor(place / strides[j]) % sizes[j] === sizes[j] - 1) continue;
      const above = place + strides[j];
      if (classes[above] === classes[place]) continue;
      differs[place] |= 1 << (2 * j);
      differs[above] |= 2 << (2 * j);
    }
  return differs;
}

/** How many bits are 1. */
function ones(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Numbers for the intervals of each axis whose sum over the axes is different for every box. */
function intervalKeys(sizes: readonly number[]): Float64Array[] {
  let step = 1;
  return sizes.map((size) => {
    const keys = new Float64Array(size * size);
    let count = 0;
    for (let from = 0; from < size; from++)
      for (let to = from; to < size; to++) keys[from * size + to] = count++ * step;
    step *= count;
    return keys;
  });
}
