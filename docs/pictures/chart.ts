import { linearAxis } from '../../src/report/plots/axis.ts';
import { type Box, plot, round } from '../../src/report/plots/frame.ts';

/** A line of a chart. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What a chart shows: curves over one pair of axes. */
export interface Chart {
  readonly title: string;
  readonly summary: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  readonly width?: number;
  readonly height?: number;
  /** Values that an axis must reach. */
  readonly xAlso?: readonly number[];
  readonly yAlso?: readonly number[];
  /** Marks under the curves. */
  readonly under?: (box: Box, x: (value: number) => number, y: (value: number) => number) => string;
}

const COLORS = ['#1b5e9b', '#c2571a', '#3a7d44', '#8a4fa3', '#6b6b6b'];

/** Dark to light: blue to yellow, as even in lightness as sixteen steps need. */
export const RAMP: readonly string[] = [
  ...['#0d2a63', '#123a7c', '#1b4b8f', '#275d9b', '#3770a3', '#4a83a9', '#5f95ad', '#77a7b0'],
  ...['#91b8b1', '#adc7b0', '#c9d5ab', '#e0dda0', '#f0dc87', '#f7cf63', '#f7b742', '#ef9a2b'],
];

const STYLE = `<style>
svg{background:#fff;font-family:system-ui,'DejaVu Sans',sans-serif}
text{fill:#333;font-size:11px}.title{font-size:13px;font-weight:600}.middle,.middle text{text-anchor:middle}.end,.end text{text-anchor:end}
.tick text,.tick{font-size:10px;fill:#555}.label{font-size:11px}.grid{stroke:#e4e4e4;fill:none}.axis{stroke:#888;fill:none}
.curve{fill:none;stroke-width:1.8;stroke-linejoin:round}.outline{fill:none;stroke:#333;stroke-width:1.2}.zero{stroke:#999;stroke-dasharray:4 3;fill:none}
${COLORS.map((color, k) => `.c${k}{stroke:${color}}`).join('')}
</style>`;

/** An SVG text that can stand alone as a file. */
export function standalone(svg: string): string {
  const [open] = /^<svg [^>]*>/.exec(svg) ?? [''];
  const head = open.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ');
  return `${head}\n${STYLE}<rect width="100%" height="100%" fill="#fff"/>${svg.slice(open.length)}\n`;
}

/** The curves as SVG. */
export function chart({ title, summary, x, y, series, width = 560, height = 320, ...more }: Chart): string {
  const legend =
    series.length < 2
      ? []
      : series.map(({ name }, k) => ({ name, swatch: `<path class="curve c${k}" d="M-10 0H10"/>` }));
  const points = series.flatMap((one) => one.points);
  const svg = plot({ title, summary, width, height, legend }, (box) => {
    const across = linearAxis(x, [...points.map(([at]) => at), ...(more.xAlso ?? [])], [box.left, box.right], {
      tight: true,
    });
    const up = linearAxis(y, [...points.map(([, at]) => at), ...(more.yAlso ?? [])], [box.bottom, box.top]);
    const curves = series.map(
      ({ points }, k) => `<path class="curve c${k}" d="${pathOf(points.map(([a, b]) => [across.at(a), up.at(b)]))}"/>`,
    );
    return { x: across, y: up, marks: (more.under?.(box, across.at, up.at) ?? '') + curves.join('') };
  });
  return standalone(svg);
}

/** A polyline through points in the units of the view box. */
export function pathOf(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], k) => `${k === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
}

/** The color of a value between two bounds. */
export function colorOf(value: number, low: number, high: number): string {
  const share = (value - low) / (high - low);
  return RAMP[Math.max(0, Math.min(RAMP.length - 1, Math.floor(share * RAMP.length)))];
}

/** A color bar with the bounds written beside it. */
export function colorBar(x: number, y: number, height: number, low: string, high: string): string {
  const step = height / RAMP.length;
  const parts = RAMP.map(
    (color, k) =>
      `<rect x="${x}" y="${round(y + height - (k + 1) * step)}" width="12" height="${round(step + 0.4)}" fill="${color}"/>`,
  );
  return `${parts.join('')}<text class="tick" x="${x + 17}" y="${y + 8}">${high}</text><text class="tick" x="${x + 17}" y="${y + height}">${low}</text>`;
}
