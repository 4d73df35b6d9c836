import { describe, expect, test } from 'vitest';
import type { Criterion } from '../../src/core/optimizer.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { METHODS, optimizationJs } from '../../src/optimization/optimization-js/optimization-js.ts';
import { loadOptimizationJs } from '../../src/optimization/optimization-js/package.ts';
import { testRun } from '../../src/testing/labeled.ts';
import { minimizerLaws, wavyBowl } from '../../src/testing/minimizer-laws.ts';
import { cube } from '../../src/testing/problems.ts';

for (const method of METHODS) minimizerLaws(`optimizationJs({ method: '${method}' })`, optimizationJs({ method }));

const none = new Matrix(0, 2);

/** Counts how often it is asked, and throws where a point is outside of the cube. */
function watched(criterion: Criterion): Criterion & { readonly asked: number } {
  let asked = 0;
  const inside = (u: Float64Array) => {
    asked++;
    if (!u.every((v) => v >= 0 && v <= 1)) throw new Error(`asked for ${u}`);
  };
  return {
    get asked() {
      return asked;
    },
    value(x) {
      for (let i = 0; i < x.rows; i++) inside(x.row(i));
      return criterion.value(x);
    },
    gradient(u) {
      inside(u);
      return criterion.gradient!(u);
    },
  };
}

/** Falls towards a corner: without bounds the package never ends on it. */
const slide: Criterion = {
  value: (x) => Float64Array.from({ length: x.rows }, (_, i) => -x.get(i, 0) - 2 * x.get(i, 1)),
  gradient: (u) => ({ value: -u[0] - 2 * u[1], gradient: Float64Array.of(-1, -2) }),
};

describe.each(METHODS)('%s', (method) => {
  test('ends at the corner of a plane, inside the bounds and within the limit', async () => {
    const criterion = watched(slide);
    const found = await optimizationJs({ method, evaluations: 1000 }).minimize(
      criterion,
      cube(2),
      none,
      testRun('slide'),
    );
    // L-BFGS of the package ends where there is no curvature, so that its best is what the looks before it found.
    expect(found.value).toBeLessThan(method === 'lbfgs' ? -2.7 : -2.85);
    // The neighborhoods of anchors and the values of what descents found come on top of the limit.
    expect(criterion.asked).toBeLessThan(1100);
  });

  test('draws from the stream and leaves no variables behind', async () => {
    const random = Math.random;
    const globals = Object.getOwnPropertyNames(globalThis);
    await optimizationJs({ method, evaluations: 300 }).minimize(slide, cube(2), none, testRun('globals'));
    expect(Math.random).toBe(random);
    expect(Object.getOwnPropertyNames(globalThis)).toEqual(globals);
  });

  test('says so where the criterion is NaN everywhere', async () => {
    const nowhere: Criterion = {
      value: (x) => new Float64Array(x.rows).fill(Number.NaN),
      gradient: () => ({ value: Number.NaN, gradient: Float64Array.of(Number.NaN, Number.NaN) }),
    };
    await expect(
      optimizationJs({ method, evaluations: 100 }).minimize(nowhere, cube(2), none, testRun('nan')),
    ).rejects.toThrow(/the criterion is NaN at all/);
  });

  test('throws what the criterion throws', async () => {
    let left = 60;
    const broken: Criterion = {
      value: (x) => {
        left -= x.rows;
        if (left < 0) throw new Error('the criterion is broken');
        return slide.value(x);
      },
      gradient: (u) => {
        if (--left < 0) throw new Error('the criterion is broken');
        return slide.gradient!(u);
      },
    };
    const search = optimizationJs({ method, evaluations: 200 }).minimize(broken, cube(2), none, testRun('broken'));
    await expect(search).rejects.toThrow('the criterion is broken');
  });
});

test('methods with a gradient come to ten digits of a bowl with dents', async () => {
  const space = cube(3);
  const found = await optimizationJs({ method: 'lbfgs' }).minimize(
    wavyBowl(space),
    space,
    new Matrix(0, 3),
    testRun('a'),
  );
  expect(found.value).toBeLessThan(1e-9);
});

test('without a gradient only some methods do', async () => {
  const { value } = slide;
  for (const method of ['lbfgs', 'gradient-descent'] as const)
    await expect(optimizationJs({ method }).minimize({ value }, cube(2), none, testRun('no'))).rejects.toThrow(
      /needs a criterion with a gradient; use powell, random or omg/,
    );
  const found = await optimizationJs({ method: 'powell' }).minimize({ value }, cube(2), none, testRun('no'));
  expect(found.value).toBeLessThan(-2.85);
});

test('where the package is missing it says what to install', async () => {
  const load = () =>
    Promise.reject(Object.assign(new Error("Cannot find package 'optimization-js'"), { code: 'ERR_MODULE_NOT_FOUND' }));
  await expect(loadOptimizationJs(load)).rejects.toThrow(
    /needs the package optimization-js.*npm install optimization-js/,
  );
});

test('wrong options are refused', () => {
  expect(() => optimizationJs({ method: 'newton' as never })).toThrow(/method must be one of powell, .*got 'newton'/);
  expect(() => optimizationJs({ evaluations: 0 })).toThrow(/evaluations must be a whole number from 1, got 0/);
});
