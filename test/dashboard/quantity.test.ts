import { expect, test } from 'vitest';
import { real } from '../../src/core/space/parameter.ts';
import { axisOf, placesAlong, quantitiesOf, ROW } from '../../src/dashboard/live/quantity.ts';
import type { RunTable } from '../../src/dashboard/shared/run-table.ts';
import type { StudyDetails } from '../../src/dashboard/shared/wire.ts';

const details = {
  parameters: { pressure: real(2, 10, { unit: 'bar' }), fill: real(0, 1) },
  outputs: { height: { unit: 'm' }, peak: {} },
  objectives: [
    { text: 'pressure', unit: 'bar', sense: 'minimize' },
    { text: 'height', unit: 'm', sense: 'maximize' },
  ],
} as unknown as StudyDetails;

test('an objective that is an output or an input is there once', () => {
  const told = quantitiesOf(details).map(({ kind, name, place }) => [kind, name, place]);
  expect(told).toEqual([
    ['parameter', 'fill', 1],
    ['output', 'peak', 3],
    ['objective', 'pressure', 4],
    ['objective', 'height', 5],
    ['time', 'time of the run', 6],
  ]);
});

test('the first and the last run have room beside them', () => {
  const table = { count: 40 } as RunTable;
  const places = placesAlong(axisOf(ROW, table), table);
  expect(places[0]).toBeGreaterThan(0.02);
  expect(places[39]).toBeLessThan(0.98);
});
