import { expect, test } from 'vitest';
import type { Evaluation } from '../../src/core/evaluation.ts';
import { perform, readOutputs } from '../../src/core/perform.ts';
import { SimulationFailure } from '../../src/core/simulation-failure.ts';
import { defineSimulator, type RunContext } from '../../src/core/simulator.ts';
import { real } from '../../src/core/space/parameter.ts';
import { reasonOf } from '../../src/core/thrown.ts';
import { Rng } from '../../src/numerics/random.ts';

const never = new AbortController().signal;

test('an output that names no classes by an undefined is a number', () => {
  const outputs = [{ name: 'f', classes: undefined }];
  expect(readOutputs(outputs, { f: 2 })).toEqual({ values: Float64Array.of(2) });
});

/** Performs one task of a simulator with outputs f, g in [0, 1] and a class h; its clock ticks once each time it is read. */
async function outcome(
  run: (point: { a: number }, context: RunContext) => unknown,
  signal = never,
): Promise<Evaluation> {
  const simulator = defineSimulator(null, {
    name: 'probe',
    parameters: { a: real(0, 10) },
    outputs: { f: {}, g: { valid: [0, 1] }, h: { classes: ['yes', 'no'] } },
    run: run as () => { f: number; g: number; h: 'yes' | 'no' },
  });
  let now = 0;
  const task = { id: '7/design/3', u: Float64Array.of(0.25), stream: '7/design/common' };
  const evaluation = await perform(simulator, task, signal, () => now++);
  expect(evaluation.id).toBe(task.id);
  expect(evaluation.u).toBe(task.u);
  expect(evaluation.milliseconds).toBeGreaterThan(0);
  return evaluation;
}

test('an answer is read in the order of the outputs, a class as its index', async () => {
  expect(await outcome(({ a }) => ({ h: 'no', g: 0.5, f: a, more: 1 }))).toMatchObject({
    status: 'completed',
    values: Float64Array.of(2.5, 0.5, 1),
  });
  expect(await outcome(async ({ a }) => ({ f: a, g: 0, h: 'yes' }))).toMatchObject({ status: 'completed' });
});

test('a class may be told by shares: the likeliest counts, and all are kept', async () => {
  expect(await outcome(({ a }) => ({ f: a, g: 0.5, h: { no: 0.9, yes: 0.1 } }))).toMatchObject({
    status: 'completed',
    values: Float64Array.of(2.5, 0.5, 1),
    shares: Float64Array.of(2.5, 0.5, 0.1, 0.9),
  });
  expect(await outcome(() => ({ f: 1, g: 0, h: { yes: 1 } }))).toMatchObject({ shares: Float64Array.of(1, 0, 1, 0) });
  expect(await outcome(() => ({ f: 1, g: 0, h: 'yes' }))).not.toHaveProperty('shares');
});

test("random numbers and the seed come from the task's stream, and differ from each other", async () => {
  const drawn = await outcome((_, { rng, seed }) => ({ f: rng.uint32() - seed, g: rng.uniform(), h: 'yes' }));
  const rng = new Rng('7/design/common');
  const seed = new Rng('7/design/common#seed').uint32() >>> 1;
  expect(seed).toBeLessThan(2 ** 31);
  const word = rng.uint32();
  expect(word).not.toBe(seed);
  expect(drawn).toMatchObject({ values: Float64Array.of(word - seed, rng.uniform(), 0) });
});

