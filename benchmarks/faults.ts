import { ENGINES } from './engines/index.ts';
import type { Benchmark } from './harness.ts';

/** Kills and cuts what an engine consists of; `--only` names engines or faults. */
export default {
  question: 'what is lost, counted twice or late when workers, studies and services die or go away?',
  columns: ['engine', 'fault', 'runs', 'lost', 'doubled', 'secondsToRerun'],
  async run({ quick, wants, once, say }) {
    for (const engine of ENGINES) {
      const missing = engine.missing();
      const faults = quick ? engine.quickFaults : Object.keys(engine.faults);
      const wanted = faults.filter((fault) => wants(engine.name) || wants(fault));
      if (missing !== undefined && wanted.length > 0) say(`  ${engine.name} is left out: ${missing}`);
      if (missing !== undefined) continue;
      for (const fault of wanted)
        await once({ engine: engine.name, fault }, async () => ({ ...(await engine.faults[fault](quick)) }));
    }
  },
} satisfies Benchmark;
