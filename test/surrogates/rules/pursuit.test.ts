import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { pauser } from '../../../src/core/pause.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { type Bounds, Pursuit } from '../../../src/surrogates/rules/pursuit.ts';
import { coverOf } from '../../../src/surrogates/rules/rule-rows.ts';
import { binnedRows } from '../../../src/surrogates/rules/test-bins.ts';
import { labeled, testRun } from '../../../src/testing/labeled.ts';

const space = new Space({ a: real(0, 1), b: real(0, 1), c: real(0, 1) });
/** A sum of three inputs, cut to [0, 1]. */
const share = ([a, b, c]: Float64Array) => Math.min(1, Math.max(0, 2 * (a + b + c) - 2.5));
const data = labeled(space, outputList({ y: {} }), 500, (u) => [share(u)]);
const pause = pauser(testRun('rules'));
const rows = await binnedRows(data, pause);
const weights = new Float64Array(rows.size).fill(1);
const endless = Number.POSITIVE_INFINITY;
const limits = { maxTests: 2, minRows: 2 };

async function pursuitOf(bounds: Bounds | undefined): Promise<Pursuit> {
  const pursuit = new Pursuit(rows, weights, { columns: [data.y.column(0)], bounds: [bounds] }, limits, pause);
  for (let k = 0; k < 8; k++) await pursuit.add();
  return pursuit;
}

/** The squared error of the sums after they are cut to these bounds. */
function errorOf({ rules, points: [[mean, ...own]] }: Pursuit, lower: number, upper: number): number {
  const covers = rules.map((tests) => coverOf(rows, tests));
  return data.y.column(0).reduce((sum, value, i) => {
    const said = own.reduce((all, point, k) => all + covers[k][i] * point, mean);
    return sum + (value - Math.min(upper, Math.max(lower, said))) ** 2;
  }, 0);
}

describe('a pursuit of rules', () => {
  test('of what is cut to bounds spends nothing on sums beyond them', async () => {
    const [cut, free] = [await pursuitOf({ lower: 0, upper: 1 }), await pursuitOf(undefined)];
    expect(errorOf(cut, 0, 1)).toBeLessThan(0.8 * errorOf(free, 0, 1));
  });

  test('has another rule each time, and loses nothing when one is revised', async () => {
    const pursuit = await pursuitOf(undefined);
    expect(new Set(pursuit.rules.map((tests) => JSON.stringify(tests))).size).toBe(8);
    const before = errorOf(pursuit, -endless, endless);
    for (let k = 0; k < 8; k++) {
      await pursuit.revise(k);
      expect(pursuit.rules).toHaveLength(8);
    }
    expect(errorOf(pursuit, -endless, endless)).toBeLessThan(before);
  });
});
