import { levelAt } from '../../core/space/feature-map.ts';
import type { Box } from '../../core/structure.ts';
import { between } from '../trees/split.ts';
import { type BoxRows, boxOf, outsideOf, type Sides, sharesOf, volumeOf, wholeCube, withSides } from './box-rows.ts';

/** How boxes are peeled. */
export interface PeelOptions {
  /** The share of the rows inside that a peel takes away. */
  readonly alpha: number;
  /** Fewest rows inside. */
  readonly minRows: number;
}

/** Densities nearer to 1 than this leave nothing to peel for. */
const ROUNDING = 1e-12;

/**
 * The peeling trajectory of PRIM [Friedman1999]: from the whole cube, again and again the share `alpha` of the rows at that side of one input is taken away, or
 * one level of a category, that leaves the largest density; of equals the one that takes the least volume. Where rows at a
 * side are equal they go together, and a gain is then counted by how many they are.
 */
export function peel(rows: BoxRows, options: PeelOptions): Box[] {
  const peeling = new Peeling(rows);
  const boxes = [peeling.box()];
  while (peeling.density < 1 - ROUNDING && peeling.step(options)) boxes.push(peeling.box());
  return boxes;
}

/** A peel: what the box is then, and which rows leave it. */
interface Peel {
  readonly sides: Sides;
  readonly gain: number;
  readonly volume: number;
  readonly column: number;
  /** What is gone: rows from .. to - 1 of the column's order, or those at a level. */
  readonly gone: { readonly from: number; readonly to: number } | { readonly level: number };
}

/** The rows inside a box while it shrinks. */
class Peeling {
  readonly #rows: BoxRows;
  #sides: Sides;
  /** The rows inside in the order of each column. */
  #order: Int32Array[];
  #weight: number;
  #sum: number;
  #volume = 1;

  constructor(rows: BoxRows) {
    this.#rows = rows;
    this.#sides = wholeCube(rows);
    this.#order = rows.order.map((order) => order);
    this.#weight = rows.total;
    this.#sum = rows.sum;
  }

  get density(): number {
    return this.#sum / this.#weight;
  }

