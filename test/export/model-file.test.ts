import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { categorical, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { checksum } from '../../src/export/checksum.ts';
import { loadModel, saveModel } from '../../src/export/model-file.ts';
import { fromPlainJson, toPlainJson } from '../../src/export/plain-json.ts';
import { auto, conformal, gaussianProcess, inUnits, type Model, randomForest } from '../../src/index.ts';
import { Rng } from '../../src/numerics/random.ts';
import { readModel, writeModel } from '../../src/shipping/model-files.ts';
import { labeled, points, testRun } from '../../src/testing/labeled.ts';

const space = new Space({
  length: real(0.5, 3, { unit: 'm' }),
  load: real(1, 1e4, { scale: 'log', unit: 'kN' }),
  material: categorical('steel', 'wood'),
});
const data = labeled(
  space,
  outputList({ sag: { unit: 'mm' }, verdict: { classes: ['good', 'bad'] } }),
  40,
  ([a, b, c]) => [Math.sin(4 * a) + b + c, a + b > 1 ? 1 : 0],
);
const model = await conformal(gaussianProcess()).fit(data, testRun('model-file'));
const origin = {
  name: 'sag of a beam',
  teacher: 'beam',
  teacherVersion: '1.2',
  runs: 40,
  seed: '7',
  quality: { sag: { coverage: 0.94 } },
};
const text = saveModel(model, origin);

/** The text with its content changed, and a checksum that fits. */
function changed(change: (content: Record<string, unknown>) => void): string {
  const file = JSON.parse(text);
  change(file.content);
  return JSON.stringify({ ...file, checksum: checksum(JSON.stringify(file.content)) });
}

describe('a saved model', () => {
  test('answers to the last bit when it is loaded, in rows and in units', () => {
    const { model: loaded } = loadModel(text);
    const x = points(space, 30, new Rng('queries'));
    expect(loaded.predict(x).data).toEqual(model.predict(x).data);
    expect((loaded as typeof model).interval(x).upper.data).toEqual(model.interval(x).upper.data);
    const point = { length: 1, load: 12, material: 'wood' };
    expect(loaded.at(point)).toEqual(model.at(point));
  });

  test('tells where it comes from, what it takes and gives, and how good it is', () => {
    const { about } = loadModel(text);
    const { quality, ...rest } = origin;
    expect(about).toMatchObject({ ...rest, points: 40, parameters: space.parameters });
    expect(about.outputs[0].coverage).toBe(quality.sag.coverage);
    expect(about.outputs.map(({ name, unit, classes }) => ({ name, unit, classes }))).toEqual([
      { name: 'sag', unit: 'mm', classes: undefined },
      { name: 'verdict', unit: undefined, classes: ['good', 'bad'] },
    ]);
    expect(about.outputs[0].verdict).toBe('prediction');
    expect(about.outputs[0].q2).toBe(model.health.q2Loo?.[0]);
  });

  test('is the same text again when it is saved again', () => {
    expect(saveModel(loadModel(text).model, origin) === text).toBe(true);
  });

  test('is taken from a model of several, too', async () => {
    const other = await auto({ candidates: [randomForest({ trees: 5 })] }).fit(data, testRun('model-file'));
    const loaded = loadModel(saveModel(other as never, { name: 'auto' })).model;
    const x = points(space, 30, new Rng('queries'));
    expect(loaded.predict(x).data).toEqual(other.predict(x).data);
    expect(loaded.health).toEqual(other.health);
  });

  test.each([
    ['without a state', { predict: () => data.y, health: { points: 1, notes: [] } } as Model, 'no state'],
    ['that does not know its parameters', model.conditioned(data.x.select([]), data.y.select([])), 'parameters'],
  ])('cannot be one %s', (_, other, reason) => {
    expect(() => saveModel(other as never, origin)).toThrow(reason);
  });

  test.each(['', 'two\nlines', undefined])('needs a name of one line, not %j', (name) => {
    expect(() => saveModel(model, { name } as never)).toThrow(/saveModel: name must be one line of text/);
  });

  test('cannot have a kind that nobody could load', () => {
    const own = inUnits({ ...model, state: { kind: 'my own' } } as never, data);
    expect(() => saveModel(own as never, origin)).toThrow(/there is no kind of model 'my own'/);
  });
});

describe('a text is refused in one sentence', () => {
  const json = JSON.parse(text);
  test.each([
    ['cut off', text.slice(0, text.length / 2), 'its end is missing'],
    ['empty', '', 'its end is missing'],
    ['another JSON', '{"a":1}', 'no model of imago'],
    ['null', 'null', 'no model of imago'],
    [
      'of a newer format',
      JSON.stringify({ ...json, format: 2 }),
      'its format is 2, this version of imago reads up to 1',
    ],
    ['without a format', JSON.stringify({ ...json, format: undefined }), 'its format is undefined'],
    ['without content', JSON.stringify({ ...json, content: undefined }), 'its checksum is another one'],
    ['with a number changed', text.replace(/"calibration":\d/, '"calibration":3'), 'its checksum is another one'],
    ['with NaN', text.replace('"format":1', '"format":NaN'), 'it is no JSON'],
  ])('%s', (_, bad, reason) => {
    expect(bad).not.toBe(text);
    expect(() => loadModel(bad)).toThrow(reason);
    expect(() => loadModel(bad)).toThrow(/^the model cannot be loaded: [^\n]*$/);
  });

  test('also when its checksum was made to fit', () => {
    const arrays = (content: Record<string, unknown>) => content.arrays as { type: string; base64: string }[];
    const state = (content: Record<string, unknown>) => (content.value as { state: Record<string, unknown> }).state;
    const cases: [RegExp, (content: Record<string, unknown>) => void][] = [
      [/there is no kind of model 'none'/, (c) => Object.assign(state(c), { kind: 'none' })],
      [/there is no kind of model '__proto__'/, (c) => Object.assign(state(c), { kind: '__proto__' })],
      [/no array of 'BigInt64Array'/, (c) => Object.assign(arrays(c)[0], { type: 'BigInt64Array' })],
      [/no base64/, (c) => Object.assign(arrays(c)[0], { base64: 'AAAA' })],
      [/no base64/, (c) => Object.assign(arrays(c)[0], { base64: '!' })],
      [/no table of arrays/, (c) => Object.assign(c, { arrays: undefined })],
      [/no number and no array/, (c) => Object.assign(state(c), { model: { $: 'array', at: 1e9 } })],
      [/no number and no array/, (c) => Object.assign(state(c), { model: { $: 'code' } })],
      [/'__proto__'/, (c) => Object.assign(c, { value: JSON.parse('{"__proto__":{"kind":"forest"}}') })],
      [/nested more than 100 deep/, (c) => Object.assign(c, { value: JSON.parse('['.repeat(200) + ']'.repeat(200)) })],
      [/it has no parameters/, (c) => delete state(c).data],
      [/the model cannot be loaded/, (c) => delete state(c).model],
      [/the model cannot be loaded/, (c) => delete (c.value as Record<string, unknown>).answers],
    ];
    for (const [reason, change] of cases) expect(() => loadModel(changed(change))).toThrow(reason);
    // A number that was changed where it stands.
    const other = changed((c) => {
      const { base64 } = arrays(c)[0];
      arrays(c)[0].base64 = `${base64.slice(0, 8)}Z${base64.slice(9)}`;
    });
    expect(() => loadModel(other)).toThrow(/answers otherwise than when it was saved, by \S+ of the largest answer/);
    expect(loadModel(changed((c) => c)).about.name).toBe(origin.name);
  });

  test('whatever is changed in it, and nothing is left behind', () => {
    const body = text.length;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: body - 2 }), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const bad = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        if (bad === text) return;
        expect(() => loadModel(bad)).toThrow(/^the model cannot be loaded/);
      }),
      { numRuns: 60, seed: 5 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('plain data', () => {
  const numbers = [0, -0, 1, Number.MIN_VALUE, Number.MAX_VALUE, 0.1, Number.NaN, Infinity, -Infinity, 2 ** 53];

  test('are the same after a text, to the last bit', () => {
    const value = {
      ...{ numbers, none: null, missing: undefined, list: [undefined, 'a', true, {}], $: { $: 'NaN' } },
      arrays: [
        Float64Array.from(numbers),
        Float32Array.of(0.1),
        Int32Array.of(-1),
        Uint32Array.of(4e9),
        Uint8Array.of(255),
      ],
      view: new Float64Array([1, 2, 3, 4]).subarray(1, 3),
    };
    expect(fromPlainJson(JSON.parse(JSON.stringify(toPlainJson(value))))).toEqual(value);
  });

  test('keep an array once that is there twice', () => {
    const array = new Float64Array(100).fill(0.1);
    const json = toPlainJson({ a: array, b: [array], c: array.slice() });
    expect(json.arrays).toHaveLength(2);
    const back = fromPlainJson(json) as { a: unknown; b: unknown[]; c: unknown };
    expect(back.b[0]).toBe(back.a);
    expect(back.c).not.toBe(back.a);
  });

  test.each([() => 1, new Map(), 1n, Symbol('a'), new Date(0), JSON.parse('{"__proto__":1}')])(
    'are not %s',
    (value) => {
      expect(() => toPlainJson({ value })).toThrow(/plain data|__proto__/);
    },
  );
});

test('files are written and read, and told by their names where they cannot be', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imago-model-'));
  try {
    const file = join(folder, 'sag.json');
    await writeModel(model, file, origin);
    expect((await readModel(file)).about.name).toBe('sag of a beam');
    await expect(readModel(join(folder, 'none.json'))).rejects.toThrow(/none.json' cannot be read: .*ENOENT/);
    await writeFile(file, text.slice(0, 1000));
    await expect(readModel(file)).rejects.toThrow(/sag.json': the model cannot be loaded: .*its end is missing/);
    await truncate(file, 10e9);
    await expect(readModel(file)).rejects.toThrow(
      /sag.json' has 10000000000 bytes, more than any model that imago saves/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
