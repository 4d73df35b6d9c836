import { FAILED, FEASIBLE, type RunTable } from '../shared/run-table.ts';
import type { Inks, Picture } from './painting.ts';

/** Runs as bars side by side, so that none covers another. */
export interface Lanes {
  /** Of each run, from 0; -1 where nobody knows when it took place. */
  readonly lane: Int16Array;
  readonly count: number;
  /** When the first one began and the last one was kept, milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** Of all runs together. */
  readonly busyMilliseconds: number;
}

/** Gives each run the first lane that is free when it begins, `most` lanes at most; undefined where nobody knows when any took place. */
export function lanesOf({ count, stored, milliseconds }: RunTable, most: number): Lanes | undefined {
  const begins = new Float64Array(count);
  let known = 0;
  let isSorted = true;
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    if (!Number.isFinite(stored[row])) continue;
    begins[row] = stored[row] - milliseconds[row];
    isSorted &&= known === 0 || begins[rows[known - 1]] <= begins[row];
    rows[known++] = row;
  }
  if (known === 0) return undefined;
  const order = rows.subarray(0, known);
  if (!isSorted) order.sort((a, b) => begins[a] - begins[b]);
  const lane = new Int16Array(count).fill(-1);
  const free: number[] = [];
  let end = 0;
  let busyMilliseconds = 0;
  for (const row of order) {
    const at = laneFrom(free, begins[row], most);
    free[at] = stored[row];
    lane[row] = at;
    end = Math.max(end, stored[row]);
    busyMilliseconds += milliseconds[row];
  }
  return { lane, count: free.length, start: begins[order[0]], end, busyMilliseconds };
}

/** Milliseconds by which a run may seem to begin before the one before it was kept. */
const SLACK = 2;

/** The first lane that is free by then, else a new one, else the one that is free first. */
function laneFrom(free: readonly number[], begin: number, most: number): number {
  let soonest = 0;
  for (let at = 0; at < free.length; at++) {
    // What ends when the next one begins is out of its way, within what clocks tell apart.
    if (free[at] <= begin + SLACK) return at;
    if (free[at] < free[soonest]) soonest = at;
  }
  return free.length < most ? free.length : soonest;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The bar of a run in a picture of that size, the first lane at the bottom. */
export function barOf(
  { lane, count, start, end }: Lanes,
  { stored, milliseconds }: RunTable,
  row: number,
  { width, height }: Size,
): Size & { readonly x: number; readonly y: number } {
  const along = (at: number) => ((at - start) / Math.max(1, end - start)) * width;
  const [from, to] = [along(stored[row] - milliseconds[row]), along(stored[row])];
  const tall = height / count;
  return { x: from, y: (count - 1 - lane[row]) * tall, width: Math.max(1, to - from), height: Math.max(1, tall - 1) };
}

/** The run whose bar is there; `x` and `y` are shares of a picture, from its left and its top. */
export function runAt(
  { lane, count, start, end }: Lanes,
  { stored, milliseconds }: RunTable,
  x: number,
  y: number,
): number | undefined {
  const at = start + x * (end - start);
  const asked = Math.floor((1 - y) * count);
  for (let row = 0; row < lane.length; row++)
    if (lane[row] === asked && at <= stored[row] && at >= stored[row] - milliseconds[row]) return row;
  return undefined;
}

/** Paints a bar for each run, the first lane at the bottom. */
export function paintLanes(
  { width, height, pixels }: Picture,
  { lane, count, start, end }: Lanes,
  { stored, milliseconds, flags }: RunTable,
  marks: Uint8Array,
  inks: Inks,
): void {
  const scale = (width - 1) / Math.max(1, end - start);
  const tall = height / count;
  for (let row = 0; row < lane.length; row++) {
    if (lane[row] < 0) continue;
    const ink = marks[row] === 0 ? inks.faint : inkFor(flags[row], inks);
    const from = Math.max(0, Math.floor((stored[row] - milliseconds[row] - start) * scale));
    const to = Math.max(from + 1, Math.floor((stored[row] - start) * scale) - 1);
    const above = count - 1 - lane[row];
    const top = Math.floor(above * tall);
    const bottom = Math.max(top + 1, Math.floor((above + 1) * tall) - (tall > 4 ? 1 : 0));
    for (let y = top; y < bottom && y < height; y++) {
      const end = y * width + Math.min(width, to);
      // Most are too short for a call.
      for (let pixel = y * width + from; pixel < end; pixel++) pixels[pixel] = ink;
    }
  }
}

function inkFor(flags: number, { feasible, infeasible, failed }: Inks): number {
  if (flags & FAILED) return failed;
  return flags & FEASIBLE ? feasible : infeasible;
}
