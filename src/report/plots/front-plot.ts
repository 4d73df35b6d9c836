import type { ObjectiveSummary } from '../../study/summary.ts';
import { labeled, plural, quantity, short } from '../format.ts';
import { linearAxis, logAxis } from './axis.ts';
import { plot, round, thin, tooltip } from './frame.ts';

/** An evaluation by its objectives in the user's sense. */
export interface TradePoint {
  readonly id: string;
  readonly objectives: readonly number[];
}

/** What a picture of a trade-off shows. */
export interface FrontData {
  readonly objectives: readonly ObjectiveSummary[];
  /** Ordered by the first objective. */
  readonly front: readonly TradePoint[];
  /** The other completed evaluations. */
  readonly rest: readonly TradePoint[];
}

/** Positive values that span more than the factor get a logarithmic axis. */
const WIDE = 100;
/** Factor beyond the values at both ends of such an axis. */
const ROOM = 1.25;

/** Two objectives against each other: the front as steps through its points, everything else behind it. */
export function frontPlot({ objectives, front, rest: all }: FrontData, [a, b]: readonly [number, number]): string {
  const rest = thin(all);
  const title = `${short(objectives[b].objective, 24)} against ${short(objectives[a].objective, 24)}`;
  const summary = `${plural(front.length, 'point')} on the front, ${plural(all.length, 'other evaluation')}.`;
  const legend = [
    { name: 'front', swatch: '<circle class="r6" r="4"/>' },
    { name: 'other evaluations', swatch: '<circle class="r3" r="3"/>' },
  ];
  return plot({ title, summary, legend }, ({ left, right, top, bottom }) => {
    const values = (k: number) => [...front, ...rest].map((point) => point.objectives[k]);
    const axis = (k: number, extent: readonly [number, number]) => {
      const own = values(k);
      const [low, high] = [Math.min(...own), Math.max(...own)];
      const label = labeled(short(objectives[k].objective, 32), objectives[k].unit);
      // No dot of the front is cut by the end of an axis.
      return low > 0 && high > WIDE * low
        ? logAxis(label, [low / ROOM, high * ROOM], extent)
        : linearAxis(label, own, extent);
    };
    const x = axis(a, [left, right]);
    const y = axis(b, [bottom, top]);
    const dot = (r: number) => (point: TradePoint) =>
      `<circle cx="${round(x.at(point.objectives[a]))}" cy="${round(y.at(point.objectives[b]))}" r="${r}">${tooltip(noteOf(point, objectives))}</circle>`;
    const line = objectives.length === 2 ? `<path class="curve c0" d="${stepsThrough(front, x.at, y.at)}"/>` : '';
    return {
      x,
      y,
      marks: `<g class="dots r3">${rest.map(dot(2.5)).join('')}</g>${line}<g class="ringed r6">${front.map(dot(4)).join('')}</g>`,
    };
  });
}

/** What is surely attainable between the points: at each point only the first coordinate changes until the next one. */
function stepsThrough(
  front: readonly TradePoint[],
  xAt: (value: number) => number,
  yAt: (value: number) => number,
): string {
  return front
    .map(({ objectives: [x, y] }, i) =>
      i === 0 ? `M${round(xAt(x))} ${round(yAt(y))}` : `H${round(xAt(x))}V${round(yAt(y))}`,
    )
    .join('');
}

function noteOf({ id, objectives: values }: TradePoint, objectives: readonly ObjectiveSummary[]): string {
  return `${id}: ${objectives.map(({ objective, unit }, k) => `${short(objective, 24)} ${quantity(values[k], unit)}`).join(', ')}`;
}
