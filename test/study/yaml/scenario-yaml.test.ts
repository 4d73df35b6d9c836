import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { commandSimulator } from '../../../src/bridges/command.ts';
import type { CommandDefinition } from '../../../src/bridges/command-definition.ts';
import { type UmBridgeDefinition, umBridgeSimulator } from '../../../src/bridges/um-bridge.ts';
import { ImagoError } from '../../../src/core/errors.ts';
import type { Optimizer } from '../../../src/core/optimizer.ts';
import { categorical, real, resolution } from '../../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { isScenario } from '../../../src/study/scenario/scenario.ts';
import { scenarioJsonSchema } from '../../../src/study/yaml/scenario-schema.ts';
import { type SimulatorMakers, scenarioFromYaml } from '../../../src/study/yaml/scenario-yaml.ts';
import { dataset, points, testRun } from '../../../src/testing/labeled.ts';
import { cube } from '../../../src/testing/problems.ts';
import { GOOD, MALFORMED } from '../malformed-yaml.ts';

const makers: SimulatorMakers = {
  command: (simulation) => commandSimulator(simulation as CommandDefinition),
  module: async (name) => {
    throw new ImagoError('plugin', `cannot load ${name}: there is no such file`);
  },
};
const read = (text: string) => scenarioFromYaml(text, 'study.yaml', makers);

test('a scenario in YAML is the same value as one in code', async () => {
  const scenario = await read(GOOD);
  expect(isScenario(scenario)).toBe(true);
  expect(scenario).toMatchObject({ name: 'Lightest beam', seed: 7, search: { on: 'surrogate', minimize: 'mass' } });
  expect(scenario.chain?.map(({ name, size }) => [name, size])).toEqual([
    ['surrogate', 60],
    ['rules', 4000],
  ]);
  expect(scenario.compare?.optimizers.map(({ name }) => name)).toEqual(['random', expect.stringMatching(/^bayesian/)]);
  const { space, outputs } = scenario.simulator as NonNullable<typeof scenario.simulator>;
  expect(space.parameters).toMatchObject({
    length: { kind: 'real', lower: 0.5, upper: 3, unit: 'm' },
    n: { kind: 'integer' },
    load: { kind: 'ordinal', values: [1, 2, 5], activeWhen: { n: { min: 1 } } },
    material: { kind: 'categorical', values: ['steel', 'wood'] },
  });
  expect(outputs).toMatchObject([{ name: 'mass', unit: 'kg', valid: [0, 100] }]);
});

const REMOTE = `name: remote
simulator:
  umBridge: http://localhost:4242/
  model: beam
  parameters:
    length: { real: [1, 3], unit: m }
    mesh: { resolution: [1, 2], cost: [1, 4] }
    material: { categorical: [steel, wood] }
  outputs:
    mass: { unit: kg }
    slope: { derivative: { of: mass, by: length } }
  config: { fidelity: 2 }
  timeLimit: 2 h
  concurrency: 8
chain:
  - { name: surrogate, transfer: latinHypercube, size: 20 }
`;
const reaching: SimulatorMakers = {
  ...makers,
  umBridge: (simulation) => umBridgeSimulator(simulation as UmBridgeDefinition),
};

test('a model behind a URL is what it is in code', async () => {
  const { simulator } = await scenarioFromYaml(REMOTE, 'study.yaml', reaching);
  const own = umBridgeSimulator({
    ...{ url: 'http://localhost:4242', model: 'beam', config: { fidelity: 2 }, timeLimit: 7_200_000, concurrency: 8 },
    parameters: {
      length: real(1, 3, { unit: 'm' }),
      mesh: resolution([1, 2], { cost: [1, 4] }),
      material: categorical('steel', 'wood'),
    },
    outputs: { mass: { unit: 'kg' }, slope: { derivative: { of: 'mass', by: 'length' } } },
  });
  expect(JSON.stringify(simulator)).toBe(JSON.stringify(own));
  await expect(scenarioFromYaml(REMOTE, 'study.yaml', makers)).rejects.toThrow(/servers cannot be reached here/);
  const mistaken = REMOTE.replace('http:', 'htp:');
  await expect(scenarioFromYaml(mistaken, 'study.yaml', reaching)).rejects.toThrow(/url must be an address such as/);
  const unknown = REMOTE.replace('fidelity: 2 }', 'fidelity: 2 }\n  files: {}');
  await expect(scenarioFromYaml(unknown, 'study.yaml', reaching)).rejects.toThrow(/files/);
});

