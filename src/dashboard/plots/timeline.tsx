import { useMemo } from 'preact/hooks';
import { number, plural } from '../../report/format.ts';
import { barOf, lanesOf, paintLanes, runAt } from '../drawing/lanes.ts';
import { timeTicks } from '../drawing/time-ticks.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { type Axis, ROW } from '../live/quantity.ts';
import { duration } from '../live/words.ts';
import { inkOf } from './inks.ts';
import { MARGIN, Plot } from './plot.tsx';

const HEIGHT = 190;
/** Lanes that are told apart at most. */
const MOST = 64;

/** When runs took place, and how many at once: each is a bar from its beginning to the moment it was kept. */
export function Timeline({ study }: { readonly study: LiveStudy }) {
  const { table } = study;
  const changes = study.changes.value;
  const selection = study.selection.value;
  const lanes = useMemo(() => lanesOf(table, MOST), [changes, table]);
  if (!lanes) return <p class="quiet">This store does not know when its runs took place.</p>;
  const seconds = (lanes.end - lanes.start) / 1000;
  const shown = study.hovered.value ?? study.picked.value;
  const busy = lanes.busyMilliseconds / Math.max(1, lanes.end - lanes.start);
  return (
    <>
      <p class="quiet">
        {plural(lanes.count, 'run')} at once at most, {busy < 0.01 ? 'fewer than 0.01' : number(busy, 2)} on average; a
        lane is not always the same worker.
      </p>
      <Plot
        label="Timeline of the runs"
        x={timeAxis(seconds)}
        y={laneAxis(lanes.count)}
        height={HEIGHT}
        causes={[selection, lanes]}
        paint={(picture) =>
          paintLanes(picture, lanes, table, study.selection.peek().marks, {
            ...{ feasible: inkOf('--c0'), infeasible: inkOf('--c0', 0.55) },
            ...{ failed: inkOf('--c1'), faint: inkOf('--quiet', 0.2) },
          })
        }
        handlers={(area) => ({
          onPointerMove(event: PointerEvent) {
            const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
            const x = (event.clientX - box.left - MARGIN.left) / area.width;
            const y = (event.clientY - box.top - MARGIN.top) / area.height;
            study.hovered.value = runAt(lanes, table, x, y);
          },
          onPointerLeave() {
            study.hovered.value = undefined;
          },
          onClick() {
            if (study.hovered.value !== undefined) study.pick(study.hovered.value);
          },
        })}
        over={(area) =>
          shown !== undefined && shown < lanes.lane.length && lanes.lane[shown] >= 0 ? (
            <rect class="ring" {...barOf(lanes, table, shown, area)} />
          ) : null
        }
        below={
          <p class="tip">
            {shown !== undefined && shown < table.count
              ? `run ${shown + 1} · ${duration(table.milliseconds[shown] / 1000)}`
              : ' '}
          </p>
        }
      />
    </>
  );
}

function timeAxis(seconds: number): Axis {
  const high = Math.max(seconds, 1e-3);
  const ticks = timeTicks(high, 5).map(({ at, text }) => ({ share: at / high, text }));
  return { quantity: ROW, label: 'since the first run began', scale: { isLog: false, low: 0, high }, ticks };
}

function laneAxis(lanes: number): Axis {
  const ticks = [
    { share: 0, text: '0' },
    { share: 1, text: String(lanes) },
  ];
  return { quantity: ROW, label: 'runs at once', scale: { isLog: false, low: 0, high: lanes }, ticks };
}
