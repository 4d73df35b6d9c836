import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { placeOn } from '../../explorer/drawing/scale.ts';
import type { Axis } from '../live/quantity.ts';
import { type Area, MARGIN, Plot } from './plot.tsx';

interface LinesOptions {
  readonly label: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly height: number;
  /** Where there is something to tell along x, ascending. */
  readonly stops: readonly number[];
  /** What all lines say there, in words. */
  readonly tell: (stop: number) => string;
  readonly lines: (area: Area) => ComponentChildren;
}

/** Lines over a number. The pointer, or the arrow keys, go along them, and what all of them say there stands below. */
export function Lines({ label, x, y, height, stops, tell, lines }: LinesOptions) {
  const chosen = useSignal<number | undefined>(undefined);
  const at = chosen.value === undefined ? undefined : Math.min(chosen.value, stops.length - 1);
  const stop = at === undefined ? undefined : stops[at];
  return (
    <Plot
      label={`${label}. Arrow keys tell the values.`}
      {...{ x, y, height, causes: [] }}
      paint={() => undefined}
      handlers={(area) => ({
        onPointerMove(event: PointerEvent) {
          const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
          chosen.value = nearest(stops, x, (event.clientX - box.left - MARGIN.left) / area.width);
        },
        onPointerLeave() {
          chosen.value = undefined;
        },
        onKeyDown(event: KeyboardEvent) {
          const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (by === undefined || stops.length === 0) return;
          event.preventDefault();
          const before = chosen.value ?? (by > 0 ? -1 : stops.length);
          chosen.value = Math.max(0, Math.min(stops.length - 1, before + by));
        },
      })}
      over={(area) => (
        <>
          {stop !== undefined && <path class="stop" d={`M${placeOn(x.scale, stop) * area.width} 0V${area.height}`} />}
          {lines(area)}
        </>
      )}
      below={
        <p class="tip" aria-live="polite">
          {stop === undefined ? ' ' : tell(stop)}
        </p>
      }
    />
  );
}

/** The place of the stop that is nearest to a share of the axis. */
function nearest(stops: readonly number[], { scale }: Axis, share: number): number | undefined {
  let found: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [k, stop] of stops.entries()) {
    const away = Math.abs(placeOn(scale, stop) - share);
    if (away < least) [found, least] = [k, away];
  }
  return found;
}
