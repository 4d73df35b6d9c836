import type { Criterion, Minimum } from '../../core/optimizer.ts';
import { withRandom } from '../../core/platform/foreign-random.ts';
import { type Run, throwIfCancelled } from '../../core/run.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { OptimizationJs } from './package.ts';

/** Methods that draw points. */
export type DrawMethod = 'random' | 'omg';

/** Points asked for between two looks at the signal. */
const ROUND = 64;

/** Searches by drawing points, all of the space at once (`random`) or by mutating the best one (`omg`). */
export function drawBy(
  method: DrawMethod,
  of: OptimizationJs,
  criterion: Criterion,
  space: Space,
  starts: Matrix,
  evaluations: number,
  run: Run,
): Minimum | undefined {
  const dimensions = space.columns.map(() => of.Real(0, 1));
  const drawn = method === 'omg' ? of.OMGOptimizer(dimensions) : of.RandomOptimizer(dimensions);
  let best: Minimum | undefined;
  const look = (u: Float64Array) => {
    const value = criterion.value(Matrix.from([u]))[0];
    if (!Number.isNaN(value) && !(best && best.value <= value)) best = { u, value, evaluations: 0 };
    drawn.tell([[...u]], [Number.isNaN(value) ? Number.POSITIVE_INFINITY : value]);
  };
  for (let i = 0; i < starts.rows; i++) look(starts.row(i).slice());
  for (let used = starts.rows; used < evaluations; used++) {
    if (used % ROUND === 0) throwIfCancelled(run);
    const x = withRandom(run.rng, () => withScratch(() => drawn.ask()));
    look(space.canonical(Float64Array.from(x)));
  }
  return best && { ...best, evaluations: Math.max(evaluations, starts.rows) };
}

/** Variables that the package assigns without declaring them. */
const SCRATCH = ['finished', 'diff'];

/** Calls `compute` with those variables there, and leaves the global object as it was. */
function withScratch<T>(compute: () => T): T {
  const before = SCRATCH.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  for (const name of SCRATCH)
    Object.defineProperty(globalThis, name, { value: undefined, writable: true, configurable: true });
  try {
    return compute();
  } finally {
    SCRATCH.forEach((name, i) => {
      const descriptor = before[i];
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    });
  }
}