test('of tens of thousands of mistakes the first twenty are told, and soon', { tags: ['slow'] }, async () => {
  const text = `${GOOD}\n${Array.from({ length: 15_000 }, (_, i) => `k${i}: 1`).join('\n')}\nk0: 2\n`;
  const twice = await read(text).catch((error: Error) => error.message);
  expect(twice).toMatch(/^study\.yaml:\d+:1: Map keys must be unique$/);
  const told = (await read(text.replace('\nk0: 2\n', '')).catch((error: Error) => error.message)) as string;
  const lines = told.split('\n');
  expect(lines).toHaveLength(22);
  expect([lines[0], lines.at(-1)]).toEqual(['15000 mistakes', '  and 14980 more']);
  expect(lines[1]).toMatch(/study\.yaml:\d+:1: k0: there is no such key/);
});

test('a resolution with its cost, a nested design and co-kriging are what they are in code', async () => {
  const text = GOOD.replace('n: { integer: [1, 4] }', 'n: { resolution: [1, 4], cost: [1, 9], unit: cells }')
    .replace(', activeWhen: { n: { min: 1 } }', '')
    .replace('latinHypercube,', '{ nestedDesign: { ratio: 0.5, sampler: sobol } },')
    .replace('gaussianProcess:', 'coKriging:');
  const { simulator, chain } = await read(text);
  expect(simulator?.space.parameters.n).toEqual({ kind: 'ordinal', values: [1, 4], cost: [1, 9], unit: 'cells' });
  expect(simulator?.space.resolution?.name).toBe('n');
  expect(chain?.[0].student?.name).toBe('co-kriging');
  const named = text.replace('[1, 4], cost', '[coarse, fine], cost');
  expect((await read(named)).simulator?.space.parameters.n).toMatchObject({ values: ['coarse', 'fine'] });
});

test('how often a noisy program is run again is what it is in code', async () => {
  const noisy = GOOD.replace('BEGIN { print', 'BEGIN { srand({{seed}}); print');
  const stage = await read(noisy.replace('on: surrogate', 'on: surrogate\n  confirm: { each: 2, runs: 9 }'));
  expect(stage.search).toMatchObject({ confirm: { each: 2, runs: 9 } });
  const direct = noisy.replace('on: surrogate', 'on: simulator\n  budget: 20\n  confirm: { runs: 9 }');
  expect((await read(direct)).search).toMatchObject({ budget: 20, confirm: { runs: 9 } });
  await expect(read(direct.replace('{ runs: 9 }', '{ runs: 20 }'))).rejects.toThrow(
    /search\.confirm\.runs: is 20, which leaves no run for the search of the budget of 20/,
  );
  await expect(read(direct.replace('{ runs: 9 }', '5'))).rejects.toThrow(/search\.confirm: must be an object such as/);
  await expect(read(GOOD.replace('on: surrogate', 'on: surrogate\n  confirm: { runs: 9 }'))).rejects.toThrow(
    /search\.confirm\.runs: is only for one objective of a simulator with `stochastic: true`/,
  );
});

test('classical regressions and the minimizers of optimization-js are what they are in code', async () => {
  const text = GOOD.replace(
    'gaussianProcess: { kernel: matern-5/2 }',
    'classicalRegression: { kind: power, input: n }',
  ).replace('minimize: mass', 'minimize: mass\n  minimizer: { optimizationJs: { method: omg, evaluations: 500 } }');
  const { chain, search } = await read(text);
  expect(chain?.[0].student?.name).toBe('power law');
  expect(search).toMatchObject({ minimizer: { name: 'optimization-js (omg)' } });
  await expect(read(text.replace('kind: power', 'kind: cubic'))).rejects.toThrow(/kind.*cubic/);
  await expect(read(text.replace('kind: power, ', ''))).rejects.toThrow(/kind: must be one of simple,.*got undefined/);
});