  box(): Box {
    return { ...this.#sides, ...sharesOf(this.#rows, this.#weight, this.#sum), volume: this.#volume };
  }

  /** Takes the best peel; false where none leaves enough rows. */
  step({ alpha, minRows }: PeelOptions): boolean {
    let best: Peel | undefined;
    for (let column = 0; column < this.#order.length; column++)
      for (const found of this.#peelsOf(column, alpha, minRows))
        if (!best || found.gain > best.gain || (found.gain === best.gain && found.volume > best.volume)) best = found;
    if (!best) return false;
    this.#take(best);
    return true;
  }

  #peelsOf(column: number, alpha: number, minRows: number): Peel[] {
    return this.#rows.space[column].kind === 'categorical'
      ? this.#peelsOfLevels(column, alpha, minRows)
      : this.#peelsOfSides(column, alpha, minRows);
  }

  #peelsOfSides(column: number, alpha: number, minRows: number): Peel[] {
    const [order, values] = [this.#order[column], this.#rows.columns[column]];
    const n = order.length;
    const { lower, upper } = this.#sides;
    const peels: Peel[] = [];
    const consider = (from: number, to: number, low: number, high: number) => {
      if (to - from === 0 || n - (to - from) < minRows) return;
      const sides = withSides(this.#sides, column, low, high);
      const [weight, sum] = this.#held(order, from, to);
      peels.push(this.#peel(sides, column, { from, to }, weight, sum, alpha));
    };
    const [least, most] = [values[order[0]], values[order[n - 1]]];
    if (least === most) return peels;
    const isDiscrete = this.#rows.space[column].levels < Number.POSITIVE_INFINITY;
    const low = this.#quantile(order, values, alpha);
    let to = 0;
    while (values[order[to]] < low) to++;
    if (to === 0) while (values[order[to]] === least) to++;
    const inner = between(values[order[to - 1]], values[order[to]]);
    consider(
      0,
      to,
      isDiscrete || low <= least ? above(values[order[to - 1]], inner, values[order[to]]) : low,
      upper[column],
    );
    const high = this.#quantile(order, values, 1 - alpha);
    let from = n;
    while (values[order[from - 1]] > high) from--;
    if (from === n) while (values[order[from - 1]] === most) from--;
    const outer = between(values[order[from - 1]], values[order[from]]);
    consider(from, n, lower[column], isDiscrete || high >= most ? outer : high);
    return peels;
  }

  #peelsOfLevels(column: number, alpha: number, minRows: number): Peel[] {
    const { columns, space, weights, wanted } = this.#rows;
    const count = space[column].levels;
    const [weight, sum, size] = [new Float64Array(count), new Float64Array(count), new Int32Array(count)];
    for (const i of this.#order[column]) {
      const level = levelAt(columns[column][i], count);
      weight[level] += weights[i];
      sum[level] += weights[i] * wanted[i];
      size[level]++;
    }
    const inside = this.#sides.levels[column] ?? [...size.keys()];
    const n = this.#order[column].length;
    return inside.flatMap((level) => {
      const left = inside.filter((other) => other !== level);
      if (size[level] === 0 || n - size[level] < minRows || left.length === 0) return [];
      const { lower, upper } = this.#sides;
      const sides = withSides(this.#sides, column, lower[column], upper[column], left);
      return [this.#peel(sides, column, { level }, weight[level], sum[level], alpha)];
    });
  }

  /** What rows from .. to - 1 of an order weigh, and what of it is sought. */
  #held(order: Int32Array, from: number, to: number): [weight: number, sum: number] {
    const { weights, wanted } = this.#rows;
    let [weight, sum] = [0, 0];
    for (let at = from; at < to; at++) {
      weight += weights[order[at]];
      sum += weights[order[at]] * wanted[order[at]];
    }
    return [weight, sum];
  }

  #peel(sides: Sides, column: number, gone: Peel['gone'], weight: number, sum: number, alpha: number): Peel {
    const rise = (this.#sum - sum) / (this.#weight - weight) - this.density;
    // A peel that has to take more rows than it was asked for is judged by what it gains on as many as that.
    const large = (2 * alpha * this.#weight) / weight;
    return { sides, column, gone, gain: rise * Math.min(1, large), volume: volumeOf(this.#rows, sides) };
  }

  #take({ sides, column, gone, volume }: Peel): void {
    const { columns, space, size } = this.#rows;
    const out = new Uint8Array(size);
    const order = this.#order[column];
    if ('level' in gone) {
      for (const i of order) if (levelAt(columns[column][i], space[column].levels) === gone.level) out[i] = 1;
    } else for (let at = gone.from; at < gone.to; at++) out[order[at]] = 1;
    this.#order = this.#order.map((own) => own.filter((i) => out[i] === 0));
    [this.#weight, this.#sum] = this.#held(this.#order[0], 0, this.#order[0].length);
    this.#sides = sides;
    this.#volume = volume;
  }

  /** The quantile of the rows inside; each row counts once, whatever it weighs, since weights say how much it is believed, not where it is. */
  #quantile(order: Int32Array, values: Float64Array, p: number): number {
    const n = order.length;
    // Median-unbiased: type 8 of Hyndman and Fan.
    const at = n * p + (p + 1) / 3;
    const j = Math.min(n, Math.max(1, Math.floor(at)));
    const [a, b] = [values[order[j - 1]], values[order[Math.min(n, j + 1) - 1]]];
    return a + Math.min(1, Math.max(0, at - j)) * (b - a);
  }
}

/** A lower side between two values that are not equal: the middle, or the larger one where nothing is between them. */
function above(below: number, middle: number, inside: number): number {
  return middle > below ? middle : inside;
}

/** The box grown again [Friedman1999]: as long as that makes it denser, the share `alpha` of as many rows as it holds is taken in at one side, or a level. */
export function paste(rows: BoxRows, start: Box, { alpha }: PeelOptions): Box {
  let box = start;
  for (;;) {
    const larger = pastes(rows, box, alpha)
      .map((sides) => boxOf(rows, sides))
      .filter(({ support, density }) => support > box.support && density > box.density);
    if (larger.length === 0) return box;
    box = larger.reduce((best, one) => (one.density > best.density ? one : best));
  }
}

function pastes(rows: BoxRows, box: Box, alpha: number): Sides[] {
  const outside = outsideOf(rows, box);
  const inside = outside.reduce((count, out) => count + (out === 0 ? 1 : 0), 0);
  const count = Math.max(1, Math.round(alpha * inside));
  return rows.columns.flatMap((values, j): Sides[] => {
    const { lower, upper, levels } = box;
    if (levels[j]) {
      const others = [...Array(rows.space[j].levels).keys()].filter((level) => !levels[j]?.includes(level));
      return others.map((level) =>
        withSides(
          box,
          j,
          lower[j],
          upper[j],
          [...(levels[j] ?? []), level].sort((a, b) => a - b),
        ),
      );
    }
    // Rows that are outside at this column alone.
    const near = Array.from(rows.order[j]).filter((i) => outside[i] === 1);
    const below = near.filter((i) => values[i] < lower[j]);
    const above = near.filter((i) => values[i] > upper[j]);
    return [
      ...(below.length > 0 ? [withSides(box, j, values[below[Math.max(0, below.length - count)]], upper[j])] : []),
      ...(above.length > 0 ? [withSides(box, j, lower[j], values[above[Math.min(above.length, count) - 1]])] : []),
    ];
  });
}
