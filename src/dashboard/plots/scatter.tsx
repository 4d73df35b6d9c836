import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { dotSize, nearestRun, type Picture, type Places, paintRuns } from '../drawing/painting.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { type Axis, axisOf, numberAt, numberOf, placesAlong, type Quantity, ROW, wordsFor } from '../live/quantity.ts';
import { FAILED, FEASIBLE, type RunTable } from '../shared/run-table.ts';
import { inkOf } from './inks.ts';
import { type Area, MARGIN, Plot } from './plot.tsx';

export interface ScatterOptions {
  readonly study: LiveStudy;
  readonly label: string;
  readonly x: Quantity;
  readonly y: Quantity;
  readonly height?: number;
  /** What is drawn over the runs, where it is a line of the best ones or the front. */
  readonly line?: 'best' | 'front' | undefined;
  /** Drawn over the runs, in shares of the area. */
  readonly over?: (x: Axis, y: Axis, area: Area) => ComponentChildren;
}

/** Pixels from the pointer to a run that it means. */
const REACH = 24;
/** Pixels that a pointer moves before it selects. */
const LEAST_DRAG = 5;

interface Drag {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** Every run as a dot. The pointer tells what is below it, a click chooses a run, dragging selects those in a rectangle. */
export function Scatter({ study, label, x, y, height = 320, line, over }: ScatterOptions) {
  const { table } = study;
  const changes = study.changes.value;
  const selection = study.selection.value;
  const hovered = study.hovered.value;
  const picked = study.picked.value;
  const drag = useSignal<Drag | undefined>(undefined);
  const shares = useRef<Places>({ x: new Float32Array(), y: new Float32Array() });
  const scaled = useRef<Scaled | undefined>(undefined);
  const axes = useMemo(() => ({ x: axisOf(x, table), y: axisOf(y, table) }), [changes, x.name, y.name, table]);
  shares.current = useMemo(() => sharesOf(study, axes.x, axes.y), [axes]);
  const at = (row: number): readonly [number, number] => [shares.current.x[row], shares.current.y[row]];
  const shown = hovered ?? picked;
  return (
    <>
      <Key study={study} line={line} />
      <Plot
        {...{ label, height, x: axes.x, y: axes.y }}
        causes={[selection, axes]}
        paint={(picture, zoom) => {
          scaled.current = scaledTo(shares.current, picture, scaled.current);
          paintDots(study, scaled.current.places, picture, zoom);
        }}
        handlers={(area) => handlersFor(study, shares.current, area, axes, drag)}
        over={(area) => (
          <>
            {over?.(axes.x, axes.y, area)}
            {drag.value && <rect class="brush" {...boxOf(drag.value, area)} />}
            {[...new Set([picked, hovered])].map((row) =>
              row !== undefined && row < table.count && Number.isFinite(at(row)[0]) ? (
                <circle
                  key={row}
                  class={row === hovered ? 'ring' : 'ring picked'}
                  cx={at(row)[0] * area.width}
                  cy={(Number.isFinite(at(row)[1]) ? 1 - at(row)[1] : 1) * area.height}
                  r="6"
                />
              ) : null,
            )}
          </>
        )}
        below={
          <p class="tip" aria-live="polite">
            {shown !== undefined && shown < table.count ? tipOf(study, x, y, shown) : ' '}
          </p>
        }
      />
    </>
  );
}

/** What the marks mean, of those that there are. */
function Key({ study, line }: { readonly study: LiveStudy; readonly line?: string | undefined }) {
  const { table } = study;
  const { count, completed, feasible } = useMemo(() => countsOf(table), [table, study.changes.value]);
  const entries: readonly (readonly [mark: string, text: string, isThere: boolean])[] = [
    ['dot c0', completed > feasible ? 'within the limits' : 'run', feasible > 0],
    ['dot outside', 'outside the limits', completed > feasible],
    ['dot c1', 'failed, at the foot', completed < count],
    [line ?? '', line === 'front' ? 'on the front' : 'best so far', line !== undefined && feasible > 0],
  ];
  return (
    <p class="key">
      {entries.map(
        ([mark, text, isThere]) =>
          isThere && (
            <span key={mark}>
              <span class={`sign ${mark}`} aria-hidden="true" /> {text}
            </span>
          ),
      )}
    </p>
  );
}

/** Where each run is, from 0 to 1 along both axes; one that failed stands at the foot. */
function sharesOf({ table }: LiveStudy, x: Axis, y: Axis): Places {
  const places = { x: placesAlong(x, table), y: placesAlong(y, table) };
  for (let row = 0; row < table.count; row++) if (table.flags[row] & FAILED) places.y[row] = 0.012;
  return places;
}

/** Places in a picture, kept for as long as only the selection changes. */
interface Scaled {
  readonly shares: Places;
  readonly width: number;
  readonly height: number;
  readonly places: Places;
}

function scaledTo(shares: Places, { width, height }: Picture, before: Scaled | undefined): Scaled {
  if (before?.shares === shares && before.width === width && before.height === height) return before;
  const count = shares.x.length;
  const places = { x: new Float32Array(count), y: new Float32Array(count) };
  for (let row = 0; row < count; row++) {
    places.x[row] = shares.x[row] * (width - 1);
    places.y[row] = (1 - shares.y[row]) * (height - 1);
  }
  return { shares, width, height, places };
}

function paintDots(study: LiveStudy, places: Places, picture: Picture, zoom: number): void {
  const { table } = study;
  const inks = {
    feasible: inkOf('--c0'),
    infeasible: inkOf('--quiet', 0.55),
    failed: inkOf('--c1'),
    faint: inkOf('--quiet', 0.18),
  };
  paintRuns(picture, places, table, study.selection.peek().marks, inks, dotSize(places.x.length) * zoom);
}

function tipOf({ table }: LiveStudy, x: Quantity, y: Quantity, row: number): string {
  const flags = table.flags[row];
  const outcome = flags & FAILED ? 'failed' : flags & FEASIBLE ? '' : 'outside the limits';
  const named = [x, y].filter(({ place }) => place !== ROW.place);
  const values = named.map((one) => `${one.name} ${wordsFor(one, numberOf(one, table, row))}`);
  return [`run ${row + 1}`, ...(flags & FAILED ? [] : values), outcome].filter(Boolean).join(' · ');
}

function countsOf({ count, flags }: RunTable) {
  let [completed, feasible] = [0, 0];
  for (let row = 0; row < count; row++) {
    if (!(flags[row] & FAILED)) completed++;
    if (flags[row] & FEASIBLE) feasible++;
  }
  return { count, completed, feasible };
}

function boxOf({ from, to }: Drag, { width, height }: Area) {
  const [left, right] = [from[0], to[0]].sort((a, b) => a - b);
  const [low, high] = [from[1], to[1]].sort((a, b) => a - b);
  return { x: left * width, y: (1 - high) * height, width: (right - left) * width, height: (high - low) * height };
}

function handlersFor(
  study: LiveStudy,
  shares: Places,
  area: Area,
  axes: { readonly x: Axis; readonly y: Axis },
  // A signal: what a pointer did last is known before the plot is drawn again.
  drag: Signal<Drag | undefined>,
) {
  const placeOf = (event: PointerEvent): readonly [number, number] => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const inside = (value: number) => Math.min(1, Math.max(0, value));
    return [
      inside((event.clientX - box.left - MARGIN.left) / area.width),
      inside(1 - (event.clientY - box.top - MARGIN.top) / area.height),
    ];
  };
  const nearest = ([px, py]: readonly [number, number]) => {
    const { marks, isAll } = study.selection.peek();
    const scaled = { x: shares.x.map((v) => v * area.width), y: shares.y.map((v) => v * area.height) };
    const isOffered = (row: number) => isAll || marks[row] === 1;
    return nearestRun(scaled, shares.x.length, px * area.width, py * area.height, REACH, isOffered);
  };
  return {
    onPointerDown(event: PointerEvent) {
      if (event.pointerType === 'touch' || event.button !== 0) return;
      const place = placeOf(event);
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      drag.value = { from: place, to: place };
    },
    onPointerMove(event: PointerEvent) {
      const place = placeOf(event);
      const now = drag.peek();
      if (now) drag.value = { ...now, to: place };
      else study.hovered.value = nearest(place);
    },
    onPointerUp(event: PointerEvent) {
      const now = drag.peek();
      drag.value = undefined;
      const box = now && boxOf(now, area);
      if (!now || !box || Math.hypot(box.width, box.height) < LEAST_DRAG) study.pick(nearest(placeOf(event)));
      else selectBox(study, axes, now);
    },
    onPointerLeave() {
      study.hovered.value = undefined;
    },
    onKeyDown(event: KeyboardEvent) {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      study.pick(neighborOf(study, shares.x, step));
    },
  };
}

