import { expect, test } from 'vitest';
import { instance } from '../../../simulators/test-functions/instance.ts';
import { testFunction } from '../../../simulators/test-functions/registry.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { sobolPoints } from '../../../src/numerics/sequences/sobol-sequence.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { dataset, testRun } from '../../../src/testing/labeled.ts';

/** A random Latin hypercube. */
function latinHypercube(n: number, d: number, rng: Rng): Matrix {
  const x = new Matrix(n, d);
  for (let j = 0; j < d; j++) {
    const strata = rng.permutation(n);
    for (let i = 0; i < n; i++) x.set(i, j, (strata[i] + rng.uniform()) / n);
  }
  return x;
}

// The last number is 1.25 times the best median of SMT, scikit-learn and OpenTURNS with any kernel, measured once with the
// same n, 5 Latin hypercubes and 2048 Sobol' points. OTL, where the product form of Matern 5/2 is the best, gets 1.5.
test.each([
  ['branin', 40, 0.00042 * 1.25],
  ['hartmann-3', 60, 0.105 * 1.25],
  ['otl-circuit', 60, 0.00947 * 1.5],
  ['piston', 70, 0.0606 * 1.25],
  ['borehole', 80, 0.00914 * 1.25],
  ['wing-weight', 100, 0.0119 * 1.25],
] as const)(
  'predicts %s from %i points as well as the best of other systems',
  { tags: ['slow'] },
  async (name, n, limit) => {
    const { parameters, evaluate } = instance(testFunction(name), 0);
    const space = new Space(parameters);
    const answer = (u: Float64Array) => evaluate(space.names.map((key) => Number(space.decode(u)[key]))).f;
    const answers = (x: Matrix) => Float64Array.from({ length: x.rows }, (_, i) => answer(x.row(i)));
    const x = sobolPoints(2048, space.dimension, { scramble: new Rng('accuracy') });
    const truth = answers(x);
    const center = truth.reduce((sum, v) => sum + v, 0) / 2048;
    const deviation = Math.sqrt(truth.reduce((sum, v) => sum + (v - center) ** 2, 0) / 2048);
    const errors: number[] = [];
    for (let seed = 0; seed < 5; seed++) {
      const design = latinHypercube(n, space.dimension, new Rng(`accuracy/${seed}`));
      const data = dataset(space, [{ name: 'f' }], design, new Matrix(n, 1, answers(design)));
      const prediction = (await gaussianProcess().fit(data, testRun(`accuracy/${seed}`))).predict(x).data;
      errors.push(Math.sqrt(truth.reduce((sum, v, i) => sum + (v - prediction[i]) ** 2, 0) / 2048) / deviation);
    }
    expect(errors.sort((a, b) => a - b)[2]).toBeLessThan(limit);
  },
);
