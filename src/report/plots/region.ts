import { contours } from 'd3-contour';
import { type Box, type LegendEntry, round } from './frame.ts';

/** Distance of the lines of a hatching, and the step at which they look where they may be drawn. */
const GAP = 9;
const STEP = 1.5;

/** What a hatching says. */
export const FORBIDDEN: LegendEntry = {
  name: 'not allowed',
  swatch: '<path class="hatch" d="M-9 5L-3 -5M-3 5L3 -5M3 5L9 -5"/>',
};

/** Lines over all places of the box that `isOut` holds of, so that what is below can still be read. */
export function hatching({ left, right, top, bottom }: Box, isOut: (x: number, y: number) => boolean): string {
  let path = '';
  for (let offset = GAP - (bottom - top); offset < right - left; offset += GAP) {
    let start: string | undefined;
    let end = '';
    const close = () => {
      if (start && start !== end) path += `M${start}L${end}`;
      start = undefined;
    };
    for (let y = bottom; y >= top; y -= STEP) {
      const x = left + offset + (bottom - y);
      if (x < left || x > right) continue;
      if (!isOut(x, y)) close();
      else {
        end = `${round(x)} ${round(y)}`;
        start ??= end;
      }
    }
    close();
  }
  return path ? `<path class="hatch" d="${path}"/>` : '';
}

/** The value of a grid (rows x columns, its outermost nodes on the edges of the box) at a place in the box, between the nodes. */
export function gridAt(
  grid: readonly (readonly (number | null)[])[],
  { left, right, top, bottom }: Box,
): (x: number, y: number) => number {
  const [rows, columns] = [grid.length, grid[0]?.length ?? 0];
  const node = (r: number, c: number) => grid[r]?.[c] ?? Number.NaN;
  return (x, y) => {
    const across = ((x - left) / (right - left)) * (columns - 1);
    const up = ((bottom - y) / (bottom - top)) * (rows - 1);
    const [c, r] = [
      Math.min(columns - 2, Math.max(0, Math.floor(across))),
      Math.min(rows - 2, Math.max(0, Math.floor(up))),
    ];
    const [s, t] = [across - c, up - r];
    return (
      (1 - t) * ((1 - s) * node(r, c) + s * node(r, c + 1)) + t * ((1 - s) * node(r + 1, c) + s * node(r + 1, c + 1))
    );
  };
}

/** Paths around where a grid is above each threshold, its outermost nodes on the edges of the box. */
export function areasAbove(
  grid: readonly (readonly number[])[],
  thresholds: readonly number[],
  { left, right, top, bottom }: Box,
): string[] {
  const [rows, columns] = [grid.length, grid[0]?.length ?? 0];
  const place = (at: number, count: number, from: number, to: number) =>
    round(from + Math.min(1, Math.max(0, (at - 0.5) / (count - 1))) * (to - from));
  return contours()
    .size([columns, rows])
    .thresholds([...thresholds])([...grid.flat()])
    .map(({ coordinates }) =>
      coordinates
        .flat()
        .map((ring) => {
          const points = ring.map(([gx, gy]) => `${place(gx, columns, left, right)} ${place(gy, rows, bottom, top)}`);
          return `M${points.filter((point, i) => point !== points[i - 1]).join('L')}Z`;
        })
        .join(''),
    );
}
