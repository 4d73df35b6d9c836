import type { Rng } from '../../numerics/random.ts';
import type { TreeData } from './data.ts';
import { levelAt, type Split, TIE } from './split.ts';
import { describeRows, markLeft, type NodeSummary, type NodeTable, partMarked } from './table.ts';

/** Rows with a single order: what a column offers a node is one cut drawn at random between its extremes [Geurts2006]. */
export class RandomCuts implements NodeTable {
  readonly #data: TreeData;
  readonly #minLeaf: number;
  readonly #rng: Rng;
  readonly #order: Int32Array;
  readonly #goesLeft: Uint8Array;
  readonly #held: Int32Array;
  readonly #sides: Int32Array;
  readonly #gains: Float64Array;
  #from = 0;
  #to = 0;
  #summary: NodeSummary = { impurity: 0, value: new Float64Array(0), spread: new Float64Array(0) };
  /** Extremes of the columns in the node, NaN until they are asked for. */
  readonly #lowest: Float64Array;
  readonly #highest: Float64Array;

  constructor(data: TreeData, minLeaf: number, rng: Rng) {
    this.#data = data;
    this.#minLeaf = minLeaf;
    this.#rng = rng;
    this.#order = Int32Array.from({ length: data.rows }, (_, i) => i);
    this.#goesLeft = new Uint8Array(data.rows);
    this.#held = new Int32Array(data.rows);
    this.#sides = new Int32Array(data.rows);
    this.#gains = new Float64Array(data.rows);
    this.#lowest = new Float64Array(data.inputs);
    this.#highest = new Float64Array(data.inputs);
  }

  enter(from: number, to: number): NodeSummary {
    this.#from = from;
    this.#to = to;
    this.#lowest.fill(Number.NaN);
    const impurity = this.#data.impurities.reduce((sum, each) => sum + each.enter(this.#order, from, to), 0);
    this.#summary = { impurity, ...describeRows(this.#data, this.#order, from, to) };
    return this.#summary;
  }

  varies(column: number): boolean {
    if (this.#lowest[column] <= this.#highest[column]) return this.#lowest[column] < this.#highest[column];
    const values = this.#data.columns[column];
    const order = this.#order;
    let [lowest, highest] = [values[order[this.#from]], values[order[this.#from]]];
    for (let i = this.#from + 1; i < this.#to; i++) {
      const u = values[order[i]];
      if (u < lowest) lowest = u;
      else if (u > highest) highest = u;
    }
    this.#lowest[column] = lowest;
    this.#highest[column] = highest;
    return lowest < highest;
  }

  improve(best: Split | undefined, column: number): Split | undefined {
    if (!this.varies(column)) return best;
    const cut = this.#data.levels[column] > 0 ? this.#drawLevels(column) : this.#drawThreshold(column);
    const gain = this.#gain(cut);
    const tie = TIE * this.#summary.impurity;
    if (gain === undefined || (best && gain <= best.gain + tie)) return best;
    return { ...cut, gain: Math.max(0, gain) };
  }

  part(split: Split, from: number, to: number): number {
    markLeft(this.#data, split, this.#order, from, to, this.#goesLeft);
    return partMarked(this.#order, from, to, this.#goesLeft, this.#held);
  }

  #drawThreshold(column: number): Split {
    const [lowest, highest] = [this.#lowest[column], this.#highest[column]];
    const drawn = lowest + (highest - lowest) * this.#rng.uniform();
    return { column, threshold: drawn < highest ? drawn : lowest, gain: 0 };
  }

  /** Some of the levels in the node, never all; one that it has not seen goes to either side. */
  #drawLevels(column: number): Split {
    const values = this.#data.columns[column];
    const levels = this.#data.levels[column];
    const subset = new Uint8Array(levels).map(() => this.#rng.integer(2));
    const isSeen = new Uint8Array(levels);
    for (let i = this.#from; i < this.#to; i++) isSeen[levelAt(values[this.#order[i]], levels)] = 1;
    const seen = this.#rng.shuffle(Array.from(isSeen.keys()).filter((level) => isSeen[level] === 1));
    const left = 1 + this.#rng.integer(seen.length - 1);
    seen.forEach((level, i) => {
      subset[level] = i < left ? 1 : 0;
    });
    return { column, threshold: 0, subset, gain: 0 };
  }

  /** By how much a cut lowers the impurity; undefined when a side has too few rows. */
  #gain(split: Split): number | undefined {
    const data = this.#data;
    const [from, to] = [this.#from, this.#to];
    const count = to - from;
    const isOne = data.targets.length === 1 && !split.subset && !data.rowWeights;
    if (isOne) return this.#gainOfNumber(split);
    markLeft(data, split, this.#order, from, to, this.#goesLeft);
    const sides = this.#sides;
    let left = 0;
    for (let i = from; i < to; i++) if (this.#goesLeft[this.#order[i]] === 1) sides[left++] = this.#order[i];
    if (left < this.#minLeaf || count - left < this.#minLeaf) return undefined;
    let right = left;
    for (let i = from; i < to; i++) if (this.#goesLeft[this.#order[i]] === 0) sides[right++] = this.#order[i];
    const gains = this.#gains.fill(0, 0, count - 1);
    for (const impurity of data.impurities) impurity.addGains(sides, 0, count, gains);
    return gains[left - 1];
  }

  /** The same for a single number, in one pass. */
  #gainOfNumber({ column, threshold }: Split): number | undefined {
    const [values, target] = [this.#data.columns[column], this.#data.targets[0]];
    const order = this.#order;
    const mean = this.#summary.value[0];
    const count = this.#to - this.#from;
    let [left, sum] = [0, 0];
    for (let i = this.#from; i < this.#to; i++) {
      // Without a branch, which would be guessed wrong every other time.
      const row = order[i];
      const isLeft = +(values[row] <= threshold);
      left += isLeft;
      sum += isLeft * (target[row] - mean);
    }
    if (left < this.#minLeaf || count - left < this.#minLeaf) return undefined;
    return (this.#data.weights[0] * count * sum * sum) / (left * (count - left));
  }
}
