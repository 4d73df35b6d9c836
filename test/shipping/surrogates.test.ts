import { expect, test } from 'vitest';
import { type ExportableModel, isExportable } from '../../src/core/exportable.ts';
import { evaluateTerms } from '../../src/core/graph/evaluate.ts';
import type { Model, Surrogate } from '../../src/core/model.ts';
import { outputList } from '../../src/core/output.ts';
import { image } from '../../src/core/space/group.ts';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { exportedModel } from '../../src/export/exported.ts';
import { termsOf } from '../../src/export/terms.ts';
import { rawPoint, testPoints } from '../../src/export/vectors.ts';
import { differenceOf } from '../../src/shipping/difference.ts';
import { boxes } from '../../src/surrogates/boxes/boxes.ts';
import { classicalRegression } from '../../src/surrogates/classical/classical-regression.ts';
import { type ConformalOptions, conformal } from '../../src/surrogates/conformal/conformal.ts';
import { convolutionalNetwork } from '../../src/surrogates/convolutional-network/convolutional-network.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { kpls } from '../../src/surrogates/gaussian-process/kpls.ts';
import { vecchia } from '../../src/surrogates/gaussian-process/vecchia.ts';
import { gradientBoosting } from '../../src/surrogates/gradient-boosting/gradient-boosting.ts';
import { mOfNTree } from '../../src/surrogates/m-of-n-tree/m-of-n-tree.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { neuralNetwork } from '../../src/surrogates/neural-network/neural-network.ts';
import { polynomialChaos } from '../../src/surrogates/polynomial/polynomial-chaos.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';
import { radialBasis } from '../../src/surrogates/radial-basis/radial-basis.ts';
import { ruleList } from '../../src/surrogates/rules/rule-list.ts';
import { ruleScores } from '../../src/surrogates/rules/rule-scores.ts';
import { EnsembleModel } from '../../src/surrogates/selection/ensemble.ts';
import { auto } from '../../src/surrogates/selection/selection.ts';
import { softTree } from '../../src/surrogates/soft-tree/soft-tree.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { extraTrees } from '../../src/surrogates/trees/extra-trees.ts';
import { randomForest } from '../../src/surrogates/trees/random-forest.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space({
  length: real(0.5, 3),
  load: real(1, 1e4, { scale: 'log' }),
  angle: real(0, 360, { periodic: true }),
  ribs: integer(0, 4),
  material: categorical('steel', 'aluminium', 'wood'),
  rib: real(0, 1, { activeWhen: { ribs: { min: 1 } } }),
  joint: categorical('glued', 'welded', { activeWhen: { ribs: { min: 1 } } }),
});
const outputs = outputList({
  height: {},
  grade: { classes: ['good', 'fair', 'bad'] },
  side: { classes: ['left', 'right'] },
});
const height = (u: Float64Array) =>
  u[0] + Math.cos(2 * Math.PI * u[2]) + (u[4] > 0.6 ? u[1] : 0.4) + u[5] * u[3] + (u[3] > 0.2 && u[6] > 0.5 ? 0.5 : 0);
const data = labeled(space, outputs, 80, (u) => [height(u), u[0] < 0.3 ? 0 : u[4] < 0.5 ? 1 : 2, u[1] > 0.5 ? 1 : 0]);

/** What is asked of an export: nothing beyond rounding from the model itself. */
async function expectSame(surrogate: Surrogate, count = 100, rows = data): Promise<ReturnType<typeof exportedModel>> {
  const model = await surrogate.fit(rows, testRun('export'));
  expect(isExportable(model)).toBe(true);
  const exported = exportedModel(model, { name: 'all', data: rows });
  const points = testPoints(space, count);
  const terms = termsOf(exported.outputs);
  const answers = points.map((point) => [...evaluateTerms(terms, rawPoint(space, point))]);
  expect(differenceOf(exported, model, rows, points, answers).promised).toBeLessThanOrEqual(1);
  return exported;
}

/** Nothing is searched for. */
const QUICK = { scales: 'equal', ridge: 0 } as const;

const SURROGATES: readonly (readonly [string, () => Surrogate])[] = [
  ['gaussianProcess', () => gaussianProcess()],
  ['responseSurface', () => responseSurface()],
  ['decisionTree', () => decisionTree()],
  ['randomForest', () => randomForest({ trees: 30 })],
  ['extraTrees', () => extraTrees({ trees: 30 })],
  ['gradientBoosting', () => gradientBoosting({ rounds: 60 })],
  ['neuralNetwork', () => neuralNetwork({ hidden: [12, 8], members: 2, epochs: 40 })],
  ['softTree', () => softTree({ depth: 4, inverseTemperature: 2, epochs: 20 })],
  ['ruleList', () => ruleList({ output: 'grade' })],
  ['ruleScores', () => ruleScores()],
  ['boxes', () => boxes({ output: 'grade', is: 'fair' })],
  ['radialBasis of Gaussians', () => radialBasis({ ...QUICK, kernel: 'gaussian', tail: 'none', ridge: 1e-4 })],
  ['nearestNeighbor', () => nearestNeighbor()],
  ['classicalRegression by a power', () => classicalRegression({ kind: 'power' })],
  ['classicalRegression by a polynomial', () => classicalRegression({ kind: 'polynomial' })],
  ['classicalRegression by a plane', () => classicalRegression({ kind: 'multiple' })],
];

