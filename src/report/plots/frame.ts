import { isKnown, short } from '../format.ts';
import { escapeText, shownText } from '../markup.ts';
import { typeset } from '../typeset.ts';
import type { Axis } from './axis.ts';

/** The rectangle between the axes, in the units of the view box. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What a plot says around its marks. */
export interface PlotOptions {
  readonly title: string;
  /** What a reader who cannot see the plot should know. */
  readonly summary: string;
  /** Default 360 x 280: one column of a page, the width of a phone. */
  readonly width?: number;
  readonly height?: number;
  /** Room right of the box, for a color bar. Default 12. */
  readonly right?: number;
  /** Room left of the box, for tick labels. Default 54. */
  readonly left?: number;
  readonly legend?: readonly LegendEntry[];
  /** The values of a map, rows from bottom to top, for who points at it. */
  readonly map?: { readonly label: string; readonly rows: readonly (readonly (number | null)[])[] };
}

/** A name and how its marks look: `swatch` is SVG in a box of 18 x 10 around its center. */
export interface LegendEntry {
  readonly name: string;
  readonly swatch: string;
}

/** Marks between two axes. */
export interface Drawing {
  readonly x: Axis;
  readonly y: Axis;
  readonly marks: string;
  /** Whether to rule the grid. Default true. */
  readonly grid?: boolean;
}

const TITLE_HEIGHT = 24;
const LEGEND_HEIGHT = 17;
const AXIS_HEIGHT = 42;
const CHARACTER = 5.7;
/** Of the title, which is bold. */
const TITLE_CHARACTER = 7.3;
/** What an axis shows, turned, with the space on both sides. */
const NAME_WIDTH = 24;

/** An SVG text with title, axes and legend around what `draw` puts into the box. */
export function plot(options: PlotOptions, draw: (box: Box) => Drawing): string {
  const { width = 360, height = 280, right = 12, left = 54 } = options;
  const legend = legendOf(options.legend ?? [], width);
  const top = TITLE_HEIGHT + legend.height + 4;
  const at = (from: number): Box => ({ left: from, right: width - right, top, bottom: height - AXIS_HEIGHT });
  const first = draw(at(left));
  const room = roomFor(first.y.ticks);
  const box = at(Math.max(left, room));
  const { x, y, marks, grid = true } = room > left ? draw(box) : first;
  const place = pointerAxes(box, x, y, options.map);
  return picture(options, width, height, [legend.marks, axes(box, x, y, grid), marks].join(''), place);
}

/** Room left of a box for the texts of its ticks and, turned, what the axis shows. */
export function roomFor(ticks: Axis['ticks']): number {
  return NAME_WIDTH + CHARACTER * Math.max(0, ...ticks.map(({ text }) => setClose(typeset(text)).length));
}

/** An SVG text of the given size with a title and accessible words around any marks. */
export function picture(
  { title, summary }: Pick<PlotOptions, 'title' | 'summary'>,
  width: number,
  height: number,
  marks: string,
  attributes = '',
): string {
  const label = shownText(`${title}. ${summary}`);
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}"${attributes}><text class="title" x="2" y="14">${shownText(short(title, Math.floor(width / TITLE_CHARACTER)))}</text>${marks}</svg>`;
}

/** Where the axes are and what they say, as an attribute of what holds the marks, for who points at them. */
export function pointerAxes({ left, right, top, bottom }: Box, x: Axis, y: Axis, map?: PlotOptions['map']): string {
  const told = (axis: Axis, from: number, to: number) => ({
    label: typeset(axis.label),
    ...(axis.ends ? { ends: axis.ends.map((end) => Number(end.toPrecision(6))), ...(axis.log && { log: true }) } : {}),
    ...(!axis.ends &&
      axis.ticks.length > 0 && {
        names: axis.ticks.map(({ text }) => text),
        at: axis.ticks.map(({ value }) => Number(((axis.at(value) - from) / (to - from)).toFixed(3))),
      }),
  });
  const rows = map?.rows.map((row) => row.map((value) => (isKnown(value) ? Number(value.toPrecision(4)) : '')));
  const place = {
    box: [left, right, top, bottom].map(round),
    x: told(x, left, right),
    y: told(y, bottom, top),
    ...(map && { map: { label: typeset(map.label), rows } }),
  };
  return ` data-axes="${escapeText(JSON.stringify(place))}"`;
}

