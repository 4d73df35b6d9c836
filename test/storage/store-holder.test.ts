import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { holderOf } from '../../src/storage/exclusive-lock.ts';
import { sqliteDriver } from '../../src/storage/sqlite-driver.ts';
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

test('who holds a store is known to others, who may not write beside it, while the process lives', async () => {
  const path = join(folder, 'd.sqlite');
  const store = await sqliteStore(path);
  const driver = await sqliteDriver();
  chmodSync(folder, 0o755);
  chmodSync(`${path}-lock`, 0o444);
  expect(asNobody(() => holderOf(driver, path, path))).toBe(process.pid);
  await store[Symbol.asyncDispose]();
  chmodSync(`${path}-lock`, 0o644);
  const lock = driver(`${path}-lock`, false);
  lock.exec('UPDATE owner SET process = 4194305');
  lock.close();
  chmodSync(`${path}-lock`, 0o444);
  expect(asNobody(() => holderOf(driver, path, path))).toBeUndefined();
});

/** As a user whom the modes of files hold off. */
function asNobody<T>(action: () => T): T {
  if (process.geteuid?.() !== 0) return action();
  process.seteuid?.(65534);
  try {
    return action();
  } finally {
    process.seteuid?.(0);
  }
}
