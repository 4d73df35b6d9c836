import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/core/dataset.ts';
import type { Surrogate } from '../../src/core/model.ts';
import { outputList } from '../../src/core/output.ts';
import { integer, real, resolution } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { isSavable, type ModelState } from '../../src/core/state/model-state.ts';
import * as imago from '../../src/index.ts';
import { Rng } from '../../src/numerics/random.ts';
import { restoreModel } from '../../src/surrogates/restore.ts';
import { success } from '../../src/surrogates/success.ts';
import { labeled, points, testRun } from '../../src/testing/labeled.ts';

const cube = new Space({ a: real(0, 1), b: real(0, 1), c: integer(0, 3) });
const levels = new Space({ a: real(0, 1), b: real(0, 1), cells: resolution([8, 16], { cost: [1, 4] }) });
const answer = ([a, b, c]: Float64Array) => [Math.sin(4 * a) + b * c];
const numbers = labeled(cube, outputList({ f: {} }), 30, answer);

/** Every surrogate of imago, and data for it. */
const surrogates: Readonly<Record<string, readonly [Surrogate, Dataset]>> = {
  auto: [imago.auto(), numbers],
  'auto, other models': [imago.auto({ candidates: [imago.nearestNeighbor(), imago.decisionTree()] }), staircase()],
  classicalRegression: [imago.classicalRegression({ kind: 'multiple' }), numbers],
  bornAgain: [ofForest(imago.bornAgain()), twoSides()],
  boxes: [imago.boxes({ output: 'f', above: 0.5 }), numbers],
  coKriging: [imago.coKriging(), labeled(levels, outputList({ f: {} }), 30, answer)],
  convolutionalNetwork: [imago.convolutionalNetwork({ channels: [4], size: 2, epochs: 2 }), images()],
  conformal: [imago.conformal(imago.decisionTree()), numbers],
  'conformal of a process': [imago.conformal(imago.gaussianProcess()), numbers],
  decisionTree: [imago.decisionTree(), numbers],
  extraTrees: [imago.extraTrees({ trees: 5 }), numbers],
  gaussianProcess: [imago.gaussianProcess(), numbers],
  gradientBoosting: [imago.gradientBoosting({ rounds: 5 }), numbers],
  gradientEnhanced: [imago.gradientEnhanced(), numbers],
  kpls: [imago.kpls(), numbers],
  mOfNTree: [imago.mOfNTree({ maxSplits: 3 }), twoSides()],
  softTree: [imago.softTree({ depth: 3, epochs: 5 }), twoSides()],
  nearestNeighbor: [imago.nearestNeighbor(), numbers],
  neuralNetwork: [imago.neuralNetwork({ epochs: 3, members: 2 }), numbers],
  polynomialChaos: [imago.polynomialChaos(), numbers],
  radialBasis: [imago.radialBasis(), numbers],
  randomForest: [imago.randomForest({ trees: 5 }), numbers],
  responseSurface: [imago.responseSurface(), numbers],
  ruleList: [imago.ruleList(), twoSides()],
  ruleScores: [imago.ruleScores(), numbers],
  searchSurrogate: [imago.searchSurrogate(), numbers],
  selfTraining: [imago.selfTraining(imago.decisionTree()), twoSides()],
  success: [success(), numbers],
  vecchia: [imago.vecchia({ learnt: 20 }), numbers],
};

/** A student of a forest, as a stage lets it learn. */
function ofForest(student: Surrogate): Surrogate {
  return {
    name: student.name,
    async fit(data, run) {
      const forest = await imago.randomForest({ trees: 3 }).fit(data, run);
      return student.learn!(imago.modelOracle(data.space, data.outputs, forest), data, run);
    },
  };
}

function twoSides(): Dataset {
  return labeled(cube, outputList({ side: { classes: ['left', 'right'] } }), 60, ([a, b]) => [a + b > 1 ? 1 : 0]);
}

function images(): Dataset {
  return labeled(new Space(imago.image(4, 4)), outputList({ f: {} }), 20, (u) => [u[0] + u[5]]);
}

function staircase(): Dataset {
  return labeled(cube, outputList({ f: {} }), 120, ([a, b]) => [Math.floor(3 * a) + 5 * Math.floor(2 * b)]);
}

test.each(Object.keys(surrogates))('a model of %s has a state, with which it answers elsewhere', async (name) => {
  const [surrogate, data] = surrogates[name];
  const model = await surrogate.fit(data, testRun('restore'));
  expect(isSavable(model)).toBe(true);
  if (!isSavable(model)) return;
  const x = points(data.space, 20, new Rng('restore'));
  expect(restoreModel(structuredClone(model.state)).predict(x).data).toEqual(model.predict(x).data);
});

test('no surrogate is left out', () => {
  const api = readFileSync(resolve(import.meta.dirname, '../../api/imago.md'), 'utf8');
  const made = api
    .split('\n')
    .flatMap(
      (line) =>
        line.match(/^(?:const|function) (\w+).*(?:Factory<.*, Recipe\b|(?:\): |\) => )(?:Recipe|Surrogate)\b)/)?.[1] ??
        [],
    );
  expect(made.length).toBeGreaterThan(15);
  const known = Object.keys(surrogates).map((name) => name.split(/,| of /)[0]);
  expect(made.filter((name) => !known.includes(name))).toEqual([]);
});

describe('a state', () => {
  test.each(['no such thing', '__proto__', 'constructor'])('of the kind %s is refused', (kind) => {
    expect(() => restoreModel({ kind } as ModelState)).toThrow(/there is no kind of model .*; known: .*decision tree/);
  });

  test('shares the rows with the model, and those of its parts with each other', async () => {
    const model = await imago.conformal(imago.gaussianProcess()).fit(numbers, testRun('restore'));
    const buffers = new Set<ArrayBufferLike>();
    const views: ArrayBufferLike[] = [];
    const visit = (value: unknown): void => {
      if (ArrayBuffer.isView(value) && value.byteLength === numbers.x.data.byteLength) {
        views.push(value.buffer);
        buffers.add(value.buffer);
      } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
    };
    visit(isSavable(model) ? model.state : undefined);
    expect(views.length).toBeGreaterThan(2);
    expect(buffers.size).toBe(1);
  });
});
