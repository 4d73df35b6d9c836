import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import { add, divide, min, multiply, square, subtract, sum } from '../../core/graph/term.ts';
import type { Health, Posterior, ProbabilisticModel } from '../../core/model.ts';
import type { Output } from '../../core/output.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import type { TreeEnsemble, TreeNode } from '../../core/structure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import { type FlatState, FlatTrees, flatten, treesOf } from './flat.ts';
import type { Nodes } from './nodes.ts';
import { TreeTerms } from './tree-terms.ts';

/** A forest as plain data. */
export interface ForestState extends ModelState {
  readonly kind: 'forest';
  /** d, the number of coordinates. */
  readonly inputs: number;
  /** c numbers: a prediction is the leaf's value times its scale. */
  readonly scales: Float64Array;
  /** c numbers, 1 where the column is the probability of a class. */
  readonly isClass: Uint8Array;
  readonly trees: FlatState;
  /** c numbers for each node, and their variances over its rows, in scaled units. */
  readonly values: Float64Array;
  readonly spreads: Float64Array;
  readonly health: Health;
}

/** The mean over trees, and the variance by the law of total variance. */
export class ForestModel implements ProbabilisticModel, TreeEnsemble, ExportableModel, SavableModel {
  readonly exportable = true;
  readonly vote = 'mean';
  readonly state: ForestState;
  readonly health: Health;
  readonly #trees: FlatTrees;

  constructor(state: ForestState) {
    this.state = state;
    this.health = state.health;
    this.#trees = new FlatTrees(state.trees);
  }

  /** The model of these trees. */
  static of(
    forest: readonly Nodes[],
    inputs: number,
    scales: Float64Array,
    outputs: readonly Output[],
    health: Health,
  ): ForestModel {
    return new ForestModel({
      kind: 'forest',
      ...{ inputs, scales, health },
      isClass: Uint8Array.from(outputs.flatMap(({ classes }) => (classes ? classes.map(() => 1) : [0]))),
      trees: flatten(forest),
      values: joined(forest.map(({ value }) => value)),
      spreads: joined(forest.map(({ spread }) => spread)),
    });
  }

  predict(x: Matrix): Matrix {
    return this.#answer(x);
  }

  posterior(x: Matrix): Posterior {
    const { scales } = this.state;
    const variance = new Matrix(x.rows, scales.length);
    const mean = this.#answer(x, variance);
    for (let at = 0; at < variance.data.length; at++) {
      const scale = scales[at % scales.length];
      variance.data[at] = Math.min(variance.data[at] * scale * scale, Number.MAX_VALUE);
    }
    return { mean, variance };
  }

  /** The mean over the trees; writes their variance, in scaled units, where it is asked for. */
  #answer(x: Matrix, variance?: Matrix): Matrix {
    const { inputs, scales } = this.state;
    ensureInputs(x, inputs);
    const mean = new Matrix(x.rows, scales.length);
    combine(this.#trees, this.state, x, mean, variance);
    for (let at = 0; at < mean.data.length; at++) mean.data[at] *= scales[at % scales.length];
    return mean;
  }

  trees(): readonly TreeNode[] {
    const { trees, values, scales } = this.state;
    return treesOf(trees, values, scales);
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms({ u }: PointTerms): readonly ColumnTerms[] {
    const { scales, isClass, trees, values, spreads } = this.state;
    const all = new TreeTerms(trees, u);
    const { axis } = all;
    return Array.from(scales, (scale, k): ColumnTerms => {
      const count = trees.roots.length;
      const value = all.value(values, scales.length, k);
      const middle = divide(sum(axis, value), count);
      const off = square(subtract(value, middle));
      const squares = sum(axis, isClass[k] === 1 ? off : add(off, all.value(spreads, scales.length, k)));
      const variance = min(multiply(multiply(divide(squares, count), scale), scale), Number.MAX_VALUE);
      return { mean: multiply(middle, scale), variance };
    });
  }
}

/** The numbers of all parts, one part after the other. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Rows that go through all trees together: a tree is read into the cache once for all of them, and what they have reached stays there. */
const CHUNK = 512;

/** Mean and, where it is asked for, variance over the trees at the rows of x, in scaled units. */
function combine(
  trees: FlatTrees,
  { values, spreads, isClass }: ForestState,
  x: Matrix,
  mean: Matrix,
  variance?: Matrix,
): void {
  const width = mean.columns;
  const leaves = Array.from({ length: variance ? trees.count : 1 }, () => new Int32Array(Math.min(CHUNK, x.rows)));
  for (let from = 0; from < x.rows; from += CHUNK) {
    const to = Math.min(x.rows, from + CHUNK);
    const [first, end] = [from * width, to * width];
    for (let t = 0; t < trees.count; t++) {
      const own = leaves[variance ? t : 0];
      trees.leaves(t, x, from, to, own);
      for (let at = first, i = 0; at < end; i++)
        for (let k = own[i] * width, last = k + width; k < last; k++, at++) mean.data[at] += values[k];
    }
    for (let at = first; at < end; at++) mean.data[at] /= trees.count;
    if (!variance) continue;
    for (const own of leaves)
      for (let at = first, i = 0; at < end; i++)
        for (let k = 0, leaf = own[i] * width; k < width; k++, leaf++, at++)
          variance.data[at] += (values[leaf] - mean.data[at]) ** 2 + (isClass[k] === 1 ? 0 : spreads[leaf]);
    for (let at = first; at < end; at++) variance.data[at] /= trees.count;
  }
}
