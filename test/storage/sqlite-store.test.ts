import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Evaluation, Task } from '../../src/core/evaluation.ts';
import { type Oracle, storedOracle } from '../../src/core/oracle.ts';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Rng } from '../../src/numerics/random.ts';
import { cellsOf, type SqlDatabase, sqliteDriver } from '../../src/storage/sqlite-driver.ts';
import { sqliteStore } from '../../src/storage/sqlite-store.ts';
import { storeLaws } from '../../src/testing/store-laws.ts';

const folder = mkdtempSync(join(tmpdir(), 'imago-store-'));
let files = 0;
const newPath = () => join(folder, `${files++}.sqlite`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeLaws('sqliteStore', () => sqliteStore(newPath()));

const evaluation = (i: number): Evaluation => ({
  id: `7/design/${i}`,
  u: Float64Array.of(i / 10, 0.5),
  milliseconds: i,
  status: 'completed',
  values: Float64Array.of(i, -0, 1e-310),
});

/** A process that puts evaluations until it is killed; `announced` is the number of the last one whose put had returned. */
function startWriter(path: string): { child: ChildProcess; announced: () => number; failure: () => string } {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../fixtures/store-writer.js', import.meta.url)), path]);
  let last = -1;
  let tail = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => {
    const lines = (tail + chunk).split('\n');
    tail = lines.pop() as string;
    last = Number(lines.at(-1) ?? last);
  });
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  return { child, announced: () => last, failure: () => errors };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a store in a file', () => {
  test('is there again when it is opened again', async () => {
    const path = newPath();
    const first = await sqliteStore(path);
    first.put('beam@1', [evaluation(0), evaluation(1)]);
    first.write('scenario', 'text');
    await first[Symbol.asyncDispose]();
    const second = await sqliteStore(path);
    expect(second.get('beam@1', '7/design/1', evaluation(1).u)).toEqual(evaluation(1));
    expect(second.read('scenario')).toBe('text');
    await second[Symbol.asyncDispose]();
  });

  test('is refused to a second opener, who is told by whom it is used', async () => {
    const path = newPath();
    const store = await sqliteStore(path);
    await expect(sqliteStore(path)).rejects.toThrow(`the store ${path} is in use by this process`);
    const { child, failure } = startWriter(path);
    await once(child, 'close');
    expect(failure()).toContain(`the store ${path} is in use by process ${process.pid}`);
    await store[Symbol.asyncDispose]();
    await (await sqliteStore(path))[Symbol.asyncDispose]();
  });

  test('is refused under another name of its file', async () => {
    const path = newPath();
    const store = await sqliteStore(path);
    store.put('beam@1', [evaluation(0)]);
    const soft = newPath();
    symlinkSync(path, soft);
    await expect(sqliteStore(soft)).rejects.toThrow(`the store ${soft} is in use by this process`);
    const hard = newPath();
    linkSync(path, hard);
    await expect(sqliteStore(hard)).rejects.toThrow(`the store ${hard} has 2 names (hard links)`);
    rmSync(hard);
    await store[Symbol.asyncDispose]();
    const again = await sqliteStore(soft);
    expect([...again.all()].map((one) => one.evaluation)).toEqual([evaluation(0)]);
    await again[Symbol.asyncDispose]();
  });

  test('can be made through a link that leads nowhere yet, and is one store under both names', async () => {
    const [target, link] = [newPath(), newPath()];
    symlinkSync(target, link);
    const store = await sqliteStore(link);
    await expect(sqliteStore(target)).rejects.toThrow('is in use by this process');
    await store[Symbol.asyncDispose]();
  });

  test.each<[string, (path: string) => void, RegExp]>([
    ['is removed', (path) => rmSync(path), /was ruined while it was in use: it was removed/],
    [
      'is replaced',
      (path) => {
        copyFileSync(path, `${path}-copy`);
        renameSync(`${path}-copy`, path);
      },
      /another file has taken its place/,
    ],
    ['loses its log', (path) => rmSync(`${path}-wal`), /its log .*-wal was removed/],
    ['has its log cut', (path) => truncateSync(`${path}-wal`, 100), /its log .*-wal was cut/],
    ['has its log overwritten', (path) => writeFileSync(`${path}-wal`, Buffer.alloc(100_000, 'x')), /overwritten/],
  ])('that %s while it is used takes nothing more, and says so', async (_, ruin, words) => {
    const path = newPath();
    const store = await sqliteStore(path);
    store.put('beam@1', [evaluation(0)]);
    store.put('beam@1', [evaluation(1)]);
    ruin(path);
    expect(() => store.put('beam@1', [evaluation(2)])).toThrow(words);
    await store[Symbol.asyncDispose]();
    const other = await sqliteStore(newPath());
    other.put('beam@1', [evaluation(0)]);
    await other[Symbol.asyncDispose]();
  });

  test('of which the log was ruined after the last answer says so at the end', async () => {
    const path = newPath();
    const store = await sqliteStore(path);
    for (let i = 0; i < 50; i++) store.put('beam@1', [evaluation(i)]);
    const log = readFileSync(`${path}-wal`);
    log.fill(0x5a, 5000, 60_000);
    writeFileSync(`${path}-wal`, log, { flag: 'r+' });
    await expect(store[Symbol.asyncDispose]()).rejects.toMatchObject({ code: 'store' });
  });

  test('loses nothing announced to kill -9, and is free at once', async () => {
    const path = newPath();
    let announced = -1;
    for (let round = 0; round < 4; round++) {
      const writer = startWriter(path);
      await until(() => writer.announced() > announced + 20 + 37 * round);
      writer.child.kill('SIGKILL');
      await once(writer.child, 'close');
      expect(writer.failure()).toBe('');
      announced = writer.announced();
      const store = await sqliteStore(path);
      const ids = [...store.all()].map(({ evaluation: { id } }) => id);
      expect(ids).toEqual(ids.map((_, i) => `7/design/${i}`));
      expect(ids.length).toBeGreaterThan(announced);
      await store[Symbol.asyncDispose]();
    }
  });

  test('can be read while another process writes to it', async () => {
    const path = newPath();
    const writer = startWriter(path);
    await until(() => writer.announced() > 50);
    const reader = await sqliteStore(path, { readOnly: true });
    const seen = writer.announced();
    expect(reader.counts().get('beam@1')).toBeGreaterThan(seen);
    expect(reader.get('beam@1', '7/design/3', Float64Array.of(3 / 1e6, 0.5))).toMatchObject({ status: 'completed' });
    expect(() => reader.write('study', 'x')).toThrow(/readonly/);
    await reader[Symbol.asyncDispose]();
    writer.child.kill('SIGKILL');
    await once(writer.child, 'close');
  });
});

