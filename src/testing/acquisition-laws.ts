import { describe, expect, test } from 'vitest';
import { Dataset } from '../core/dataset.ts';
import type { DifferentiableModel } from '../core/model.ts';
import type { Acquisition, AcquisitionView } from '../core/optimizer.ts';
import { Matrix } from '../numerics/matrix.ts';
import { Rng } from '../numerics/random.ts';
import { type AnalyticColumn, analyticModel, wavyColumn } from './analytic-model.ts';
import { dataset, points, testRun } from './labeled.ts';
import { bounded, cube, problemOf } from './problems.ts';

const space = cube(3);
const constraints = [bounded('g'), bounded('h', 'equality', 0.05)];
const columns = [wavyColumn(2, 0), wavyColumn(1.3, 0.2, 3), wavyColumn(0.7, -0.5, 0.1)];

/** A view of a model over the 3-cube whose columns are the objective and up to two constraints. */
export function viewOf(model: DifferentiableModel, constraintCount: number, incumbent?: number): AcquisitionView {
  const problem = problemOf(space, constraints.slice(0, constraintCount));
  const x = points(space, 12, new Rng('acquisition-laws/history'));
  const history = dataset(space, problem.outputs, x, new Matrix(12, problem.outputs.length));
  const front = incumbent === undefined ? undefined : Matrix.from([[incumbent]]);
  return { model, problem, history, pending: new Matrix(0, 3), incumbent, front };
}

function constant(mean: number, variance: number): AnalyticColumn {
  return {
    mean: () => mean,
    meanGradient: () => [0, 0, 0],
    variance: () => variance,
    varianceGradient: () => [0, 0, 0],
  };
}

/** What every acquisition promises. */
export function acquisitionLaws(name: string, acquisition: Acquisition<DifferentiableModel>): void {
  const views: [string, AcquisitionView<DifferentiableModel>][] = [];
  for (const count of [0, 1, 2])
    for (const incumbent of [-0.5, -3, undefined])
      views.push([
        `${count} constraints and incumbent ${incumbent}`,
        viewOf(analyticModel(columns.slice(0, count + 1)), count, incumbent) as AcquisitionView<DifferentiableModel>,
      ]);

  describe(`${name} as an acquisition`, () => {
    test.each(views)('has the gradient of its value with %s', (_, view) => {
      const criterion = acquisition(view, testRun('laws'));
      const x = points(space, 20, new Rng('laws/gradient'));
      for (let i = 0; i < x.rows; i++) {
        const u = x.row(i);
        const { value, gradient } = criterion.gradient!(u);
        expect(value).toBeCloseTo(criterion.value(Matrix.from([u]))[0], 9);
        for (let j = 0; j < 3; j++) {
          const sides = Matrix.from([u, u]);
          sides.set(0, j, u[j] + 1e-5);
          sides.set(1, j, u[j] - 1e-5);
          const [above, below] = criterion.value(sides);
          expect(Math.abs(gradient[j] - (above - below) / 2e-5)).toBeLessThan(1e-4 * (1 + Math.abs(gradient[j])));
        }
      }
    });

    test.each(views)('answers a point alone as in a batch, and the same again, with %s', (_, view) => {
      const criterion = acquisition(view, testRun('laws'));
      const x = points(space, 9, new Rng('laws/batch'));
      const batch = criterion.value(x);
      expect(batch).toEqual(acquisition(view, testRun('laws')).value(x));
      for (let i = 0; i < x.rows; i++) expect(criterion.value(x.select([i]))[0]).toBe(batch[i]);
    });

    test('is finite where the model is certain, or far above the incumbent', () => {
      for (const mean of [-1e6, -1, 0, 1, 1e6])
        for (const variance of [0, 1e-300, 1, 1e12]) {
          const model = analyticModel([constant(mean, variance), constant(mean, variance)]);
          const criterion = acquisition(viewOf(model, 1, 0) as AcquisitionView<DifferentiableModel>, testRun('laws'));
          const u = new Float64Array(3).fill(0.3);
          expect(criterion.value(Matrix.from([u]))[0]).toSatisfy(Number.isFinite);
          expect(criterion.gradient!(u).gradient.every(Number.isFinite)).toBe(true);
        }
    });

    test('prefers a lower mean, and a constraint that is more surely met', () => {
      const at = (objective: number, constraint: number) =>
        acquisition(
          viewOf(
            analyticModel([constant(objective, 0.5), constant(constraint, 0.5)]),
            1,
            0,
          ) as AcquisitionView<DifferentiableModel>,
          testRun('laws'),
        ).value(new Matrix(1, 3))[0];
      expect(at(-0.2, -0.3)).toBeGreaterThan(at(0.1, -0.3));
      expect(at(-0.2, -0.3)).toBeGreaterThan(at(-0.2, 0.1));
    });

    test('needs no history', () => {
      const view = viewOf(analyticModel(columns.slice(0, 2)), 1, 0);
      const empty = Dataset.empty(space, view.problem.outputs);
      const criterion = acquisition(
        { ...view, history: empty } as AcquisitionView<DifferentiableModel>,
        testRun('laws'),
      );
      expect(criterion.value(new Matrix(1, 3))[0]).toSatisfy(Number.isFinite);
    });
  });
}
