import { isKnown, plural } from '../format.ts';
import { bandAxis, linearAxis } from './axis.ts';
import { plot, round, tooltip } from './frame.ts';
import type { Parity } from './parity-plot.ts';

const BINS = 10;

/** How often each probability was predicted for a class, apart for points that are of it (truth 1) and that are not. */
export function classPlot(parity: Parity, { title }: { readonly title: string }): string {
  const points = parity.filter(([truth, probability]) => isKnown(truth) && isKnown(probability));
  const counts = [1, 0].map((truth) => {
    const bins = new Array<number>(BINS).fill(0);
    for (const [value, probability] of points)
      if (value === truth) bins[Math.min(BINS - 1, Math.max(0, Math.floor(probability * BINS)))]++;
    return bins;
  });
  const swatch = (k: number) => `<rect class="bar c${k}" x="-6" y="-5" width="12" height="10"/>`;
  const legend = [
    { name: 'truly its most frequent class', swatch: swatch(0) },
    { name: 'another', swatch: swatch(1) },
  ];
  const summary = `Predicted probability of the most frequent class for ${plural(points.length, 'point')}, by what is true.`;
  return plot({ title, summary, legend }, ({ left, right, top, bottom }) => {
    const names = Array.from({ length: BINS }, (_, bin) => (bin % 2 === 0 ? `.${bin}-.${bin + 1}` : ''));
    const x = bandAxis('predicted probability', names, [left, right]);
    const y = linearAxis('points', [0, ...counts.flat()], [bottom, top]);
    const width = (right - left) / BINS / 2 - 2;
    const bars = counts.map((bins, k) => {
      const rects = bins.map((count, bin) => {
        const height = round(bottom - y.at(count));
        return count === 0
          ? ''
          : `<rect x="${round(x.at(bin) - (k === 0 ? width : 0))}" y="${round(bottom - height)}" width="${round(width)}" height="${height}">${tooltip(`probability ${bin / BINS} to ${(bin + 1) / BINS}: ${plural(count, 'point')}`)}</rect>`;
      });
      return `<g class="bar c${k}">${rects.join('')}</g>`;
    });
    return { x, y, marks: bars.join('') };
  });
}
