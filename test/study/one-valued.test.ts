import { expect, test } from 'vitest';
import { Dataset } from '../../src/core/dataset.ts';
import { label, simulatorOracle } from '../../src/core/oracle.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { categorical, integer, ordinal, real } from '../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { Rng } from '../../src/numerics/random.ts';
import { htmlReport } from '../../src/report/html.ts';
import { latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { fromName } from '../../src/study/yaml/named.ts';
import { factoriesOf } from '../../src/study/yaml/recipes.ts';

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

test.each(Object.keys(factoriesOf('sampler')).filter((name) => name !== 'nestedDesign'))(
  'the sampler %s spreads points around parameters of one value',
  async (name) => {
    const data = await answers(fromName('sampler', name).sample(space, 16, nothing, run()), name);
    expect(data.finite().size).toBe(16);
  },
);

const NEEDS_MORE = ['coKriging', 'gradientEnhanced', 'classicalRegression'];
test.each(Object.keys(factoriesOf('surrogate')).filter((name) => !NEEDS_MORE.includes(name)))(
  'the surrogate %s learns beside parameters of one value',
  async (name) => {
    const data = await answers(latinHypercube().sample(space, 24, nothing, run()), 'design');
    const model = await fromName('surrogate', name).fit(data, run());
    const truth = await answers(latinHypercube().sample(space, 50, data, run()), 'truth');
    const told = model.predict(truth.x);
    const squares = Array.from({ length: 50 }, (_, i) => (told.row(i)[0] - truth.y.row(i)[0]) ** 2);
    const spread = Math.sqrt(variance(Array.from({ length: 50 }, (_, i) => truth.y.row(i)[0])));
    expect(Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / 50)).toBeLessThan(spread);
  },
);

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length;
}

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
