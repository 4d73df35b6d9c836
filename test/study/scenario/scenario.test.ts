import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import { ImagoError } from '../../../src/core/errors.ts';
import { defineSimulator } from '../../../src/core/simulator.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { lbfgsb } from '../../../src/optimization/direct/lbfgsb.ts';
import { optimizationJs } from '../../../src/optimization/optimization-js/optimization-js.ts';
import { nestedDesign } from '../../../src/sampling/nested-design.ts';
import { uniform } from '../../../src/sampling/uniform.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { type AnyScenario, isScenario } from '../../../src/study/scenario/scenario.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';

const simulator = defineSimulator(null, {
  name: 'line',
  parameters: { x: real(0, 1), c: categorical('a', 'b') },
  outputs: { y: {}, k: { classes: ['p', 'q'] } },
  run: ({ x }) => ({ y: x, k: 'p' }),
});
const stage = { name: 'first', transfer: uniform(), size: 5, student: decisionTree() };

test('a scenario is a value that is recognized, also after a round through another copy of the package', () => {
  const scenario = defineScenario({ name: 's', simulator, chain: [stage] });
  expect(isScenario(scenario)).toBe(true);
  expect(isScenario({ ...scenario })).toBe(false);
});

test('functions for objectives see the typed point and outputs', () => {
  defineScenario({
    name: 's',
    simulator,
    search: { on: 'simulator', minimize: ({ x, y }) => x + y, subjectTo: [({ k }) => (k === 'p' ? 0 : 1)], budget: 3 },
  });
  defineScenario({
    name: 's',
    simulator,
    // @ts-expect-error there is no output z
    search: { on: 'simulator', minimize: ({ z }) => z, budget: 3 },
  });
  defineScenario({
    name: 's',
    simulator,
    // @ts-expect-error k is never 'r'
    search: { on: 'simulator', minimize: ({ k }) => (k === 'r' ? 0 : 1), budget: 3 },
  });
});

const goal = { on: 'first', minimize: 'y' };
const data = Dataset.empty(simulator.space, simulator.outputs).append([
  { id: 'data/0', u: Float64Array.of(0.5, 0.25), milliseconds: 0, status: 'completed', values: Float64Array.of(1, 0) },
]);
test.each<[string, object, RegExp]>([
  ['no name', { simulator, chain: [stage], name: '' }, /needs a name, got ''/],
  ['neither simulator nor data', { chain: [stage] }, /simulator: give either a simulator or start data/],
  ['both', { simulator, start: { data }, chain: [stage] }, /give either/],
  ['a look-alike simulator', { simulator: { ...simulator }, chain: [stage] }, /must be made by defineSimulator/],
  ['a fractional seed', { simulator, chain: [stage], seed: 1.5 }, /seed: must be an integer, got 1.5/],
  [
    'a stage without a name',
    { simulator, chain: [{ ...stage, name: 'a b' }] },
    /chain\[0\].name: must be letters.* got 'a b'/,
  ],
  ['two stages of one name', { simulator, chain: [stage, stage] }, /chain\[1\].name: 'first' is taken/],
  ['a stage named simulator', { simulator, chain: [{ ...stage, name: 'simulator' }] }, /'simulator' is taken/],
  [
    'no sampler',
    { simulator, chain: [{ ...stage, transfer: 'lhs' }] },
    /chain\[0\].transfer: must be a sampler.*got 'lhs'/,
  ],
  [
    'a sampler that was not called',
    { simulator, chain: [{ ...stage, transfer: nestedDesign }] },
    /chain\[0\].transfer: nestedDesign makes a sampler; call it: nestedDesign\(\)/,
  ],
  [
    'a misspelt key of a stage',
    { simulator, chain: [{ ...stage, holdOut: 3 }] },
    /chain\[0\].holdOut: there is no such key; did you mean holdout\?/,
  ],
  ['a misspelt key of the start', { start: { data, techer: 1 } }, /start.techer: .* did you mean teacher\?/],
  ['no start', { start: null }, /start: must be an object such as { data }, got null/],
  ['no surrogate', { simulator, chain: [{ ...stage, student: {} }] }, /chain\[0\].student: must be a surrogate/],
  ['no size', { simulator, chain: [{ ...stage, size: undefined }] }, /chain\[0\].size: is missing/],
  [
    'a size of zero',
    { simulator, chain: [{ ...stage, size: 0 }] },
    /chain\[0\].size: must be a positive integer, got 0/,
  ],
  [
    'a search on an unknown stage',
    { simulator, chain: [stage], search: { ...goal, on: 'second' } },
    /there is no stage 'second'; known: simulator, first/,
  ],
  ['both senses on a stage', { simulator, chain: [stage], search: { ...goal, maximize: 'y' } }, /one objective, got 2/],
  [
    'an objective of a wrong type',
    { simulator, chain: [stage], search: { on: 'first', minimize: 3 } },
    /3 is neither an expression nor a function/,
  ],
  [
    'a constraint of a wrong type',
    { simulator, chain: [stage], search: { ...goal, subjectTo: [null] } },
    /null is neither/,
  ],
  ...[lbfgsb(), optimizationJs({ method: 'lbfgs' })].map((minimizer): [string, object, RegExp] => [
    `${minimizer.name} on a stage`,
    { simulator, chain: [stage], search: { ...goal, minimizer } },
    /search.minimizer: .* needs a gradient, .* take cmaEs\(\)/,
  ]),
  ['no budget', { simulator, search: { on: 'simulator', minimize: 'y' } }, /search.budget: is missing/],
  [
    'a negative budget',
    { simulator, search: { on: 'simulator', minimize: 'y', budget: -1 } },
    /search.budget: must be a positive integer, got -1/,
  ],
  [
    'no simulator to search on',
    { start: { data }, search: { on: 'simulator', minimize: 'y', budget: 2 } },
    /no simulator to search on/,
  ],
  [
    'a comparison without a goal',
    { simulator, chain: [stage], compare: { optimizers: [], budget: 3 } },
    /needs a simulator and a search/,
  ],
  [
    'a misspelt key of a comparison',
    { simulator, chain: [stage], search: goal, compare: { optimizers: [], budget: 3, bach: 2 } },
    /compare.bach: .* did you mean batch\?/,
  ],
  [
    'a comparison of nothing',
    { simulator, chain: [stage], search: goal, compare: { optimizers: [], budget: 3 } },
    /compare.optimizers: is empty/,
  ],
])('%s is refused with the place and the value', (_, rest, message) => {
  const attempt = () => defineScenario({ name: 'broken', ...rest } as AnyScenario);
  expect(attempt).toThrow(ImagoError);
  expect(attempt).toThrow(message);
});
