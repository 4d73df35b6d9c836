import { picture, tooltip } from './frame.ts';

const SIDE = 84;

/** Pixels from 0 to 1, row by row, as a picture: 0 is paper. */
export function imagePlot(
  pixels: readonly number[],
  columns: number,
  { title, summary }: { readonly title: string; readonly summary: string },
): string {
  const rows = pixels.length / columns;
  const cell = SIDE / Math.max(columns, rows);
  const marks = pixels.flatMap((value, at) => {
    if (!(value > 0.02)) return [];
    const [x, y] = [(at % columns) * cell, 20 + Math.floor(at / columns) * cell];
    return `<rect x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${(cell + 0.05).toFixed(2)}" height="${(cell + 0.05).toFixed(2)}" fill-opacity="${value.toFixed(2)}"/>`;
  });
  return picture({ title, summary }, SIDE, 20 + SIDE, `<g>${tooltip(summary)}${marks.join('')}</g>`);
}
