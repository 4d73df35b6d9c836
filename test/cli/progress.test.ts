import { expect, test } from 'vitest';
import { phaseName } from '../../src/cli/phase.ts';
import { duration, ProgressBar } from '../../src/cli/progress.ts';

function bar(options: { isTTY?: boolean; columns?: number }) {
  const written: string[] = [];
  const time = { now: 0 };
  const output = { ...options, write: (text: string) => written.push(text) };
  return { written, time, progress: new ProgressBar(output, () => time.now) };
}

test('phases are words, not the paths of random streams', () => {
  expect(phaseName('7/surrogate/design')).toBe('surrogate: design');
  expect(phaseName('-7/rules/holdout')).toBe('rules: holdout');
  expect(phaseName('7/search')).toBe('search');
  expect(phaseName('1/compare/CMA-ES')).toBe('compare CMA-ES');
  expect(phaseName('1/confirm')).toBe('repeat the best points');
  expect(phaseName('fit surrogate')).toBe('fit surrogate');
});

test('on a terminal one line is redrawn, with counts, failures, rate, time left and the note', () => {
  const { written, time, progress } = bar({ isTTY: true, columns: 120 });
  progress.update({ phase: '7/surrogate/design', done: 0, total: 40 });
  time.now = 1000;
  progress.update({ phase: '7/surrogate/design', done: 5, total: 40 });
  expect(written.at(-1)).toBe('\rsurrogate: design [###.....................] 5/40\x1b[K');
  time.now = 2000;
  progress.update({ phase: '7/surrogate/design', done: 10, total: 40, failures: 2, note: 'best 3' });
  expect(written.at(-1)).toBe(
    '\rsurrogate: design [######..................] 10/40, 2 failed, 5/s, 6 s left, best 3\x1b[K',
  );
  progress.clear();
  progress.clear();
  expect(written.slice(3)).toEqual(['\r\x1b[K']);
});

test('a terminal that does not know its width has 80 columns', () => {
  const { written, progress } = bar({ isTTY: true, columns: 0 });
  progress.update({ phase: '7/surrogate/design', done: 0, total: 40 });
  expect(written.at(-1)).toBe('\rsurrogate: design [........................] 0/40\x1b[K');
});

test('on a terminal a burst of events is drawn at most every 80 ms, its end always', () => {
  const { written, time, progress } = bar({ isTTY: true });
  for (let done = 0; done <= 100; done++) {
    progress.update({ phase: 'fit', done, total: 100 });
    time.now += 1;
  }
  expect(written).toHaveLength(3);
  expect(written.at(-1)).toContain('100/100');
});

test('a line never fills the width of the terminal, where it would wrap', () => {
  const { written, progress } = bar({ isTTY: true, columns: 40 });
  progress.update({ phase: '7/surrogate/design', done: 1, total: 40, note: 'x'.repeat(200) });
  const line = written[0].replace('\r', '').replace('\x1b[K', '');
  expect(line).toHaveLength(39);
  expect(line.endsWith('...')).toBe(true);
});

test('elsewhere a short phase is silent, and a long one says when it begins to take long and when it ends', () => {
  const { written, time, progress } = bar({});
  progress.update({ phase: 'short', done: 0, total: 2 });
  progress.update({ phase: 'short', done: 2, total: 2 });
  for (let done = 0; done <= 10; done++) {
    progress.update({ phase: '1/search', done, total: 10 });
    time.now += 1000;
  }
  progress.clear();
  expect(written).toEqual([
    'search [#######.................] 3/10, 1/s, 7 s left\n',
    'search [###################.....] 8/10, 1/s, 2 s left\n',
    'search [########################] 10/10, 1/s after 10 s\n',
  ]);
});

test('elsewhere a long phase that stops early is ended by the next one', () => {
  const { written, time, progress } = bar({});
  for (let done = 0; done < 5; done++, time.now += 1000) progress.update({ phase: '1/search', done, total: 10 });
  progress.update({ phase: '1/confirm', done: 0, total: 10 });
  expect(written.at(-1)).toBe('search [#########...............] 4/10, 0.75/s, 8 s left after 5 s\n');
});

test('what workers take to start is not counted: a rate is told when it is known', () => {
  const { written, time, progress } = bar({ isTTY: true, columns: 120 });
  progress.update({ phase: '1/surrogate/design', done: 0, total: 60 });
  time.now = 3000;
  progress.update({ phase: '1/surrogate/design', done: 2, total: 60 });
  expect(written.at(-1)).not.toContain('left');
  for (let done = 3; done <= 42; done++) {
    time.now += 100;
    progress.update({ phase: '1/surrogate/design', done, total: 60 });
  }
  expect(written.at(-1)).toContain('42/60, 10/s, 1.8 s left');
});

test('of runs that take minutes the time left is told from the first answer on', () => {
  const { written, time, progress } = bar({ isTTY: true, columns: 120 });
  progress.update({ phase: '1/search', done: 0, total: 10 });
  time.now = 120_000;
  progress.update({ phase: '1/search', done: 2, total: 10 });
  expect(written.at(-1)).toContain('8 min 0 s left');
});

test('elsewhere a phase of half an hour says ever more rarely how far it is, and each minute at last', () => {
  const { written, time, progress } = bar({});
  for (let second = 0; second <= 1800; second++) {
    time.now = 1000 * second;
    progress.update({ phase: '1/search', done: second, total: 2000 });
  }
  expect(written.length).toBeGreaterThan(25);
  expect(written.length).toBeLessThan(60);
  expect(written.at(-1)).toMatch(/ 17\d\d\/2000, 1\/s, .* left\n$/);
});

test.each([true, false])('a run that hangs is told after half a minute, and again (on a terminal: %s)', (isTTY) => {
  const { written, time, progress } = bar({ isTTY, columns: 80 });
  progress.update({ phase: '1/surrogate/design', done: 0, total: 40 });
  for (let second = 0; second <= 150; second++) {
    time.now = 1000 * second;
    progress.tick();
  }
  const told = written.filter((line) => line.includes('no run has ended'));
  expect(told).toEqual([
    "surrogate: design: no run has ended for 30 s; a time limit ends a run that hangs (--time-limit, or the simulator's)\n",
    expect.stringContaining('no run has ended for 2 min 0 s'),
  ]);
});

test('a search without an answer for half a minute may hang in a run, or choose the next point', () => {
  const { written, time, progress } = bar({ isTTY: true, columns: 80 });
  progress.update({ phase: '1/search', done: 3, total: 40 });
  time.now = 31_000;
  progress.tick();
  expect(written.join('')).toContain(
    'search: no run has ended for 30 s; the search may be choosing the next point, and a time limit ends a run that hangs',
  );
});

test('nobody waits for a run while a model is fitted, nor after the last answer', () => {
  const { written, time, progress } = bar({ isTTY: true });
  progress.update({ phase: 'fit surrogate', done: 0, total: 1 });
  time.now = 100_000;
  progress.tick();
  progress.update({ phase: '1/surrogate/design', done: 4, total: 4 });
  time.now = 200_000;
  progress.tick();
  expect(written.join('')).not.toContain('no run has ended');
});

test('time spans are for people, and round without 60 s', () => {
  expect([0.42, 9.96, 12.3, 59.7, 185, 3599.8, 7800].map(duration)).toEqual([
    '0.42 s',
    '10 s',
    '12 s',
    '1 min 0 s',
    '3 min 5 s',
    '1 h 0 min',
    '2 h 10 min',
  ]);
});
