import { type Signal, useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { placeOn } from '../../explorer/drawing/scale.ts';
import { short } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import { LineDensity, paintDensity } from '../drawing/density.ts';
import type { Picture } from '../drawing/painting.ts';
import { imageFor, useDark, useDrawing, useWidth } from '../live/hooks.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { type Axis, axisOf, numberAt, placesAlong, type Quantity } from '../live/quantity.ts';
import { route, setView } from '../live/route.ts';
import { FEASIBLE } from '../shared/run-table.ts';
import { inkOf } from './inks.ts';

const HEIGHT = 300;
const TOP = 44;
const SIDE = 46;
/** Pixels of a letter beside an axis, about. */
const LETTER = 6.2;
/** Pixels between two axes at least; a narrow page scrolls. */
const LEAST_GAP = 78;
/** Axes that are shown where nobody chose them. */
const USUAL = 12;
const LEAST_DRAG = 4;
/** Ink of a line outside the limits, of that of one within. */
const QUIETER = 0.55;
/** Pixels to the left and right of an axis that belong to it. */
const GRIP = 16;

interface Drag {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
}

/** Each run as a line across its parameters and answers. Dragging along an axis selects, a click on it takes that back. */
export function Parallel({ study }: { readonly study: LiveStudy }) {
  const [own, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const kept = useRef<Kept>({});
  const drag = useSignal<Drag | undefined>(undefined);
  const isDark = useDark();
  const { table } = study;
  const changes = study.changes.value;
  const quantities = shownQuantities(study);
  const names = quantities.map(({ name }) => name).join();
  const axes = useMemo(() => quantities.map((one) => axisOf(one, table, 4)), [names, changes, table]);
  const heights = useMemo(() => axes.map((axis) => placesAlong(axis, table)), [axes]);
  const left = sideOf(axes[0]);
  const inner = Math.max(width - left - SIDE, LEAST_GAP * (axes.length - 1), 10);
  const places = axes.map((_, k) => (axes.length > 1 ? (k / (axes.length - 1)) * inner : inner / 2));
  const room = inner / Math.max(1, axes.length - 1);
  // Names that would meet stand at two heights.
  const isStaggered = axes.some(({ label }) => LETTER * label.length > room - 8);
  const { ranges } = drag.value ? dragged(study, axes, drag.value) : study.filter.value;
  const selection = study.selection.value;
  useDrawing(
    () => draw(canvas.current, study, heights, places, { left, inner }, kept.current),
    [selection, heights, left, inner, isDark],
  );
  const handlers = handlersFor(study, axes, places, left, drag);
  return (
    <div class="scroll" ref={own} tabIndex={0} role="region" aria-label="Parallel coordinates">
      <div class="parallel">
        <canvas ref={canvas} aria-hidden="true" />
        <svg width={left + inner + SIDE} height={HEIGHT + TOP + 14} aria-hidden="true" {...(handlers as object)}>
          <g transform={`translate(${left} ${TOP})`}>
            <Line study={study} heights={heights} places={places} />
            {axes.map((axis, k) => (
              <g key={axis.quantity.place} transform={`translate(${places[k]} 0)`}>
                <AxisLine
                  axis={axis}
                  range={ranges[axis.quantity.place]}
                  isRaised={isStaggered && k % 2 === 1}
                  room={isStaggered ? 2 * room : room}
                />
              </g>
            ))}
          </g>
        </svg>
      </div>
    </div>
  );
}

/** Room beside the first axis, for what stands along it. */
function sideOf(axis: Axis | undefined): number {
  const letters = Math.max(0, ...(axis?.ticks ?? []).map(({ text }) => text.length));
  return Math.max(SIDE, 10 + LETTER * letters);
}

/** The quantities with axes: those of the address, else the first ones. */
export function shownQuantities(study: LiveStudy): readonly Quantity[] {
  const all = study.quantities.value;
  const chosen = route.value.view.get('axes');
  if (chosen !== null) {
    const places = chosen.split('.').map(Number);
    return all.filter(({ place }) => places.includes(place));
  }
  const parameters = all.filter(({ kind }) => kind === 'parameter').slice(0, USUAL);
  return [...parameters, ...all.filter(({ kind }) => kind === 'output' || kind === 'objective').slice(0, 4)];
}

/** Which quantities have an axis, to be chosen. */
export function AxisChoice({ study }: { readonly study: LiveStudy }) {
  const shown = shownQuantities(study).map(({ place }) => place);
  const toggle = (place: number) => {
    const next = shown.includes(place) ? shown.filter((one) => one !== place) : [...shown, place];
    setView({ axes: next.sort((a, b) => a - b).join('.') });
  };
  return (
    <details class="choice">
      <summary>Axes</summary>
      {study.quantities.value.slice(0, 80).map(({ place, name }) => (
        <label key={place}>
          <input type="checkbox" checked={shown.includes(place)} onChange={() => toggle(place)} /> {name}
        </label>
      ))}
    </details>
  );
}

/** What is kept from one drawing to the next. */
interface Kept {
  image?: ImageData;
  /** Of each run 1 where it is selected and within the limits, 2 where it is selected and not, else 0. */
  kinds?: Uint8Array;
  /** Where the lines are, and all of them, faint: the same for as long as only the selection changes. */
  ground?: Ground;
}

interface Ground {
  readonly heights: readonly Float32Array[];
  readonly ink: number;
  readonly width: number;
  readonly lines: LineDensity;
  picture?: Picture;
}

function draw(
  canvas: HTMLCanvasElement | null,
  study: LiveStudy,
  heights: readonly Float32Array[],
  places: readonly number[],
  { left, inner }: { readonly left: number; readonly inner: number },
  kept: Kept,
): void {
  if (!canvas) return;
  const width = Math.ceil(inner) + 1;
  const height = HEIGHT + 2;
  kept.image = imageFor(canvas, width, height, kept.image);
  Object.assign(canvas.style, { left: `${left}px`, top: `${TOP}px` });
  const picture: Picture = { width, height, pixels: new Uint32Array(kept.image.data.buffer) };
  const { marks, count, isAll } = study.selection.peek();
  const rows = Math.min(study.table.count, heights[0]?.length ?? 0);
  const kinds = kept.kinds !== undefined && kept.kinds.length >= rows ? kept.kinds : new Uint8Array(2 * rows);
  kept.kinds = kinds;
  const ink = inkOf('--line');
  let { ground } = kept;
  if (ground?.heights !== heights || ground.ink !== ink || ground.width !== width) {
    const lines = new LineDensity(heights, places.map(Math.round), { width, height });
    ground = kept.ground = { heights, ink, width, lines };
  }
  const { lines } = ground;
  if (!isAll) {
    if (!ground.picture) {
      ground.picture = { width, height, pixels: new Uint32Array(width * height) };
      paintDensity(ground.picture, lines.of(kinds.fill(1))[0], ink, strengthOf(rows));
    }
    picture.pixels.set(ground.picture.pixels);
  }
  const { flags } = study.table;
  let within = 0;
  for (let row = 0; row < rows; row++) {
    const isWithin = marks[row] === 1 && (flags[row] & FEASIBLE) !== 0;
    if (isWithin) within++;
    kinds[row] = isWithin ? 1 : 2 * marks[row];
  }
  const [inside, outside] = lines.of(kinds);
  // What the limits forbid lies below, as quiet as its dots are.
  if (within < count) paintDensity(picture, outside, inkOf('--quiet'), QUIETER * strengthOf(count));
  if (within > 0) paintDensity(picture, inside, inkOf('--c0'), strengthOf(count));
  canvas.getContext('2d')?.putImageData(kept.image, 0, 0);
}

/** How much ink one line has: few are dark, and many leave room to see where more of them are. */
function strengthOf(lines: number): number {
  return Math.min(1.2, Math.max(0.004, 14 / Math.sqrt(Math.max(1, lines)) ** 1.6));
}

/** The run under the pointer, or the one that was chosen, over all the others. */
function Line(props: { study: LiveStudy; heights: readonly Float32Array[]; places: readonly number[] }) {
  const { study, heights, places } = props;
  const row = study.hovered.value ?? study.picked.value;
  const best = study.details.value?.best?.row;
  const path = (of: number) => {
    let d = '';
    let step = 'M';
    for (const [k, own] of heights.entries()) {
      const isThere = Number.isFinite(own[of]);
      if (isThere) d += `${step}${places[k]} ${(1 - own[of]) * HEIGHT}`;
      step = isThere ? 'L' : 'M';
    }
    return d;
  };
  return (
    <>
      {best !== undefined && <path class="run-line best-run" d={path(best)} />}
      {row !== undefined && <path class="run-line" d={path(row)} />}
    </>
  );
}

interface AxisLineOptions {
  readonly axis: Axis;
  readonly range: readonly [number, number] | undefined;
  readonly isRaised: boolean;
  /** Pixels between two names at the same height. */
  readonly room: number;
}

function AxisLine({ axis, range, isRaised, room }: AxisLineOptions) {
  const ends = range?.map((value) => (1 - placeOn(axis.scale, value)) * HEIGHT);
  return (
    <>
      <rect class="grip" x={-GRIP} width={2 * GRIP} height={HEIGHT} />
      <line class="axis" y2={HEIGHT} />
      {axis.ticks.map(({ share, text }) => (
        <g class="tick" key={text} transform={`translate(0 ${(1 - share) * HEIGHT})`}>
          <line x1="-3" x2="3" />
          <text class="end halo" x="-6" y="4">
            {typeset(text)}
          </text>
        </g>
      ))}
      <text class="label middle" y={isRaised ? -26 : -10}>
        {typeset(short(axis.label, Math.floor(room / 7)))}
      </text>
      {ends && <rect class="brush" x="-7" width="14" y={ends[1]} height={Math.max(1, ends[0] - ends[1])} />}
    </>
  );
}

/** The filter with the range that is being dragged. */
function dragged(study: LiveStudy, axes: readonly Axis[], { axis, from, to }: Drag) {
  const [low, high] = [from, to].map((share) => numberAt(axes[axis], share)).sort((a, b) => a - b);
  const filter = study.filter.value;
  return { ...filter, ranges: { ...filter.ranges, [axes[axis].quantity.place]: [low, high] as const } };
}

function handlersFor(
  study: LiveStudy,
  axes: readonly Axis[],
  places: readonly number[],
  left: number,
  // A signal: what a pointer did last is known before the plot is drawn again.
  drag: Signal<Drag | undefined>,
) {
  const placeOf = (event: PointerEvent) => {
    const box = (event.currentTarget as SVGSVGElement).getBoundingClientRect();
    const x = event.clientX - box.left - left;
    const share = 1 - (event.clientY - box.top - TOP) / HEIGHT;
    const axis = places.findIndex((place) => Math.abs(place - x) <= GRIP);
    return { axis, share: Math.min(1, Math.max(0, share)) };
  };
  return {
    onPointerDown(event: PointerEvent) {
      const { axis, share } = placeOf(event);
      if (axis < 0 || event.button !== 0) return;
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      drag.value = { axis, from: share, to: share };
    },
    onPointerMove(event: PointerEvent) {
      const now = drag.peek();
      if (!now) return;
      const next = { ...now, to: placeOf(event).share };
      drag.value = next;
      if (Math.abs(next.to - next.from) * HEIGHT >= LEAST_DRAG) study.select(dragged(study, axes, next));
    },
    onPointerUp() {
      const now = drag.peek();
      drag.value = undefined;
      if (now && Math.abs(now.to - now.from) * HEIGHT < LEAST_DRAG)
        study.limit(axes[now.axis].quantity.place, undefined);
    },
  };
}
