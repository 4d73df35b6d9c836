import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImagoError } from '../../src/core/errors.ts';
import type { Evaluation } from '../../src/core/evaluation.ts';
import type { Store } from '../../src/core/store.ts';
import { Rng } from '../../src/numerics/random.ts';
import { sqliteStore } from '../../src/storage/sqlite-store.ts';

const ROWS = 300;
const DOCUMENTS = ['scenario', 'study', 'order/beam@1/search/1'];
const PAGE = 4096;

const folder = mkdtempSync(join(tmpdir(), 'imago-damage-'));
const whole = join(folder, 'whole.sqlite');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const simulatorOf = (i: number) => (i % 3 === 0 ? 'wing@2' : 'beam@1');
const evaluation = (i: number): Evaluation => {
  const head = { id: `7/surrogate/design/${i}`, u: Float64Array.of(i / ROWS, 0.5, 0.1 * i), milliseconds: 63 + i / 8 };
  return i % 5 === 0
    ? { ...head, status: 'failed', cause: 'threw', reason: `no convergence in step ${i}` }
    : { ...head, status: 'completed', values: Float64Array.of(i, -i, 1e-3 * i) };
};
const questions = Array.from({ length: ROWS }, (_, i) => [simulatorOf(i), evaluation(i)] as const);

let bytes: Buffer;
let files = 0;
let told: string;

beforeAll(async () => {
  const store = await sqliteStore(whole);
  for (const [simulator, one] of questions) store.put(simulator, [one]);
  for (const name of DOCUMENTS) store.write(name, JSON.stringify({ name, text: 'x'.repeat(3000) }));
  told = tellAll(store);
  await store[Symbol.asyncDispose]();
  bytes = readFileSync(whole);
});

/** Everything that a store can be asked. */
function tellAll(store: Store): string {
  return JSON.stringify([
    questions.map(([simulator, { id, u }]) => store.get(simulator, id, u) ?? 'not found'),
    [...store.all()],
    [...store.counts()],
    DOCUMENTS.map((name) => store.read(name)),
  ]);
}

/** What becomes of a store with these bytes: refused as a store, at opening or later, or all that it was. */
async function fate(damaged: Buffer): Promise<'refused' | 'whole' | 'changed'> {
  const path = join(folder, `${files++}.sqlite`);
  writeFileSync(path, damaged);
  try {
    const store = await sqliteStore(path, { readOnly: true });
    try {
      return tellAll(store) === told ? 'whole' : 'changed';
    } finally {
      await store[Symbol.asyncDispose]();
    }
  } catch (error) {
    if (!(error instanceof ImagoError) || error.code !== 'store') throw error;
    return 'refused';
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  }
}

async function fates(count: number, spoil: (copy: Buffer, rng: Rng) => Buffer) {
  const rng = new Rng('damage');
  const seen = { refused: 0, whole: 0, changed: 0 };
  for (let i = 0; i < count; i++) seen[await fate(spoil(Buffer.from(bytes), rng.child(i)))]++;
  return seen;
}

const below = (rng: Rng, count: number) => Math.floor(rng.uniform() * count);

