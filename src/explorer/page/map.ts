import { labeled, number, scalar } from '../../report/format.ts';
import { ticksAlong } from '../drawing/axis.ts';
import { contourLines, type Line } from '../drawing/contour.ts';
import { roundValueAt, shareOf } from '../drawing/coordinate.ts';
import { type MapColors, paint } from '../drawing/raster.ts';
import { placeOn, ticksOf } from '../drawing/scale.ts';
import { drawn, element, section, setText } from './dom.ts';
import type { Answer, Evaluator } from './evaluator.ts';
import { fieldsOf, type MapField } from './map-field.ts';
import { RunMarks } from './map-runs.ts';
import { draggable } from './pointer.ts';
import type { Scheduler } from './scheduler.ts';
import type { State } from './state.ts';

/** Pixels beside the map for what is written there. */
const [LEFT, BOTTOM, TOP, RIGHT] = [58, 40, 6, 10];
const HEIGHT = 400;

/** A map of two inputs with contours, what the goal forbids, the runs, the best point and the point itself. */
export function map(state: State, evaluator: Evaluator, scheduler: Scheduler) {
  const { parameters } = evaluator.data;
  if (parameters.length < 2) return [];
  const own = new Picture(state, evaluator);
  const picks = [0, 1].map((axis) => {
    const options = parameters.map(({ name }, j) => element('option', { value: j }, name));
    const select = element('select', { id: `map-${'xy'[axis]}` }, ...options);
    select.addEventListener('change', () => {
      const chosen = Number(select.value);
      const other = state.axes[1 - axis] === chosen ? state.axes[axis] : state.axes[1 - axis];
      state.axes = axis === 0 ? [chosen, other] : [other, chosen];
      state.changed();
    });
    return select;
  });
  const choice = element(
    'p',
    { class: 'axes' },
    ...['Across ', 'and up '].flatMap((words, axis) => [
      element('label', { for: picks[axis].id }, words),
      picks[axis],
      ' ',
    ]),
  );
  const root = section('map', 'Map', choice, own.legend, own.root, own.words);
  let asked = '';
  let isSeen = false;
  new IntersectionObserver(([{ isIntersecting }]) => {
    isSeen = isIntersecting;
    scheduler.wake();
  }).observe(own.root);
  new ResizeObserver(() => own.resize()).observe(own.root);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => own.repaint());
  scheduler.add(
    function* work() {
      const { values, axes, quantity, version } = state;
      const key = JSON.stringify([quantity, axes, values.map((value, j) => (axes.includes(j) ? null : value))]);
      if (key === asked) return;
      asked = '';
      for (const field of fieldsOf(state, evaluator)) {
        if (field) yield* own.draw(field);
        yield;
      }
      if (state.version === version) asked = key;
    },
    () => isSeen,
  );
  const show = (answer: Answer) => {
    for (const [axis, select] of picks.entries()) select.value = String(state.axes[axis]);
    own.mark(answer);
  };
  return [{ root, show }];
}

class Picture {
  readonly root: HTMLElement;
  readonly legend = element('p', { class: 'legend' });
  readonly words = element('p', { class: 'hint' });
  readonly #state: State;
  readonly #evaluator: Evaluator;
  readonly #canvas = element('canvas', { role: 'img', id: 'map-canvas' });
  readonly #over = drawn('svg', { 'aria-hidden': 'true' });
  readonly #lines = drawn('g', { class: 'contours' });
  readonly #axes = drawn('g', { class: 'tick' });
  readonly #runs: RunMarks;
  readonly #best = drawn('path', { class: 'best' });
  readonly #here = drawn('path', { class: 'point' });
  #width = 0;
  #field: MapField | undefined;
  #answer: Answer | undefined;

