import { afterAll, beforeAll, expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { type ModelServer, serve } from '../../src/serving/serve.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';
import { get, post } from './serving.ts';

const space = new Space({ a: real(1, 3), b: real(1, 100, { scale: 'log' }) });
const data = labeled(space, outputList({ f: {}, g: {} }), 40, (u) => [Math.sin(2 * u[0]) + u[1] ** 2, u[0] * u[1]]);

const beam = defineSimulator(null, {
  name: 'beam',
  parameters: { length: real(1, 2), ribs: integer(1, 4), material: categorical('steel', 'wood') },
  outputs: { mass: {}, state: { classes: ['good', 'bad'] } },
  run({ length, ribs, material }) {
    if (length > 100) throw new Error('it broke');
    return {
      mass: length > 50 ? Number.NaN : length * ribs,
      state: material === 'wood' ? ('bad' as const) : ('good' as const),
    };
  },
});

/** A simulator with an adjoint. */
const square = defineSimulator(null, {
  name: 'square',
  parameters: { x: real(0, 1), y: real(0, 1) },
  outputs: { f: {}, fx: { derivative: { of: 'f', by: 'x' } }, fy: { derivative: { of: 'f', by: 'y' } } },
  run: ({ x, y }) => ({ f: x * x + x * y, fx: 2 * x + y, fy: x }),
});

let server: ModelServer;
const model = gaussianProcess().fit(data, testRun('um'));

beforeAll(async () => {
  const tree = await decisionTree().fit(data, testRun('tree'));
  server = await serve(
    [
      { name: 'smooth', model: await model },
      { name: 'tree', model: tree },
      { simulator: beam, executor: inlineExecutor() },
      { simulator: square, executor: inlineExecutor({ concurrency: 2 }) },
    ],
    { port: 0 },
  );
});

afterAll(() => server.close());

test('Info, ModelInfo and sizes are those of the protocol, and nothing else', async () => {
  expect(await get(server, '/Info')).toMatchObject({ status: 200 });
  expect((await get(server, '/Info')).body).toEqual({
    protocolVersion: 1,
    models: ['smooth', 'tree', 'beam', 'square'],
  });
  const support = async (name: string) => (await post(server, '/ModelInfo', { name })).body;
  const all = { Evaluate: true, Gradient: true, ApplyJacobian: true, ApplyHessian: true };
  const none = { Evaluate: true, Gradient: false, ApplyJacobian: false, ApplyHessian: false };
  expect(await support('smooth')).toEqual({ support: all });
  expect(await support('tree')).toEqual({ support: none });
  expect(await support('beam')).toEqual({ support: none });
  expect(await support('square')).toEqual({ support: { ...all, ApplyHessian: false } });
  expect((await post(server, '/InputSizes', { name: 'beam', config: {} })).body).toEqual({ inputSizes: [3] });
  expect((await post(server, '/InputSizes', { name: 'beam', config: { ribs: 2 } })).body).toEqual({ inputSizes: [2] });
  expect((await post(server, '/OutputSizes', { name: 'beam' })).body).toEqual({ outputSizes: [2] });
  expect((await post(server, '/OutputSizes', { name: 'square' })).body).toEqual({ outputSizes: [1] });
});

test('a model is evaluated as it answers, and beyond its ranges at their ends, flagged', async () => {
  const at = async (a: number, b: number) => {
    const { body, headers } = await post(server, '/Evaluate', { name: 'smooth', input: [[a, b]] });
    return { values: body.output, known: headers.get('x-in-domain') };
  };
  const own = (await model).at({ a: 2, b: 7 });
  expect(await at(2, 7)).toEqual({ values: [[own.f.value, own.g.value]], known: 'true' });
  const end = (await model).at({ a: 1, b: 100 });
  expect(await at(0, 1e4)).toEqual({ values: [[end.f.value, end.g.value]], known: 'false' });
});

test('a simulator is run at the very point, to the last bit and beyond its ranges, flagged; choices are indices', async () => {
  const evaluate = (input: unknown, config = {}) => post(server, '/Evaluate', { name: 'beam', input, config });
  const length = 1.1 + 2 ** -52;
  const inside = await evaluate([[length, 3, 1]]);
  expect([inside.body, inside.headers.get('x-in-domain')]).toEqual([{ output: [[length * 3, 1]] }, 'true']);
  const outside = await evaluate([[7, 9, 0]]);
  expect([outside.body, outside.headers.get('x-in-domain')]).toEqual([{ output: [[63, 0]] }, 'false']);
  expect((await evaluate([[2, 1]], { material: 'wood' })).body).toEqual({ output: [[2, 1]] });
});

test.each([
  [2, 7],
  [1, 100],
  [2.9, 1.5],
])('at a = %d, b = %d derivatives are those of the function, in its own units', async (a, b) => {
  // f = sin(a - 1) + (ln b / L)^2 and g = (a - 1) / 2 ln b / L; the weights 1 and -2.
  const L = Math.log(100);
  const slopes = [Math.cos(a - 1) - Math.log(b) / L, (2 * Math.log(b)) / L ** 2 / b - (a - 1) / L / b];
  const mixed = -1 / L / b;
  const second = [
    [-Math.sin(a - 1), mixed],
    [mixed, (2 * (1 - Math.log(b))) / (L * b) ** 2 + (a - 1) / L / b ** 2],
  ];
  const vec = [0.3, 20];
  const asked = { name: 'smooth', input: [[a, b]], outWrt: 0, inWrt: 0, inWrt1: 0, inWrt2: 0, sens: [1, -2], vec };
  const answer = async (path: string): Promise<number[]> => (await post(server, path, asked)).body.output;
  near(await answer('/Gradient'), slopes, 1e-3);
  const [df, dg] = await answer('/ApplyJacobian');
  near([df - 2 * dg], [slopes[0] * vec[0] + slopes[1] * vec[1]], 1e-3);
  const products = second.map(([p, q]) => p * vec[0] + q * vec[1]);
  near(await answer('/ApplyHessian'), products, 2e-2);
});

function near(found: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThan(tolerance * Math.max(0.3, Math.abs(expected[i])));
  });
}

