import { describe, expect, test } from 'vitest';
import { outputList } from '../../../src/core/output.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { neuralNetwork } from '../../../src/surrogates/neural-network/neural-network.ts';
import { encodeTargets, loss } from '../../../src/surrogates/neural-network/targets.ts';
import { dataset, points, testRun } from '../../../src/testing/labeled.ts';
import { cube } from '../../../src/testing/problems.ts';

const classes = 5;
const outputs = outputList({ digit: { classes: ['a', 'b', 'c', 'd', 'e'] } });

function softmax(scores: ArrayLike<number>, temperature = 1): number[] {
  const powers = Array.from(scores, (score) => Math.exp(score / temperature));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / total);
}

const normals = (count: number, name: string) => {
  const rng = new Rng(name);
  return Array.from({ length: count }, () => 2 * rng.normal());
};

/** The derivative of the loss of one row with teacher scores v by the student's scores z. */
function gradientOf(v: readonly number[], z: readonly number[], temperature: number) {
  const targets = encodeTargets(outputs, Matrix.from([softmax(v)]), undefined, temperature);
  const at = (scores: readonly number[]) => {
    const delta = new Float64Array(8);
    const padded = Float64Array.from({ length: 8 }, (_, k) => scores[k] ?? 0);
    return { value: loss(targets, Int32Array.of(0), padded, delta), delta, answer: padded };
  };
  return { ...at(z), at };
}

describe('soft targets', () => {
  test.each([0.5, 1, 2, 4, 20])(
    'at T = %s the gradient is T (softmax(z / T) - softmax(v / T)), and that of the loss',
    (temperature) => {
      const [v, z] = [normals(classes, 'teacher'), normals(classes, 'student')];
      const { delta, at, answer } = gradientOf(v, z, temperature);
      const [p, q] = [softmax(v, temperature), softmax(z, temperature)];
      for (let k = 0; k < classes; k++) {
        expect(Math.abs(delta[k] - temperature * (q[k] - p[k]))).toBeLessThan(1e-12);
        const h = 1e-5;
        const moved = (by: number) => at(z.map((score, i) => (i === k ? score + by : score))).value;
        expect(Math.abs(delta[k] - (moved(h) - moved(-h)) / (2 * h))).toBeLessThan(1e-6);
        // Answers are read at temperature 1, whatever was learned.
        expect(answer[k]).toBeCloseTo(softmax(z)[k], 14);
      }
    },
  );

  test('as T grows the gradient becomes that of matching the scores less their means', () => {
    const [v, z] = [normals(classes, 'teacher'), normals(classes, 'student')];
    const centered = (scores: readonly number[]) => {
      const mean = scores.reduce((a, b) => a + b) / classes;
      return scores.map((score) => score - mean);
    };
    const wanted = centered(z).map((score, k) => (score - centered(v)[k]) / classes);
    const far = (temperature: number) =>
      Math.max(...wanted.map((one, k) => Math.abs(one - gradientOf(v, z, temperature).delta[k])));
    expect(far(1e5)).toBeLessThan(1e-4);
    expect(far(1e4)).toBeGreaterThan(5 * far(1e5));
    expect(far(1)).toBeGreaterThan(0.1);
  });

  test('a share of no vote gets half a vote', () => {
    const votes = Matrix.from([
      [0.5, 0.5, 0, 0, 0],
      [0.98, 0.02, 0, 0, 0],
    ]);
    const { soft } = encodeTargets(outputs, votes, undefined, 2);
    const powers = [0.98, 0.02, 0.01, 0.01, 0.01].map(Math.sqrt);
    const total = powers.reduce((a, b) => a + b);
    powers.forEach((power, k) => {
      expect(soft?.shares.get(1, k)).toBeCloseTo(power / total, 14);
    });
  });

  test('a teacher whose share rounds to 1 still tells what the others are', () => {
    const [v, z] = [[50, 9, 3, 0, -4], normals(classes, 'student')];
    expect(softmax(v)[0]).toBe(1);
    const [p, q] = [softmax(v, 20), softmax(z, 20)];
    const { delta } = gradientOf(v, z, 20);
    for (let k = 0; k < classes; k++) expect(Math.abs(delta[k] - 20 * (q[k] - p[k]))).toBeLessThan(1e-12);
  });

  test('certain rows are learned as labels beside unsure ones', () => {
    const rows = Matrix.from([
      [0, 1, 0, 0, 0],
      [0.5, 0.125, 0.125, 0.125, 0.125],
    ]);
    const z = Float64Array.from([1, 2, 3, 0, -1, 0, 0, 0]);
    const both = (temperature: number) => {
      const delta = new Float64Array(16);
      const targets = encodeTargets(outputs, rows, undefined, temperature);
      loss(targets, Int32Array.of(0, 1), Float64Array.from([...z, ...z]), delta);
      return [delta.slice(0, 8), delta.slice(8)];
    };
    expect(both(4)[0]).toEqual(both(1)[0]);
    expect(both(4)[1]).not.toEqual(both(1)[1]);
  });
});

describe('a network that is taught by shares', () => {
  const space = cube(2);
  const x = points(space, 60, new Rng('rows'));
  const scoresAt = (u: ArrayLike<number>) => [3 * u[0], 2 * u[1], 1, -u[0], 2 * u[0] * u[1]];
  const shares = Matrix.from(Array.from({ length: 60 }, (_, i) => softmax(scoresAt(x.row(i)))));
  const label = (i: number) => shares.row(i).indexOf(Math.max(...shares.row(i)));
  const y = Matrix.from(Array.from({ length: 60 }, (_, i) => [label(i)]));
  const hard = dataset(space, outputs, x, y);
  const make = (more = {}) => neuralNetwork({ hidden: [6], epochs: 40, members: 1, calibrate: false, ...more });

  test('with certain shares at any temperature is, bit for bit, the network of the labels', async () => {
    const plain = await make().fit(hard, testRun('soft'));
    const warm = await make({ temperature: 4 }).fit(hard, testRun('soft'));
    expect(warm.predict(x).data).toEqual(plain.predict(x).data);
  });

  test('tells shares nearer to the teacher at T = 4 than that of the labels, and answers at T = 1', async () => {
    const soft = Object.assign(Object.create(Object.getPrototypeOf(hard)), hard, {
      shares,
      targets: () => shares,
      finite: () => soft,
    });
    const far = async (data: typeof hard, temperature: number) => {
      const answer = (await make({ temperature }).fit(data, testRun('soft'))).predict(x);
      return answer.data.reduce((sum, share, at) => sum + Math.abs(share - shares.data[at]), 0) / 60;
    };
    expect(await far(soft, 4)).toBeLessThan(0.25 * (await far(hard, 4)));
  });
});