function axes(box: Box, x: Axis, y: Axis, grid: boolean): string {
  const { left, right, top, bottom } = box;
  const xTicks = x.ticks.map(({ value, text }) => ({ at: round(x.at(value)), text }));
  const yTicks = y.ticks.map(({ value, text }) => ({ at: round(y.at(value)), text }));
  const lines = grid
    ? `<path class="grid" d="${xTicks.map(({ at }) => `M${at} ${top}V${bottom}`).join('')}${yTicks.map(({ at }) => `M${left} ${at}H${right}`).join('')}"/>`
    : '';
  const middle = round((top + bottom) / 2);
  return [
    lines,
    `<path class="axis" d="M${left} ${top}V${bottom}H${right}${xTicks.map(({ at }) => `M${at} ${bottom}v4`).join('')}${yTicks.map(({ at }) => `M${left} ${at}h-4`).join('')}"/>`,
    `<g class="tick middle">${xTicks.map(({ at, text }) => label(at, bottom + 15, text)).join('')}</g>`,
    `<g class="tick end">${yTicks.map(({ at, text }) => label(left - 7, at + 3.5, text)).join('')}</g>`,
    `<text class="label middle" x="${round((left + right) / 2)}" y="${bottom + 34}">${shownText(short(x.label, Math.floor((right - left) / 5.6)))}</text>`,
    `<text class="label middle" transform="translate(11 ${middle}) rotate(-90)">${shownText(short(y.label, Math.floor((bottom - top) / 5.6)))}</text>`,
  ].join('');
}

/** A legend below the title of a picture of that width, and its height. */
export function legendOf(
  legend: readonly LegendEntry[],
  width: number,
): { readonly marks: string; readonly height: number } {
  const rows = legendRows(legend, width - 12);
  return { marks: legendMarks(rows), height: rows.length * LEGEND_HEIGHT };
}

function legendRows(legend: readonly LegendEntry[], width: number): { entry: LegendEntry; at: number }[][] {
  const rows: { entry: LegendEntry; at: number }[][] = [];
  let at = Number.POSITIVE_INFINITY;
  for (const entry of legend) {
    const size = 36 + Math.min(40, entry.name.length) * CHARACTER;
    if (at + size > width && !(rows.length > 0 && at === 0)) {
      rows.push([]);
      at = 0;
    }
    rows[rows.length - 1].push({ entry, at });
    at += size;
  }
  return rows;
}

function legendMarks(rows: readonly { entry: LegendEntry; at: number }[][]): string {
  return rows
    .flatMap((row, i) =>
      row.map(({ entry, at }) => {
        const y = TITLE_HEIGHT + i * LEGEND_HEIGHT + 8;
        return `<g transform="translate(${round(at + 12)} ${y})">${entry.swatch}</g><text class="tick" x="${round(at + 25)}" y="${y + 3.5}">${shownText(short(entry.name, 40))}</text>`;
      }),
    )
    .join('');
}

/** A text at a place, its powers of ten set close: ticks have little room. */
export function label(x: number, y: number, text: string): string {
  return `<text x="${round(x)}" y="${round(y)}">${setClose(shownText(text))}</text>`;
}

function setClose(text: string): string {
  return text.replace('\u202f×\u202f', '·');
}

/** A tooltip for the element that it stands in. */
export function tooltip(text: string): string {
  return `<title>${shownText(text)}</title>`;
}

/** A coordinate with at most one decimal. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** At most `limit` of the items (default 400), evenly spread over their order, the first and the last among them. */
export function thin<T>(items: readonly T[], limit = 400): readonly T[] {
  if (items.length <= limit) return items;
  return Array.from({ length: limit }, (_, i) => items[Math.round((i * (items.length - 1)) / (limit - 1))]);
}
