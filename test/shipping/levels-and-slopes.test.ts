import { expect, test } from 'vitest';
import type { Dataset } from '../../src/core/dataset.ts';
import { evaluateTerms } from '../../src/core/graph/evaluate.ts';
import type { Surrogate } from '../../src/core/model.ts';
import { outputList } from '../../src/core/output.ts';
import { categorical, real, resolution } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { exportedModel } from '../../src/export/exported.ts';
import { termsOf } from '../../src/export/terms.ts';
import { rawPoint, testPoints } from '../../src/export/vectors.ts';
import { differenceOf } from '../../src/shipping/difference.ts';
import { coKriging } from '../../src/surrogates/co-kriging/co-kriging.ts';
import { gradientEnhanced } from '../../src/surrogates/gradient-enhanced/gradient-enhanced.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const levelled = new Space({
  a: real(0, 1),
  cells: resolution([8, 16, 32, 64], { cost: [1, 2, 4, 8] }),
  b: real(1, 100, { scale: 'log' }),
  side: categorical('left', 'right'),
});

/** Rows at 8, 16 and 64 cells; those at 64 are few. */
const ofLevels = labeled(levelled, outputList({ y: {}, same: {}, kind: { classes: ['low', 'high'] } }), 60, (u) => {
  const exact = Math.sin(5 * u[0]) + u[2] ** 2 + (u[3] > 0.5 ? 1 : 0);
  const y = u[1] < 0.3 ? 0.7 * exact + u[0] : exact + 0.1 * u[2];
  const isMissing = (u[1] > 0.5 && u[1] < 0.75) || (u[1] > 0.75 && y < 1.2);
  return [isMissing ? Number.NaN : y, 2, y > 0.8 ? 1 : 0];
});

const sloped = new Space({
  load: real(1, 1e3, { scale: 'log' }),
  angle: real(0, 360, { periodic: true }),
  material: categorical('steel', 'aluminium', 'wood'),
});
const ofSlopes = labeled(
  sloped,
  outputList({
    mass: {},
    drag: { unit: 'N' },
    dragByLoad: { derivative: { of: 'drag', by: 'load' } },
    verdict: { classes: ['good', 'bad'] },
    dragByAngle: { derivative: { of: 'drag', by: 'angle' } },
  }),
  14,
  (u) => {
    const { load, angle, material } = sloped.decode(u);
    const turn = (Math.PI * Number(angle)) / 180;
    const log = Math.log(Number(load));
    const drag = 1000 * (log ** 2 / 5 + Math.sin(turn) + (material === 'wood' ? 0.6 : 0));
    const byAngle = 1000 * Math.cos(turn) * (Math.PI / 180);
    return [u[0] + u[1], drag, (400 * log) / Number(load), u[0] > 0.5 ? 1 : 0, byAngle];
  },
);

test.each([
  ['co-kriging', () => coKriging(), ofLevels],
  ['gradient-enhanced kriging', () => gradientEnhanced({ kernel: 'matern-5/2', starts: 1 }), ofSlopes],
  ['gradient-enhanced kriging, smooth', () => gradientEnhanced({ kernel: 'squared-exponential', starts: 1 }), ofSlopes],
] as readonly (readonly [string, () => Surrogate, Dataset])[])(
  '%s is exported as it answers: numbers, bounds, domains',
  async (_, make, data) => {
    const model = await make().fit(data, testRun('export'));
    const exported = exportedModel(model, { name: 'all', data });
    const points = testPoints(data.space, 40);
    const terms = termsOf(exported.outputs);
    const answers = points.map((point) => [...evaluateTerms(terms, rawPoint(data.space, point))]);
    expect(differenceOf(exported, model, data, points, answers).promised).toBeLessThanOrEqual(1);
    expect(
      exported.outputs.map(({ interval, output }) => interval !== undefined || output.classes !== undefined),
    ).toEqual(data.outputs.map(() => true));
  },
);
