import { describe, expect, test } from 'vitest';
import { LineDensity, paintDensity } from '../../src/dashboard/drawing/density.ts';
import { barOf, lanesOf, paintLanes, runAt } from '../../src/dashboard/drawing/lanes.ts';
import { nearestRun, paintRuns } from '../../src/dashboard/drawing/painting.ts';
import { timeTicks } from '../../src/dashboard/drawing/time-ticks.ts';
import { duration, left } from '../../src/dashboard/live/words.ts';
import { filterOf, filterText, type RunFilter, selected } from '../../src/dashboard/shared/run-filter.ts';
import { FAILED, FEASIBLE, RunTable } from '../../src/dashboard/shared/run-table.ts';

/** Runs of one parameter and one output; row i is at i / count, fails where i % 4 = 3, and is feasible where it is below the middle. */
function tableOf(count: number): RunTable {
  const table = new RunTable({ parameters: 1, outputs: 1, objectives: 0 });
  for (let i = 0; i < count; i++)
    table.add({
      ...{ u: [i / count], outputs: [i % 4 === 3 ? Number.NaN : i], objectives: [] },
      ...{ milliseconds: 100, stored: 1e12 + 50 * i, phase: i % 2 },
      flags: i % 4 === 3 ? FAILED : i < count / 2 ? FEASIBLE : 0,
    });
  return table;
}

const rowsOf = (table: RunTable, filter: RunFilter) =>
  [...selected(table, filter).subarray(0, table.count)].flatMap((mark, row) => (mark ? [row] : []));

describe('a filter', () => {
  const table = tableOf(8);

  test('selects by outcome, phase and ranges, all of which must hold', () => {
    expect(rowsOf(table, filterOf('failed'))).toEqual([3, 7]);
    expect(rowsOf(table, filterOf('feasible'))).toEqual([0, 1, 2]);
    expect(rowsOf(table, filterOf('completed~p1'))).toEqual([1, 5]);
    expect(rowsOf(table, filterOf('0:0.25:0.625'))).toEqual([2, 3, 4, 5]);
    // What failed has no output, and is in no range of it.
    expect(rowsOf(table, filterOf('0:0.25:0.625~1:0:100'))).toEqual([2, 4, 5]);
  });

  test('is a text for addresses, and back', () => {
    const filter: RunFilter = { outcome: 'completed', phase: 2, ranges: { 0: [0.25, 0.5], 4: [-3, 1e-7] } };
    expect(filterOf(filterText(filter))).toEqual(filter);
    expect(filterText(filterOf('constructor~0:5:1~x:1:2~0:a:b'))).toBe('');
  });
});

test('a table of runs grows by what it gave', () => {
  const table = tableOf(1000);
  const other = new RunTable(table.widths);
  expect(other.append(table.bytesFrom(0).buffer as ArrayBuffer)).toBe(1000);
  other.count = 400;
  expect(other.append(table.bytesFrom(400).buffer as ArrayBuffer)).toBe(600);
  for (const row of [0, 399, 400, 999]) {
    expect(other.numbers.map((one) => one[row])).toEqual(table.numbers.map((one) => one[row]));
    expect([other.stored[row], other.flags[row], other.phases[row]]).toEqual([
      table.stored[row],
      table.flags[row],
      table.phases[row],
    ]);
  }
});

test('ticks of time are whole in one unit, and no two read the same', () => {
  const texts = (seconds: number) => timeTicks(seconds, 5).map(({ text }) => text);
  expect(texts(2.3)).toEqual(['0', '0.5 s', '1 s', '1.5 s', '2 s']);
  expect(texts(4000)).toEqual(['0', '15 min', '30 min', '45 min', '60 min']);
  expect(texts(200_000)).toEqual(['0', '12 h', '24 h', '36 h', '48 h']);
  for (const seconds of [3e-5, 0.001, 0.7, 1, 9, 61, 700, 5e4, 1e6, 3e8]) {
    const ticks = timeTicks(seconds, 5);
    expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.length).toBeLessThan(10);
    expect(ticks.at(-1)?.at).toBeLessThanOrEqual(seconds * (1 + 1e-9));
  }
});

test('a length of time has the digits that are read', () => {
  const said = [0, 0.00004, 0.0421, 0.99996, 1.54, 9.96, 59.7, 200, 7300, 2e5].map(duration);
  expect(said).toEqual([
    ...['< 1 ms', '< 1 ms', '42.1 ms', '1 s', '1.5 s', '10 s'],
    ...['1 min 0 s', '3 min 20 s', '2 h 1 min', '2 d 7 h'],
  ]);
  expect(left(0.2)).toBe('1 s');
});

