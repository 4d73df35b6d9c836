import type { Picture } from './painting.ts';

/** With more runs than this, lines are drawn between bins and not between values. */
const MOST_LINES = 4000;
const BINS = 96;

/** Where each run is on each axis, from 0 at the bottom to 1; NaN where it is not. */
export type Heights = readonly Float32Array[];

/**
 * How many lines cross each pixel, where each run is a line from axis to axis; `at` are the places of the axes in pixels. Many runs are counted
 * by bins first, so that the work does not grow with the number of their pixels.
 */
export function lineDensity(
  heights: Heights,
  count: number,
  marks: Uint8Array,
  wanted: number,
  at: readonly number[],
  { width, height }: Pick<Picture, 'width' | 'height'>,
): Float32Array {
  const density = new Float32Array(width * height);
  let lines = 0;
  for (let row = 0; row < count; row++) if (marks[row] === wanted) lines++;
  for (let k = 0; k + 1 < heights.length; k++) {
    const [from, to] = [at[k], at[k + 1]];
    const [a, b] = [heights[k], heights[k + 1]];
    const draw = (one: number, other: number, weight: number) =>
      line(density, width, height, from, to, one, other, weight);
    if (lines <= MOST_LINES) {
      for (let row = 0; row < count; row++) if (marks[row] === wanted) draw(a[row], b[row], 1);
    } else binned(a, b, count, marks, wanted, draw);
  }
  return density;
}

function binned(
  a: Float32Array,
  b: Float32Array,
  count: number,
  marks: Uint8Array,
  wanted: number,
  draw: (one: number, other: number, weight: number) => void,
): void {
  const bins = new Uint32Array(BINS * BINS);
  for (let row = 0; row < count; row++) {
    if (marks[row] !== wanted) continue;
    const [i, j] = [Math.floor(a[row] * BINS), Math.floor(b[row] * BINS)];
    if (i >= 0 && j >= 0) bins[Math.min(BINS - 1, i) * BINS + Math.min(BINS - 1, j)]++;
  }
  for (let i = 0; i < BINS; i++)
    for (let j = 0; j < BINS; j++) {
      const weight = bins[i * BINS + j];
      if (weight > 0) draw((i + 0.5) / BINS, (j + 0.5) / BINS, weight);
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
  weight: number,
): void {
  if (!(a >= 0 && a <= 1 && b >= 0 && b <= 1)) return;
  const bottom = height - 2;
  const step = ((a - b) * bottom) / (to - from);
  let y = (1 - a) * bottom;
  for (let x = from; x < to; x++) {
    const pixel = Math.floor(y);
    const share = y - pixel;
    const index = pixel * width + x;
    density[index] += weight * (1 - share);
    density[index + width] += weight * share;
    y += step;
  }
}

/** Paints a density over what is there: the more lines, the nearer to the full ink. */
export function paintDensity({ pixels }: Picture, density: Float32Array, ink: number, strength: number): void {
  const [r, g, b] = [ink & 255, (ink >> 8) & 255, (ink >> 16) & 255];
  for (let i = 0; i < density.length; i++) {
    if (density[i] === 0) continue;
    const over = 1 - Math.exp(-strength * density[i]);
    const below = pixels[i];
    const under = ((below >>> 24) / 255) * (1 - over);
    const alpha = over + under;
    const mix = (own: number, other: number) => Math.round((own * over + other * under) / alpha);
    pixels[i] =
      ((Math.round(alpha * 255) << 24) |
        (mix(b, (below >> 16) & 255) << 16) |
        (mix(g, (below >> 8) & 255) << 8) |
        mix(r, below & 255)) >>>
      0;
  }
}
