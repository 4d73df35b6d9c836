import { Dataset, type Row } from '../../core/dataset.ts';
import { outputList } from '../../core/output.ts';
import { childRun, type Run } from '../../core/run.ts';
import { PointFilter } from '../../core/space/point-filter.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rows } from '../../numerics/packed-matrix.ts';
import { randomForest } from '../../surrogates/trees/random-forest.ts';

/** How well made points can be told from real ones. */
export interface Realism {
  /**
   * Area under the ROC curve of a random forest that tells real points from made ones, on points that it was not fitted to: 0.5 where nothing tells
   * them apart, 1 where everything does [Friedman2003].
   */
  readonly auc: number;
  /** Its standard error by [HanleyMcNeil1982]. */
  readonly standardError: number;
  /** Real points that were looked at, and as many made ones. */
  readonly points: number;
}

/** Points of either kind that are looked at, at least and at most; fewer with many inputs, so that their coordinates stay below `NUMBERS`. */
const FEWEST = 20;
const MOST = 1000;
const NUMBERS = 400_000;
const LEAST_POINTS = 100;
const TREES = 60;
const OUTPUT = outputList({ origin: { classes: ['made', 'real'] } });

/**
 * How real the points of a transfer set look beside those that were seen (n x d each). A point that is of both is left out; undefined where fewer than
 * 20 others are left of one kind, as where the rows seen themselves were drawn.
 */
export async function realismOf(space: Space, seen: Rows, made: Rows, run: Run): Promise<Realism | undefined> {
  const most = Math.max(LEAST_POINTS, Math.min(MOST, Math.floor(NUMBERS / space.dimension)));
  const real = picked(seen, PointFilter.of(made), most, childRun(run, 'real'));
  const others = picked(made, PointFilter.of(seen), most, childRun(run, 'made'));
  const points = Math.min(real.rows, others.rows);
  if (points < FEWEST) return undefined;
  const halves = [0, 1].map((half) => {
    const rows = Array.from({ length: points }, (_, i) => i).filter((i) => i % 2 === half);
    return labeled(space, others.select(rows), real.select(rows));
  });
  const areas: number[] = [];
  for (const [at, own] of halves.entries()) {
    const model = await randomForest({ trees: TREES, minLeaf: 5 }).fit(halves[1 - at], childRun(run, `half/${at}`));
    areas.push(areaOf(model.predict(own.x).column(1), own.y.column(0)));
  }
  const auc = (areas[0] + areas[1]) / 2;
  return { auc, standardError: standardErrorOf(auc, points), points };
}

/** At most `most` random rows that are not known, one of each point: a forest remembers what it has seen. */
function picked(rows: Rows, known: PointFilter, most: number, run: Run): Matrix {
  const chosen: number[] = [];
  const own = new PointFilter();
  for (const i of run.rng.permutation(rows.rows)) {
    if (chosen.length === most) break;
    if (!known.has(rows.row(i)) && own.add(rows.row(i))) chosen.push(i);
  }
  return rows.select(chosen).unpacked();
}

function labeled(space: Space, made: Matrix, real: Matrix): Dataset {
  const x = made.stack(real);
  const y = new Matrix(x.rows, 1);
  for (let i = made.rows; i < x.rows; i++) y.set(i, 0, 1);
  const rows = Array.from({ length: x.rows }, (_, i): Row => ({ id: `${i}`, status: 'completed', milliseconds: 0 }));
  return new Dataset(space, OUTPUT, x, y, rows);
}

/** The share of pairs of a row with label 1 and one with label 0 in which the former has the higher score; equal scores count half. */
export function areaOf(scores: Float64Array, labels: Float64Array): number {
  const order = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
  let [below, sum, ones] = [0, 0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    let [own, zeros] = [0, 0];
    for (; to < order.length && scores[order[to]] === scores[order[from]]; to++)
      if (labels[order[to]] === 1) own++;
      else zeros++;
    sum += own * (below + zeros / 2);
    below += zeros;
    ones += own;
    from = to;
  }
  return sum / (ones * below);
}

function standardErrorOf(area: number, n: number): number {
  const [first, second] = [area / (2 - area), (2 * area * area) / (1 + area)];
  const square = area * (1 - area) + (n - 1) * (first + second - 2 * area * area);
  return Math.sqrt(Math.max(0, square)) / n;
}
