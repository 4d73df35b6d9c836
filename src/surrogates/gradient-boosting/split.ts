import type { Split } from '../trees/split.ts';
import type { Bins } from './bins.ts';
import { cutNumbers, type Histograms } from './histogram.ts';

/** Sums over the rows of a node. */
export interface NodeSums {
  readonly gradient: number;
  readonly curvature: number;
  readonly count: number;
}

/** What a split must respect. */
export interface SplitRules {
  /** Fewest rows on either side. */
  readonly minLeaf: number;
  /** Ridge l on leaf values: a leaf answers -G / (H + l). */
  readonly ridge: number;
}

/** A split of a node by bins. */
export interface BinSplit extends Split {
  /** 1 for the bins of the column that go left. */
  readonly table: Uint8Array;
  readonly left: NodeSums;
}

/** Least sum of curvatures on either side, below which a Newton step is noise. */
const LEAST_CURVATURE = 1e-3;
/** A gain must be above this share of the node's own G^2 / (H + l) and of its curvature, which is that of unit gradients. */
const NOTHING = 1e-12;
/** Added to the curvature of a level when levels are ranked, lest one row of a rare level come first or last. */
const SMOOTHING = 1;

/**
 * The split that lowers the second-order loss most, by half of G_l^2 / (H_l + l) + G_r^2 / (H_r + l) - G^2 / (H + l) with G and H
 * the sums of gradients and curvatures of each side [Chen2016]; ties go to the earlier column and the lower bin. Levels of a
 * category are ranked by G / H and cut as if they were numbers.
 */
export function bestSplit(
  bins: Bins,
  histograms: Histograms,
  slot: number,
  { gradient, curvature, count }: NodeSums,
  { minLeaf, ridge }: SplitRules,
): BinSplit | undefined {
  const own = (gradient * gradient) / (curvature + ridge);
  const sums = cutNumbers();
  sums.set([gradient, curvature, count]);
  let bar = own + NOTHING * (own + curvature);
  let [column, cut] = [-1, -1];
  let ranked: Ranked | undefined;
  for (let j = 0; j < bins.inputs; j++) {
    const levels = bins.levels[j] > 0 ? rankLevels(histograms.bins(slot, j), bins.counts[j]) : undefined;
    const found = levels
      ? cutLevels(levels, sums, minLeaf, ridge, bar)
      : histograms.cut(slot, j, sums, minLeaf, ridge, LEAST_CURVATURE, bar);
    if (found < 0) continue;
    [column, cut, bar, ranked] = [j, found, sums[3], levels];
  }
  if (column < 0) return undefined;
  const left = { gradient: sums[4], curvature: sums[5], count: sums[6] };
  const gain = bar - own;
  if (ranked)
    return { column, threshold: 0, gain, left, ...subsetOf(bins, column, ranked, cut, 2 * left.count >= count) };
  const table = new Uint8Array(bins.counts[column]).fill(1, 0, cut + 1);
  return { column, threshold: bins.edges[column][cut], gain, table, left };
}

/** The levels that a node has seen, by their smoothed mean gradient, and their sums. */
interface Ranked {
  readonly levels: readonly number[];
  readonly sums: readonly NodeSums[];
}

function rankLevels(histogram: Float64Array, count: number): Ranked {
  const width = histogram.length / count;
  const sumsOf = (level: number) => ({
    gradient: histogram[width * level],
    curvature: histogram[width * level + 1],
    count: histogram[width * level + width / 2],
  });
  const sums = Array.from({ length: count }, (_, level) => sumsOf(level));
  const mean = (level: number) => sums[level].gradient / (sums[level].curvature + SMOOTHING);
  const levels = [...sums.keys()].filter((level) => sums[level].count > 0.5).sort((a, b) => mean(a) - mean(b) || a - b);
  return { levels, sums: levels.map((level) => sums[level]) };
}

/** The same as {@link Histograms.cut} for ranked levels. */
function cutLevels(ranked: Ranked, sums: Float64Array, least: number, ridge: number, bar: number): number {
  let [gradient, curvature, count] = [0, 0, 0];
  let highest = bar;
  let found = -1;
  for (let rank = 0; rank < ranked.levels.length - 1; rank++) {
    gradient += ranked.sums[rank].gradient;
    curvature += ranked.sums[rank].curvature;
    count += ranked.sums[rank].count;
    const [other, rest] = [sums[0] - gradient, sums[1] - curvature];
    if (count < least || sums[2] - count < least || curvature < LEAST_CURVATURE || rest < LEAST_CURVATURE) continue;
    const score = (gradient * gradient) / (curvature + ridge) + (other * other) / (rest + ridge);
    if (!(score > highest)) continue;
    highest = score;
    found = rank;
    sums.set([score, gradient, curvature, count], 3);
  }
  return found;
}

/** The bins and the levels that go left; a level that the node has not seen goes where most of its rows go. */
function subsetOf(bins: Bins, column: number, { levels }: Ranked, cut: number, mostLeft: boolean) {
  const table = new Uint8Array(bins.counts[column]).fill(mostLeft ? 1 : 0);
  levels.forEach((level, rank) => {
    table[level] = rank <= cut ? 1 : 0;
  });
  const subset = Uint8Array.from(
    { length: bins.levels[column] },
    (_, level) => table[Math.min(level, table.length - 1)],
  );
  return { table, subset };
}