/** Those that take most of a second. */
const SLOW: typeof SURROGATES = [
  ['kpls', () => kpls()],
  ['polynomialChaos', () => polynomialChaos()],
  ['radialBasis of cubes', () => radialBasis({ ...QUICK, kernel: 'cubic', tail: 'linear' })],
  ['radialBasis of thin plates', () => radialBasis({ ...QUICK, kernel: 'thin-plate', tail: 'separable' })],
  [
    'radialBasis of multiquadrics',
    () => radialBasis({ ...QUICK, kernel: 'multiquadric', tail: 'constant', ridge: 1e-3 }),
  ],
  ['classicalRegression by a kernel', () => classicalRegression({ kind: 'kernel-ridge', width: 1, ridge: 1e-3 })],
];

async function expectExported(name: string, make: () => Surrogate): Promise<void> {
  const { outputs: written } = await expectSame(make(), name.startsWith('radial') ? 20 : 100);
  expect(written.map(({ output }) => output.name)).toEqual(['height', 'grade', 'side']);
  expect(written.map(({ known }) => known !== undefined)).toEqual([true, true, true]);
}

const ANSWERS = '%s is exported as it answers: numbers, probabilities, bounds, domains';
test.each(SURROGATES)(ANSWERS, expectExported);
test.each(SLOW)(ANSWERS, { tags: ['slow'] }, expectExported);

test('so is what auto chooses', { tags: ['slow'] }, () => expectExported('auto', () => auto()));

/** A stack with equal weights; scores of a response surface are beyond 0 and 1. */
const stack: Surrogate = {
  name: 'stack',
  async fit(rows, run) {
    const [surface, tree] = [await responseSurface().fit(rows, run), await decisionTree().fit(rows, run)];
    const left = surface.leaveOneOut();
    const columns = left.mean.columns;
    const member = (name: string, model: Model) => ({
      ...{ name, model, weights: new Float64Array(columns).fill(0.5) },
      errors: new Float64Array(columns).fill(0.1),
    });
    return new EnsembleModel([member('surface', surface), member('tree', tree)], surface.health, left);
  },
};

test('a stack weights probabilities, not the scores that they are made of', () => expectSame(stack));

test('so it does where its intervals are conformal', () => expectSame(conformal(stack)));

async function expectBounds(method: ConformalOptions['method'], make: () => Surrogate): Promise<void> {
  const { outputs: written, notes } = await expectSame(conformal(make(), { method }));
  expect(written[0].interval).toBeDefined();
  expect(notes).toEqual([]);
}

test('questions of which several must hold are exported as they are answered', async () => {
  const { outputs: written } = await expectSame(mOfNTree(), 100, data.only([1]));
  expect(written.map(({ output }) => output.name)).toEqual(['grade']);
});

test.each([
  ['leave-one-out', () => responseSurface()],
  ['split', () => decisionTree()],
  ['cv+', () => decisionTree()],
] as const)('bounds of conformal intervals by %s are carried', expectBounds);

test.each([
  ['in-fit', () => gaussianProcess()],
  ['jackknife+', () => responseSurface()],
] as const)('bounds of conformal intervals by %s are carried', { tags: ['slow'] }, expectBounds);

test('a process of so many rows that it is approximated says that it cannot be exported, and why', async () => {
  const model = await vecchia({ learnt: 40, inducing: 10 }).fit(data, testRun('export'));
  expect(isExportable(model)).toBe(false);
  expect(() => exportedModel(model, { name: 'all', data })).toThrow(
    /a process of so many rows is approximated by neighbors of each point, which cannot be exported/,
  );
});

test('a network of images says by its type, and where it is exported, that it cannot be', async () => {
  const images = labeled(new Space(image(3, 3)), outputList({ f: {} }), 12, (u) => [u[0] + u[4]]);
  const model = await convolutionalNetwork({ channels: [2], size: 2, epochs: 2 }).fit(images, testRun('export'));
  // @ts-expect-error it has no terms
  const asked: ExportableModel = model;
  expect(isExportable(asked)).toBe(false);
  expect(() => exportedModel(model, { name: 'all', data: images })).toThrow(
    /^'all' cannot be exported: models of its surrogate are not made of the arithmetic that other languages have$/,
  );
});
