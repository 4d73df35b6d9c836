import { number, percent } from '../format.ts';
import { bandAxis, linearAxis } from './axis.ts';
import { plot, round, tooltip } from './frame.ts';

/** The Sobol' indices of one input. */
export interface InputShare {
  readonly name: string;
  readonly first: number;
  readonly total: number;
}

/** Sobol' indices as bars, the largest total on top: solid for what an input explains alone, outlined for all that involves it. */
export function sobolPlot(shares: readonly InputShare[], { title }: { readonly title: string }): string {
  const clip = (share: number) => (share > 0 ? Math.min(1.2, share) : 0);
  const sorted = [...shares].sort((a, b) => clip(b.total) - clip(a.total));
  const summary = sorted
    .map(({ name, first, total }) => `${name}: first ${percent(first)}, total ${percent(total)}`)
    .join('; ');
  const legend = [
    { name: 'first order', swatch: '<rect class="bar c0" x="-8" y="-4" width="16" height="8"/>' },
    { name: 'total', swatch: '<rect class="outline c0" x="-8" y="-4" width="16" height="8"/>' },
  ];
  const height = 96 + Math.max(3, sorted.length) * 24;
  const longest = Math.min(16, Math.max(4, ...sorted.map(({ name }) => name.length)));
  return plot({ title, summary, legend, height, left: 30 + longest * 6 }, ({ left, right, top, bottom }) => {
    const x = linearAxis('share of the variance', [0, 1, ...sorted.map(({ total }) => clip(total))], [left, right], {
      tight: true,
    });
    const y = bandAxis(
      '',
      sorted.map(({ name }) => name),
      [top, bottom],
      16,
    );
    const size = Math.min(14, (0.7 * (bottom - top)) / Math.max(1, sorted.length));
    const bars = sorted.map(({ name, first, total }, i) => {
      const at = round(y.at(i) - size / 2);
      const rect = (look: string, share: number) =>
        `<rect class="${look} c0" x="${left}" y="${at}" width="${round(x.at(clip(share)) - left)}" height="${round(size)}"/>`;
      return `<g>${tooltip(`${name}: first ${number(first, 3)}, total ${number(total, 3)}`)}${rect('outline', total)}${rect('bar', first)}</g>`;
    });
    return { x, y, marks: bars.join('') };
  });
}