test('a derivative among the outputs is what it is in code', async () => {
  const text = GOOD.replace(
    'outputs:',
    'outputs:\n    slope: { json: slope, derivative: { of: mass, by: length } }\n   ',
  ).replace('gaussianProcess:', 'gradientEnhanced:');
  const { simulator, chain } = await read(text);
  expect(simulator?.outputs[0]).toMatchObject({ name: 'slope', derivative: { of: 'mass', by: 'length' } });
  expect(chain?.[0].student?.name).toBe('gradient-enhanced kriging');
  await expect(read(text.replace('of: mass', 'of: weight'))).rejects.toThrow(/slope.*got 'weight'/);
});

test('formulas are computed from parameters and constants, in their units, and never learned', async () => {
  const written = GOOD.replace(/BEGIN.*}'/, 'BEGIN { print "m", {{n}} * {{load|1}}, "{{material}}" }\'');
  const text = written.replace("'(.*)'", "'m (\\S+)'").replace(
    '  timeLimit: 20 s',
    `  constants: { spare: 2, tax: high }
  formulas:
    cost: { value: "spare * (4 EUR + length * 12 EUR/m) + (tax == 'high' ? 1 EUR : 0 EUR)", unit: EUR }
    weight: { value: "(material == 'steel' ? 78 kN/m^3 : 5 kN/m^3) * length * (20 cm)^2", unit: N }
    hot: { value: 20 K * n, unit: degC }`,
  );
  const { simulator } = await read(text);
  const { space, outputs } = simulator as NonNullable<typeof simulator>;
  const [, cost, weight, hot] = outputs;
  const at = (material: string) => space.decode(space.encode({ length: 2, n: 3, load: 1, material }));
  expect(cost.formula?.(at('steel'))).toBe(57);
  expect(weight.formula?.(at('steel'))).toBeCloseTo(78e3 * 2 * 0.04, 9);
  expect(weight.formula?.(at('wood'))).toBeCloseTo(5e3 * 2 * 0.04, 9);
  expect(hot.formula?.(at('wood'))).toBeCloseTo(60 - 273.15, 9);
  await using executor = inlineExecutor();
  const study = { seed: 3, chain: [{ name: 's', transfer: 'uniform', size: 4, student: 'nearestNeighbor' }] };
  const short = await read(text.replace(/chain:.*/s, stringify(study)).replace(/^seed.*\n/m, ''));
  const { results } = await runStudy(short, { executor }, { clock: () => 0 });
  expect(results.outputs.map(({ name }) => name)).toEqual(['mass', 'cost', 'weight', 'hot']);
});

test('other formulas are another simulator', async () => {
  const versionOf = async (value: string) => {
    const more = `  formulas: { price: { value: '${value}', unit: m } }\n  timeLimit`;
    return (await read(GOOD.replace('  timeLimit', more))).simulator?.version;
  };
  expect(await versionOf('length * 2')).toBe(await versionOf('length * 2'));
  expect(await versionOf('length * 2')).not.toBe(await versionOf('length * 3'));
  expect(await versionOf('length * 2')).not.toBe((await read(GOOD)).simulator?.version);
});

test('a parameter that only a formula reads is used, one that nothing reads is not', async () => {
  const text = GOOD.replace('{{length}} * ', '');
  await expect(read(text)).rejects.toThrow(
    /study\.yaml:9:13: .*parameters\.length: is used in no file, argument, variable or formula/,
  );
  const more = '  formulas: { price: { value: length * 3, unit: m } }\n  timeLimit';
  expect((await read(text.replace('  timeLimit', more))).simulator?.outputs).toHaveLength(2);
});

test('a simulator alone can be read, and cannot be run as a study', async () => {
  const scenario = await read(GOOD.replace(/chain:.*/s, ''));
  expect(scenario.simulator?.space.dimension).toBe(4);
  await using executor = inlineExecutor();
  await expect(runStudy(scenario, { executor }, { clock: () => 0 })).rejects.toThrow(
    /^scenario 'Lightest beam', chain: there is neither a chain nor a search: nothing to do\. Add one, such as search/,
  );
});

