import { ask, type Case, type Engine, sleeper, sleeps } from './engines/engine.ts';
import { ENGINES } from './engines/index.ts';
import type { Benchmark } from './harness.ts';

/** Runs that sleep, over each engine that this machine has; what is measured begins when its workers have run something. */
export default {
  question:
    'how much of their time do workers of a queue, of Slurm or behind a URL spend on runs, and what does a run cost beside?',
  columns: ['engine', 'workers', 'runMilliseconds', 'runs', 'wallSeconds', 'efficiency', 'overheadMilliseconds'],
  async run({ quick, wants, once, say }) {
    for (const engine of ENGINES.filter(({ name }) => wants(name))) {
      const missing = engine.missing();
      if (missing !== undefined) {
        say(`  ${engine.name} is left out: ${missing}`);
        continue;
      }
      for (const one of quick ? engine.quickCases : engine.cases)
        await once({ engine: engine.name, ...one }, () => measured(engine, one, say));
    }
  },
} satisfies Benchmark;

async function measured(engine: Engine, asked: Case, say: (line: string) => void) {
  const { workers, runMilliseconds, runs } = asked;
  await using running = await engine.start(asked);
  const { executor, simulator = await sleeper() } = running;
  if (!engine.isCold)
    await ask(executor, simulator, sleeps(simulator, 4 * workers, runMilliseconds, 'warm'), 4 * workers);
  const before = process.cpuUsage();
  const start = performance.now();
  const { lost, doubled } = await ask(executor, simulator, sleeps(simulator, runs, runMilliseconds, 'scale'), runs);
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  if (lost > 0 || doubled > 0) throw new Error(`${engine.name}: ${lost} runs were lost, ${doubled} came twice`);
  const megabytes = Math.round(process.memoryUsage.rss() / 1e6);
  say(
    `  ${engine.name}: the study took ${((user + system) / 1e3 / runs).toFixed(3)} ms of its processor a run, ${megabytes} MB`,
  );
  if (running.told) say(`  ${engine.name}: ${await running.told()}`);
  return {
    wallSeconds: wall / 1000,
    efficiency: (runs * runMilliseconds) / workers / wall,
    overheadMilliseconds: (wall * workers - runs * runMilliseconds) / runs,
  };
}
