import { mostProbable, predictionColumns } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Space } from '../../core/space/space.ts';
import { type Box, isInside, type Sought } from '../../core/structure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { wilson } from '../../numerics/statistics.ts';

/** What fresh runs of the simulator inside a box say of it. */
export interface BoxConfirmation {
  /** Runs that answered; those that failed are beside them. */
  readonly runs: number;
  readonly failed: number;
  /** How many of them are what is sought. */
  readonly sought: number;
  /** Their share of the runs that answered; NaN where none did. */
  readonly density: number;
  /** Where the density of the box is with 95 %, by the score of Wilson. */
  readonly interval: readonly [number, number];
}

/** Runs the simulator at points spread evenly over the box, and tells how many are what is sought. */
export async function confirmBox(
  simulator: Oracle,
  box: Box,
  sought: Sought,
  runs: number,
  run: Run,
): Promise<BoxConfirmation> {
  const own = childRun(run, 'confirm');
  const x = pointsIn(box, simulator.space, runs, own.rng.child('points'));
  const data = await label(simulator, x, own.rng.path, own);
  const answered = data.finite();
  const count = soughtIn(answered, sought);
  return {
    runs: answered.size,
    failed: data.size - answered.size,
    sought: count,
    density: count / answered.size,
    interval: wilson(count, answered.size),
  };
}

/** n x d points, uniform in the box: a discrete input has each of its values inside equally often, one that plays no part is as the space has it. */
export function pointsIn(box: Box, space: Space, count: number, rng: Rng): Matrix {
  const { lower, upper, levels } = box;
  const choices = space.columns.map(({ levels: all }, j) => {
    if (all === Number.POSITIVE_INFINITY) return undefined;
    const places = Array.from({ length: all }, (_, level) => (level + 0.5) / all);
    return places.filter((u, level) => u >= lower[j] && u <= upper[j] && levels[j]?.includes(level) !== false);
  });
  const drawn = () =>
    space.canonical(
      choices.map((own, j) =>
        own ? own[Math.floor(rng.uniform() * own.length)] : lower[j] + rng.uniform() * (upper[j] - lower[j]),
      ),
    );
  const rows = Array.from({ length: count }, () => {
    let u = drawn();
    for (let tried = 0; tried < 1000 && !isInside(box, u, space); tried++) u = drawn();
    return u;
  });
  return Matrix.from(rows, space.dimension);
}

/** How many rows are what is sought; of a class those whose likeliest it is. */
function soughtIn(data: Dataset, { output, is, below, above }: Sought): number {
  const k = data.outputs.findIndex(({ name }) => name === output);
  const { start, width } = predictionColumns(data.outputs)[k];
  const { classes } = data.outputs[k];
  const targets = data.targets();
  return Array.from({ length: data.size }, (_, i) => {
    if (classes) return classes[mostProbable(targets.row(i), start, width)] === is;
    const value = targets.get(i, start);
    return value < (below ?? Number.POSITIVE_INFINITY) && value > (above ?? Number.NEGATIVE_INFINITY);
  }).filter(Boolean).length;
}
