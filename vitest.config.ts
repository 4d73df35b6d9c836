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

/** By `--mode`: without one what is not slow, `slow`: what is, in whatever file, `all`: all tests of the files that are not slow as a whole. */
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
    // Node aborts where a thread ends while its functions are still being compiled beside it (NodePlatform::ForIsolate, data.first).
    execArgv: ['--no-concurrent-recompilation'],
    tags: [{ name: 'slow' }],
    // What has been compiled is known to the next run, on whichever Node and in whichever mode.
    experimental: { fsModuleCache: true },
    projects: (mode === 'slow'
      ? [
          { name: 'slow', include: [SLOW] },
          { name: 'tagged', include: filesWithTags(), tagsFilter: ['slow'] },
        ]
      : [
          { name: 'pure', include: PURE, exclude: [SLOW, MOCKING], isolate: false },
          { name: 'world', include: ['test/**/*.test.ts'], exclude: [SLOW, ...PURE] },
          { name: 'mocking', include: [MOCKING] },
        ].map((test) => ({ ...test, ...(mode !== 'all' && { tagsFilter: ['!slow'] }) }))
    ).map((test) => ({
      extends: true,
      mode: 'test',
      // Slow tests wait more than they compute.
      test: { ...test, maxWorkers: mode === 'slow' ? 3 : 2 },
    })),
  },
}));
