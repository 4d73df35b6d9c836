import type { BoxesSummary, BoxLimit } from '../../study/structure-summary.ts';
import type { ParameterSummary } from '../../study/summary.ts';
import { labeled, percent, plural, scalar, score, short } from '../format.ts';
import { shownText } from '../markup.ts';
import { linearAxis } from './axis.ts';
import { label, picture, plot, round, tooltip } from './frame.ts';

const WIDTH = 520;
const ROW = 36;
const TOP = 34;
const LEFT = 128;
const RIGHT = 470;

/** Each input that a box restricts: what is inside, on all of its range. */
export function boxPlot({ limits, sought }: BoxesSummary, parameters: readonly ParameterSummary[]): string {
  const at = (u: number) => LEFT + Math.min(1, Math.max(0, u)) * (RIGHT - LEFT);
  const rows = limits.map((limit, i) => {
    const parameter = parameters.find(({ name }) => name === limit.parameter);
    const y = TOP + i * ROW + 12;
    const name = `<text class="label end" x="${LEFT - 12}" y="${y + 4}">${tooltipped(labeled(limit.parameter, parameter?.unit ?? ''))}</text>`;
    return name + (limit.choices ? choicesOf(limit, parameter, y) : rangeOf(limit, parameter, y, at));
  });
  const summary = `Inside the box ${sought}: ${limits.map((limit) => textOf(limit)).join('; ')}.`;
  return picture(
    { title: 'The box on the range of each input', summary },
    WIDTH,
    TOP + limits.length * ROW + 12,
    rows.join(''),
  );
}

function tooltipped(name: string): string {
  const shown = short(name, 20);
  return `${shownText(shown)}${shown === name ? '' : tooltip(name)}`;
}

function rangeOf(
  limit: BoxLimit,
  parameter: ParameterSummary | undefined,
  y: number,
  at: (u: number) => number,
): string {
  const [from, to] = [at(limit.within[0]), at(limit.within[1])];
  const [low, high] = parameter?.bounds ?? [parameter?.choices?.[0] ?? null, parameter?.choices?.at(-1) ?? null];
  const isOpen = (u: number, end: number) => Math.abs(u - end) < 1e-12;
  // Labels at the ends of a short bar are written away from each other.
  const isShort = to - from < 48;
  const end = (u: number, x: number, value: BoxLimit['from'], bound: number, side: 'start' | 'end') =>
    isOpen(u, bound) ? '' : `<g class="tick ${isShort ? side : 'middle'}">${label(x, y + 19, scalar(value, 3))}</g>`;
  const ends = [end(limit.within[0], from, limit.from, 0, 'end'), end(limit.within[1], to, limit.to, 1, 'start')];
  return [
    `<path class="axis" d="M${LEFT} ${y}H${RIGHT}M${LEFT} ${y - 4}v8M${RIGHT} ${y - 4}v8"/>`,
    `<rect class="c0" x="${round(from)}" y="${y - 5}" width="${round(Math.max(2, to - from))}" height="10" rx="2">${tooltip(textOf(limit))}</rect>`,
    ends.join(''),
    isOpen(limit.within[0], 0) || from - LEFT > 40
      ? `<g class="tick start">${label(LEFT, y + 19, scalar(low, 3))}</g>`
      : '',
    isOpen(limit.within[1], 1) || RIGHT - to > 40
      ? `<g class="tick end">${label(RIGHT, y + 19, scalar(high, 3))}</g>`
      : '',
  ].join('');
}

function choicesOf({ choices = [] }: BoxLimit, parameter: ParameterSummary | undefined, y: number): string {
  const all = parameter?.choices ?? choices;
  const step = (RIGHT - LEFT) / Math.max(1, all.length);
  return all
    .map((choice, k) => {
      const isIn = choices.includes(choice);
      const x = round(LEFT + k * step);
      const text = `<g class="tick middle">${label(x + step / 2 - 2, y + 19, short(String(choice), Math.floor(step / 6)))}</g>`;
      return `<rect class="${isIn ? 'c0' : 'outline unknown'}" x="${x}" y="${y - 5}" width="${round(step - 4)}" height="10" rx="2">${tooltip(`${choice}: ${isIn ? 'inside' : 'outside'}`)}</rect>${text}`;
    })
    .join('');
}

/** An input's part of a box in words. */
export function textOf({ parameter, choices, from, to, within: [low, high] }: BoxLimit): string {
  if (choices) return `${parameter} is ${choices.join(' or ')}`;
  if (low <= 0) return `${parameter} <= ${scalar(to)}`;
  if (high >= 1) return `${parameter} >= ${scalar(from)}`;
  return `${scalar(from)} <= ${parameter} <= ${scalar(to)}`;
}

/** What a smaller box gains in density and loses in coverage, and where the chosen one is. */
export function trajectoryPlot({ trajectory, chosen }: BoxesSummary, interval?: readonly [number, number]): string {
  const title = 'Density against coverage';
  const best = trajectory[chosen];
  const summary =
    `${plural(trajectory.length, 'box')}; the chosen one covers ${percent(best.coverage)} and is ${percent(best.density)} dense.`.replace(
      'boxs',
      'boxes',
    );
  const legend = [
    { name: 'boxes, from the whole space on', swatch: '<path class="curve c0" d="M-9 0H9"/>' },
    { name: 'the chosen one', swatch: '<g class="mark"><circle r="4"/></g>' },
    ...(interval ? [{ name: 'fresh runs inside, 95 %', swatch: '<path class="curve c1" d="M0 -5V5"/>' }] : []),
  ];
  return plot({ title, summary, legend }, ({ left, right, top, bottom }) => {
    const x = linearAxis('coverage: share of what is sought', [0, 1], [left, right]);
    const y = linearAxis('density: share of the box', [0, 1], [bottom, top]);
    const path = trajectory.map(
      ({ coverage, density }, k) => `${k === 0 ? 'M' : 'L'}${round(x.at(coverage))} ${round(y.at(density))}`,
    );
    const dots = trajectory.map(
      ({ coverage, density, restricted, volume }) =>
        `<circle cx="${round(x.at(coverage))}" cy="${round(y.at(density))}" r="2">${tooltip(`coverage ${score(coverage, 3)}, density ${score(density, 3)}, volume ${score(volume, 3)}, ${plural(restricted, 'input')} restricted`)}</circle>`,
    );
    const [cx, cy] = [round(x.at(best.coverage)), round(y.at(best.density))];
    const runs = interval
      ? `<path class="curve c1" d="M${cx} ${round(y.at(interval[0]))}V${round(y.at(interval[1]))}"/>`
      : '';
    return {
      x,
      y,
      marks: `<path class="curve c0" d="${path.join('')}"/><g class="dots c0">${dots.join('')}</g>${runs}<g class="mark"><circle cx="${cx}" cy="${cy}" r="5"/></g>`,
    };
  });
}
