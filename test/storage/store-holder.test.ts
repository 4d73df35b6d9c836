import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sqliteStore } from '../../src/storage/sqlite-store.ts';
import { storeHolder } from '../../src/storage/store-holder.ts';

const folder = mkdtempSync(join(tmpdir(), 'imago-holder-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('who holds a store is known while it does, however often it is asked, and nobody after', async () => {
  const path = join(folder, 'a.sqlite');
  const store = await sqliteStore(path);
  for (let i = 0; i < 3; i++) expect(await storeHolder(path)).toBe(process.pid);
  store.write('still', 'writable');
  await store[Symbol.asyncDispose]();
  expect(await storeHolder(path)).toBeUndefined();
  const again = await sqliteStore(path);
  expect(again.read('still')).toBe('writable');
  await again[Symbol.asyncDispose]();
  await expect(storeHolder(join(folder, 'b.sqlite'))).rejects.toThrow('there is no store');
});

test('a lock that is no lock is told', async () => {
  const path = join(folder, 'c.sqlite');
  await (await sqliteStore(path))[Symbol.asyncDispose]();
  writeFileSync(`${path}-lock`, 'not a database, but long enough to be taken for one by its size alone'.repeat(20));
  await expect(storeHolder(path)).rejects.toThrow('cannot tell who uses the store');
});