describe('a file that is no store', () => {
  test('is refused and left as it is', async () => {
    const text = newPath();
    writeFileSync(text, 'id,x,y\n1,2,3 and more than sixteen bytes\n');
    await expect(sqliteStore(text)).rejects.toThrow(`${text} is not an imago store`);
    expect(readFileSync(text, 'utf8')).toContain('id,x,y');

    const foreign = newPath();
    const database = (await sqliteDriver())(foreign, false);
    database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    database.close();
    const before = readFileSync(foreign);
    await expect(sqliteStore(foreign)).rejects.toThrow(`${foreign} is a database of another program`);
    expect(readFileSync(foreign).equals(before)).toBe(true);
  });

  test('is refused when it is damaged', async () => {
    const path = newPath();
    const store = await sqliteStore(path);
    store.put(
      'beam@1',
      Array.from({ length: 2000 }, (_, i) => evaluation(i)),
    );
    await store[Symbol.asyncDispose]();
    const damaged = newPath();
    copyFileSync(path, damaged);
    truncateSync(damaged, Math.floor(statSync(path).size / 2));
    await expect(sqliteStore(damaged)).rejects.toMatchObject({
      code: 'store',
      message: expect.stringContaining(damaged),
    });
    const scribbled = newPath();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 3 * 4096, 12 * 4096);
    writeFileSync(scribbled, bytes);
    await expect(sqliteStore(scribbled)).rejects.toThrow(/damaged|malformed/);
    expect(readFileSync(scribbled).equals(bytes)).toBe(true);
  });

  test('of a later version is refused with the version', async () => {
    const path = newPath();
    await (await sqliteStore(path))[Symbol.asyncDispose]();
    const database = (await sqliteDriver())(path, false);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(sqliteStore(path)).rejects.toThrow('has version 99');
  });

  test('is refused where it is a pipe, and nobody waits for its other end', async () => {
    const path = newPath();
    execFileSync('sh', ['-c', 'mkfifo "$0"', path], { timeout: 60_000 });
    for (const readOnly of [true, false])
      await expect(sqliteStore(path, { readOnly })).rejects.toThrow(`${path} is not a file`);
  });

  test('cannot be read before it exists', async () => {
    const path = newPath();
    await expect(sqliteStore(path, { readOnly: true })).rejects.toThrow(`there is no store ${path}`);
  });
});

