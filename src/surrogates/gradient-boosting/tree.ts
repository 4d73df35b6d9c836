import { NodeList, type Nodes } from '../trees/nodes.ts';
import type { Bins } from './bins.ts';
import type { Histograms } from './histogram.ts';
import { type BinSplit, bestSplit, type NodeSums, type SplitRules } from './split.ts';

/** Where a boosted tree stops growing. */
export interface BoostingLimits extends SplitRules {
  /** Most leaves, from 2; the leaf whose split lowers the loss most is split first. */
  readonly maxLeaves: number;
  /** Splits on the longest path; Infinity for no limit. */
  readonly maxDepth: number;
}

/** What a tree is grown on: derivatives at all rows of the data. Without curvatures every one is 1. */
export interface Derivatives {
  readonly gradients: Float64Array;
  readonly curvatures?: Float64Array;
}

/** A leaf while the tree grows: its rows order[from .. to) and, if it can be split, how and the number of its histogram. */
interface Leaf {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  readonly sums: NodeSums;
  best?: { readonly split: BinSplit; readonly slot: number };
}

/**
 * Grows a tree on some rows, its leaves' answers -G / (H + ridge) multiplied by `rate`, and adds them to the scores of those rows.
 */
export function growBoosted(
  bins: Bins,
  histograms: Histograms,
  rows: Int32Array,
  derivatives: Derivatives,
  limits: BoostingLimits,
  rate: number,
  scores: Float64Array,
): Nodes {
  const tree = new Growth(bins, histograms, limits);
  histograms.begin(rows, derivatives.gradients, derivatives.curvatures);
  const leaves = [tree.root(rows, derivatives)];
  while (leaves.length < limits.maxLeaves) {
    const at = bestOf(leaves);
    if (at < 0) break;
    leaves.splice(at, 1, ...tree.split(leaves[at], leaves.length + 1 === limits.maxLeaves));
  }
  const order = histograms.order();
  for (const { node, sums, from, to } of leaves) {
    const value = (-rate * sums.gradient) / (sums.curvature + limits.ridge);
    tree.list.setValue(node, value);
    for (let i = from; i < to; i++) scores[order[i]] += value;
  }
  return tree.list.finish();
}

/** The leaf whose split gains most, the earliest of equals; -1 when none can be split. */
function bestOf(leaves: readonly Leaf[]): number {
  let best = -1;
  let gain = 0;
  for (let i = 0; i < leaves.length; i++) {
    const split = leaves[i].best?.split;
    if (!split || split.gain <= gain) continue;
    best = i;
    gain = split.gain;
  }
  return best;
}

class Growth {
  readonly list = new NodeList();
  readonly #bins: Bins;
  readonly #histograms: Histograms;
  readonly #limits: BoostingLimits;

  constructor(bins: Bins, histograms: Histograms, limits: BoostingLimits) {
    this.#bins = bins;
    this.#histograms = histograms;
    this.#limits = limits;
  }

  root(rows: Int32Array, { gradients, curvatures }: Derivatives): Leaf {
    let [gradient, curvature] = [0, 0];
    for (let i = 0; i < rows.length; i++) {
      gradient += gradients[rows[i]];
      curvature += curvatures ? curvatures[rows[i]] : 1;
    }
    const leaf = this.#leaf(0, rows.length, 0, { gradient, curvature, count: rows.length });
    if (this.#maySplit(leaf)) this.#search(leaf, this.#histograms.fill(0, rows.length));
    return leaf;
  }

  /** The two children of a leaf. Only the smaller one's rows are counted: the other's histogram is the difference. */
  split(parent: Leaf, isLast: boolean): [Leaf, Leaf] {
    const { from, to, depth, sums, best } = parent;
    if (!best) throw new RangeError('only a leaf with a split can be split');
    const { split, slot } = best;
    const middle = this.#histograms.part(split.column, split.table, from, to);
    const left = this.#leaf(from, middle, depth + 1, split.left);
    const right = this.#leaf(middle, to, depth + 1, {
      gradient: sums.gradient - split.left.gradient,
      curvature: sums.curvature - split.left.curvature,
      count: sums.count - split.left.count,
    });
    this.list.split(parent.node, split, left.node, right.node);
    const [small, large] = middle - from <= to - middle ? [left, right] : [right, left];
    if (isLast || !this.#maySplit(large)) this.#histograms.release(slot);
    else {
      const smaller = this.#histograms.fill(small.from, small.to);
      this.#histograms.subtract(slot, smaller);
      this.#search(large, slot);
      if (this.#maySplit(small)) this.#search(small, smaller);
      else this.#histograms.release(smaller);
    }
    return [left, right];
  }

  #leaf(from: number, to: number, depth: number, sums: NodeSums): Leaf {
    return { node: this.list.add(to - from, 0, ZERO, ZERO), from, to, depth, sums };
  }

  #maySplit({ from, to, depth }: Leaf): boolean {
    const { maxDepth, minLeaf } = this.#limits;
    return depth < maxDepth && to - from >= 2 * minLeaf;
  }

  #search(leaf: Leaf, slot: number): void {
    const split = bestSplit(this.#bins, this.#histograms, slot, leaf.sums, this.#limits);
    if (split) leaf.best = { split, slot };
    else this.#histograms.release(slot);
  }
}

/** Impurity and spread play no role here, and values come last. */
const ZERO = Float64Array.of(0);
