import { labeled, number } from '../../report/format.ts';
import { isDiscrete, placesOf, spacedTicks, ticksAlong } from '../drawing/axis.ts';
import { roundValueAt, shareOf, told, valueAt } from '../drawing/coordinate.ts';
import { extentOf, placeOn, type Scale, scaleOf, ticksOf } from '../drawing/scale.ts';
import { bandPath, forbiddenPath, linePaths, type Sample, whiskers } from '../drawing/slice-paths.ts';
import { drawn, element, section, setText } from './dom.ts';
import type { Answer, Evaluator, Quantity } from './evaluator.ts';
import { draggable } from './pointer.ts';
import type { Scheduler } from './scheduler.ts';
import { shownQuantity } from './shown.ts';
import type { State } from './state.ts';

/** Places along a range that a slice asks for. */
const PLACES = 49;
/** Answers between two looks at the clock. */
const BLOCK = 4;
const [HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [140, 44, 6, 8, 22];
/** Pixels that a written place along an axis takes. */
const PER_TICK = 48;

/** Where a place from bottom to top is. */
const yAt = (place: number) => HEIGHT - BOTTOM - place * (HEIGHT - TOP - BOTTOM);

/** A picture for each input: the quantity that is shown, as that input alone moves. */
export function slices(state: State, evaluator: Evaluator, scheduler: Scheduler) {
  const shown = shownQuantity(state, evaluator);
  const { parameters } = evaluator.data;
  const own = parameters.map((_, j) => new Slice(j, state, evaluator));
  const words = element('p', { class: 'hint' });
  const root = section(
    'slices',
    'Slices through the point',
    shown.root,
    element('div', { class: 'slices' }, ...own.map((one) => one.root)),
    words,
  );
  new ResizeObserver(() => {
    // Pictures are as wide as they are seen, so that what is written keeps its size.
    for (const one of own) one.resize(scale);
    if (current) show(current);
  }).observe(root);
  const seen = new Set<Element>();
  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) isIntersecting ? seen.add(target) : seen.delete(target);
    scheduler.wake();
  });
  let scale: Scale | undefined;
  let current: Answer | undefined;
  /** One scale for all: a slice that is flat beside the others matters little. */
  const rescaled = () => {
    const extent = extentOf(own.flatMap((one) => (one.root.hidden ? [] : one.samples.map(({ value }) => value))));
    if (!extent) return false;
    const next = scaleOf(extent, scale);
    const isNew = next !== scale;
    scale = next;
    return isNew;
  };
  for (const one of own) {
    observer.observe(one.root);
    scheduler.add(
      function* work() {
        yield* one.sampled();
        const redrawn = rescaled() ? own : [one];
        for (const each of redrawn) {
          each.draw(scale as Scale);
          if (current) each.mark(current, scale);
        }
        setText(words, signsOf(own.filter(({ root: { hidden } }) => !hidden).flatMap(({ samples }) => samples)));
      },
      () => seen.has(one.root) && !one.root.hidden,
    );
  }
  const show = (answer: Answer) => {
    current = answer;
    shown.show();
    for (const one of own) one.mark(answer, scale);
  };
  return { root, show };
}

/** What the marks of the slices mean, of those that are there. */
function signsOf(samples: readonly Sample[]): string {
  return [
    'The ring is the point that you have chosen.',
    ...(samples.some(({ bounds }) => bounds) ? ['Band: an answer is inside with 95 %.'] : []),
    ...(samples.some(({ violation }) => violation > 0) ? ['Shaded: the goal forbids it.'] : []),
    ...(samples.some(({ isKnown }) => !isKnown) ? ['Dashed: the model does not know it.'] : []),
  ].join(' ');
}

class Slice {
  readonly root: HTMLElement;
  samples: readonly Sample[] = [];
  readonly #parameter: number;
  readonly #state: State;
  readonly #evaluator: Evaluator;
  readonly #picture: SVGSVGElement;
  readonly #band = drawn('path', { class: 'band' });
  readonly #forbidden = drawn('path', { class: 'forbidden' });
  readonly #known = drawn('path', { class: 'curve' });
  readonly #unknown = drawn('path', { class: 'curve unsure' });
  readonly #frame = drawn('path', { class: 'frame' });
  readonly #ticks = drawn('g', { class: 'tick' });
  readonly #foot = drawn('g', { class: 'tick' });
  readonly #here = drawn('line', { class: 'here', y1: TOP, y2: HEIGHT - BOTTOM });
  readonly #dot = drawn('circle', { class: 'dot', r: 4 });
  #asked = '';
  #width = 240;