test('cells are the same from a driver that cannot give rows as arrays', async () => {
  const database = (await sqliteDriver())(newPath(), false);
  database.exec("CREATE TABLE things (a, b); INSERT INTO things VALUES (1, 'x'), (NULL, x'0102')");
  const older: SqlDatabase = {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      const all = (...values: never[]) => statement.all(...values);
      return { run: all, get: all, all };
    },
  };
  const sql = 'SELECT b, a + 0, b AS c FROM things ORDER BY rowid LIMIT ?';
  const expected = [
    ['x', 1, 'x'],
    [Uint8Array.of(1, 2), null, Uint8Array.of(1, 2)],
  ];
  for (const one of [database, older]) expect(cellsOf(one, sql)(9)).toEqual(expected);
  database.close();
});

test('a store of before there were shares is read as it is, and takes answers with shares', async () => {
  const path = newPath();
  copyFileSync(new URL('../fixtures/store-2.sqlite', import.meta.url), path);
  const outputs = outputList({ growth: {}, verdict: { classes: ['stable', 'unstable'] } });
  const space = new Space({ a: real(0, 1), b: real(0, 1) });
  const asked = [
    [0.25, 0.5],
    [0.75, 0.5],
    [1, 1],
    [0, 0],
  ].map((u, i): Task => ({ id: `7/design/${i}`, u: Float64Array.from(u), stream: `7/design/${i}` }));
  const unsure = { values: Float64Array.of(3, 1), shares: Float64Array.of(3, 0.25, 0.75) };
  const fresh: Oracle = {
    space,
    outputs,
    async *evaluate(tasks) {
      for (const { id, u } of tasks) yield [{ id, u, milliseconds: 1, status: 'completed', ...unsure }];
    },
  };
  const answers = async () => {
    await using store = await sqliteStore(path);
    const all: Evaluation[] = [];
    for await (const group of storedOracle(fresh, store, 'grid@1').evaluate(asked, {
      rng: new Rng('7'),
      clock: () => 0,
    }))
      all.push(...group);
    return all.sort((a, b) => (a.id < b.id ? -1 : 1));
  };
  const first = await answers();
  expect(first.slice(0, 2).map((one) => ({ ...one, u: [...one.u] }))).toEqual([
    { id: '7/design/0', u: [0.25, 0.5], milliseconds: 2, status: 'completed', values: Float64Array.of(1.5, 0) },
    { id: '7/design/1', u: [0.75, 0.5], milliseconds: 2, status: 'completed', values: Float64Array.of(-2.25, 1) },
  ]);
  expect(first[2]).toMatchObject({ status: 'failed', cause: 'threw', reason: 'no solution' });
  expect(first[3]).toMatchObject(unsure);
  expect(await answers()).toEqual(first);
});
