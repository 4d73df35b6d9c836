import { build } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, dumpOf } from './explorer/chromium.ts';
import kept from './fixtures/model-answers.json' with { type: 'json' };
import { largestDifference } from './fixtures/model-answers.ts';

const ENTRY = new URL('../src/index.ts', import.meta.url).pathname;

interface Chunk {
  readonly type: string;
  readonly code?: string;
  readonly imports?: readonly string[];
}

let code: string;
let imports: readonly string[];

beforeAll(async () => {
  const bundle = (await build({
    logLevel: 'silent',
    configFile: false,
    // mathjs is fetched when the first expression in text needs it; a page that passes functions goes without.
    build: {
      write: false,
      lib: { entry: ENTRY, formats: ['es'], fileName: 'imago' },
      rollupOptions: { external: [/^mathjs/] },
    },
  })) as unknown as { output: Chunk[] }[];
  const [chunk] = bundle[0].output.filter(({ type }) => type === 'chunk');
  code = chunk.code ?? '';
  imports = chunk.imports ?? [];
});

describe('the public entry in a browser', () => {
  test('needs no module of Node and no other package', () => {
    expect(imports).toEqual([]);
    expect(code).not.toMatch(/from\s*["']node:|require\(["']node:/);
  });

  test.skipIf(!CHROMIUM)('runs a whole study in headless Chromium (skipped where it is not installed)', async () => {
    const answer = await answerOf(page(code));
    expect(answer).toMatch(/^optimum 0\.\d+ confirmed true, report \d+ characters$/);
    expect(Number(/optimum ([\d.]+)/.exec(answer)?.[1])).toBeLessThan(0.01);
  });

  test.skipIf(!CHROMIUM)(
    'answers by model files as Node did, to 1e-12 (skipped where it is not installed)',
    async () => {
      const script = `
    const { loadModel } = await import(URL.createObjectURL(new Blob([atob(LIBRARY)], { type: 'text/javascript' })));
    const largestDifference = ${largestDifference};
    const kept = ${JSON.stringify(kept)};
    const worst = Object.values(kept).map(({ model, asked }) => largestDifference(loadModel(JSON.stringify(model)).model, asked));
    document.getElementById('answer').textContent = 'worst ' + worst.join(' ');`;
      const worst = (await answerOf(page(code, script)))
        .replace(/^worst /, '')
        .split(' ')
        .map(Number);
      expect(worst).toHaveLength(Object.keys(kept).length);
      for (const one of worst) expect(one).toBeLessThanOrEqual(1e-12);
    },
  );
});

/** What headless Chromium finds in the answer of a page. */
async function answerOf(html: string): Promise<string> {
  const page = await dumpOf(html, '--virtual-time-budget=60000');
  return /<pre id="answer">([^<]*)<\/pre>/.exec(page)?.[1] ?? page.slice(0, 500);
}

/** Runs a study on a simulator of its own, with an executor of its own, and writes what came of it. */
const STUDY = `
    const { defineSimulator, defineScenario, real, latinHypercube, gaussianProcess, runStudy, perform, htmlReport } = await import(URL.createObjectURL(new Blob([atob(LIBRARY)], { type: 'text/javascript' })));
    const bowl = defineSimulator(null, { name: 'bowl', parameters: { x: real(-1, 1), y: real(-1, 1) }, outputs: { z: {} }, run: ({ x, y }) => ({ z: (x - 0.3) ** 2 + 2 * (y + 0.2) ** 2 }) });
    const clock = () => performance.now();
    const executor = {
      name: 'this page', concurrency: 1, async [Symbol.asyncDispose ?? Symbol.for('dispose')]() {},
      async *evaluate(simulator, tasks) { for (const task of tasks) yield [await perform(simulator, task, new AbortController().signal, clock)]; },
    };
    const scenario = defineScenario({ name: 'page', simulator: bowl, chain: [{ name: 'gp', transfer: latinHypercube(), size: 15, student: gaussianProcess() }], search: { on: 'gp', minimize: ({ z }) => z, rounds: 2, confirm: 2 } });
    const study = await runStudy(scenario, { executor }, { clock });
    const { objective, confirmed } = study.results.search.best;
    document.getElementById('answer').textContent = 'optimum ' + objective.toFixed(6) + ' confirmed ' + confirmed + ', report ' + htmlReport(study).length + ' characters';`;

/** A page that runs the script, which has the library as base64 in `LIBRARY`. */
function page(library: string, script = STUDY): string {
  const base64 = Buffer.from(library, 'utf8').toString('base64');
  return `<!doctype html><meta charset="utf-8"><pre id="answer">nothing yet</pre><script type="module">const LIBRARY = '${base64}';
    addEventListener('unhandledrejection', (event) => { document.getElementById('answer').textContent = String(event.reason?.stack ?? event.reason); });
    ${script}</script>`;
}
