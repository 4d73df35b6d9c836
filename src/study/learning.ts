import type { Dataset } from '../core/dataset.ts';
import type { Surrogate } from '../core/model.ts';
import type { Run } from '../core/run.ts';
import { type Fidelity, holdoutFidelity } from './validation.ts';

/** How the error of one output fell when the design was doubled, and what that promises. */
export interface Learning {
  readonly output: string;
  /** Points and q2 with half of the design. */
  readonly halfPoints: number;
  readonly halfQ2: number;
  /** Points and q2 with all of it. */
  readonly points: number;
  readonly q2: number;
  /** Runs that bring q2 to `GOAL` if the error goes on falling at this rate; null when it is there, or does not fall. */
  readonly pointsToGoal: number | null;
}

/** What counts as a surrogate that can stand in for the simulator. */
export const GOAL: number = 0.99;

const FEWEST = 16;

/**
 * Learning curve of two points: the surrogate is fitted to one half of the data and judged on the other, and 1 - q2 is taken to fall as
 * a power of the number of points. Undefined below 16 points; class outputs are left out.
 */
export async function learningOf(
  surrogate: Surrogate,
  data: Dataset,
  fidelity: readonly Fidelity[],
  run: Run,
): Promise<Learning[] | undefined> {
  const finite = data.finite();
  if (finite.size < FEWEST) return undefined;
  const order = run.rng.child('order').permutation(finite.size);
  const middle = finite.size >> 1;
  const model = await surrogate.fit(finite.select(order.subarray(0, middle)), { ...run, rng: run.rng.child('half') });
  const halves = holdoutFidelity(model, finite.select(order.subarray(middle)));
  return fidelity.flatMap((whole, k): Learning[] => {
    if (finite.outputs[k].classes) return [];
    const half = halves[k];
    const rate = Math.log((1 - half.q2) / (1 - whole.q2)) / Math.log(finite.size / middle);
    const needed = Math.ceil(finite.size * ((1 - whole.q2) / (1 - GOAL)) ** (1 / rate));
    const falls = rate > 0 && Number.isSafeInteger(needed);
    return [
      {
        output: whole.output,
        halfPoints: middle,
        halfQ2: half.q2,
        points: finite.size,
        q2: whole.q2,
        pointsToGoal: whole.q2 < GOAL && falls ? needed : null,
      },
    ];
  });
}
