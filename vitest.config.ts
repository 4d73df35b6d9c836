import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestUserConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { builtFiles, builtSources, fromBuild } from './vitest.built.ts';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** What replaces modules or loads them anew, changes or counts what its whole process shares, or weighs its memory: such a file has a process of its own. */
const ALONE = /vi\.mock|vi\.resetModules|executorLaws\(|process\.env\.\w+ =|process\.(?:memory|resource)Usage|[sS]lurm/;
/** The slow files that take longest, which begin first: none is to be waited for at the end. */
const LONGEST = ['kill', 'surrogates/many-rows', 'tutorials', 'study/adaptive-fit/fit-until', 'study/chain/validation'];

interface TestFile {
  readonly path: string;
  /** Quality over many seeds, and what is killed and broken again and again. */
  readonly isSlow: boolean;
  /** Has slow tests among others. */
  readonly isTagged: boolean;
  readonly isAlone: boolean;
}

const ROOT = import.meta.dirname;
/** The sources that tests need not load; undefined where `npm run build` has not seen one as it is. */
const built = builtSources(ROOT);

const files = readdirSync(source('test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name): TestFile => {
    const path = `test/${name}`;
    const text = readFileSync(source(path), 'utf8');
    return {
      path,
      isSlow: name.endsWith('.slow.test.ts'),
      isTagged: text.includes("tags: ['slow']"),
      isAlone: ALONE.test(text),
    };
  });

/** Two projects of the files that are `wanted`: those that need a process of their own, and those that share one, and what has been loaded there. */
function projectsOf(name: string, wanted: (file: TestFile) => boolean, test: Pick<TestUserConfig, 'tagsFilter'> = {}) {
  return [true, false].flatMap((isolate) => {
    const include = files.filter((file) => wanted(file) && file.isAlone === isolate).map(({ path }) => path);
    return include.length === 0 ? [] : [{ ...test, name: isolate ? `${name}-alone` : name, include, isolate }];
  });
}

class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      LONGEST.some((name) => moduleId.endsWith(`/test/${name}.slow.test.ts`));
    const sorted = await super.sort(specifications);
    return [...sorted.filter(isLong), ...sorted.filter((one) => !isLong(one))];
  }
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
    sequence: { sequencer: LongestFirst },
    projects: (mode === 'slow'
      ? [
          ...projectsOf('slow', ({ isSlow }) => isSlow),
          ...projectsOf('tagged', ({ isTagged, isSlow }) => isTagged && !isSlow, { tagsFilter: ['slow'] }),
        ]
      : projectsOf('fast', ({ isSlow }) => !isSlow, mode === 'all' ? {} : { tagsFilter: ['!slow'] })
    ).map((test) => ({
      extends: true,
      mode: 'test',
      // What Node has loaded can be neither replaced nor loaded anew, as some that run alone do with modules.
      plugins: built && !test.isolate ? [fromBuild(ROOT, built)] : [],
      // Slow tests wait more than they compute.
      test: { ...test, maxWorkers: mode === 'slow' ? 3 : 2, server: { deps: { external: [builtFiles(ROOT)] } } },
    })),
  },
}));
