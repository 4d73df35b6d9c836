import type { Picture } from './painting.ts';

/** With more runs than this, lines are drawn between bins and not between values. */
const MOST_LINES = 2000;
/** Bins along an axis at least, where it has as many pixels. */
const BINS = 96;

/** Where each run is on each axis, from 0 at the bottom to 1; NaN where it is not. */
type Heights = readonly Float32Array[];

type Size = Pick<Picture, 'width' | 'height'>;

/** What a line counts, by the kind of its run: lines of both kinds are summed as one number, each in bits of its own. */
const COUNTS = Float64Array.of(0, 1, 2 ** 26);

/**
 * How many lines cross each pixel, where each run is a line from axis to axis; `at` are the places of the axes in pixels. Many runs are counted
 * by bins first, so that the work does not grow with the number of their pixels.
 */
export class LineDensity {
  readonly #heights: Heights;
  readonly #at: readonly number[];
  readonly #size: Size;
  /** Pixels of a bin, and how many of them an axis has. */
  readonly #pixels: number;
  readonly #bins: number;
  #binOf: readonly Uint8Array[] | undefined;
  readonly #densities: readonly [Float32Array, Float32Array];

  constructor(heights: Heights, at: readonly number[], { width, height }: Size) {
    this.#heights = heights;
    this.#at = at;
    this.#size = { width, height };
    this.#pixels = Math.max(1, Math.floor((height - 2) / BINS));
    this.#bins = Math.floor((height - 2) / this.#pixels);
    this.#densities = [new Float32Array(width * height), new Float32Array(width * height)];
  }

  /** The densities of the runs of kind 1 and of kind 2, of fewer than 2^26 each; kind 0 has no line. They are written over by the next call. */
  of(kinds: Uint8Array): readonly [Float32Array, Float32Array] {
    for (const density of this.#densities) density.fill(0);
    const rows = rowsWith(kinds, this.#heights[0]?.length ?? 0);
    if (rows.length <= MOST_LINES) this.#draw(rows, kinds);
    else this.#spread(rows, kinds);
    return this.#densities;
  }

  #draw(rows: Uint32Array, kinds: Uint8Array): void {
    const { width, height } = this.#size;
    const [heights, at] = [this.#heights, this.#at];
    for (let k = 0; k + 1 < heights.length; k++)
      for (const row of rows) {
        const density = this.#densities[kinds[row] - 1];
        line(density, width, height, at[k], at[k + 1], heights[k][row], heights[k + 1][row]);
      }
  }

  #spread(rows: Uint32Array, kinds: Uint8Array): void {
    const bins = this.#bins;
    this.#binOf ??= this.#heights.map((own) => binsOf(own, bins));
    const binOf = this.#binOf;
    for (let k = 0; k + 1 < binOf.length; k++) {
      const pairs = pairsOf(binOf[k], binOf[k + 1], rows, kinds, bins);
      spread(this.#densities, { ...this.#size, from: this.#at[k], to: this.#at[k + 1] }, pairs, bins, this.#pixels);
    }
  }
}

function rowsWith(kinds: Uint8Array, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  let found = 0;
  for (let row = 0; row < count; row++) if (kinds[row] !== 0) rows[found++] = row;
  return rows.subarray(0, found);
}

const NO_BIN = 255;

function binsOf(heights: Float32Array, bins: number): Uint8Array {
  const own = new Uint8Array(heights.length);
  for (let row = 0; row < own.length; row++) {
    const height = heights[row];
    own[row] = height >= 0 && height <= 1 ? Math.min(bins - 1, Math.trunc(height * bins)) : NO_BIN;
  }
  return own;
}

/** How many lines lead from bin i to bin i + s, at (s + bins - 1) * bins + i: those of one slope stand together. */
function pairsOf(a: Uint8Array, b: Uint8Array, rows: Uint32Array, kinds: Uint8Array, bins: number): Float64Array {
  const pairs = new Float64Array((2 * bins - 1) * bins);
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k];
    if (a[row] !== NO_BIN && b[row] !== NO_BIN)
      pairs[(b[row] - a[row] + bins - 1) * bins + a[row]] += COUNTS[kinds[row]];
  }
  return pairs;
}

