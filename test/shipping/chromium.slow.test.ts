import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Model } from '../../src/core/model.ts';
import { explorerHtml } from '../../src/explorer/explorer.ts';
import { exportedModel } from '../../src/export/exported.ts';
import { javascriptOf } from '../../src/export/javascript/module.ts';
import { loadModel, saveModel } from '../../src/export/model-file.ts';
import { rawPoint, testPoints } from '../../src/export/vectors.ts';
import { differenceOf } from '../../src/shipping/difference.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { neuralNetwork } from '../../src/surrogates/neural-network/neural-network.ts';
import { inUnits } from '../../src/surrogates/point-model.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';
import { EnsembleModel } from '../../src/surrogates/selection/ensemble.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { CHROMIUM, Page } from '../explorer/chromium.ts';
import { data, outputs, space } from '../explorer/subject.ts';

/** All have parameters of each kind, and a class beside numbers. */
const MODELS = [
  ['a process', () => gaussianProcess({ starts: 1 }).fit(data, testRun('chromium'))],
  ['a net', () => neuralNetwork({ hidden: [12, 8], members: 2, epochs: 40 }).fit(data, testRun('chromium'))],
  ['a tree', () => decisionTree().fit(data, testRun('chromium'))],
  ['a mixture of a process and a surface', mixture],
] as const;

async function mixture() {
  const process = await gaussianProcess({ starts: 1 }).fit(data, testRun('process'));
  const surface = await responseSurface().fit(data, testRun('surface'));
  const left = process.crossValidation();
  const weighted = (name: string, model: Model, share: number) => ({
    ...{ name, model, weights: new Float64Array(left.mean.columns).fill(share) },
    errors: new Float64Array(left.mean.columns).fill(0.5),
  });
  const members = [weighted('process', process, 0.6), weighted('surface', surface, 0.4)];
  return inUnits(new EnsembleModel(members, process.health, left), data);
}

const points = testPoints(space, 200);
const inputs = points.map((point) => rawPoint(space, point));

/** The numbers of what a module answers, in the order of the terms of the outputs. */
function numbersOf(answers: Record<string, Record<string, never>>, names: typeof NAMES) {
  return names.flatMap(({ name, classes }) => {
    const { value, probabilities, lower, upper, inDomain } = answers[name];
    return [
      ...(classes ? [classes.indexOf(value), ...classes.map((one) => probabilities[one])] : [value]),
      ...(lower === undefined ? [] : [lower, upper]),
      Number(inDomain),
    ];
  });
}
const NAMES = outputs.map(({ name, classes }) => ({ name, classes }));

describe.skipIf(!CHROMIUM)('a saved model in Chromium (skipped where it is not installed)', () => {
  let folder: string;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imago-shipped-'));
    page = await Page.open({ width: 800, height: 600 });
  });

  afterAll(async () => {
    expect(page.errors).toEqual([]);
    await page[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test.each(MODELS)('%s: page and module answer as the model itself, to 1e-12', async (name, learn) => {
    const fitted = await learn();
    const { model } = loadModel(saveModel(fitted, { name }));
    const exported = exportedModel(model, { name });
    const off = (answers: number[][]) => differenceOf(exported, fitted, data, points, answers);
    const same = { values: expect.closeTo(0, 12), bounds: expect.closeTo(0, 12) };

    writeFileSync(join(folder, 'page.html'), explorerHtml(model, { title: name }));
    await page.go(`file://${join(folder, 'page.html')}`);
    const width = `.slice(0, ${exported.outputs.flatMap(({ probabilities = [], interval = [] }) => [0, 0, ...probabilities, ...interval]).length})`;
    const shown = await page.value<number[][]>(`${JSON.stringify(inputs)}.map((x) => program.answers(x)${width})`);
    expect(off(shown)).toMatchObject(same);

    const [{ text }] = javascriptOf(exported);
    await page.go('about:blank');
    const told = await page.value<number[][]>(`(async () => {
      const address = URL.createObjectURL(new Blob([${JSON.stringify(text)}], { type: 'text/javascript' }));
      const { predict } = await import(address);
      return ${JSON.stringify(points)}.map((point) => (${numbersOf})(predict(point), ${JSON.stringify(NAMES)}));
    })()`);
    expect(off(told)).toMatchObject(same);
  });
});
