import type { Effects } from '../../study/sensitivity/sensitivity.ts';
import { isKnown, number, short } from '../format.ts';
import { shownText } from '../markup.ts';
import { type Axis, linearAxis } from './axis.ts';
import { label, picture, round, tooltip } from './frame.ts';
import type { Input } from './input.ts';

const COLUMNS = 3;
const MOST = 9;
const WIDTH = 360;
const PANEL_HEIGHT = 116;
const LEFT = 54;
const TOP = 30;
const GAP = 10;

/** Main effects, a panel for each of the inputs with the largest total index: the mean of the quantity with that input held. */
export function effectsPlot(
  { main, levels, total }: Effects,
  inputs: readonly Input[],
  { title, quantity }: { readonly title: string; readonly quantity: string },
): string {
  const order = [...inputs.keys()].sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0)).slice(0, MOST);
  const rows = Math.max(1, Math.ceil(order.length / COLUMNS));
  const width = (WIDTH - LEFT - (COLUMNS - 1) * GAP - 6) / COLUMNS;
  const all = order.flatMap((k) => main[k]);
  const panels = order.map((k, i) => {
    const left = LEFT + (i % COLUMNS) * (width + GAP);
    const top = TOP + Math.floor(i / COLUMNS) * PANEL_HEIGHT;
    const y = linearAxis(quantity, all, [top + PANEL_HEIGHT - 46, top + 4], { count: 3 });
    return panel(inputs[k], levels[k], main[k], y, left, width, top, i % COLUMNS === 0);
  });
  const known = all.filter(isKnown);
  const summary = `Mean of ${quantity} with one input held, for ${order.map((k) => inputs[k].name).join(', ')}; from ${number(known.length ? Math.min(...known) : undefined)} to ${number(known.length ? Math.max(...known) : undefined)}.`;
  const height = TOP + rows * PANEL_HEIGHT + 2;
  const side = `<text class="label middle" transform="translate(11 ${round((TOP + height - 30) / 2)}) rotate(-90)">${shownText(short(`mean ${quantity}`, rows === 1 ? 20 : 36))}</text>`;
  return picture({ title, summary }, WIDTH, height, side + panels.join(''));
}

function panel(
  input: Input,
  levels: readonly number[],
  means: readonly number[],
  y: Axis,
  left: number,
  width: number,
  top: number,
  labeled: boolean,
): string {
  const right = left + width;
  const bottom = top + PANEL_HEIGHT - 46;
  const ticks = y.ticks.map(({ value, text }) => ({ at: round(y.at(value)), text }));
  const points = levels.flatMap((u, i) =>
    isKnown(means[i]) ? [`${round(left + u * width)} ${round(y.at(means[i]))}`] : [],
  );
  const stepped = levels.length > 0 && levels[0] > 0;
  const dots = stepped
    ? points.map((point) => `<circle cx="${point.split(' ')[0]}" cy="${point.split(' ')[1]}" r="3"/>`).join('')
    : '';
  const [low, high] = input.ends;
  return [
    '<g>',
    tooltip(input.label),
    `<path class="grid" d="${ticks.map(({ at }) => `M${round(left)} ${at}H${round(right)}`).join('')}"/>`,
    `<path class="axis" d="M${round(left)} ${bottom}H${round(right)}"/>`,
    labeled ? `<g class="tick end">${ticks.map(({ at, text }) => label(left - 6, at + 3.5, text)).join('')}</g>` : '',
    points.length > 1 ? `<path class="curve c0${stepped ? ' thin' : ''}" d="M${points.join('L')}"/>` : '',
    `<g class="dots c0 solid">${dots}</g>`,
    `<g class="tick start">${label(left, bottom + 14, short(low, 9))}</g>`,
    `<g class="tick end">${label(right, bottom + 14, short(high, 9))}</g>`,
    `<text class="label middle" x="${round(left + width / 2)}" y="${bottom + 28}">${shownText(short(input.label, 17))}</text>`,
    '</g>',
  ].join('');
}