test('runs that take place at once are in lanes of their own', () => {
  // Each takes 100 ms, and one is kept every 50 ms.
  const lanes = lanesOf(tableOf(10), 64);
  expect(lanes?.count).toBe(2);
  expect([...(lanes?.lane ?? [])]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  expect(lanes?.busyMilliseconds).toBe(1000);
  const unknown = tableOf(2);
  unknown.stored.fill(Number.NaN);
  expect(lanesOf(unknown, 64)).toBeUndefined();
});

test('runs at once are counted from the bottom of their picture', () => {
  const table = tableOf(9);
  const picture = { width: 90, height: 20, pixels: new Uint32Array(90 * 20) };
  const inks = { feasible: 1, infeasible: 2, failed: 3, faint: 4 };
  const lanes = lanesOf(table, 64)!;
  paintLanes(picture, lanes, table, new Uint8Array(9).fill(1), inks);
  const filled = (y: number) => [...picture.pixels.subarray(y * 90, y * 90 + 17)].filter((ink) => ink !== 0).length;
  // The first run is alone for half of its time.
  expect(filled(15)).toBeGreaterThan(filled(4) + 5);
  expect([barOf(lanes, table, 0, picture), barOf(lanes, table, 1, picture)]).toMatchObject([
    { x: 0, y: 10 },
    { x: 9, y: 0 },
  ]);
  for (const [row, y] of [
    [0, 15],
    [1, 4],
  ])
    expect(runAt(lanes, table, 10 / 90, y / 20)).toBe(row);
});

test('runs in any order have the lanes of those that begin one after another, so many at most', () => {
  const ordered = tableOf(40);
  const other = tableOf(40);
  for (let row = 0; row < 40; row++) other.stored[row] = ordered.stored[(row * 17) % 40];
  const [one, two] = [ordered, other].map((table) => lanesOf(table, 64));
  expect(two).toMatchObject({ count: 2, start: one?.start, end: one?.end, busyMilliseconds: 4000 });
  for (let row = 0; row < 40; row++) expect(two?.lane[row]).toBe(one?.lane[(row * 17) % 40]);
  const atOnce = tableOf(40);
  atOnce.stored.fill(1e12);
  expect(lanesOf(atOnce, 8)?.count).toBe(8);
  expect([...(lanesOf(atOnce, 8)?.lane ?? [])].filter((lane) => lane < 0 || lane > 7)).toEqual([]);
});

describe('a picture', () => {
  const picture = () => ({ width: 40, height: 30, pixels: new Uint32Array(40 * 30) });
  const inks = { feasible: 0xff000001, infeasible: 0xff000002, failed: 0xff000003, faint: 0xff000004 };

  test('has a dot for each run, selected ones over others', () => {
    const table = tableOf(4);
    const places = { x: Float32Array.of(5, 15, 25, 35), y: Float32Array.of(5, 10, 15, 20) };
    const painted = picture();
    paintRuns(painted, places, table, Uint8Array.of(1, 0, 1, 1), inks, 2);
    const at = (x: number, y: number) => painted.pixels[y * 40 + x];
    expect([at(5, 5), at(15, 10), at(25, 15), at(35, 20)]).toEqual([0xff000001, 0xff000004, 0xff000002, 0xff000003]);
    expect(at(20, 25)).toBe(0);
    expect(nearestRun(places, 4, 16, 11, 20, () => true)).toBe(1);
    expect(nearestRun(places, 4, 16, 11, 20, (row) => row !== 1)).not.toBe(1);
    expect(nearestRun(places, 4, 39, 2, 5, () => true)).toBeUndefined();
  });

  test('has the dots at its edges, each with the part that is inside', () => {
    const corners = tableOf(4);
    corners.flags.fill(FEASIBLE);
    const at = { x: Float32Array.of(0, 39, 0, 39), y: Float32Array.of(0, 0, 29, 29) };
    const own = picture();
    paintRuns(own, at, corners, new Uint8Array(4).fill(1), inks, 2.5);
    for (const x of [0, 39])
      for (const y of [0, 29]) expect([x, y, own.pixels[y * 40 + x]]).toEqual([x, y, inks.feasible]);
    // A quarter of a dot in each corner, and nothing at the other end of a line.
    const painted = [...own.pixels].flatMap((ink, k) => (ink ? [[k % 40, Math.floor(k / 40)]] : []));
    expect(painted.every(([x, y]) => (x <= 3 || x >= 36) && (y <= 3 || y >= 26))).toBe(true);
    const alone = picture();
    paintRuns(alone, { x: Float32Array.of(0), y: Float32Array.of(15) }, tableOf(1), Uint8Array.of(1), inks, 2.5);
    expect([...alone.pixels].flatMap((ink, k) => (ink ? [k % 40] : [])).every((x) => x <= 3)).toBe(true);
  });

  test.each([
    ['right', 40, 10, 39],
    ['left', -1, 11, 0],
  ])(
    'has the part of a dot beyond its %s edge, also where the line beside it has the same dot at the other end',
    (_, x, y, edge) => {
      // In memory the place beyond an edge is that of the first dot.
      const other = { x: (x + 40) % 40, y: y + (x < 0 ? -1 : 1) };
      const two = tableOf(2);
      two.flags.fill(FEASIBLE);
      const painted = picture();
      paintRuns(
        painted,
        { x: Float32Array.of(other.x, x), y: Float32Array.of(other.y, y) },
        two,
        Uint8Array.of(1, 1),
        inks,
        0.75,
      );
      expect(painted.pixels[other.y * 40 + other.x]).toBe(inks.feasible);
      expect(painted.pixels[y * 40 + edge]).not.toBe(0);
    },
  );

  test('of runs painted at once is that of their layers one by one, also where dots meet', () => {
    const count = 600;
    const table = tableOf(count);
    const places = {
      x: Float32Array.from({ length: count }, (_, row) => (row * 7.3) % 41),
      y: Float32Array.from({ length: count }, (_, row) => (row * 3.7) % 31),
    };
    const marks = Uint8Array.from({ length: count }, (_, row) => (row % 5 ? 1 : 0));
    for (const radius of [0.75, 1.5]) {
      const once = picture();
      paintRuns(once, places, table, marks, inks, radius);
      const byPixels = picture();
      const layerOf = (row: number) => (marks[row] ? [0, FEASIBLE, FAILED].indexOf(table.flags[row]) : -1);
      for (const [k, ink] of [inks.faint, inks.infeasible, inks.feasible, inks.failed].entries())
        for (let row = 0; row < count; row++) {
          if (layerOf(row) !== k - 1) continue;
          const [x, y] = [Math.round(places.x[row]), Math.round(places.y[row])];
          for (let at = 0; at < byPixels.pixels.length; at++) {
            const share = Math.min(1, radius + 0.5 - Math.hypot((at % 40) - x, Math.floor(at / 40) - y));
            const cover = Math.round(255 * share);
            if (cover === 255) byPixels.pixels[at] = ink;
            else if (share > 0 && byPixels.pixels[at] === 0)
              byPixels.pixels[at] = (ink & 0xffffff) | (((255 * cover) / 255) << 24);
          }
        }
      expect(once.pixels).toEqual(byPixels.pixels);
    }
  });

  test('has lines whose sum is the number of runs in each column, also by bins', () => {
    for (const count of [50, 6000]) {
      const heights = [0, 1].map((k) =>
        Float32Array.from({ length: count }, (_, i) => ((i * (k ? 37 : 53)) % count) / count),
      );
      // Twice as many of the first kind as of the second, so that neither passes for the other.
      const kinds = Uint8Array.from({ length: count }, (_, i) => [0, 1, 1, 2][i % 4]);
      const densities = new LineDensity(heights, [0, 39], { width: 40, height: 30 }).of(kinds);
      for (const x of [0, 17, 38])
        for (const [k, density] of densities.entries()) {
          let sum = 0;
          for (let y = 0; y < 30; y++) sum += density[y * 40 + x];
          expect(sum).toBeCloseTo(kinds.filter((kind) => kind === k + 1).length, 3);
        }
    }
  });

  test('has lines by bins where the lines themselves are', () => {
    const count = 6000;
    const rise = [0, 1].map((k) => Float32Array.from({ length: count }, (_, i) => (k ? 0.9 : 0.2) + (i % 100) / 1000));
    const picture = { width: 40, height: 302 };
    const kinds = Uint8Array.from({ length: count }, (_, i) => i % 2);
    const [density] = new LineDensity(rise, [0, 39], picture).of(kinds);
    for (const x of [0, 13, 20, 37, 38]) {
      let [sum, moment] = [0, 0];
      for (let y = 0; y < 302; y++) {
        sum += density[y * 40 + x];
        moment += y * density[y * 40 + x];
      }
      const middle = 0.25 + (0.7 * x) / 39;
      expect(sum).toBeCloseTo(count / 2, 3);
      // Of 300 pixels, three to a bin.
      expect(Math.abs(moment / sum - (1 - middle) * 300)).toBeLessThan(2);
    }
  });

  test('is as dark as there are lines', () => {
    const painted = picture();
    paintDensity(painted, Float32Array.of(0, 1, 3), 0xff0000ff, 0.5);
    const alpha = [0, 1, 2].map((i) => painted.pixels[i] >>> 24);
    expect(alpha[0]).toBe(0);
    expect(alpha[1]).toBe(Math.round(255 * (1 - Math.exp(-0.5))));
    expect(alpha[2]).toBeGreaterThan(alpha[1]);
  });
});
