import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandSimulator } from '../src/bridges/command.ts';
import type { CommandDefinition } from '../src/bridges/command-definition.ts';
import { loadScenario } from '../src/cli/load.ts';
import { inlineExecutor } from '../src/execution/inline.ts';
import { runStudy } from '../src/study/run-study.ts';
import { scenarioFromYaml } from '../src/study/scenario-yaml.ts';

const PAGE = new URL('../docs/external-programs.md', import.meta.url);
const EXAMPLE = /```yaml\n(.*?)```/s;

test('the example of the page runs as it stands there, in 15 lines, and finds the beam that a formula gives', async () => {
  const text = EXAMPLE.exec(readFileSync(PAGE, 'utf8'))?.[1] ?? '';
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
  const scenario = await scenarioFromYaml(text, 'beam.yaml', {
    command: (simulation) => commandSimulator(simulation as CommandDefinition),
    module: () => Promise.reject(new Error('the example needs no module')),
  });
  await using executor = inlineExecutor({ concurrency: 2 });
  const { results } = await runStudy(scenario, { executor }, { clock: () => performance.now() });
  // A load of 1 kN on steel of 210 GPa: bend = 12 length^3 / (630e3 side^4) mm, which is 10 mm at length = 1 m.
  const side = (12 / 630e3 / 10) ** 0.25;
  expect(results.search?.best).toMatchObject({ confirmed: true });
  expect((results.search?.best?.objective ?? 0) / (7850 * side ** 2)).toBeCloseTo(1, 2);
});

test('the scenarios of programs that come with imago can be read where the programs are not installed', async () => {
  for (const [file, name] of [
    ['smallest-converter.yaml', 'buck-converter'],
    ['farthest-yagi.ts', 'yagi'],
  ]) {
    const path = new URL(`../scenarios/${file}`, import.meta.url).pathname;
    expect((await loadScenario(path)).simulator?.name).toBe(name);
  }
});
