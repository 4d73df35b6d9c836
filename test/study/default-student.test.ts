import { expect, test } from 'vitest';
import { defineSimulator } from '../../src/core/simulator.ts';
import { real } from '../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { scenarioFromYaml } from '../../src/study/yaml/scenario-yaml.ts';

const wave = defineSimulator(null, {
  name: 'wave',
  parameters: { x: real(0, 1), y: real(0, 1) },
  outputs: { f: {} },
  run: ({ x, y }) => ({ f: Math.sin(5 * x) + y }),
});

test('a stage that names no student gets auto', async () => {
  const scenario = defineScenario({
    name: 'Wave',
    simulator: wave,
    chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 24 }],
  });
  const { results } = await runStudy(scenario, { executor: inlineExecutor() }, { clock: () => 0 });
  expect(results.stages[0].student).toBe('auto');
  expect(results.stages[0].fidelity[0].q2).toBeGreaterThan(0.9);
});

test('so does one in YAML, where auto can also be named', async () => {
  const yaml = (student: string) => `name: Wave
simulator: wave
chain:
  - name: surrogate
    transfer: latinHypercube
    size: 24
${student}`;
  for (const student of ['', '    student: auto\n', '    student: { auto: { budget: 2, stack: false } }\n']) {
    const { chain } = await scenarioFromYaml(yaml(student), 'study.yaml', {
      command: () => wave,
      module: async () => wave,
    });
    expect(chain?.[0].student?.name).toBe('auto');
  }
});
