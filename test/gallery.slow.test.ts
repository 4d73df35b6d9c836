import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { lasting } from '../docs/pictures/printed.ts';

const ROOT = resolve(import.meta.dirname, '..');
const PRINTED = JSON.parse(readFileSync(join(ROOT, 'docs/gallery/printed.json'), 'utf8')) as Record<string, string[]>;

// Those that take some seconds; `npm run gallery` runs all.
test.for(['lightest-beam.ts', 'struck-beam-model.ts', 'where-it-computes.ts', 'stable-region.yaml'])(
  '%s prints the figures of the gallery',
  async (file) => {
    const command = [join(ROOT, 'dist/bundle/imago.js'), 'run', join(ROOT, 'scenarios', file), '--no-store'];
    const { stdout } = await promisify(execFile)(process.execPath, command);
    expect(lasting(stdout)).toEqual(PRINTED[file]);
  },
);
