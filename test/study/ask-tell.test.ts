import { expect, test } from 'vitest';
import {
  askTell,
  categorical,
  defineScenario,
  defineSimulator,
  integer,
  memoryStore,
  real,
  runStudy,
} from '../../src/index.ts';
import { inlineExecutor } from '../../src/node.ts';

const parameters = { x: real(-5, 10), y: real(0, 15), side: categorical('left', 'right') };
const outputs = { f: {}, g: { valid: [-1e3, 1e3] } } as const;
const bowl = ({ x, y, side }: { x: number; y: number; side: string }) => ({
  f: (x - 2) ** 2 + (y - 3) ** 2 + (side === 'left' ? 5 : 0),
  g: x + y,
});
const definition = { parameters, outputs, minimize: 'f', subjectTo: ['g >= 6'], budget: 10, seed: 3 } as const;

test('it asks what a study asks that searches a simulator with these answers', async () => {
  const plane = { x: real(-5, 10), y: real(0, 15) };
  const run = ({ x, y }: { x: number; y: number }) => ({ f: (x - 2) ** 2 + (y - 3) ** 2 });
  const search = await askTell({ parameters: plane, outputs: { f: {} }, maximize: '-f', budget: 8, seed: 3 });
  for await (const point of search) search.tell(point, run(point));
  expect(search.data.size).toBe(8);
  const simulator = defineSimulator(null, { name: 'bowl', parameters: plane, outputs: { f: {} }, run });
  const { results } = await runStudy(
    defineScenario({ name: 'bowl', simulator, seed: 3, search: { on: 'simulator', maximize: '-f', budget: 8 } }),
    { executor: inlineExecutor(), store: memoryStore() },
    { clock: () => 0 },
  );
  expect(results.search?.steps.map(({ objective }) => objective)).toEqual([...search.data.y.column(0)].map((f) => -f));
  expect(search.best()?.objectives).toEqual([results.search?.best?.objective]);
});

test('what it wrote as CSV goes on where it was, failures among it', async () => {
  const one = await askTell(definition);
  for (let i = 0; i < 6; i++) {
    const point = await one.ask();
    one.tell(point, i === 1 ? new Error('the bench tripped') : i === 2 ? { f: Number.NaN, g: 0 } : bowl(point));
  }
  expect(one.data.rows.map(({ status }) => status === 'failed')).toEqual([false, true, true, false, false, false]);
  expect(one.toCsv()).toContain('threw: the bench tripped');
  const other = await askTell({ ...definition, budget: 6, data: one.toCsv() });
  expect(other.toCsv()).toBe(one.toCsv());
  expect(await other.ask()).toEqual(await one.ask());
});

test('points asked together differ, and are under way until they are told in any order', async () => {
  const search = await askTell(definition);
  const points = await search.ask(3);
  expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(3);
  expect(search.pending).toEqual(points);
  const copy = JSON.parse(JSON.stringify(points[1]));
  search.tell(copy, bowl(copy));
  expect(search.pending).toEqual([points[0], points[2]]);
  search.tell({ x: 0, y: 0, side: 'left' }, { f: 38, g: 0 }); // nobody asked for it
  expect(search.pending).toHaveLength(2);
  expect(search.data.size).toBe(2);
});

test('several objectives have a front, maximized ones with their own sign', async () => {
  const search = await askTell({
    parameters: { x: real(0, 1) },
    outputs: { a: {}, b: {} },
    minimize: 'a',
    maximize: 'b',
  });
  for (const x of [0.2, 0.8, 0.5]) search.tell({ x }, { a: x, b: x === 0.5 ? 0 : x });
  expect(search.front().map(({ objectives }) => objectives)).toEqual([
    [0.2, 0.2],
    [0.8, 0.8],
  ]);
  expect(() => search.best()).toThrow('there are 2 objectives');
});

test('a space that is used up says so', async () => {
  const search = await askTell({ parameters: { n: integer(1, 3) }, outputs: { f: {} }, minimize: 'f' });
  for await (const { n } of search) search.tell({ n }, { f: (n - 2) ** 2 });
  expect(search.data.size).toBe(3);
  expect(search.best()?.point).toEqual({ n: 2 });
  expect(await search.ask(1)).toEqual([]);
  expect(search.stop).toBeDefined();
  await expect(search.ask()).rejects.toThrow('nothing is left to try');
});

test.each([
  [{ minimize: 'yeild' }, /yeild/],
  [{ minimize: undefined }, /minimize/],
  [{ budget: 0 }, /budget.*0/],
  [{ data: 'x,y\n1,2\n' }, /side/],
  [{ outputs: {} }, /outputs must be an object/],
])('a malformed definition is an error that names it: %j', async (change, message) => {
  await expect(askTell({ ...definition, ...change } as never)).rejects.toThrow(message);
});

test('a malformed answer is an error that names it, and changes nothing', async () => {
  const search = await askTell(definition);
  expect(() => search.tell({ x: 0, y: 0, side: 'left' }, { f: 1 } as never)).toThrow("tell: output 'g' is missing");
  expect(() => search.tell({ x: 99, y: 0, side: 'left' }, { f: 1, g: 1 })).toThrow('99');
  await expect(search.ask(0)).rejects.toThrow('got 0');
  expect(search.data.size).toBe(0);
});
