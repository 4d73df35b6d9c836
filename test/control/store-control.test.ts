import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { storeControl } from '../../src/control/store-control.ts';
import { headlines } from '../../src/report/headlines.ts';
import { commandFile } from '../../src/storage/command-file.ts';
import { sqliteStore } from '../../src/storage/sqlite-store.ts';
import { studyNotes } from '../../src/study/control/journal.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { studySoFar } from '../../src/study/so-far/study-so-far.ts';
import { inBatches, oneByOne, point, run, withRuns } from '../laws/steering-laws.ts';

const folder = mkdtempSync(join(tmpdir(), 'imago-control-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the study in a store that takes commands; `before` is told of the how many-th run begins. */
async function steered(path: string, before?: Parameters<typeof oneByOne>[0]) {
  await using store = await sqliteStore(path);
  using control = await commandFile(path);
  return await runStudy(inBatches, { executor: oneByOne(before), store, control }, { clock: () => 0 });
}

test('commands reach a study through a file beside its store, and those of before wait in the store', async () => {
  const path = join(folder, 'a.sqlite');
  const control = storeControl(path);
  const said: string[] = [];
  const study = await steered(path, async (count) => {
    if (count !== 5) return;
    said.push(await control.pause());
    await expect(control.tryNext({ ...point, width: 1 })).rejects.toThrow("try: there is no parameter 'width'");
    said.push(await control.tryNext(point), await control.note('so far so good'), await control.resume());
  });
  expect(said).toEqual([
    'no run is begun until it is told to resume; those in progress end',
    'the search runs 1 with its next ones',
    'the note is kept',
    'runs are begun again',
  ]);
  expect(study.results.search?.byHand).toEqual([{ after: expect.any(Number), budget: null, added: 1 }]);
  expect(study.remarks).toMatchObject([{ text: 'so far so good' }]);
  expect(existsSync(`${path}-commands`)).toBe(false);

  await expect(control.pause()).rejects.toThrow('no process runs the study');
  expect(await control.setBudget(16)).toBe('the search takes it when the study is run again');
  expect(await control.note('mesh too coarse', '1/search/3')).toBe('the note is kept');
  const again = await steered(path);
  expect(again.measurements.simulated).toBe(4);
  expect(again.results.search?.byHand?.at(-1)).toEqual({ after: 12, budget: 16, added: 0 });
  await using store = await sqliteStore(path, { readOnly: true });
  const remarks = [{ text: 'so far so good' }, { text: 'mesh too coarse', run: '1/search/3' }];
  expect(studyNotes(store)).toMatchObject(remarks);
  expect((await studySoFar(store)).remarks).toMatchObject(remarks);
  expect(headlines(await studySoFar(store)).slice(-2)).toEqual([
    'Note: so far so good',
    'Note: On run 1/search/3: mesh too coarse',
  ]);
});

test('a study that is stopped by a command goes on to the results of the whole one', async () => {
  const path = join(folder, 'b.sqlite');
  const control = storeControl(path);
  const stopped = steered(path, async (count) => {
    if (count === 4) expect(await control.stop()).toContain('after the runs in progress');
  });
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  expect((await steered(path)).results).toEqual((await run(withRuns(inBatches, 12))).results);
});

test('who takes no commands is told, and so is one that is too busy', async () => {
  const path = join(folder, 'c.sqlite');
  await expect(storeControl(path).pause()).rejects.toThrow('there is no store');
  await using _store = await sqliteStore(path);
  await expect(storeControl(path).pause()).rejects.toThrow('takes no commands');
  using _commands = await commandFile(path);
  await expect(storeControl(path, { patience: 100 }).pause()).rejects.toThrow('has not answered for 0.1 s');
});
