import { contours } from 'd3-contour';
import type { Slice } from '../../study/sensitivity/sensitivity.ts';
import { isKnown, number } from '../format.ts';
import type { Axis } from './axis.ts';
import { colorBar, type Ramp, ramp } from './color.ts';
import { type Box, plot, round, tooltip } from './frame.ts';
import { type Input, inputAxis } from './input.ts';

/** What a slice shows. */
export interface SliceData {
  readonly slice: Slice;
  readonly inputs: readonly Input[];
  /** The quantity with its unit. */
  readonly quantity: string;
  /** Whether the least value is to stand out. */
  readonly falling: boolean;
  /** The unit-cube vector to mark, and its name. */
  readonly mark: { readonly u: readonly number[]; readonly name: string } | null;
}

/** A function of two inputs as filled contours, or as tiles where an input has levels; the others are held. */
export function slicePlot({ slice, inputs, quantity, falling, mark }: SliceData): string {
  const [a, b] = slice.inputs;
  const colors = ramp(slice.values.flat(), falling);
  const title = `${quantity} over ${inputs[a].name} and ${inputs[b].name}`;
  const known = slice.values.flat().filter(isKnown);
  const range = known.length > 0 ? `from ${number(Math.min(...known))} to ${number(Math.max(...known))}` : 'unknown';
  const summary = `The values run ${range}${mark ? `; the ${mark.name} is marked` : ''}.`;
  return plot({ title, summary, right: 58 }, (box) => {
    const x = inputAxis(inputs[a], [box.left, box.right]);
    const y = inputAxis(inputs[b], [box.bottom, box.top]);
    const stepped = slice.levels.some((levels) => levels[0] > 0);
    const surface = stepped ? tiles(slice, colors, x, y) : filled(slice, colors, box);
    const cross = mark
      ? `<g class="mark">${tooltip(mark.name)}<circle cx="${round(x.at(mark.u[a]))}" cy="${round(y.at(mark.u[b]))}" r="5.5"/><circle cx="${round(x.at(mark.u[a]))}" cy="${round(y.at(mark.u[b]))}" r="1.5"/></g>`
      : '';
    return { x, y, grid: false, marks: surface + cross + colorBar(colors, box) };
  });
}

/** Contours of the grid; its outermost nodes lie on the edges of the box. */
function filled({ values, levels }: Slice, { limits, step }: Ramp, { left, right, top, bottom }: Box): string {
  const columns = levels[0].length;
  const rows = levels[1].length;
  const place = (at: number, count: number, from: number, to: number) =>
    round(from + Math.min(1, Math.max(0, (at - 0.5) / (count - 1))) * (to - from));
  const grid = values.flat().map((value) => (isKnown(value) ? value : Number.NaN));
  const least = Math.min(...grid.filter(isKnown), 0) - 1;
  const areas = contours()
    .size([columns, rows])
    .thresholds([least, ...limits])(grid);
  return areas
    .map(({ coordinates }, k) => {
      const path = coordinates
        .flat()
        .map((ring) => {
          const points = ring.map(([gx, gy]) => `${place(gx, columns, left, right)} ${place(gy, rows, bottom, top)}`);
          return `M${points.filter((point, i) => point !== points[i - 1]).join('L')}Z`;
        })
        .join('');
      return path ? `<path class="area ${step(k)}" d="${path}"/>` : '';
    })
    .join('');
}

/** A tile for each pair of levels. */
function tiles({ values, levels }: Slice, colors: Ramp, x: Axis, y: Axis): string {
  const edges = (own: readonly number[]) =>
    own.map((level, i) => {
      const low = own[0] > 0 ? level - 0.5 / own.length : i === 0 ? 0 : (level + own[i - 1]) / 2;
      const high = own[0] > 0 ? level + 0.5 / own.length : i === own.length - 1 ? 1 : (level + own[i + 1]) / 2;
      return [low, high];
    });
  const columns = edges(levels[0]);
  const rows = edges(levels[1]);
  const rects = rows.flatMap(([low, high], r) =>
    columns.map(
      ([from, to], c) =>
        `<rect class="${colors.classOf(values[r][c])}" x="${round(x.at(from))}" y="${round(y.at(high))}" width="${round(x.at(to) - x.at(from) + 0.3)}" height="${round(y.at(low) - y.at(high) + 0.3)}"/>`,
    ),
  );
  return `<g class="tiles">${rects.join('')}</g>`;
}