test.each<[string, unknown, string, RegExp]>([
  ['nothing', undefined, 'missing-output', /run returned undefined, not an object with f, g, h/],
  ['a number', 3, 'missing-output', /run returned 3/],
  ['null', null, 'missing-output', /run returned null/],
  ['no g', { f: 1, h: 'yes', z: 3 }, 'missing-output', /output 'g' is missing; run returned an object with f, h, z$/],
  ['nothing in it', { f: null }, 'missing-output', /output 'f' is missing; run returned an object without values/],
  ['a null f', { f: null, g: 1, h: 'yes' }, 'missing-output', /output 'f' is missing/],
  ['NaN', { f: Number.NaN, g: 1, h: 'yes' }, 'not-finite', /output 'f' is NaN/],
  ['infinity', { f: 1, g: Number.NEGATIVE_INFINITY, h: 'yes' }, 'not-finite', /output 'g' is -Infinity/],
  ['text', { f: '1', g: 1, h: 'yes' }, 'not-finite', /output 'f' is the text '1', which is not a number/],
  ['a value above its range', { f: 1, g: 1.5, h: 'yes' }, 'out-of-range', /output 'g' is 1.5, outside \[0, 1\]/],
  ['a value below its range', { f: 1, g: -0.1, h: 'yes' }, 'out-of-range', /output 'g' is -0.1/],
  ['a bigint', { f: 1n, g: 1, h: 'yes' }, 'not-finite', /output 'f' is the bigint 1n/],
  ['a list', { f: [1], g: 1, h: 'yes' }, 'not-finite', /output 'f' is \[1\], which is not a number/],
  ['an object without text', { f: Object.create(null), g: 1, h: 'yes' }, 'not-finite', /output 'f' is \{\}, which/],
  [
    'an unknown class',
    { f: 1, g: 1, h: 'maybe' },
    'out-of-range',
    /output 'h' is the text 'maybe', not one of yes, no/,
  ],
  [
    'a share of nobody',
    { f: 1, g: 1, h: { yes: 0.5, maybe: 0.5 } },
    'out-of-range',
    /'h' has a share of 'maybe', not one of yes, no/,
  ],
  [
    'shares below 0',
    { f: 1, g: 1, h: { yes: 1.5, no: -0.5 } },
    'out-of-range',
    /'h' is no class: the share of no is -0.5/,
  ],
  [
    'shares that are not numbers',
    { f: 1, g: 1, h: { yes: 'all' } },
    'not-finite',
    /'h' is no class: the share of yes is 'all'/,
  ],
  [
    'a share of NaN',
    { f: 1, g: 1, h: { yes: Number.NaN, no: 1 } },
    'not-finite',
    /'h' is no class: the share of yes is NaN/,
  ],
  [
    'shares that are too small',
    { f: 1, g: 1, h: { yes: 0.9 } },
    'out-of-range',
    /'h' is no class: the shares of yes, no sum to 0.9, not to 1/,
  ],
  ['no shares', { f: 1, g: 1, h: {} }, 'out-of-range', /the shares of yes, no sum to 0, not to 1/],
])('%s is a failure with its cause', async (_, answer, cause, reason) => {
  expect(await outcome(() => answer)).toMatchObject({ status: 'failed', cause, reason: expect.stringMatching(reason) });
});

test('whatever is thrown, at once or later, is a failure with its message', async () => {
  const thrown = (error: unknown) => ({ status: 'failed', cause: 'threw', reason: error });
  expect(
    await outcome(() => {
      throw new RangeError('too thin');
    }),
  ).toMatchObject(thrown('RangeError: too thin'));
  expect(await outcome(() => Promise.reject(new Error('later')))).toMatchObject(thrown('later'));
  expect(await outcome(() => Promise.reject('text'))).toMatchObject(thrown('text'));
  expect(await outcome(() => Promise.reject(undefined))).toMatchObject(thrown('undefined'));
});

test('what is thrown after cancellation is the cancellation', async () => {
  const controller = new AbortController();
  const evaluation = await outcome((_, { signal }) => {
    controller.abort();
    signal.throwIfAborted();
  }, controller.signal);
  expect(evaluation).toMatchObject({ status: 'failed', cause: 'cancelled' });
});

test('a reason carries the class of an error when it says something', () => {
  expect(reasonOf(new TypeError('no'))).toBe('TypeError: no');
  expect(reasonOf(new Error('no'))).toBe('no');
  expect(reasonOf(42)).toBe('42');
});

test('a simulator that knows why it failed says the cause, also with the class of another copy of this package', async () => {
  const failure = new SimulationFailure('crashed', 'killed by SIGSEGV');
  const copy = Object.assign(new Error('killed by SIGSEGV'), {
    cause: 'crashed',
    [Symbol.for('imago.simulation-failure')]: true,
  });
  for (const error of [failure, copy])
    expect(await outcome(() => Promise.reject(error))).toMatchObject({
      status: 'failed',
      cause: 'crashed',
      reason: 'killed by SIGSEGV',
    });
  expect(await outcome(() => Promise.reject(failure), AbortSignal.abort())).toMatchObject({ cause: 'cancelled' });
});
