import type { Parameter } from '../../core/space/parameter.ts';
import { ticksAlong } from '../../explorer/drawing/axis.ts';
import { told, valueAt } from '../../explorer/drawing/coordinate.ts';
import { extentOf, placeOn, type Scale, scaleOf, ticksOf } from '../../explorer/drawing/scale.ts';
import { alike, labeled, measured, number, short } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import type { RunTable } from '../shared/run-table.ts';
import type { StudyDetails } from '../shared/wire.ts';

/** A number that each run has. */
export interface Quantity {
  /** Among the numbers of the table; -1 is the number of the run itself. */
  readonly place: number;
  readonly kind: 'row' | 'parameter' | 'output' | 'objective' | 'time';
  readonly name: string;
  readonly unit: string;
  /** Of a parameter, whose numbers are of the unit cube. */
  readonly spec?: Parameter;
  /** Of an output that is a class. */
  readonly classes?: readonly string[];
}

/** The number of a run, in the order of storing. */
export const ROW: Quantity = { place: -1, kind: 'row', name: 'run', unit: '' };

/** What runs of a study have, in the order of the table. An objective that is an output or a parameter is there once. */
export function quantitiesOf({ parameters, outputs, objectives }: StudyDetails): Quantity[] {
  const list: Omit<Quantity, 'place'>[] = [
    ...Object.entries(parameters).map(([name, spec]) => ({
      ...{ kind: 'parameter' as const, name, unit: spec.unit ?? '', spec },
    })),
    ...Object.entries(outputs).map(([name, { unit = '', classes }]) => ({
      ...{ kind: 'output' as const, name, unit, ...(classes && { classes }) },
    })),
    ...objectives.map(({ text, unit }) => ({ kind: 'objective' as const, name: text, unit })),
    { kind: 'time' as const, name: 'time of the run', unit: 'ms' },
  ];
  return list
    .map((one, place) => ({ ...one, place }))
    .filter(
      ({ kind, name }) => !(kind === 'output' || kind === 'parameter') || objectives.every(({ text }) => text !== name),
    );
}

/** The number of a run. */
export function numberOf({ place }: Quantity, table: RunTable, row: number): number {
  return place < 0 ? row + 1 : table.numbers[place][row];
}

/** A number in words, with its unit. */
export function wordsFor(quantity: Quantity, value: number): string {
  const { spec, classes, unit } = quantity;
  if (Number.isNaN(value)) return spec ? 'inactive' : 'no answer';
  if (spec) return typeset(told(spec, valueAt(spec, value)));
  return classes ? (classes[value] ?? '') : typeset(measured(value, unit, 5));
}

/** How a quantity is drawn along a line. */
export interface Axis {
  readonly quantity: Quantity;
  readonly label: string;
  readonly scale: Scale;
  readonly ticks: readonly { readonly share: number; readonly text: string }[];
}

const WHOLE: Scale = { isLog: false, low: 0, high: 1 };

/** The axis that shows all of a quantity, with about `count` ticks. */
export function axisOf(quantity: Quantity, table: RunTable, count = 5): Axis {
  const { spec, name, unit, classes, place } = quantity;
  const label = labeled(short(name, 28), unit);
  if (spec) return { quantity, label, scale: WHOLE, ticks: ticksAlong(spec, count, 10) };
  if (classes) {
    const scale = { isLog: false, low: -0.5, high: classes.length - 0.5 };
    const ticks = classes.map((text, k) => ({ share: placeOn(scale, k), text: short(text, 10) }));
    return { quantity, label, scale, ticks };
  }
  // A run at either end of the axis would be cut in half.
  const values = place < 0 ? [0, Math.max(2, table.count + 1)] : table.numbers[place].subarray(0, table.count);
  const scale = place < 0 ? { isLog: false, low: values[0], high: values[1] } : scaleOf(extentOf(values) ?? [0, 1]);
  return { quantity, label, scale, ticks: markedOn(scale, count) };
}

/** Round values along a scale, about `count` of them, and what is written there. */
export function markedOn(scale: Scale, count: number): Axis['ticks'] {
  const values = ticksOf(scale, count);
  const texts = scale.isLog ? values.map((value) => number(value, 4)) : alike(values);
  return values.map((value, k) => ({ share: placeOn(scale, value), text: texts[k] }));
}

/** Where each run is along an axis, from 0 to 1 of what it shows; NaN where a run has no such number. */
export function placesAlong({ quantity: { place }, scale }: Axis, table: RunTable): Float32Array {
  const places = new Float32Array(table.count);
  const { low, high } = scale;
  if (place < 0 || scale.isLog) {
    const values = place < 0 ? undefined : table.numbers[place];
    for (let row = 0; row < places.length; row++) places[row] = placeOn(scale, values ? values[row] : row + 1);
    return places;
  }
  const values = table.numbers[place];
  const factor = 1 / (high - low);
  for (let row = 0; row < places.length; row++) places[row] = (values[row] - low) * factor;
  return places;
}

/** The number at a place along an axis, from 0 to 1. */
export function numberAt({ scale: { isLog, low, high } }: Axis, share: number): number {
  const value = low + share * (high - low);
  return isLog ? 10 ** value : value;
}