  constructor(state: State, evaluator: Evaluator) {
    this.#state = state;
    this.#evaluator = evaluator;
    this.#runs = new RunMarks(evaluator);
    this.#over.append(this.#axes, this.#lines, this.#runs.root, this.#best, this.#here);
    this.root = element('div', { class: 'map' }, this.#canvas, this.#over);
    draggable(this.#over, (x, y) => {
      const share = [(x * this.#width - LEFT) / this.#inner[0], 1 - (y * HEIGHT - TOP) / this.#inner[1]];
      const [across, up] = state.axes;
      const values = [...state.values];
      for (const [axis, j] of [across, up].entries())
        values[j] = roundValueAt(evaluator.data.parameters[j].spec, Math.min(1, Math.max(0, share[axis])));
      state.go(values);
    });
  }

  get #inner(): readonly [number, number] {
    return [this.#width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
  }

  #x(share: number): number {
    return LEFT + share * this.#inner[0];
  }

  #y(share: number): number {
    return TOP + (1 - share) * this.#inner[1];
  }

  resize(): void {
    const width = Math.floor(this.root.clientWidth);
    if (width === this.#width || width === 0) return;
    this.#width = width;
    this.#over.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    this.#over.style.height = `${HEIGHT}px`;
    const [across, up] = this.#inner;
    Object.assign(this.#canvas.style, { left: `${LEFT}px`, top: `${TOP}px`, width: `${across}px`, height: `${up}px` });
    this.repaint();
    if (this.#answer) this.mark(this.#answer);
  }

  repaint(): void {
    if (this.#field) for (const _ of this.draw(this.#field));
  }

  *draw(field: MapField): Generator<void> {
    this.#field = field;
    if (this.#width === 0) return;
    const zoom = Math.min(2, devicePixelRatio);
    const [across, up] = this.#inner.map((size) => Math.max(1, Math.round(size * zoom)));
    const image = new ImageData(across, up);
    const pixels = new Uint32Array(image.data.buffer);
    yield* paint(field, colorsOf(this.root), { width: across, height: up, pixels }, zoom);
    this.#canvas.width = across;
    this.#canvas.height = up;
    this.#canvas.getContext('2d')!.putImageData(image, 0, 0);
    yield;
    this.#drawLines(field);
    yield;
    this.#drawAxes();
    this.#tell(field);
    if (this.#answer)
      this.#runs.show(
        this.#answer,
        this.#state.axes,
        (share) => this.#x(share),
        (share) => this.#y(share),
      );
  }

  #drawLines({ columns, rows, values, violations, scale, isDiscrete }: MapField): void {
    this.#lines.replaceChildren();
    if (isDiscrete[0] || isDiscrete[1]) return;
    const path = (lines: readonly Line[]) =>
      lines
        .map(
          (line) =>
            `M${line.map(([i, j]) => `${this.#x(i / (columns - 1)).toFixed(1)} ${this.#y(j / (rows - 1)).toFixed(1)}`).join('L')}`,
        )
        .join('');
    for (const value of ticksOf(scale, 7)) {
      const lines = contourLines({ columns, rows, values }, placeOn(scale, value));
      if (lines.length === 0) continue;
      const longest = lines.reduce((a, b) => (b.length > a.length ? b : a));
      const [i, j] = longest[Math.floor(longest.length / 2)];
      const [x, y] = [this.#x(i / (columns - 1)), this.#y(j / (rows - 1))];
      this.#lines.append(drawn('path', { d: path(lines) }));
      if (x > LEFT + 14 && x < this.#width - RIGHT - 14 && y > TOP + 8 && y < HEIGHT - BOTTOM - 8)
        this.#lines.append(drawn('text', { x, y: y + 3.5 }, number(value, 3)));
    }
    const limit = contourLines({ columns, rows, values: violations }, 0);
    this.#lines.append(drawn('path', { class: 'limit', d: path(limit) }));
  }

  #drawAxes(): void {
    const [x, y] = this.#state.axes.map((j) => this.#evaluator.data.parameters[j]);
    const [right, foot] = [this.#width - RIGHT, HEIGHT - BOTTOM];
    const across = ticksAlong(x.spec, this.#width / 90, 12).flatMap(({ share, text }) => [
      drawn('line', { x1: this.#x(share), x2: this.#x(share), y1: foot, y2: foot + 4 }),
      drawn('text', { x: this.#x(share), y: foot + 16, class: 'middle' }, text),
    ]);
    const up = ticksAlong(y.spec, 6, 8).flatMap(({ share, text }) => [
      drawn('line', { x1: LEFT - 4, x2: LEFT, y1: this.#y(share), y2: this.#y(share) }),
      drawn('text', { x: LEFT - 7, y: this.#y(share) + 3.5, class: 'end' }, text),
    ]);
    const middle = this.#y(0.5);
    this.#axes.replaceChildren(
      drawn('rect', { x: LEFT, y: TOP, width: right - LEFT, height: foot - TOP }),
      ...[...across, ...up],
      drawn('text', { x: this.#x(0.5), y: HEIGHT - 6, class: 'middle label' }, labeled(x.name, x.spec.unit ?? '')),
      drawn(
        'text',
        { x: 12, y: middle, class: 'middle label', transform: `rotate(-90 12 ${middle})` },
        labeled(y.name, y.spec.unit ?? ''),
      ),
    );
  }

  #tell({ scale, violations, known }: MapField): void {
    const { label, unit } = this.#evaluator.quantities[this.#state.quantity];
    const { runs, best } = this.#evaluator.data;
    const [low, high] = [scale.low, scale.high].map((end) => (scale.isLog ? 10 ** end : end));
    this.legend.replaceChildren(
      element('span', {}, labeled(label, unit)),
      element('span', { class: 'range' }, scalar(low, 3), element('i', { class: 'ramp' }), scalar(high, 3)),
      ...(scale.isLog ? [element('span', {}, 'logarithmic')] : []),
    );
    const signs = [
      ...(violations.some((value) => value > 0) ? ['Hatched: the goal forbids it.'] : []),
      ...(known.some((value) => value < 0.5) ? ['Pale: the model does not know it.'] : []),
      `Dots are ${runs.what}, the darker the nearer in the other inputs.`,
      ...(best ? [`The star is the ${best.name}, ${best.words}.`] : []),
      'The ring is the point that you have chosen.',
    ];
    setText(this.words, signs.join(' '));
    const [x, y] = this.#state.axes.map((j) => this.#evaluator.data.parameters[j].name);
    this.#canvas.setAttribute(
      'aria-label',
      `Map of ${label} over ${x} and ${y}, from ${scalar(low, 3)} to ${scalar(high, 3)} ${unit}`,
    );
  }

  /** Shows where the point and the best one are. */
  mark(answer: Answer): void {
    this.#answer = answer;
    const { parameters, best } = this.#evaluator.data;
    const placed = (values: readonly (number | string | null)[]) => {
      const [i, j] = this.#state.axes;
      const [x, y] = [values[i], values[j]];
      if (x === null || y === null) return undefined;
      return [this.#x(shareOf(parameters[i].spec, x)), this.#y(shareOf(parameters[j].spec, y))] as const;
    };
    const [x, y] = placed(answer.values)!;
    this.#here.setAttribute(
      'd',
      `M${x - 12} ${y}h7m10 0h7M${x} ${y - 12}v7m0 10v7M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0`,
    );
    const star = best && placed(best.point);
    this.#best.setAttribute('d', star ? starAt(star[0], star[1]) : '');
  }
}

function starAt(x: number, y: number): string {
  const corners = Array.from({ length: 10 }, (_, k) => {
    const [angle, radius] = [(k * Math.PI) / 5, k % 2 === 0 ? 9 : 3.8];
    return `${(x + radius * Math.sin(angle)).toFixed(1)} ${(y - radius * Math.cos(angle)).toFixed(1)}`;
  });
  return `M${corners.join('L')}Z`;
}

function colorsOf(root: Element): MapColors {
  const style = getComputedStyle(root);
  const color = (name: string) => {
    const text = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
  };
  return {
    ramp: Array.from({ length: 9 }, (_, k) => color(`--r${k}`)),
    forbidden: color('--c1'),
    paper: color('--paper'),
  };
}
