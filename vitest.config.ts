import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Quality over many seeds, and what is killed and broken again and again. */
const SLOW = 'test/**/*.slow.test.ts';
/** What replaces modules, which must not have been loaded before. */
const MOCKING = 'test/study/analysis.test.ts';
/** What leaves the globals of its process alone: its files share a process, and what has been loaded there. */
const PURE = [
  ...['core', 'data', 'numerics', 'sampling', 'kriging', 'surrogates', 'optimization', 'report', 'study'],
  ...['simulators', 'storage', 'export', 'shipping'],
].map((room) => `test/${room}/**/*.test.ts`);

/** Other files, in which tests are slow by their tag. */
function filesWithTags(): string[] {
  const files = readdirSync(source('test'), { recursive: true, encoding: 'utf8' }).map((file) => `test/${file}`);
  return files.filter(
    (file) => file.endsWith('.test.ts') && readFileSync(source(file), 'utf8').includes("tags: ['slow']"),
  );
}

/** By `--mode`: the files of slow tests, `tagged`: the slow tests of the other files, `all`: all tests of those; without it what is not slow. */
export default defineConfig(({ mode }) => ({
  resolve: {
    alias: [
      { find: /^imago$/, replacement: source('./src/index.ts') },
      { find: /^imago\/node$/, replacement: source('./src/node.ts') },
      { find: /^imago\/internal$/, replacement: source('./src/internal.ts') },
      { find: /^imago\/testing$/, replacement: source('./src/testing.ts') },
    ],
  },
  test: {
    // A test that hangs ends; none is to fail because the machine is busy.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Slow tests wait more than they compute.
    maxWorkers: mode === 'slow' || mode === 'tagged' ? 3 : 2,
    // Node aborts where a thread ends while its functions are still being compiled beside it (NodePlatform::ForIsolate, data.first).
    execArgv: ['--no-concurrent-recompilation'],
    tags: [{ name: 'slow' }],
    ...(!['slow', 'all'].includes(mode) && { tagsFilter: [mode === 'tagged' ? 'slow' : '!slow'] }),
    projects:
      mode === 'slow' || mode === 'tagged'
        ? [{ extends: true, mode, test: { name: 'slow', include: mode === 'slow' ? [SLOW] : filesWithTags() } }]
        : [
            { extends: true, mode, test: { name: 'pure', include: PURE, exclude: [SLOW, MOCKING], isolate: false } },
            { extends: true, mode, test: { name: 'world', include: ['test/**/*.test.ts'], exclude: [SLOW, ...PURE] } },
            { extends: true, mode, test: { name: 'mocking', include: [MOCKING] } },
          ],
  },
}));
