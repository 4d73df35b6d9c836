import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { categorical, integer, ordinal, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { type ExportedModel, exportedModel } from '../../src/export/exported.ts';
import { fmuOf } from '../../src/export/fmu/fmu.ts';
import { exportModel } from '../../src/shipping/export-model.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space({
  'Größe "x"': real(0.5, 3, { unit: 'm<2>' }),
  int: real(1, 1e4, { scale: 'log' }),
  'a b': integer(0, 4, { unit: 'ribs' }),
  a_b: ordinal([1, 2, 4]),
  material: categorical('steel', "l'acier & cie", 'wood'),
  rib: real(0, 1, { activeWhen: { 'a b': { min: 1 } } }),
});
const outputs = outputList({ 'do while': { unit: 'kN/m^2' }, double: { classes: ['good', 'fair', 'bad'] } });
const data = labeled(space, outputs, 60, (u) => [
  u[0] + Math.cos(2 * Math.PI * u[1]) + u[5] * u[2] + (u[4] > 0.6 ? 1 : 0),
  u[0] < 0.3 ? 0 : u[4] < 0.5 ? 1 : 2,
]);

let folder: string;
let fitted: Awaited<ReturnType<ReturnType<typeof decisionTree>['fit']>>;
let model: ExportedModel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imago-fmu-'));
  fitted = await decisionTree().fit(data, testRun('fmu'));
  model = exportedModel(fitted, { name: 'my beam', data, notes: ['A model of 60 runs.'] });
});

afterAll(() => rm(folder, { recursive: true }));

describe.each([2, 3] as const)('FMI %s', (version) => {
  test('its description names variables in plain letters, with the units and choices of their author', () => {
    const { files, token } = fmuOf(model, version);
    const text = files.find(({ name }) => name === 'modelDescription.xml')!.text;
    expect(text).toContain(`"${token}"`);
    expect(token).toMatch(/^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/);
    expect(text).toContain('<Unit name="m&lt;2&gt;"/>');
    expect(text).toContain('<Item name="l\'acier &amp; cie" value="1"/>');
    // Whole numbers have no unit in FMI.
    expect(text).toMatch(/<(Integer|Int64) [^>]*min="0" max="4"/);
    expect(text).not.toMatch(/<(Integer|Int64) [^>]*unit=/);
    const names = [...text.matchAll(/<\w+ name="([^"]*)" valueReference="(\d+)"/g)].map(([, name]) => name);
    expect(names).toEqual([
      ...['Grosse_x', 'int', 'a_b', 'a_b_2', 'material', 'rib', 'do_while', 'do_while_in_domain'],
      ...['double', 'double_probability_good', 'double_probability_fair', 'double_probability_bad', 'double_in_domain'],
      ...(version === 3 ? ['simulation.time'] : []),
    ]);
  });
});

test.each([2, 3] as const)('a model called fmu is another source than what wraps it, in FMI %i.0', (version) => {
  const names = fmuOf(exportedModel(fitted, { name: 'fmu', data }), version).files.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('an FMU is an archive of its description, its sources and the library of this machine', async () => {
  const file = join(folder, 'my beam.fmu');
  const report = await exportModel(fitted, file, { data, fmi: 3 });
  const names = [...entriesOf(await readFile(file)).keys()];
  expect(names.slice(0, 5)).toEqual([
    ...['modelDescription.xml', 'sources/my_beam.c', 'sources/my_beam.h', 'sources/fmu.c'],
    'sources/buildDescription.xml',
  ]);
  expect(report.files).toEqual([file]);
  if (report.verified) expect(report.largestError).toBeLessThan(1e-12);
  expect(report.notes.filter((note) => note.includes('no library'))).toHaveLength(names.length === 5 ? 1 : 0);
  expect(entriesOf(await readFile(file)).get('modelDescription.xml')).toMatch(/^<\?xml .*fmiVersion="3\.0"/s);
});

test.each([
  [{ fmi: 4 as 2 }, 'x.fmu', /fmi must be 2 or 3, got 4/],
  [{ fmi: 2 } as const, 'x.c', /fmi is of \.fmu alone, got '.*x\.c'/],
])('%o for %s is refused', async (options, name, words) => {
  await expect(exportModel(fitted, join(folder, name), { data, ...options })).rejects.toThrow(words);
});

/** Texts of the entries by the directory at the end of an archive. */
function entriesOf(archive: Buffer): ReadonlyMap<string, string> {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = archive.readUInt32LE(end + 16);
  return new Map(
    Array.from({ length: archive.readUInt16LE(end + 10) }, () => {
      const [length, start] = [archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 42)];
      const name = archive.toString('utf8', at + 46, at + 46 + archive.readUInt16LE(at + 28));
      at += 46 + name.length;
      const from = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
      return [name, inflateRawSync(archive.subarray(from, from + length)).toString('utf8')] as const;
    }),
  );
}
