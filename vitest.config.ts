import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Quality over many seeds, and what is killed and broken again and again. */
const SLOW = 'test/**/*.slow.test.ts';

export default defineConfig(({ mode }) => ({
  resolve: {
    alias: [
      { find: /^imago$/, replacement: source('./src/index.ts') },
      { find: /^imago\/node$/, replacement: source('./src/node.ts') },
    ],
  },
  test: {
    include: mode === 'slow' ? [SLOW] : ['test/**/*.test.ts'],
    exclude: mode === 'slow' ? [] : [SLOW],
    // A test that hangs ends; none is to fail because the machine is busy.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
  },
}));