test.each(MALFORMED)('%s is told with file, line and value', async (_, from, to, message) => {
  expect(GOOD).toContain(from);
  const error = await read(GOOD.replace(from, () => to)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ImagoError);
  expect((error as ImagoError).message).toMatch(message);
  expect((error as ImagoError).message).not.toMatch(/Invalid input|undefined|\[object/);
});

test('all mistakes are told at once, in the order of the file', async () => {
  const text = GOOD.replace('seed: 7', 'sead: 7').replace('[0.5, 3]', '[a, 3]').replace('size: 60', 'size: -1');
  await expect(read(text)).rejects.toThrow(
    /^3 mistakes\n {2}study\.yaml:2:1: sead.*\n {2}study\.yaml:9:22: .*got 'a'\n {2}study\.yaml:17:56: .*got -1$/,
  );
  const later = GOOD.replace('[0.5, 3]', '[3, 1]').replace('[1, 2, 5]', '[5, 1]');
  await expect(read(later)).rejects.toThrow(/^2 mistakes\n.*length: .*\n.*load: /);
});

test('aliases work, are located, and cannot multiply', async () => {
  const shared = GOOD.replace('{ real: [0.5, 3], unit: m }', '&range { real: [0.5, 3], unit: m }').replace(
    '{ integer: [1, 4] }',
    '*range',
  );
  const { simulator } = await read(shared.replace(', activeWhen: { n: { min: 1 } }', ''));
  expect(simulator?.space.parameters.n).toMatchObject({ kind: 'real', upper: 3 });
  const bomb = Array.from({ length: 9 }, (_, i) => `a${i}: &a${i} [${i ? Array(9).fill(`*a${i - 1}`) : 'x'}]`);
  await expect(read(bomb.join('\n'))).rejects.toThrow(/^study\.yaml: too many aliases/);
  await expect(read(`name: ${'x'.repeat(2 ** 20)}`)).rejects.toThrow(/has 1048582 characters; at most 1048576/);
});

test.each(['', '[]', 'null', '3', '- a', '"a"', '{}'])('%j is no scenario', async (text) => {
  await expect(read(text)).rejects.toThrow(/study\.yaml:1:1: /);
});

test('a text that is damaged anywhere is read or refused with a place, whatever the damage', {
  tags: ['slow'],
}, async () => {
  const damage = fc.tuple(
    fc.nat(GOOD.length - 1),
    fc.nat(12),
    fc.oneof(
      fc.constantFrom('', ':', '[', '}', '*a', '&a ', '!!js ', '~', '\n', ' ', '{{', '"', '#', '- '),
      fc.string(),
    ),
  );
  await fc.assert(
    fc.asyncProperty(damage, async ([at, length, instead]) => {
      const text = GOOD.slice(0, at) + instead + GOOD.slice(at + length);
      const outcome = await read(text).catch((error: unknown) => error);
      if (isScenario(outcome)) return;
      expect(outcome).toBeInstanceOf(ImagoError);
      expect((outcome as ImagoError).message).toMatch(/^(\d+ mistakes\n {2})?study\.yaml:(\d+:\d+:)? /);
    }),
    { numRuns: 200 },
  );
});

test('a value that is replaced by any other is taken or refused with a place, whatever it is', {
  tags: ['slow'],
}, async () => {
  const plain = parse(GOOD) as Record<string, unknown>;
  const places: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]) => {
    places.push(path);
    if (typeof value === 'object' && value !== null)
      for (const [key, child] of Object.entries(value))
        walk(child, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  walk(plain, []);
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      -1,
      0,
      1e300,
      '',
      '{{length}}',
      'constructor',
      '__proto__',
      [[]],
      { '': 1 },
      'a'.repeat(300),
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places.slice(1)), odd, async (place, value) => {
      const copy = structuredClone(plain);
      const holder = place.slice(0, -1).reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], copy);
      (holder as Record<string, unknown>)[place.at(-1) as string] = value;
      const outcome = await read(stringify(copy)).catch((error: unknown) => error);
      if (isScenario(outcome)) return;
      expect(outcome).toBeInstanceOf(ImagoError);
      expect((outcome as ImagoError).message).toMatch(/^(\d+ mistakes\n {2})?study\.yaml:(\d+:\d+:)? /);
      expect((outcome as ImagoError).message).not.toMatch(/Invalid input|\[object/);
    }),
    { numRuns: 400 },
  );
});