/** The part of a picture between two axes. */
interface Gap extends Size {
  readonly from: number;
  readonly to: number;
}

/**
 * Adds the lines between the middles of bins of so many pixels. In each column those of one slope are the same bins, moved up or down: one pass
 * over all of them, without the place of any. Every other column is the mean of its neighbors.
 */
function spread(
  [first, second]: readonly [Float32Array, Float32Array],
  gap: Gap,
  pairs: Float64Array,
  bins: number,
  pixels: number,
): void {
  const { width, height, from, to } = gap;
  const top = height - 2 - pixels / 2;
  const column = new Float64Array(height);
  let before = new Counts(height);
  let counts = new Counts(height);
  for (let x = from; x <= to; x += 2) {
    const moved = (pixels * (x - from)) / (to - from);
    column.fill(0);
    for (let s = 1 - bins; s < bins; s++) {
      const least = Math.max(0, -s);
      const end = (s + bins - 1) * bins + Math.min(bins, bins - s);
      let y = Math.round(top - moved * s) - pixels * least;
      for (let at = (s + bins - 1) * bins + least; at < end; at++, y -= pixels) column[y] += pairs[at];
    }
    counts.take(column);
    for (let y = 0; y < height; y++) {
      const pixel = y * width + x;
      if (x > from) {
        first[pixel - 1] += (before.first[y] + counts.first[y]) / 2;
        second[pixel - 1] += (before.second[y] + counts.second[y]) / 2;
      }
      if (x < to) {
        first[pixel] += counts.first[y];
        second[pixel] += counts.second[y];
      }
    }
    [before, counts] = [counts, before];
  }
}

/** The lines of both kinds in each pixel of a column. */
class Counts {
  readonly first: Float32Array;
  readonly second: Float32Array;

  constructor(height: number) {
    this.first = new Float32Array(height);
    this.second = new Float32Array(height);
  }

  take(sums: Float64Array): void {
    for (let y = 0; y < sums.length; y++) {
      const second = Math.floor(sums[y] / COUNTS[2]);
      this.first[y] = sums[y] - second * COUNTS[2];
      this.second[y] = second;
    }
  }
}

/** Adds a line, shared between the two pixels that it runs between. */
function line(
  density: Float32Array,
  width: number,
  height: number,
  from: number,
  to: number,
  a: number,
  b: number,
): void {
  if (!(a >= 0 && a <= 1 && b >= 0 && b <= 1)) return;
  const bottom = height - 2;
  const step = ((a - b) * bottom) / (to - from);
  let y = (1 - a) * bottom;
  for (let x = from; x < to; x++) {
    const pixel = Math.floor(y);
    const share = y - pixel;
    const index = pixel * width + x;
    density[index] += 1 - share;
    density[index + width] += share;
    y += step;
  }
}

/** Steps of a share of ink in which e^-x is kept, and up to which x. */
const [STEPS, MOST_INK] = [256, 8];
const COVERS = Float32Array.from({ length: STEPS * MOST_INK + 1 }, (_, k) => 1 - Math.exp(-k / STEPS));

/** Paints a density over what is there: the more lines, the nearer to the full ink. */
export function paintDensity({ pixels }: Picture, density: Float32Array, ink: number, strength: number): void {
  const [r, g, b] = [ink & 255, (ink >> 8) & 255, (ink >> 16) & 255];
  const plain = ink & 0xffffff;
  const scale = STEPS * strength;
  for (let i = 0; i < density.length; i++) {
    const own = density[i];
    if (own === 0) continue;
    const over = COVERS[Math.min(STEPS * MOST_INK, (scale * own + 0.5) | 0)];
    const below = pixels[i];
    if (below === 0) {
      pixels[i] = (plain | ((over * 255 + 0.5) << 24)) >>> 0;
      continue;
    }
    const under = ((below >>> 24) / 255) * (1 - over);
    const alpha = over + under;
    const share = over / alpha;
    const rest = 1 - share;
    pixels[i] =
      (((alpha * 255 + 0.5) << 24) |
        ((b * share + ((below >> 16) & 255) * rest + 0.5) << 16) |
        ((g * share + ((below >> 8) & 255) * rest + 0.5) << 8) |
        (r * share + (below & 255) * rest + 0.5)) >>>
      0;
  }
}
