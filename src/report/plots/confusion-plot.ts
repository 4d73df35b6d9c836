import { count, percent, plural, short } from '../format.ts';
import { shownText } from '../markup.ts';
import { picture, tooltip } from './frame.ts';

const LEFT = 74;
const TOP = 56;
const SIDE = 220;
/** From this many classes on cells are too small for numbers. */
const MANY = 11;

/** Who says what of the same points: a cell for each pair of classes, the darker the larger its share of its row. */
export function confusionPlot(
  classes: readonly string[],
  confusion: readonly (readonly number[])[],
  { title, rows, columns }: { readonly title: string; readonly rows: string; readonly columns: string },
): string {
  const cell = SIDE / classes.length;
  const total = confusion.flat().reduce((sum, own) => sum + own, 0);
  const right = confusion.reduce((sum, row, i) => sum + row[i], 0);
  const cells = confusion.flatMap((row, i) => {
    const all = row.reduce((sum, own) => sum + own, 0);
    return row.map((own, j) => {
      const share = all > 0 ? own / all : 0;
      const [x, y] = [LEFT + j * cell, TOP + i * cell];
      const middle = `x="${(x + cell / 2).toFixed(1)}" y="${(y + cell / 2 + 4).toFixed(1)}"`;
      const number =
        classes.length < MANY ? `<text class="label middle" ${middle}>${own > 0 ? count(own) : ''}</text>` : '';
      return `<g class="c${i === j ? 0 : 1}"><rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${(cell - 1).toFixed(1)}" height="${(cell - 1).toFixed(1)}" fill-opacity="${(0.06 + 0.4 * share).toFixed(3)}">${tooltip(`${rows} ${classes[i]}, ${columns} ${classes[j]}: ${plural(own, 'point')}, ${percent(share)} of the row`)}</rect>${number}</g>`;
    });
  });
  const names = classes.flatMap((name, i) => [
    `<text class="tick end" x="${LEFT - 6}" y="${(TOP + (i + 0.5) * cell + 4).toFixed(1)}">${shownText(short(name, 11))}</text>`,
    `<text class="tick middle" x="${(LEFT + (i + 0.5) * cell).toFixed(1)}" y="${TOP - 6}">${shownText(short(name, Math.max(1, Math.floor(cell / 6))))}</text>`,
  ]);
  const axes = `<text class="label middle" x="${LEFT + SIDE / 2}" y="34">${shownText(columns)}</text><text class="label middle" transform="translate(10 ${TOP + SIDE / 2}) rotate(-90)">${shownText(rows)}</text>`;
  const summary = `${rows} against ${columns}: the same class at ${count(right)} of ${plural(total, 'point')}.`;
  return picture({ title, summary }, LEFT + SIDE + 6, TOP + SIDE + 6, [...cells, ...names, axes].join(''));
}