function selectBox(study: LiveStudy, axes: { readonly x: Axis; readonly y: Axis }, { from, to }: Drag): void {
  const { ranges, ...rest } = study.filter.peek();
  const next: Record<number, readonly [number, number]> = { ...ranges };
  for (const [k, axis] of [axes.x, axes.y].entries()) {
    if (axis.quantity.place < 0) continue;
    const [low, high] = [from[k], to[k]].map((share) => numberAt(axis, share)).sort((a, b) => a - b);
    next[axis.quantity.place] = [low, high];
  }
  study.select({ ...rest, ranges: next });
}

/** The next selected run to the right or to the left of the one that is chosen. */
function neighborOf(study: LiveStudy, x: Float32Array, step: number): number | undefined {
  const { marks } = study.selection.peek();
  const from = study.picked.peek();
  // Of runs at the same place the number decides.
  const orderOf = (row: number) => step * (x[row] + row * 1e-9);
  const after = from === undefined ? Number.NEGATIVE_INFINITY : orderOf(from);
  let found = from;
  let least = Number.POSITIVE_INFINITY;
  for (let row = 0; row < x.length; row++) {
    const order = orderOf(row);
    if (marks[row] === 0 || !(order > after && order < least)) continue;
    least = order;
    found = row;
  }
  return found;
}
