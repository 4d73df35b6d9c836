import { describe, expect, test } from 'vitest';
import { functionOracle } from '../../src/core/function-oracle.ts';
import { label } from '../../src/core/oracle.ts';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { Rng } from '../../src/numerics/random.ts';
import { points, testRun } from '../../src/testing/labeled.ts';
import { oracleLaws } from '../../src/testing/oracle-laws.ts';

const space = new Space({ a: real(0, 2), b: real(0, 1) });
const outputs = outputList({ size: {}, verdict: { classes: ['small', 'large'] } });
const answers = (x: Matrix, of: (u: Float64Array) => number[]) =>
  Matrix.from(
    Array.from({ length: x.rows }, (_, i) => of(x.row(i))),
    3,
  );
const teacher = (of: (u: Float64Array) => number[]) =>
  functionOracle('my net', { space, outputs }, (x) => answers(x, of));

oracleLaws('functionOracle', () => teacher(([a, b]) => [a + b, 1 - a, a]));

describe('a function as a teacher', () => {
  const x = points(space, 3000, new Rng('function'));

  test('is asked for many points at once, and answers numbers and shares', async () => {
    const sizes: number[] = [];
    const oracle = functionOracle('my net', { space, outputs }, async (rows) => {
      sizes.push(rows.rows);
      return answers(rows, ([a, b]) => [a + b, Math.fround(1 - a), Math.fround(a)]);
    });
    const data = await label(oracle, x, 'design', testRun('7'));
    expect(sizes.length).toBeLessThan(5);
    for (let i = 0; i < x.rows; i++) {
      const [a, b] = x.row(i);
      expect(data.y.row(i)).toEqual(Float64Array.of(a + b, Math.fround(a) > Math.fround(1 - a) ? 1 : 0));
      expect(data.shares?.get(i, 2)).toBeCloseTo(a, 6);
    }
  });

  test('fails where a number is not finite', async () => {
    const data = await label(
      teacher(([a]) => [a > 0.5 ? Number.NaN : a, 1, 0]),
      x,
      'design',
      testRun('7'),
    );
    expect(data.finite().size).toBe(
      Array.from({ length: x.rows }, (_, i) => x.get(i, 0)).filter((a) => a <= 0.5).length,
    );
    expect(data.rows.find(({ status }) => status === 'failed')).toMatchObject({
      cause: 'not-finite',
      reason: "my net answered NaN for output 'size'",
    });
  });

  test('says what is wrong with its answer', async () => {
    const asked = (oracle: ReturnType<typeof teacher>) => label(oracle, x, 'design', testRun('7'));
    const short = functionOracle('my net', { space, outputs }, (rows) => new Matrix(rows.rows, 2));
    await expect(asked(short)).rejects.toThrow(
      'my net was asked for 1024 points and must answer a 1024 x 3 Matrix, got 1024 x 2',
    );
    const nothing = functionOracle('my net', { space, outputs }, () => undefined as never);
    await expect(asked(nothing)).rejects.toThrow('got undefined');
    const single = functionOracle(
      'my net',
      { space, outputs },
      (rows) => ({ ...rows, columns: 3, data: new Float32Array(3 * rows.rows) }) as never,
    );
    await expect(asked(single)).rejects.toThrow('got 1024 x 3 in 3072 numbers of Float32Array');
    const about = { space, outputs };
    expect(() => functionOracle('my net', about, 3 as never)).toThrow('my net: answer must be a function, got 3');
    expect(() => functionOracle('my net', { ...about, outputs: { size: {} } } as never, () => x)).toThrow(
      'my net: outputs must be a list such as [{ name: \'mass\' }], got {"size":{}}',
    );
    expect(() => functionOracle('my net', { ...about, space: { a: real(0, 1) } } as never, () => x)).toThrow(
      /^my net: space must be made by new Space\(\), got \{"a":/,
    );
    await expect(asked(teacher(() => [1, 0.7, 0.7]))).rejects.toThrow(
      "my net, output 'verdict': the shares of small, large sum to 1.4, not to 1",
    );
    await expect(asked(teacher(() => [1, -0.5, 1.5]))).rejects.toThrow('the share of small is -0.5');
  });
});