  constructor(parameter: number, state: State, evaluator: Evaluator) {
    this.#parameter = parameter;
    this.#state = state;
    this.#evaluator = evaluator;
    const { name, spec } = evaluator.data.parameters[parameter];
    this.#picture = drawn(
      'svg',
      { role: 'img', height: HEIGHT },
      ...[this.#forbidden, this.#band, this.#frame, this.#ticks, this.#foot],
      ...[this.#known, this.#unknown, this.#here, this.#dot],
    );
    draggable(this.#picture, (x) => {
      const share = (x * this.#width - LEFT) / (this.#width - LEFT - RIGHT);
      state.set(parameter, roundValueAt(spec, Math.min(1, Math.max(0, share))));
    });
    this.root = element(
      'figure',
      { class: 'slice' },
      this.#picture,
      element('figcaption', {}, labeled(name, spec.unit ?? '')),
    );
  }

  #x(share: number): number {
    return LEFT + share * (this.#width - LEFT - RIGHT);
  }

  resize(scale: Scale | undefined): void {
    const width = Math.floor(this.root.clientWidth);
    if (width < LEFT + 2 * RIGHT) return;
    this.#width = width;
    this.#picture.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    this.#frame.setAttribute('d', `M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${width - RIGHT}`);
    const { spec } = this.#evaluator.data.parameters[this.#parameter];
    const along = ticksAlong(spec, (width - LEFT) / PER_TICK, 12);
    const ticks = spacedTicks(along, width - LEFT - RIGHT).map(({ share, text, side }) =>
      drawn('text', { x: this.#x(share), y: HEIGHT - 8, class: side }, text),
    );
    this.#foot.replaceChildren(...ticks);
    if (scale) this.draw(scale);
  }

  get #quantity(): Quantity {
    return this.#evaluator.quantities[this.#state.quantity];
  }

  /** Asks the model along the slice, unless only its own input has moved since. */
  *sampled(): Generator<void> {
    const { values, quantity } = this.#state;
    const asked = JSON.stringify([quantity, ...values.map((value, k) => (k === this.#parameter ? null : value))]);
    if (asked === this.#asked) return;
    const { of, bounds, outputs } = this.#quantity;
    const { spec } = this.#evaluator.data.parameters[this.#parameter];
    const samples: Sample[] = [];
    for (const share of placesOf(spec, PLACES)) {
      const answer = this.#evaluator.at(
        values.map((value, k) => (k === this.#parameter ? valueAt(spec, share) : value)),
      );
      const isKnown = outputs.every((output) => answer.isKnown(output));
      samples.push({
        share,
        value: of(answer),
        ...(bounds && { bounds: bounds(answer) }),
        isKnown,
        violation: answer.violation(),
      });
      if (samples.length % BLOCK === 0) yield;
    }
    this.samples = samples;
    this.#asked = asked;
  }

  draw(scale: Scale): void {
    if (this.samples.length === 0) return;
    const { spec, name } = this.#evaluator.data.parameters[this.#parameter];
    const points = this.samples.map(({ share, value, bounds }) => {
      const y = (of: number) =>
        yAt(Math.min(1.2, Math.max(-0.2, placeOn(scale, scale.isLog ? Math.max(of, 1e-300) : of))));
      return { x: this.#x(share), y: y(value), ...(bounds && { low: y(bounds[0]), high: y(bounds[1]) }) };
    });
    const dots = isDiscrete(spec);
    const [known, unknown] = dots ? [whiskers(points), ''] : linePaths(points, this.samples);
    this.#known.setAttribute('d', known);
    this.#unknown.setAttribute('d', unknown);
    this.#band.setAttribute('d', dots ? '' : bandPath(points));
    this.#forbidden.setAttribute(
      'd',
      forbiddenPath(this.samples, dots, (share) => this.#x(share), TOP, HEIGHT - BOTTOM),
    );
    this.#ticks.replaceChildren(
      ...ticksOf(scale).map((value) => {
        const y = yAt(placeOn(scale, value));
        return drawn(
          'g',
          {},
          drawn('line', { x1: LEFT, x2: this.#width - RIGHT, y1: y, y2: y }),
          drawn('text', { x: LEFT - 5, y: y + 3.5, class: 'end' }, number(value, 3)),
        );
      }),
    );
    this.#picture.setAttribute('aria-label', this.#told(name, scale));
  }

  #told(name: string, { isLog }: Scale): string {
    const { label, unit } = this.#quantity;
    const { spec } = this.#evaluator.data.parameters[this.#parameter];
    const [first, last] = [this.samples[0], this.samples[this.samples.length - 1]];
    const at = ({ share, value }: Sample) => `${number(value)} ${unit} at ${told(spec, valueAt(spec, share))}`;
    return `${label}${isLog ? ', on a logarithmic scale,' : ''} along ${name}: ${at(first)}, ${at(last)}`;
  }

  /** Shows where the point is. */
  mark(answer: Answer, scale: Scale | undefined): void {
    this.root.hidden = !answer.isActive(this.#parameter);
    const { spec } = this.#evaluator.data.parameters[this.#parameter];
    const x = this.#x(shareOf(spec, answer.values[this.#parameter]));
    this.#here.setAttribute('x1', String(x));
    this.#here.setAttribute('x2', String(x));
    if (!scale) return;
    this.#dot.setAttribute('cx', String(x));
    const place = placeOn(scale, this.#quantity.of(answer));
    this.#dot.setAttribute('cy', String(yAt(Number.isFinite(place) ? Math.min(1.1, Math.max(-0.1, place)) : 0)));
  }
}
