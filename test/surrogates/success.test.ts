import { describe, expect, test } from 'vitest';
import { Dataset, type Row } from '../../src/core/dataset.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { brierScore, success } from '../../src/surrogates/success.ts';
import { logistic, probabilityOf } from '../../src/surrogates/success-calibration.ts';
import { points, testRun } from '../../src/testing/labeled.ts';

const outputs = [{ name: 'f' }];

/** Random points of the d-cube that fail with the chance `risk`. */
function trials(d: number, n: number, risk: (u: Float64Array) => number, stream: string): Dataset {
  const space = new Space(Object.fromEntries(Array.from({ length: d }, (_, j) => [`x${j}`, real(0, 1)])));
  const rng = new Rng(stream);
  const x = points(space, n, rng.child('x'));
  const rows = Array.from({ length: n }, (_, i): Row => {
    const failed = rng.uniform() < risk(x.row(i));
    return failed
      ? { id: `${i}`, status: 'failed', cause: 'threw', reason: 'fell', milliseconds: 1 }
      : { id: `${i}`, status: 'completed', milliseconds: 1 };
  });
  const y = new Matrix(
    n,
    1,
    Float64Array.from(rows, ({ status }) => (status === 'failed' ? Number.NaN : 1)),
  );
  return new Dataset(space, outputs, x, y, rows);
}

/** Largest difference of forecast and frequency over five bins of chances that hold at least 5 % of the points. */
function unreliability(chances: Float64Array, data: Dataset): number {
  let worst = 0;
  for (let bin = 0; bin < 5; bin++) {
    const inside = Array.from(chances.keys()).filter((i) => Math.min(4, Math.floor(5 * chances[i])) === bin);
    if (inside.length < 0.05 * chances.length) continue;
    const mean = (of: (i: number) => number) => inside.reduce((sum, i) => sum + of(i), 0) / inside.length;
    worst = Math.max(
      worst,
      Math.abs(mean((i) => chances[i]) - mean((i) => (data.rows[i].status === 'completed' ? 1 : 0))),
    );
  }
  return worst;
}

const REGIONS: Readonly<Record<string, [d: number, risk: (u: Float64Array) => number]>> = {
  corner: [2, (u) => (u[0] + u[1] > 1.4 ? 1 : 0)],
  disc: [2, (u) => (Math.hypot(u[0] - 0.5, u[1] - 0.5) < 0.3 ? 1 : 0)],
  slab: [4, (u) => (u[0] > 0.7 ? 1 : 0)],
  slope: [2, (u) => u[0]],
};

describe.each(Object.entries(REGIONS))('failures in a %s', (name, [d, risk]) => {
  test('are foretold better than by their share, with chances that come true', async () => {
    const fresh = trials(d, 1000, risk, `${name}/fresh`);
    const share = fresh.rows.filter(({ status }) => status === 'completed').length / fresh.size;
    let [brier, off] = [0, 0];
    for (let r = 0; r < 5; r++) {
      const model = await success().fit(trials(d, 80, risk, `${name}/${r}`), testRun(name));
      brier += brierScore(model, fresh) / 5;
      off += unreliability(model.predict(fresh.x).data, fresh) / 5;
    }
    expect(brier).toBeLessThan((name === 'slope' ? 0.85 : 0.4) * share * (1 - share));
    expect(off).toBeLessThan(0.2);
  });
});

test('what the infrastructure lost says nothing', async () => {
  const data = trials(2, 60, (u) => (u[0] > 0.6 ? 1 : 0), 'accidents');
  const lost = data.rows.map(
    (row, i): Row => (i < 20 ? { ...row, status: 'failed', cause: 'infrastructure', reason: '' } : row),
  );
  const model = await success().fit(new Dataset(data.space, outputs, data.x, data.y, lost), testRun('lost'));
  const rest = data.select(Array.from({ length: 40 }, (_, i) => i + 20));
  const without = await success().fit(rest, testRun('lost'));
  expect(model.health.points).toBe(40);
  expect(model.predict(data.x).data).toEqual(without.predict(data.x).data);
});

test('without failures the chance is that of the next run by the rule of succession', async () => {
  const data = trials(2, 18, () => 0, 'none');
  const model = await success().fit(data, testRun('none'));
  expect(model.predict(data.x).data[0]).toBeCloseTo(19 / 20, 12);
  const few = await success().fit(
    trials(2, 30, (u) => (u[0] < 0.05 ? 1 : 0), 'few'),
    testRun('few'),
  );
  expect(few.health.notes.join() + few.predict(data.x).data[0]).toMatch(/too few to learn where|0\.9/);
});

test('the logistic curve has the likelihood equations of Platt as its optimum', () => {
  const scores = Float64Array.of(-1, -0.5, -0.2, 0.1, 0.4, 0.9, 1);
  const hits = [false, false, true, false, true, true, true];
  const curve = logistic(scores, hits);
  const residuals = Array.from(scores, (s, i) => (hits[i] ? 5 / 6 : 1 / 5) - probabilityOf(curve, s));
  expect(residuals.reduce((sum, r) => sum + r, 0)).toBeCloseTo(0, 8);
  expect(residuals.reduce((sum, r, i) => sum + r * scores[i], 0)).toBeCloseTo(1e-3 * curve.slope, 8);
});
