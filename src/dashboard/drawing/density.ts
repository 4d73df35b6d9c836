import type { Picture } from './painting.ts';

/** With more runs than this, lines are drawn between bins and not between values. */
const MOST_LINES = 2000;
/** Bins along an axis at least, where it has as many pixels. */
const BINS = 96;

/** Where each run is on each axis, from 0 at the bottom to 1; NaN where it is not. */
export type Heights = readonly Float32Array[];

/**
 * How many lines cross each pixel, where each run is a line from axis to axis; `at` are the places of the axes in pixels. Many runs are counted
 * by bins first, so that the work does not grow with the number of their pixels. `into` is written over and given back where it has the size.
 */
export function lineDensity(
  heights: Heights,
  count: number,
  marks: Uint8Array,
  wanted: number,
  at: readonly number[],
  { width, height }: Pick<Picture, 'width' | 'height'>,
  into?: Float32Array,
): Float32Array {
  const density = into?.length === width * height ? into.fill(0) : new Float32Array(width * height);
  const rows = rowsWith(marks, wanted, count);
  if (rows.length <= MOST_LINES) {
    for (let k = 0; k + 1 < heights.length; k++)
      for (const row of rows) line(density, width, height, at[k], at[k + 1], heights[k][row], heights[k + 1][row]);
    return density;
  }
  const pixels = Math.max(1, Math.floor((height - 2) / BINS));
  const bins = Math.floor((height - 2) / pixels);
  const binOf = heights.map((own) => binsOf(own, rows, bins));
  for (let k = 0; k + 1 < heights.length; k++)
    spread(density, { width, height, from: at[k], to: at[k + 1] }, pairsOf(binOf[k], binOf[k + 1], bins), bins, pixels);
  return density;
}

function rowsWith(marks: Uint8Array, wanted: number, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  let found = 0;
  for (let row = 0; row < count; row++) if (marks[row] === wanted) rows[found++] = row;
  return rows.subarray(0, found);
}

const NO_BIN = 255;

function binsOf(heights: Float32Array, rows: Uint32Array, bins: number): Uint8Array {
  const own = new Uint8Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const height = heights[rows[k]];
    own[k] = height >= 0 && height <= 1 ? Math.min(bins - 1, Math.trunc(height * bins)) : NO_BIN;
  }
  return own;
}

/** How many lines lead from bin i to bin i + s, at (s + bins - 1) * bins + i: those of one slope stand together. */
function pairsOf(a: Uint8Array, b: Uint8Array, bins: number): Float32Array {
  const pairs = new Float32Array((2 * bins - 1) * bins);
  for (let k = 0; k < a.length; k++)
    if (a[k] !== NO_BIN && b[k] !== NO_BIN) pairs[(b[k] - a[k] + bins - 1) * bins + a[k]]++;
  return pairs;
}

/** The part of a picture between two axes. */
interface Gap {
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Adds the lines between the middles of bins of so many pixels. In each column those of one slope are the same bins, moved up or down: one pass
 * over all of them, without the place of any. Every other column is the mean of its neighbors.
 */
function spread(density: Float32Array, gap: Gap, pairs: Float32Array, bins: number, pixels: number): void {
  const { width, height, from, to } = gap;
  const top = height - 2 - pixels / 2;
  let before = new Float32Array(height);
  let column = new Float32Array(height);
  for (let x = from; x <= to; x += 2) {
    const moved = (pixels * (x - from)) / (to - from);
    column.fill(0);
    for (let s = 1 - bins; s < bins; s++) {
      const first = Math.max(0, -s);
      const end = (s + bins - 1) * bins + Math.min(bins, bins - s);
      let y = Math.round(top - moved * s) - pixels * first;
      for (let at = (s + bins - 1) * bins + first; at < end; at++, y -= pixels) column[y] += pairs[at];
    }
    for (let y = 0; y < height; y++) {
      const pixel = y * width + x;
      if (x > from) density[pixel - 1] += (before[y] + column[y]) / 2;
      if (x < to) density[pixel] += column[y];
    }
    [before, column] = [column, before];
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
