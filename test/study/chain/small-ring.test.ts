import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { recipesUsed } from '../../../src/study/recipes-used.ts';
import { scenarioFromYaml } from '../../../src/study/yaml/scenario-yaml.ts';

const FOLDER = resolve(import.meta.dirname, '../../../scenarios');
const nobody = () => {
  throw new Error('there is no simulator');
};

test('the small ring stands in a file too', async () => {
  const text = (file: string) => readFileSync(resolve(FOLDER, file), 'utf8');
  const makers = { module: async () => nobody(), command: nobody, text };
  const scenario = await scenarioFromYaml(text('small-ring.yaml'), 'small-ring.yaml', makers);
  expect([scenario.start?.data?.size, scenario.start?.test?.size]).toEqual([500, 500]);
  expect(scenario.chain?.map(({ name, teacher }) => [name, teacher])).toEqual([
    ['networks', 'data'],
    ['direct', 'data'],
    ['net', ['teacher', 'networks']],
    ['uniform', ['teacher', 'networks']],
  ]);
  expect(recipesUsed(scenario).map(({ recipe }) => recipe)).toContain('munge');
});
