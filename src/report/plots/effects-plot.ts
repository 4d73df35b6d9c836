import { isProbability } from '../../study/sensitivity/effects.ts';
import type { Effects, Profile } from '../../study/sensitivity/sensitivity.ts';
import { isKnown, number, short } from '../format.ts';
import { shownText } from '../markup.ts';
import { type Axis, type Extent, linearAxis, logAxis } from './axis.ts';
import { type LegendEntry, label, legendOf, picture, pointerAxes, roomFor, round } from './frame.ts';
import { type Input, inputAxis } from './input.ts';
import { Z95 } from './parity-plot.ts';
import { FORBIDDEN, hatching } from './region.ts';

const COLUMNS = 3;
const MOST = 9;
const WIDTH = 360;
const PANEL_HEIGHT = 116;
const LEFT = 54;
const TOP = 30;
const GAP = 10;
/** Characters of a label that fit below a panel. */
const LABEL = 15;
/** Positive values that span more than the factor get a logarithmic axis, with at most this many ticks. */
const WIDE = 100;
const TICKS = 4;

/** A quantity along one input. */
interface Panel {
  readonly input: Input;
  /** Places in the unit cube, rising. */
  readonly levels: readonly number[];
  readonly values: readonly (number | null)[];
  readonly band?: Profile['intervals'];
  readonly excess?: readonly number[];
  /** Where the point is that all panels go through. */
  readonly mark?: number;
}

/** Main effects, a panel for each of the inputs with the largest total index: the mean of the quantity with that input held. */
export function effectsPlot(
  { main, levels, total }: Effects,
  inputs: readonly Input[],
  { title, quantity }: { readonly title: string; readonly quantity: string },
): string {
  const order = [...inputs.keys()].sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0)).slice(0, MOST);
  const panels = order.map((k): Panel => ({ input: inputs[k], levels: levels[k], values: main[k] }));
  const told = `Mean of ${quantity} with one input held`;
  return panelsPlot(panels, { title, told, quantity, side: `mean ${quantity}` });
}

/** What the model claims of answers along a profile: the bounds of its own intervals, else 1.96 standard deviations to each side; undefined where it knows neither. */
export function bandOf({ values, deviations, intervals }: Profile): Profile['intervals'] {
  return intervals ?? deviations?.map((deviation, i) => [values[i] - Z95 * deviation, values[i] + Z95 * deviation]);
}

/** What the bands of profiles are called; undefined where there are none. */
export function bandName(profiles: readonly Profile[]): string | undefined {
  if (profiles.some(({ intervals }) => intervals)) return '95 % interval of the model';
  return profiles.some(({ deviations }) => deviations) ? '± 1.96 standard deviations' : undefined;
}

/** A quantity along each input through one point, with the band that the model claims, and hatching where a limit does not hold. */
export function profilePlot(
  profiles: readonly Profile[],
  inputs: readonly Input[],
  {
    title,
    quantity,
    mark,
  }: { readonly title: string; readonly quantity: string; readonly mark: readonly number[] | null },
): string {
  const shown = profiles.slice(0, MOST);
  const panels = shown.map((profile): Panel => {
    const { input, levels, values, excess } = profile;
    const band = bandOf(profile);
    return {
      ...{ input: inputs[input], levels, values },
      ...(band && { band }),
      ...(excess && { excess }),
      ...(mark && { mark: mark[input] }),
    };
  });
  const name = bandName(shown);
  const legend = [
    ...(name ? [{ name, swatch: '<path class="band c0" d="M-9 -5H9V5H-9Z"/>' }] : []),
    ...(shown.some(({ excess }) => excess?.some((own) => own > 0)) ? [FORBIDDEN] : []),
  ];
  const told = `${quantity} along each input, the others held`;
  return panelsPlot(panels, { title, told, quantity, side: quantity, legend });
}

interface PanelWords {
  readonly title: string;
  /** What the panels show. */
  readonly told: string;
  readonly quantity: string;
  /** Along the vertical axes. */
  readonly side: string;
  readonly legend?: readonly LegendEntry[];
}

