import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Surrogate } from '../../src/core/model.ts';
import { outputList } from '../../src/core/output.ts';
import { categorical, integer, ordinal, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { exportedModel } from '../../src/export/exported.ts';
import { fmuOf } from '../../src/export/fmu/fmu.ts';
import { rawPoint, testPoints } from '../../src/export/vectors.ts';
import { differenceOf } from '../../src/shipping/difference.ts';
import { runFmu } from '../../src/shipping/fmu.ts';
import { NotHere } from '../../src/shipping/runners.ts';
import { writeFiles } from '../../src/shipping/target.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space({
  length: real(0.5, 3, { unit: 'm' }),
  load: real(1, 1e4, { scale: 'log' }),
  ribs: integer(0, 4),
  bolts: ordinal([1, 2, 4]),
  material: categorical('steel', 'aluminium', 'wood'),
  rib: real(0, 1, { activeWhen: { ribs: { min: 1 } } }),
});
const outputs = outputList({ deflection: { unit: 'mm' }, grade: { classes: ['good', 'fair', 'bad'] } });
const data = labeled(space, outputs, 60, (u) => [
  u[0] + Math.cos(2 * Math.PI * u[1]) + u[5] * u[2] + (u[4] > 0.6 ? 1 : 0),
  u[0] < 0.3 ? 0 : u[4] < 0.5 ? 1 : 2,
]);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imago-fmu-'));
});

afterAll(() => rm(folder, { recursive: true }));

const MODELS: readonly (readonly [string, () => Surrogate])[] = [
  ['a process', () => gaussianProcess()],
  ['a tree', () => decisionTree()],
];

describe.each([2, 3] as const)('FMI %s', (version) => {
  test.for(MODELS)(
    '%s, called by three instances in turn, answers 200 points as it does',
    async ([name, make], { skip }) => {
      const fitted = await make().fit(data, testRun('fmu'));
      const model = exportedModel(fitted, { name: 'beam', data });
      const into = join(folder, `${name} ${version}`);
      await writeFiles(into, fmuOf(model, version).files);
      const points = testPoints(space, 200);
      const raw = points.map((point) => rawPoint(space, point));
      const answers = await runFmu(version)(into, model, raw).catch((error: unknown) => {
        if (error instanceof NotHere) return undefined;
        throw error;
      });
      if (!answers) return skip('there is no compiler here');
      expect(differenceOf(model, fitted, data, points, answers).promised).toBeLessThanOrEqual(1);
    },
  );
});
