import { FAILED, FEASIBLE, type RunTable } from '../shared/run-table.ts';

/** Colors as numbers of four bytes, as a picture keeps them. */
export interface Inks {
  readonly feasible: number;
  readonly infeasible: number;
  readonly failed: number;
  /** Of what is not selected. */
  readonly faint: number;
}

/** What is painted on: a number for each pixel, from left to right and from the top down; 0 is clear. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/** Places of the runs in pixels; NaN where a run has none. */
export interface Places {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** The half size of a dot in pixels: the more runs there are, the smaller. */
export function dotSize(count: number): number {
  return count > 20_000 ? 0.75 : count > 3000 ? 1.5 : count > 400 ? 2.5 : 3.5;
}

/** Paints a dot for each run: what is not selected first, then what meets no limit, then what does. */
export function paintRuns(
  picture: Picture,
  places: Places,
  table: RunTable,
  marks: Uint8Array,
  inks: Inks,
  radius: number,
): void {
  const { flags, count } = table;
  const stencil = stencilOf(radius, picture.width);
  const layered = [inks.faint, inks.infeasible, inks.feasible, inks.failed];
  // By layer, without a sort and without a pass for each.
  const ends = new Uint32Array(layered.length + 1);
  for (let row = 0; row < count; row++) ends[layerOf(marks, flags, row) + 1]++;
  for (let layer = 0; layer < layered.length; layer++) ends[layer + 1] += ends[layer];
  const rows = new Uint32Array(count);
  const next = ends.slice();
  for (let row = 0; row < count; row++) rows[next[layerOf(marks, flags, row)]++] = row;
  for (const [layer, ink] of layered.entries())
    for (let k = ends[layer]; k < ends[layer + 1]; k++)
      stamp(picture, Math.round(places.x[rows[k]]), Math.round(places.y[rows[k]]), stencil, ink);
}

function layerOf(marks: Uint8Array, flags: Uint8Array, row: number): number {
  return marks[row] === 0 ? 0 : LAYERS[flags[row]];
}

/** By the flags of a run. */
const LAYERS = Uint8Array.from({ length: 4 }, (_, flags) => (flags & FAILED ? 3 : flags & FEASIBLE ? 2 : 1));

/** A dot: the pixels that it covers, and how much of each, in 255ths. */
interface Stencil {
  readonly reach: number;
  readonly offsets: Int32Array;
  readonly cover: Uint8Array;
  /** Whether it covers its middle alone in full. */
  readonly isPoint: boolean;
}

function stencilOf(radius: number, width: number): Stencil {
  const reach = Math.ceil(radius);
  const offsets: number[] = [];
  const cover: number[] = [];
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const share = Math.min(1, radius + 0.5 - Math.hypot(dx, dy));
      if (share <= 0) continue;
      offsets.push(dy * width + dx);
      cover.push(Math.round(255 * share));
    }
  const isPoint = cover.filter((own) => own === 255).length === 1;
  return { reach, offsets: Int32Array.from(offsets), cover: Uint8Array.from(cover), isPoint };
}

function stamp({ width, height, pixels }: Picture, x: number, y: number, stencil: Stencil, ink: number): void {
  const { reach, offsets, cover, isPoint } = stencil;
  if (!(x >= -reach && x < width + reach && y >= -reach && y < height + reach)) return;
  const at = y * width + x;
  // The same dot is there: no other has painted a pixel that only a middle covers.
  if (isPoint && x >= 0 && x < width && pixels[at] === ink) return;
  const isInside = x >= reach && x < width - reach && y >= reach && y < height - reach;
  for (let k = 0; k < offsets.length; k++) {
    const pixel = at + offsets[k];
    // At an edge what is beyond it would be at the other end of the next line.
    if (!isInside && !(pixel >= 0 && pixel < pixels.length && Math.abs((pixel % width) - x) <= reach)) continue;
    if (cover[k] === 255) pixels[pixel] = ink;
    // An edge over another dot stays that dot's.
    else if (pixels[pixel] === 0) pixels[pixel] = (ink & 0xffffff) | ((((ink >>> 24) * cover[k]) / 255) << 24);
  }
}

/** The run nearest to a place, within `most` pixels; undefined where there is none. */
export function nearestRun(
  { x, y }: Places,
  count: number,
  px: number,
  py: number,
  most: number,
  isOffered: (row: number) => boolean,
): number | undefined {
  let found: number | undefined;
  let least = most * most;
  for (let row = 0; row < count; row++) {
    const square = (x[row] - px) ** 2 + (y[row] - py) ** 2;
    if (square <= least && isOffered(row)) {
      least = square;
      found = row;
    }
  }
  return found;
}
