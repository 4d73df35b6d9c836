import { expect, test } from 'vitest';
import { ensure } from '../../src/core/errors.ts';
import type { Model, Surrogate } from '../../src/core/model.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { memoryStore } from '../../src/core/store.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { Rng } from '../../src/numerics/random.ts';
import { latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { uniform } from '../../src/sampling/uniform.ts';
import { keptModel, keptModels } from '../../src/study/kept-models.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import type { Stage } from '../../src/study/scenario/stage.ts';
import { studySoFar } from '../../src/study/so-far/study-so-far.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { ruleList } from '../../src/surrogates/rules/rule-list.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { randomForest } from '../../src/surrogates/trees/random-forest.ts';
import { labeled, points } from '../../src/testing/labeled.ts';

const hill = defineSimulator(null, {
  name: 'hill',
  parameters: { x: real(0, 1), y: real(0, 1) },
  outputs: { height: { unit: 'm' } },
  run: ({ x, y }) => ({ height: Math.sin(4 * x) + y }),
});

/** A surrogate whose models have no state. */
const unsavable: Surrogate = {
  name: 'my own',
  async fit(data, run) {
    const { health, predict } = await nearestNeighbor().fit(data, run);
    return { health, predict };
  },
};

/** The surrogate, and the last model that it has fitted to as many rows. */
function watched(surrogate: Surrogate, rows: number) {
  const seen: { model?: Model } = {};
  const fit: Surrogate['fit'] = async (data, run) => {
    const model = await surrogate.fit(data, run);
    if (data.size === rows) seen.model ??= model;
    return model;
  };
  return { seen, surrogate: { name: surrogate.name, fit } };
}

test('a study keeps the models of its stages, which answer as its own do', async () => {
  const store = memoryStore();
  const process = watched(gaussianProcess(), 30);
  const tree = watched(decisionTree({ maxDepth: 4 }), 200);
  const scenario = defineScenario({
    name: 'Hill',
    simulator: hill,
    seed: 3,
    chain: [
      { name: 'surrogate', transfer: latinHypercube(), size: 30, student: process.surrogate },
      { name: 'own', transfer: uniform(), size: 100, student: unsavable },
      { name: 'rules', transfer: uniform(), size: 200, student: tree.surrogate },
    ],
  });
  expect(keptModels(store)).toEqual([]);
  const study = await runStudy(
    scenario,
    { executor: inlineExecutor(), store, identity: 'hill@1#ab' },
    { clock: () => 0 },
  );
  expect(study.results.notes).toEqual([]);
  const kept = keptModels(store);
  expect(kept.map(({ stage, student }) => [stage, student])).toEqual([
    ['surrogate', 'gaussian process'],
    ['rules', 'decision tree'],
  ]);
  const x = points(hill.space, 20, new Rng('kept'));
  [process, tree].forEach(({ seen }, i) => {
    expect(kept[i].model.predict(x).data).toEqual(seen.model?.predict(x).data);
  });
  const [{ about }] = kept;
  const [{ fidelity, trust }] = study.results.stages;
  expect(about).toMatchObject({
    name: 'surrogate of Hill',
    teacher: 'simulator',
    teacherVersion: 'hill@1#ab',
    runs: 30,
    seed: '3',
  });
  expect(about.outputs).toEqual([
    { name: 'height', unit: 'm', verdict: trust?.outputs[0].verdict, q2: fidelity[0].q2, coverage: expect.any(Number) },
  ]);
  expect(keptModel(store)).toMatchObject({ stage: 'rules', others: ['surrogate'] });
  expect(kept.map(({ others }) => others)).toEqual([['rules'], ['surrogate']]);
  expect(() => keptModel(store, 'own')).toThrow("the store has no model of a stage 'own'; there are surrogate, rules");
  // Who wants one does not wait for the others, whose texts may be damaged too.
  store.write('model/surrogate', 'damaged');
  expect(keptModel(store, 'rules').about).toEqual(kept[1].about);
  expect(() => keptModels(store)).toThrow(/no JSON/);
});

test('a stage whose new student cannot be kept keeps none of an earlier one', async () => {
  const store = memoryStore();
  const run = (student: Surrogate) => {
    const chain = [{ name: 'surrogate', transfer: latinHypercube(), size: 30, student }];
    const scenario = defineScenario({ name: 'Hill', simulator: hill, seed: 3, chain });
    return runStudy(scenario, { executor: inlineExecutor(), store, identity: 'hill@1#ab' }, { clock: () => 0 });
  };
  await run(nearestNeighbor());
  expect(keptModels(store).map(({ student }) => student)).toEqual(['nearest neighbors']);
  await run(unsavable);
  expect(keptModels(store)).toEqual([]);
  expect(() => keptModel(store)).toThrow('the store holds no models; run its scenario to the end first');
});

test('a search on the simulator keeps the model of its runs', async () => {
  const store = memoryStore();
  const scenario = defineScenario({
    name: 'Hill',
    simulator: hill,
    seed: 3,
    search: { on: 'simulator', maximize: 'height', budget: 15 },
  });
  const study = await runStudy(scenario, { executor: inlineExecutor(), store, identity: 'hill' }, { clock: () => 0 });
  const { model, about, stage, student } = keptModel(store);
  expect([stage, student]).toEqual(['model of the runs', 'gaussian process']);
  const { fidelity, trust } = study.results.search!.model!;
  expect(about).toMatchObject({ name: 'model of the runs of Hill', teacher: 'simulator', runs: 15 });
  expect(about.outputs).toMatchObject([{ name: 'height', q2: fidelity[0].q2, verdict: trust?.outputs[0].verdict }]);
  const { point, outputs } = study.results.search!.best!;
  expect(model.at(point).height.value).toBeCloseTo(Number(outputs.height), 2);
});

test('what was fitted before a stage that cannot be is kept, and the error names the stage', async () => {
  const data = labeled(new Space({ a: real(0, 1) }), [{ name: 'side', classes: ['left', 'right'] }], 40, ([a]) => [
    a > 0.5 ? 1 : 0,
  ]);
  const store = memoryStore();
  const transfer = { transfer: uniform(), size: 60 };
  const studyOf = (last: Partial<Stage>) =>
    runStudy(
      defineScenario({
        name: 'sides',
        start: { data, teacher: randomForest({ trees: 5 }) },
        chain: [
          { name: 'tree', ...transfer, student: decisionTree() },
          { name: 'rules', ...transfer, student: ruleList({ output: 'side' }), ...last },
        ],
      }),
      { executor: inlineExecutor(), store },
      { clock: () => 0 },
    );
  await expect(studyOf({ student: ruleList({ output: 'size' }) })).rejects.toThrow(
    "stage 'rules': ruleList: output 'size' is not among those with classes: side",
  );
  expect(keptModels(store).map(({ stage, student }) => [stage, student])).toEqual([
    ['teacher', 'random forest'],
    ['tree', 'decision tree'],
  ]);
  expect(keptModel(store, 'tree').model.at({ a: 0.9 }).side.class).toBe('right');
  expect((await studySoFar(store)).results.stages.map(({ name }) => name)).toEqual(['teacher', 'tree']);
  await studyOf({});
  expect(keptModels(store).map(({ stage }) => stage)).toEqual(['teacher', 'tree', 'rules']);
});

test('a student that refuses to be judged is told with its stage too', async () => {
  const data = labeled(new Space({ a: real(0, 1) }), [{ name: 'b' }], 40, ([a]) => [a]);
  const picky = (least: number): Surrogate => ({
    name: 'picky',
    fit(rows, run) {
      ensure(rows.size >= least, 'no-data', `picky: ${rows.size} rows are too few`);
      return decisionTree().fit(rows, run);
    },
  });
  const studyOf = (teacher: Surrogate, last: Surrogate) =>
    runStudy(
      defineScenario({
        name: 'picky',
        start: { data, teacher },
        chain: [{ name: 'last', teacher: 'data', student: last }],
      }),
      { executor: inlineExecutor() },
      { clock: () => 0 },
    );
  await expect(studyOf(picky(40), decisionTree())).rejects.toThrow("stage 'teacher': picky: 36 rows are too few");
  await expect(studyOf(decisionTree(), picky(40))).rejects.toThrow("stage 'last': picky: 36 rows are too few");
});
