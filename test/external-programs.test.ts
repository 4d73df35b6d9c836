import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandSimulator } from '../src/bridges/command.ts';
import type { CommandDefinition } from '../src/bridges/command-definition.ts';
import { loadScenario } from '../src/cli/load.ts';
import { inlineExecutor } from '../src/execution/inline.ts';
import { runStudy } from '../src/study/run-study.ts';
import { scenarioFromYaml } from '../src/study/yaml/scenario-yaml.ts';

const PAGE = new URL('../docs/external-programs.md', import.meta.url);
const EXAMPLE = /```yaml\n(.*?)```/s;

async function run(text: string) {
  const scenario = await scenarioFromYaml(text, 'study.yaml', {
    command: (simulation) => commandSimulator(simulation as CommandDefinition),
    module: () => Promise.reject(new Error('the example needs no module')),
  });
  await using executor = inlineExecutor({ concurrency: 2 });
  return await runStudy(scenario, { executor }, { clock: () => performance.now() });
}

test('the example of the page runs as it stands there, in 15 lines, and finds the beam that a formula gives', async () => {
  const text = EXAMPLE.exec(readFileSync(PAGE, 'utf8'))?.[1] ?? '';
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
  const { results } = await run(text);
  // A load of 1 kN on steel of 210 GPa: bend = 12 length^3 / (630e3 side^4) mm, which is 10 mm at length = 1 m.
  const side = (12 / 630e3 / 10) ** 0.25;
  expect(results.search?.best).toMatchObject({ confirmed: true });
  expect((results.search?.best?.objective ?? 0) / (7850 * side ** 2)).toBeCloseTo(1, 2);
});

const TANK = `name: Cheapest tank
simulator:
  name: tank
  command: [bc, -l]
  files: { in.bc: "r = {{radius}}; h = {{height}}; 4*a(1)*r^2*h; 60*4*a(1)*r*h + 180*4*a(1)*r^2\\n" }
  input: in.bc
  parameters:
    radius: { real: [0.5, 3], unit: m }
    height: { real: [0.5, 6], unit: m }
  outputs:
    volume: { csv: 1, row: 1, unit: m^3 }
    cost: { csv: 1, row: 2, unit: EUR }
chain: [{ name: surrogate, transfer: latinHypercube, size: 20, student: gaussianProcess }]
search: { on: surrogate, minimize: cost, subjectTo: [volume >= 20 m^3], rounds: 3, confirm: 3 }
`;

const SCRIPT = `name: Quickest spring
simulator:
  name: spring
  command: [sh, spring.sh, '{{stiffness}}', '{{damping:.4f}}']
  files: { spring.sh: 'echo "t,x"; echo "0,$1"; echo "settled $2" > settled.txt' }
  parameters:
    stiffness: { real: [1, 40], unit: N/m, scale: log }
    damping: { real: [0.1, 10], unit: kg/s }
  outputs:
    rest: { csv: x, unit: N/m }
    settled: { pattern: '^settled (\\S+)', file: settled.txt, unit: kg/s }
search: { on: simulator, minimize: settled, subjectTo: [rest <= 20 N/m], optimizer: random, budget: 6 }
`;

const found = (program: string) =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`));

test.skipIf(!found('bc'))('bc, which prints bare numbers, finds the tank that calculus gives', async () => {
  expect(TANK.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
  const { results } = await run(TANK);
  // cost = 1200 / r + 180 pi r^2 where the volume is 20 m^3; least at r^3 = 10 / (3 pi).
  const radius = (10 / (3 * Math.PI)) ** (1 / 3);
  expect((results.search?.best?.objective ?? 0) / (1200 / radius + 180 * Math.PI * radius ** 2)).toBeCloseTo(1, 2);
  expect(results.search?.best?.feasible).toBe(true);
});

test('a shell script reads its arguments, and writes a table and a file', async () => {
  expect(SCRIPT.trimEnd().split('\n').length).toBeLessThanOrEqual(15);
  const { results } = await run(SCRIPT);
  const { point, outputs } = results.search?.best ?? {};
  expect(outputs?.rest).toBe(point?.stiffness);
  expect(outputs?.settled).toBeCloseTo(point?.damping as number, 4);
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