test('the JSON Schema for editors knows every key of a scenario, and refuses others', () => {
  const schema = scenarioJsonSchema() as { $schema: string; properties: Record<string, unknown>; required: string[] };
  expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  expect(Object.keys(schema.properties)).toEqual([
    'name',
    'description',
    'seed',
    'simulator',
    'start',
    'chain',
    'search',
    'compare',
    'test',
    'breaker',
  ]);
  expect(schema).toMatchObject({ required: ['name'], additionalProperties: false });
  const text = JSON.stringify(schema);
  for (const word of ['latinHypercube', 'neuralNetwork', 'lbfgsb', 'timeLimit', 'activeWhen'])
    expect(text).toContain(word);
});

describe('several objectives', () => {
  const several = GOOD.replace('on: surrogate', 'on: simulator').replace(
    'minimize: mass',
    'minimize: [mass, length]\n  optimizer: { pareto: { reference: [90, 3], initial: 4 } }\n  budget: 12',
  );

  test('are what they are in code, for programs too, with their own optimizers', { tags: ['slow'] }, async () => {
    const scenario = await read(
      several.replace('[random,', '[{ nsga2: { population: 8 } },').replace("'(.*)'", "'([0-9.]+)'"),
    );
    expect(scenario.search).toMatchObject({ minimize: ['mass', 'length'], budget: 12 });
    expect((scenario.search as { optimizer: Optimizer }).optimizer.name).toMatch(/^pareto\(/);
    expect(scenario.compare?.optimizers[0].name).toBe('NSGA-II');
    const { results } = await runStudy(
      { ...scenario, chain: [], compare: undefined },
      { executor: inlineExecutor() },
      { clock: () => 0 },
    );
    expect(results.goal?.objectives.map(({ objective }) => objective)).toEqual(['mass', 'length']);
    expect(results.search?.front?.points.length).toBeGreaterThan(0);
  });

  test('may be wanted both ways', async () => {
    const scenario = await read(several.replace('[mass, length]', '[mass]\n  maximize: [length, n]'));
    expect(scenario.search).toMatchObject({ minimize: ['mass'], maximize: ['length', 'n'] });
  });

  test.each([
    ['[mass, length]', '[mass, weight]', /^study\.yaml:21:20: search\.minimize\[1\]: .*no parameter.*'weight'/],
    ['[mass, length]', '[mass, 7]', /^study\.yaml:21:20: search\.minimize\[1\]: must be a text, got 7$/],
    ['[mass, length]', '7', /^study\.yaml:21:13: search\.minimize: must be a text or a list, got 7$/],
    ['[mass, length]', '[]', /^study\.yaml:21:13: search\.minimize: must have at least 1 entries, got \[\]$/],
    ['reference: [90, 3]', 'referense: [90, 3]', /pareto\.referense: there is no such key; did you mean reference\?/],
  ])('%s as %s is told', async (from, to, message) => {
    await expect(read(several.replace(from, to))).rejects.toThrow(message);
  });
});

test.each([
  ['pareto', /^pareto\(/],
  ['nsga2', /^NSGA-II$/],
  ['autoOptimizer', /^auto$/],
  ['multiResolution', /./],
  ['{ stopping: { optimizer: autoOptimizer, patience: 10 } }', /^auto$/],
])('the optimizer %s has a name in YAML', async (named, name) => {
  const scenario = await read(GOOD.replace('[random,', `[${named},`));
  expect(scenario.compare?.optimizers[0].name).toMatch(name);
});

test('conformal intervals have a name in YAML', async () => {
  const text = GOOD.replace(
    'student: decisionTree',
    'student: { conformal: { surrogate: decisionTree, method: split } }',
  );
  const { chain } = await read(text);
  const x = points(cube(1), 30, new Rng('conformal'));
  const model = await chain![1].student!.fit(dataset(cube(1), [{ name: 'y' }], x, x), testRun('conformal'));
  expect(model).toHaveProperty('interval');
  await expect(read(text.replace('split', 'splt'))).rejects.toThrow(/method: there is no 'splt'; did you mean split\?/);
});
