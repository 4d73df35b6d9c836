import { expect, test } from 'vitest';
import { defineSimulator } from '../../src/core/simulator.ts';
import { real } from '../../src/core/space/parameter.ts';
import { memoryStore } from '../../src/core/store.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { explorerHtml } from '../../src/explorer/explorer.ts';
import { studyStory } from '../../src/explorer/study-story.ts';
import { random } from '../../src/optimization/direct/random.ts';
import { keptModel } from '../../src/study/kept-models.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { FINAL_MODEL } from '../../src/study/search/results.ts';
import { partsOf } from './subject.ts';

const beside = defineSimulator(null, {
  name: 'beside',
  parameters: { t: real(0, 1), lag: real(0, 1) },
  outputs: { near: {}, far: {} },
  run: ({ t, lag }) => ({ near: t + lag / 20, far: 1 - t + lag / 20 }),
});

/** What the page knows that explores the model of the runs of a study with these objectives, and the search of that study. */
async function explored(minimize: 'near' | ['near', 'far']) {
  const store = memoryStore();
  const scenario = defineScenario({
    name: 'beside',
    simulator: beside,
    search: { on: 'simulator', minimize, optimizer: random(), budget: 20 } as never,
  });
  const study = await runStudy(scenario, { executor: inlineExecutor(), store }, { clock: () => 0 });
  const { model } = keptModel(store, FINAL_MODEL);
  const html = explorerHtml(model, await studyStory(store, model));
  return { page: partsOf(html).data, search: study.results.search! };
}

test('a page of several objectives begins at the middle of the front', async () => {
  const { page, search } = await explored(['near', 'far']);
  const { points, middle } = search.front!;
  expect(middle).toBeGreaterThan(0);
  const { t, lag } = points[middle!].point;
  expect(page.best).toEqual({
    point: [t, lag],
    name: 'middle of the front',
    words: 'answered by the simulator',
    isAllowed: true,
  });
});

test('a page of one objective begins at the best point', async () => {
  const { page, search } = await explored('near');
  const { t, lag } = search.best!.point;
  expect(page.best).toMatchObject({ point: [t, lag], name: 'best known point', isAllowed: true });
});
