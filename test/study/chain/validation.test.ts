import { describe, expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { Surrogate } from '../../../src/core/model.ts';
import type { Run } from '../../../src/core/run.ts';
import { real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { nrmseOf } from '../../../src/study/chain/fidelity.ts';
import { crossFidelity, holdoutFidelity } from '../../../src/study/chain/validation.ts';
import { gaussianProcess } from '../../../src/surrogates/gaussian-process/gaussian-process.ts';
import { nearestNeighbor } from '../../../src/surrogates/nearest-neighbor.ts';

const runOf = (path: string): Run => ({ rng: new Rng(path), clock: () => 0 });

function dataOf(d: number, x: Matrix, answer: (u: Float64Array) => number): Dataset {
  const space = new Space(Object.fromEntries(Array.from({ length: d }, (_, j) => [`x${j}`, real(0, 1)])));
  const rows = Array.from({ length: x.rows }, (_, i) => i);
  return Dataset.empty(space, [{ name: 'f' }]).append(
    rows.map((i) => ({
      ...{ id: `data/${i}`, u: x.row(i).slice(), milliseconds: 0, status: 'completed' as const },
      values: Float64Array.of(answer(x.row(i))),
    })),
  );
}

function uniformRows(n: number, d: number, rng: Rng): Matrix {
  return new Matrix(
    n,
    d,
    Float64Array.from({ length: n * d }, () => rng.uniform()),
  );
}

describe('points that were not trained on', () => {
  test('are not told by their twins', async () => {
    const rng = new Rng('twins');
    const x = uniformRows(30, 2, rng);
    const twice = dataOf(2, x.stack(x), ([a, b]) => Math.sin(90 * a) * Math.cos(70 * b));
    const neighbor = nearestNeighbor();
    const model = await neighbor.fit(twice, runOf('fit'));
    expect((await crossFidelity(neighbor, model, twice, runOf('twice')))[0].q2).toBeLessThan(0.2);
  });

  test('are asked of refits where a process was not cross-validated in its fit', { tags: ['slow'] }, async () => {
    const process = gaussianProcess({ calibrate: false });
    let sum = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const rng = new Rng(`refits/${seed}`);
      const data = dataOf(6, uniformRows(60, 6, rng), () => rng.normal());
      const [fidelity] = await crossFidelity(process, await process.fit(data, runOf('fit')), data, runOf('refits'));
      expect(fidelity).toMatchObject({ method: 'cross-validation', points: 60 });
      sum += fidelity.q2;
    }
    expect(sum / 4).toBeLessThan(0);
  });

  test('are a part where there are many', async () => {
    const data = dataOf(1, uniformRows(2000, 1, new Rng('many')), ([a]) => a);
    let fits = 0;
    const neighbor = nearestNeighbor();
    const counted: Surrogate = {
      ...neighbor,
      fit(part, run) {
        fits++;
        return neighbor.fit(part, run);
      },
    };
    const [fidelity] = await crossFidelity(counted, await neighbor.fit(data, runOf('fit')), data, runOf('many'));
    expect(fits).toBe(1);
    expect(fidelity.points).toBe(400);
    expect(fidelity.q2).toBeGreaterThan(0.99);
  });

  test('of a grid are between its levels, too', async () => {
    const values = [0, 0.5, 1];
    const points = values.flatMap((a) => values.flatMap((b) => values.map((c) => [a, b, c])));
    const wave = ([a, b, c]: Float64Array) => Math.sin(8 * a) + Math.cos(7 * b) + c;
    const process = gaussianProcess();
    const grid = dataOf(3, Matrix.from(points), wave);
    const model = await process.fit(grid, runOf('grid'));
    const fresh = dataOf(3, uniformRows(500, 3, new Rng('between')), wave);
    const [truth] = holdoutFidelity(model, fresh);
    const [told] = await crossFidelity(process, model, grid, runOf('levels'));
    expect(truth.q2).toBeLessThan(0.5);
    expect(nrmseOf(told)).toBeGreaterThan(nrmseOf(truth) / 3);
  });
});
