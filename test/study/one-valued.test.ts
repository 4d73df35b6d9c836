import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { label, simulatorOracle } from '../../src/core/oracle.ts';
import { outputList } from '../../src/core/output.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { categorical, integer, ordinal, real } from '../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { Rng } from '../../src/numerics/random.ts';
import { variance } from '../../src/numerics/statistics.ts';
import { htmlReport } from '../../src/report/html.ts';
import { mixture } from '../../src/sampling/density/mixture.ts';
import { latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { uniform } from '../../src/sampling/uniform.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { fromName } from '../../src/study/yaml/named.ts';
import { factoriesOf } from '../../src/study/yaml/recipes.ts';
import { boxes } from '../../src/surrogates/boxes/boxes.ts';
import { ruleList } from '../../src/surrogates/rules/rule-list.ts';
import { labeled } from '../../src/testing/labeled.ts';

const simulator = defineSimulator(null, {
  name: 'settled',
  parameters: { x: real(0, 1), m: categorical('a'), k: integer(3, 3), o: ordinal([5]), y: real(0, 1) },
  outputs: { f: {}, g: {} },
  run({ x, y, m, k, o }) {
    if (m !== 'a' || k !== 3 || o !== 5) throw new Error(`got ${m}, ${k}, ${o}`);
    return { f: (x - 0.3) ** 2 + (y - 0.7) ** 2 + (x * y) / 4, g: x - y };
  },
});
const space = simulator.space as never;
const clock = () => 0;
const run = () => ({ rng: new Rng('settled'), clock });
const answers = (x: Parameters<typeof label>[1], stream: string) =>
  label(simulatorOracle(simulator, inlineExecutor()), x, stream, run());
const nothing = Dataset.empty(space, simulator.outputs);

const OTHER_SAMPLERS = ['nestedDesign', 'mixture', 'warp'];
const samplers = Object.keys(factoriesOf('sampler'))
  .filter((name) => !OTHER_SAMPLERS.includes(name))
  .map((name) => fromName('sampler', name));
test.each([...samplers, mixture([[uniform(), 1]])])(
  'the sampler $name spreads points around parameters of one value',
  async (sampler) => {
    const seen = sampler.fromRows ? await answers(uniform().sample(space, 20, nothing, run()), 'seen') : nothing;
    const data = await answers(sampler.sample(space, 16, seen, run()), sampler.name);
    expect(data.finite().size).toBe(16);
  },
);

const OTHER_SURROGATES = [
  ...[
    'coKriging',
    'gradientEnhanced',
    'classicalRegression',
    'convolutionalNetwork',
    'ruleList',
    'boxes',
    'bornAgain',
    'mOfNTree',
  ],
];
const rows = (async () => {
  const data = await answers(latinHypercube().sample(space, 24, nothing, run()), 'design');
  return { data, truth: await answers(latinHypercube().sample(space, 50, data, run()), 'truth') };
})();
const surrogates = Object.keys(factoriesOf('surrogate'))
  .filter((name) => !OTHER_SURROGATES.includes(name))
  .map((name) => fromName('surrogate', name));
test.each([...surrogates, boxes({ output: 'f', below: 0.1, minRows: 5 })])(
  'the surrogate $name learns beside parameters of one value',
  async (surrogate) => {
    const { data, truth } = await rows;
    const model = await surrogate.fit(data, run());
    const told = model.predict(truth.x);
    const squares = Array.from({ length: 50 }, (_, i) => (told.row(i)[0] - truth.y.row(i)[0]) ** 2);
    const spread = Math.sqrt(variance(Array.from({ length: 50 }, (_, i) => truth.y.row(i)[0])));
    expect(Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / 50)).toBeLessThan(spread);
  },
);

test('rules are learned beside parameters of one value', async () => {
  const named = outputList({ sign: { classes: ['below', 'above'] } });
  const data = labeled(space, named, 200, (u) => [u[0] > u[4] ? 1 : 0], 'rules');
  const model = await ruleList().fit(data, run());
  const right = Array.from({ length: 200 }, (_, i) => model.predict(data.x).row(i)[data.y.row(i)[0]] > 0.5);
  expect(right.filter(Boolean).length).toBeGreaterThan(150);
});

const OTHERS = ['multiResolution', 'pareto', 'nsga2', 'stopping'];
test.each(Object.keys(factoriesOf('optimizer')).filter((name) => !OTHERS.includes(name)))(
  'the optimizer %s searches beside parameters of one value',
  async (name) => {
    const search = { on: 'simulator' as const, minimize: 'f', budget: 24, optimizer: fromName('optimizer', name) };
    const scenario = defineScenario({ name, simulator, search });
    const { results } = await runStudy(scenario, { executor: inlineExecutor() }, { clock });
    expect(results.search?.best?.point).toMatchObject({ m: 'a', k: 3, o: 5 });
    expect(results.search?.best?.objective).toBeLessThan(0.12);
  },
);

test('a chain, its effects and its report take parameters of one value', async () => {
  const chain = [
    { name: 's', transfer: latinHypercube(), size: 20, student: fromName('surrogate', 'gaussianProcess') },
  ];
  const scenario = defineScenario({
    name: 'settled',
    simulator,
    chain,
    search: { on: 's', minimize: 'f', rounds: 2, confirm: 2 },
  });
  const study = await runStudy(scenario, { executor: inlineExecutor() }, { clock });
  expect(study.results.search?.best?.objective).toBeLessThan(0.05);
  expect(htmlReport(study)).not.toMatch(/NaN/);
});