test('beyond a range a model is constant, and its derivative 0', async () => {
  const asked = { name: 'smooth', outWrt: 0, inWrt: 0, sens: [1, 0] };
  const [da, db] = (await post(server, '/Gradient', { ...asked, input: [[0, 7]] })).body.output;
  expect(da).toBe(0);
  expect(db).not.toBe(0);
});

test('derivatives of a simulator are those that it answers', async () => {
  const asked = { name: 'square', outWrt: 0, inWrt: 0, input: [[0.5, 0.25]] };
  expect((await post(server, '/Evaluate', asked)).body).toEqual({ output: [[0.375]] });
  expect((await post(server, '/Gradient', { ...asked, sens: [2] })).body).toEqual({ output: [2.5, 1] });
  expect((await post(server, '/ApplyJacobian', { ...asked, vec: [1, 4] })).body).toEqual({ output: [3.25] });
  const fixed = { ...asked, input: [[0.5]], config: { y: 0.25 }, sens: [1] };
  expect((await post(server, '/Gradient', fixed)).body).toEqual({ output: [1.25] });
});

const smooth = { name: 'smooth', input: [[2, 7]], outWrt: 0, inWrt: 0, sens: [1, 1], vec: [1, 1] };

test.each([
  ['/Evaluate', {}, 400, 'ModelNotFound', /no model undefined; there are smooth, tree/],
  ['/Evaluate', { name: 'none' }, 400, 'ModelNotFound', /no model 'none'/],
  ['/ModelInfo', { name: 'none' }, 400, 'ModelNotFound', /no model 'none'/],
  [
    '/Gradient',
    { name: 'tree' },
    400,
    'UnsupportedFeature',
    /Gradient is not supported by 'tree': it has no derivatives/,
  ],
  ['/ApplyHessian', { name: 'square' }, 400, 'UnsupportedFeature', /a simulator answers first derivatives alone/],
  ['/Gradient', { name: 'beam' }, 400, 'UnsupportedFeature', /its outputs do not have all derivatives/],
  ['/Evaluate', { name: 'smooth', input: [[1]] }, 400, 'InvalidInput', /the input has 2 numbers \(a, b\), got 1/],
  ['/Evaluate', { name: 'smooth', input: [[1, 2], [3]] }, 400, 'InvalidInput', /must be a list of one list/],
  ['/Evaluate', { name: 'smooth', input: [[1, null]] }, 400, 'InvalidInput', /'b' has no value/],
  ['/Evaluate', { name: 'smooth', input: [['1', 2]] }, 400, 'InvalidInput', /'a' cannot be '1': a number in \[1, 3\]/],
  [
    '/Evaluate',
    { name: 'beam', input: [[1, 1, 2]] },
    400,
    'InvalidInput',
    /'material' is an index: 0 for steel, 1 for wood; got 2/,
  ],
  ['/Evaluate', { name: 'beam', input: [[1]], config: { iron: 1 } }, 400, 'InvalidInput', /config names 'iron'/],
  [
    '/Evaluate',
    { name: 'beam', input: [[1, 2]], config: { material: 'iron' } },
    400,
    'InvalidInput',
    /'material' cannot be 'iron': one of steel, wood/,
  ],
  ['/Gradient', { ...smooth, inWrt: 1 }, 400, 'InvalidInput', /inWrt must be 0/],
  ['/Gradient', { ...smooth, outWrt: 1 }, 400, 'InvalidInput', /outWrt must be 0/],
  ['/Gradient', { ...smooth, sens: [1] }, 400, 'InvalidInput', /sens must be a list of 2 numbers/],
  ['/ApplyJacobian', { ...smooth, vec: [1, 'x'] }, 400, 'InvalidInput', /vec must be a list of 2 numbers/],
  ['/Evaluate', { name: 'beam', input: [[60, 1, 0]] }, 500, 'InvalidOutput', /not-finite: output 'mass' is NaN/],
  ['/Evaluate', { name: 'beam', input: [[101, 1, 0]] }, 500, 'RunFailed', /threw: it broke/],
])('%s %j is refused with %i and a sentence', async (path, asked, status, type, message) => {
  const answer = await post(server, path, asked);
  expect(answer).toMatchObject({ status, body: { error: { type, message: expect.stringMatching(message) } } });
  expect(Object.keys(answer.body)).toEqual(['error']);
  expect(Object.keys(answer.body.error).sort()).toEqual(['message', 'type']);
});

test('a body without a content type is read as well', async () => {
  const body = new Blob([JSON.stringify({ name: 'beam', input: [[1, 2, 0]] })]);
  const response = await fetch(`${server.url}/Evaluate`, { method: 'POST', body });
  expect(await response.json()).toEqual({ output: [[2, 0]] });
});
