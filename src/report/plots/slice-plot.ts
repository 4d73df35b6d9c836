import type { Slice } from '../../study/sensitivity/sensitivity.ts';
import { isKnown, number } from '../format.ts';
import type { Axis } from './axis.ts';
import { barRoom, colorBar, type Ramp, ramp } from './color.ts';
import { type Box, plot, round, tooltip } from './frame.ts';
import { type Input, inputAxis } from './input.ts';
import { areasAbove, FORBIDDEN, gridAt, hatching } from './region.ts';

/** What a slice shows. */
export interface SliceData {
  readonly slice: Slice;
  readonly inputs: readonly Input[];
  /** The quantity with its unit. */
  readonly quantity: string;
  /** Above the picture; what it shows and over which inputs, unless it is given. */
  readonly title?: string;
  /** The unit-cube vector to mark, and its name. */
  readonly mark: { readonly u: readonly number[]; readonly name: string } | null;
}

/** A function of two inputs as filled contours, or as tiles where an input has levels; the others are held. */
export function slicePlot({ slice, inputs, quantity, mark, ...more }: SliceData): string {
  const [a, b] = slice.inputs;
  const colors = ramp(slice.values.flat());
  const { title = `${quantity} over ${inputs[a].name} and ${inputs[b].name}` } = more;
  const known = slice.values.flat().filter(isKnown);
  const range = known.length > 0 ? `from ${number(Math.min(...known))} to ${number(Math.max(...known))}` : 'unknown';
  const isBarred = slice.excess?.some((row) => row.some((excess) => excess > 0)) ?? false;
  const summary = `The values run ${range}${mark ? `; the ${mark.name} is marked` : ''}${isBarred ? '; what a limit forbids is hatched' : ''}.`;
  const legend = isBarred ? [FORBIDDEN] : [];
  const map = { label: quantity, rows: slice.values };
  return plot({ title, summary, legend, right: barRoom(colors), map }, (box) => {
    const x = inputAxis(inputs[a], [box.left, box.right]);
    const y = inputAxis(inputs[b], [box.bottom, box.top]);
    const stepped = slice.levels.some((levels) => levels[0] > 0);
    const surface = stepped ? tiles(slice, colors, x, y) : filled(slice, colors, box);
    const cross = mark
      ? `<g class="mark">${tooltip(mark.name)}<circle cx="${round(x.at(mark.u[a]))}" cy="${round(y.at(mark.u[b]))}" r="5.5"/><circle cx="${round(x.at(mark.u[a]))}" cy="${round(y.at(mark.u[b]))}" r="1.5"/></g>`
      : '';
    return { x, y, grid: false, marks: surface + forbidden(slice, stepped, box) + cross + colorBar(colors, box) };
  });
}

/** Contours of the grid; its outermost nodes lie on the edges of the box. */
function filled({ values }: Slice, { limits, step }: Ramp, box: Box): string {
  const grid = values.map((row) => row.map((value) => (isKnown(value) ? value : Number.NaN)));
  const least = Math.min(...grid.flat().filter(isKnown), 0) - 1;
  return areasAbove(grid, [least, ...limits], box)
    .map((path, k) => (path ? `<path class="area ${step(k)}" d="${path}"/>` : ''))
    .join('');
}

/** Hatching where a constraint does not hold, and the line where it begins. */
function forbidden({ excess, levels }: Slice, stepped: boolean, box: Box): string {
  if (!excess) return '';
  const { left, right, top, bottom } = box;
  if (stepped) {
    const nearest = (own: readonly number[], u: number) =>
      own.reduce((best, level, i) => (Math.abs(level - u) < Math.abs(own[best] - u) ? i : best), 0);
    return hatching(box, (x, y) => {
      const column = nearest(levels[0], (x - left) / (right - left));
      return excess[nearest(levels[1], (bottom - y) / (bottom - top))][column] > 0;
    });
  }
  const at = gridAt(excess, box);
  const lines = areasAbove(excess, [0], box).map((path) => edgesInside(path, box));
  return `${hatching(box, (x, y) => at(x, y) > 0)}<path class="limit" d="${lines.join('')}"/>`;
}

/** The parts of closed rings that are not on the edges of the box. */
function edgesInside(path: string, { left, right, top, bottom }: Box): string {
  const isOn = (one: readonly number[], other: readonly number[], axis: number, edge: number) =>
    Math.abs(one[axis] - edge) < 0.11 && Math.abs(other[axis] - edge) < 0.11;
  return path
    .split('Z')
    .flatMap((ring) => {
      const points = ring
        .slice(1)
        .split('L')
        .map((point) => point.split(' ').map(Number));
      return points.slice(1).map((point, i) => {
        const before = points[i];
        const isEdge =
          [left, right].some((edge) => isOn(before, point, 0, edge)) ||
          [top, bottom].some((edge) => isOn(before, point, 1, edge));
        return isEdge ? '' : `M${before.join(' ')}L${point.join(' ')}`;
      });
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
  return `<g class="tiles" shape-rendering="crispEdges">${rects.join('')}</g>`;
}