function panelsPlot(all: readonly Panel[], { title, told, quantity, side, legend = [] }: PanelWords): string {
  const above = legendOf(legend, WIDTH);
  const start = TOP + above.height;
  const rows = Math.max(1, Math.ceil(all.length / COLUMNS));
  const values = all.flatMap((panel) => panel.values);
  const known = values.filter(isKnown);
  const [low, high] = known.length > 0 ? [Math.min(...known), Math.max(...known)] : [undefined, undefined];
  const isWide = !isProbability(quantity) && low !== undefined && low > 0 && high > WIDE * low;
  const ends = isWide ? values : [...values, ...all.flatMap(({ band = [] }) => band.flat())];
  const axis = (extent: Extent) =>
    isWide ? fewTicks(logAxis(side, ends, extent)) : linearAxis(side, ends, extent, { count: 3 });
  const first = Math.max(LEFT, roomFor(axis([1, 0]).ticks));
  const width = (WIDTH - first - (COLUMNS - 1) * GAP - 6) / COLUMNS;
  const panels = all.map((one, i) => {
    const left = first + (i % COLUMNS) * (width + GAP);
    const top = start + Math.floor(i / COLUMNS) * PANEL_HEIGHT;
    const extent = [top + PANEL_HEIGHT - 46, top + 4] as const;
    return panelMarks(one, axis(extent), left, width, top, i % COLUMNS === 0);
  });
  const summary = `${told}, for ${all.map(({ input }) => input.name).join(', ')}; from ${number(low)} to ${number(high)}.`;
  const height = start + rows * PANEL_HEIGHT + 2;
  const name = `<text class="label middle" transform="translate(11 ${round((start + height - 30) / 2)}) rotate(-90)">${shownText(short(side, rows === 1 ? 20 : 36))}</text>`;
  return picture({ title, summary }, WIDTH, height, above.marks + name + panels.join(''));
}

/** The name and the unit of an input in the width of a panel: a long name is cut, its unit is not. */
function panelLabel({ name, label }: Input): string {
  const unit = label.slice(name.length);
  return short(short(name, Math.max(4, LABEL - unit.length)) + unit, LABEL);
}

function fewTicks(axis: Axis): Axis {
  const every = Math.ceil(axis.ticks.length / TICKS);
  return { ...axis, ticks: axis.ticks.filter((_, i) => i % every === 0) };
}

function panelMarks(
  { input, levels, values, band, excess, mark }: Panel,
  y: Axis,
  left: number,
  width: number,
  top: number,
  labeled: boolean,
): string {
  const right = left + width;
  const bottom = top + PANEL_HEIGHT - 46;
  const ticks = y.ticks.map(({ value, text }) => ({ at: round(y.at(value)), text }));
  const x = (u: number) => round(left + u * width);
  const height = (value: number) => round(Math.min(bottom, Math.max(top, isKnown(y.at(value)) ? y.at(value) : bottom)));
  const points = levels.flatMap((u, i) => {
    const value = values[i];
    return isKnown(value) ? [`${x(u)} ${round(y.at(value))}`] : [];
  });
  const stepped = levels.length > 0 && levels[0] > 0;
  const dots = stepped
    ? points.map((point) => `<circle cx="${point.split(' ')[0]}" cy="${point.split(' ')[1]}" r="3"/>`).join('')
    : '';
  const [low, high] = input.ends;
  const box = { left, right, top: top + 4, bottom };
  return [
    `<g${pointerAxes(box, inputAxis(input, [left, right]), y)}>`,
    `<path class="grid" d="${ticks.map(({ at }) => `M${round(left)} ${at}H${round(right)}`).join('')}"/>`,
    excess ? hatching(box, (at) => nearest(excess, levels, (at - left) / width) > 0) : '',
    `<path class="axis" d="M${round(left)} ${bottom}H${round(right)}"/>`,
    labeled ? `<g class="tick end">${ticks.map(({ at, text }) => label(left - 6, at + 3.5, text)).join('')}</g>` : '',
    band && !stepped ? bandPath(band, levels, x, height) : '',
    band && stepped
      ? `<path class="interval c0" d="${band.map(([from, to], i) => `M${x(levels[i])} ${height(from)}V${height(to)}`).join('')}"/>`
      : '',
    points.length > 1 ? `<path class="curve c0${stepped ? ' thin' : ''}" d="M${points.join('L')}"/>` : '',
    `<g class="dots c0 solid">${dots}</g>`,
    mark === undefined ? '' : `<path class="reference dashed" d="M${x(mark)} ${top + 4}V${bottom}"/>`,
    `<g class="tick start">${label(left, bottom + 14, short(low, 9))}</g>`,
    `<g class="tick end">${label(right, bottom + 14, short(high, 9))}</g>`,
    `<text class="label middle" x="${round(left + width / 2)}" y="${bottom + 28}">${shownText(panelLabel(input))}</text>`,
    '</g>',
  ].join('');
}

function nearest(values: readonly number[], levels: readonly number[], u: number): number {
  return values[levels.reduce((best, level, i) => (Math.abs(level - u) < Math.abs(levels[best] - u) ? i : best), 0)];
}

function bandPath(
  band: readonly (readonly [number, number])[],
  levels: readonly number[],
  x: (u: number) => number,
  y: (value: number) => number,
): string {
  const known = band.flatMap(([low, high], i) =>
    isKnown(low) && isKnown(high) ? [{ at: x(levels[i]), low: y(low), high: y(high) }] : [],
  );
  if (known.length < 2) return '';
  const upper = known.map(({ at, high }) => `${at} ${high}`);
  const lower = known.map(({ at, low }) => `${at} ${low}`).reverse();
  return `<path class="band c0" d="M${[...upper, ...lower].join('L')}Z"/>`;
}