describe('of a damaged store no changed row is taken for an answer, and none is lost without a word', () => {
  test('one bit flipped', async () => {
    const seen = await fates(200, (copy, rng) => {
      copy[below(rng, copy.length)] ^= 1 << below(rng, 8);
      return copy;
    });
    expect(seen.changed).toBe(0);
    expect(seen.refused).toBeGreaterThan(100);
  });

  test('sixteen bytes overwritten', async () => {
    const seen = await fates(150, (copy, rng) => {
      const at = below(rng, copy.length - 16);
      for (let i = 0; i < 16; i++) copy[at + i] = below(rng, 256);
      return copy;
    });
    expect(seen.changed).toBe(0);
    expect(seen.refused).toBeGreaterThan(90);
  });

  test('two pages swapped', async () => {
    const pages = bytes.length / PAGE;
    const seen = await fates(100, (copy, rng) => {
      const [a, b] = [below(rng, pages), below(rng, pages)];
      bytes.copy(copy, a * PAGE, b * PAGE, (b + 1) * PAGE);
      bytes.copy(copy, b * PAGE, a * PAGE, (a + 1) * PAGE);
      return copy;
    });
    expect(seen.changed).toBe(0);
    expect(seen.refused).toBeGreaterThan(80);
  });

  test('cut short, at a page and elsewhere', async () => {
    const seen = await fates(100, (copy, rng) =>
      rng.uniform() < 0.5
        ? copy.subarray(0, PAGE * below(rng, copy.length / PAGE))
        : copy.subarray(0, below(rng, copy.length)),
    );
    expect(seen).toEqual({ refused: 100, whole: 0, changed: 0 });
  });

  test('a byte of a row changed', async () => {
    const places: number[] = [];
    for (let at = bytes.indexOf('7/surrogate/'); at >= 0; at = bytes.indexOf('7/surrogate/', at + 1)) places.push(at);
    const seen = await fates(120, (copy, rng) => {
      copy[places[below(rng, places.length)] - 12 + below(rng, 100)] ^= 1 + below(rng, 255);
      return copy;
    });
    expect(seen.changed).toBe(0);
  });
});

/** Changes a letter wherever the text stands; pages keep copies of what was in them. */
function spoil(copy: Buffer, text: string): void {
  for (let at = copy.indexOf(text); at >= 0; at = copy.indexOf(text, at + 1)) copy[at] ^= 1;
}

test('a store that was emptied is not taken for a new one, nor written to', async () => {
  const path = join(folder, 'emptied.sqlite');
  const store = await sqliteStore(path);
  store.put('beam@1', [evaluation(1)]);
  await store[Symbol.asyncDispose]();
  writeFileSync(path, '');
  await expect(sqliteStore(path)).rejects.toThrow(/emptied.sqlite is empty, though there was something in it/);
  rmSync(path);
  const anew = await sqliteStore(path);
  expect([...anew.all()]).toEqual([]);
  await anew[Symbol.asyncDispose]();
});

test('an empty file in which nothing ever was becomes a store', async () => {
  const path = join(folder, 'blank.sqlite');
  writeFileSync(path, '');
  const store = await sqliteStore(path);
  expect([...store.all()]).toEqual([]);
  await store[Symbol.asyncDispose]();
});

test('what is damaged is refused for writing too, and stays as it is', async () => {
  const path = join(folder, 'spoiled.sqlite');
  const copy = Buffer.from(bytes);
  spoil(copy, 'no convergence in step 15');
  writeFileSync(path, copy);
  await expect(sqliteStore(path)).rejects.toThrow(
    /spoiled.sqlite is damaged \(the evaluation 7\/surrogate\/design\/15\d? was changed\)/,
  );
  expect(readFileSync(path).equals(copy)).toBe(true);
});

test('a store of the first version is read as it is, and gets its checksums when it is written to', async () => {
  const path = join(folder, 'old.sqlite');
  copyFileSync(new URL('../fixtures/store-1.sqlite', import.meta.url), path);
  const expected = [evaluation(0), evaluation(1)];
  const reader = await sqliteStore(path, { readOnly: true });
  expect([...reader.all()].map((one) => one.evaluation)).toEqual(expected);
  expect(reader.get('wing@2', expected[0].id, expected[0].u)).toEqual(expected[0]);
  expect(reader.read('scenario')).toBe('größer');
  await reader[Symbol.asyncDispose]();
  const writer = await sqliteStore(path);
  writer.put('beam@1', [evaluation(2)]);
  await writer[Symbol.asyncDispose]();
  const copy = readFileSync(path);
  const again = await sqliteStore(path, { readOnly: true });
  expect([...again.all()].map((one) => one.evaluation)).toEqual([...expected, evaluation(2)]);
  expect(again.read('scenario')).toBe('größer');
  await again[Symbol.asyncDispose]();
  spoil(copy, 'no convergence in step 0');
  writeFileSync(path, copy);
  await expect(sqliteStore(path)).rejects.toThrow(/was changed/);
});
