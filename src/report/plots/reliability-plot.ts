import { wilson } from '../../numerics/statistics.ts';
import { isKnown, percent, plural } from '../format.ts';
import { linearAxis } from './axis.ts';
import { plot, round, tooltip } from './frame.ts';
import type { Parity } from './parity-plot.ts';

const BINS = 10;
/** Radius of the dot of a bin that holds all points. */
const LARGEST = 11;
const SMALLEST = 2;

/** Points whose predicted shares of a class lie together. */
interface Bin {
  readonly count: number;
  /** Mean of the predicted shares. */
  readonly predicted: number;
  /** Share of the points that are of the class, with its 95 % interval. */
  readonly observed: number;
  readonly interval: readonly [low: number, high: number];
}

/** Predicted shares of a class in ten equal bins, those without points left out. */
export function reliabilityBins(parity: Parity): Bin[] {
  const bins = Array.from({ length: BINS }, () => ({ count: 0, predicted: 0, truth: 0 }));
  for (const [truth, probability] of parity) {
    if (!isKnown(truth) || !isKnown(probability)) continue;
    const share = Math.min(1, Math.max(0, probability));
    const bin = bins[Math.min(BINS - 1, Math.floor(share * BINS))];
    bin.count++;
    bin.predicted += share;
    bin.truth += truth;
  }
  return bins
    .filter(({ count }) => count > 0)
    .map(({ count, predicted, truth }) => ({
      ...{ count, predicted: predicted / count, observed: truth / count },
      interval: wilson(truth, count),
    }));
}

/** Mean difference between predicted and observed shares over the bins, each as often as it has points [Naeini2015]; NaN without points. */
export function calibrationError(bins: readonly Bin[]): number {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce(
    (sum, { count, predicted, observed }) => sum + (count * Math.abs(predicted - observed)) / all,
    all > 0 ? 0 : Number.NaN,
  );
}

/** Reliability diagram: how often points are of a class that are predicted to be of it with some share; on the diagonal shares are what they say. */
export function reliabilityPlot(parity: Parity, { title }: { readonly title: string }): string {
  const bins = reliabilityBins(parity);
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  const summary = `${plural(all, 'point')} in bins of their predicted share; the calibration error is ${percent(calibrationError(bins))}.`;
  const legend = [
    { name: 'bin, larger with more points', swatch: '<circle class="c0" r="4"/>' },
    { name: '95 % interval', swatch: '<path class="curve c0 thin" d="M0 -5V5"/>' },
  ];
  return plot({ title, summary, legend }, ({ left, right, top, bottom }) => {
    const x = linearAxis('predicted share', [0, 1], [left, right]);
    const y = linearAxis('observed share', [0, 1], [bottom, top]);
    const marks = bins.map(({ count, predicted, observed, interval }) => {
      const [cx, cy] = [round(x.at(predicted)), round(y.at(observed))];
      const radius = round(Math.max(SMALLEST, LARGEST * Math.sqrt(count / all)));
      const note = `predicted ${percent(predicted)}, observed ${percent(observed)} of ${plural(count, 'point')} (95 % interval ${percent(interval[0])} to ${percent(interval[1])})`;
      return `<path class="interval c0" d="M${cx} ${round(y.at(interval[0]))}V${round(y.at(interval[1]))}"/><circle class="c0" cx="${cx}" cy="${cy}" r="${radius}" fill-opacity=".75">${tooltip(note)}</circle>`;
    });
    return { x, y, marks: `<path class="reference" d="M${left} ${bottom}L${right} ${top}"/>${marks.join('')}` };
  });
}
