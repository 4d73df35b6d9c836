import { mostProbable } from '../../core/columns.ts';
import { ImagoError } from '../../core/errors.ts';
import { levelAt } from '../../core/space/feature-map.ts';

import type { Column } from '../../core/space/space.ts';
import type { TreeEnsemble, TreeNode } from '../../core/structure.ts';

type Split = Extract<TreeNode, { kind: 'split' }>;

/** The intervals of one coordinate between which no tree tells a difference. */
export interface Axis {
  /** Place among the coordinates of a point. */
  readonly column: number;
  /** A coordinate within each cell, in order. */
  readonly inside: readonly number[];
  /** What sends the cells up to each one but the last left. */
  readonly cuts: readonly Cut[];
}

/** A split between two cells. */
export interface Cut {
  readonly threshold: number;
  readonly levels?: readonly number[];
}

/** The cells that the thresholds of all trees cut the unit cube into; a coordinate that no tree asks for has no axis. */
export class Grid {
  readonly axes: readonly Axis[];
  /** Number of cells; may be Infinity. */
  readonly cells: number;
  readonly #vote: TreeEnsemble['vote'];
  /** Place of the first node of each tree. */
  readonly #roots: readonly number[];
  /** Axis of each node, -1 for a leaf. */
  readonly #axis: number[] = [];
  /** Of each node, for each cell of its axis whether it goes left. */
  readonly #goesLeft: boolean[][] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  /** Of each leaf what it says of the classes; of a vote, 1 for its class. */
  readonly #value: Float64Array[] = [];
  readonly #sums: Float64Array;

  constructor(ensemble: TreeEnsemble, space: { readonly columns: readonly Column[] }) {
    const trees = ensemble.trees();
    this.#vote = ensemble.vote;
    const splits = trees.flatMap(splitsOf);
    this.axes = space.columns
      .map((column, j) =>
        axisOf(
          column,
          j,
          splits.filter((split) => split.column === j),
        ),
      )
      .filter(({ inside }) => inside.length > 1)
      // Slabs across the first axes are long runs of cells, which are compared fast.
      .sort((a, b) => a.inside.length - b.inside.length);
    this.cells = this.axes.reduce((product, { inside }) => product * inside.length, 1);
    this.#roots = trees.map((tree) => this.#add(tree, space.columns));
    this.#sums = new Float64Array(this.#value.find((value) => value.length > 0)?.length ?? 0);
  }

  /** Number of trees. */
  get trees(): number {
    return this.#roots.length;
  }

  /** The class that the ensemble decides on in a cell, given by its place on each axis. */
  decision(cell: ArrayLike<number>): number {
    const sums = this.#sums.fill(0);
    for (const root of this.#roots) {
      let node = root;
      for (let axis = this.#axis[node]; axis >= 0; axis = this.#axis[node])
        node = this.#goesLeft[node][cell[axis]] ? this.#left[node] : this.#right[node];
      const value = this.#value[node];
      for (let k = 0; k < sums.length; k++) sums[k] += value[k];
    }
    // The division may make equals of two sums, as it does in the ensemble's own answer.
    return mostProbable(sums.map((sum) => sum / this.#roots.length));
  }

  #add(given: TreeNode, columns: readonly Column[]): number {
    const node = plain(given);
    const at = this.#axis.push(-1) - 1;
    this.#goesLeft.push([]);
    this.#left.push(-1);
    this.#right.push(-1);
    this.#value.push(node.kind === 'leaf' ? this.#said(node.value) : new Float64Array(0));
    if (node.kind === 'leaf') return at;
    const axis = this.axes.findIndex(({ column }) => column === node.column);
    if (axis < 0) {
      // All of the cube goes to one side.
      this.#axis.pop();
      this.#goesLeft.pop();
      this.#left.pop();
      this.#right.pop();
      this.#value.pop();
      return this.#add(
        isLeft(node, columns[node.column], coordinateOf(columns[node.column])) ? node.left : node.right,
        columns,
      );
    }
    this.#axis[at] = axis;
    this.#goesLeft[at] = this.axes[axis].inside.map((u) => isLeft(node, columns[node.column], u));
    this.#left[at] = this.#add(node.left, columns);
    this.#right[at] = this.#add(node.right, columns);
    return at;
  }

  #said(value: Float64Array): Float64Array {
    if (this.#vote === 'mean') return value;
    const said = new Float64Array(value.length);
    said[mostProbable(value)] = 1;
    return said;
  }
}

/** A node that asks for one coordinate. */
function plain(node: TreeNode): Exclude<TreeNode, { kind: 'm-of-n' }> {
  if (node.kind !== 'm-of-n') return node;
  throw new ImagoError('invalid-argument', 'bornAgain: a tree of the teacher asks several questions at once (m-of-n)');
}

function splitsOf(given: TreeNode): Split[] {
  const node = plain(given);
  return node.kind === 'leaf' ? [] : [node, ...splitsOf(node.left), ...splitsOf(node.right)];
}

function isLeft({ threshold, levels }: Split, column: Column, u: number): boolean {
  return levels ? levels.includes(levelAt(u, column.levels)) : u <= threshold;
}

/** Any coordinate that the column can have. */
function coordinateOf(column: Column): number {
  return Number.isFinite(column.levels) ? 0.5 / column.levels : 0;
}

function axisOf(column: Column, j: number, splits: readonly Split[]): Axis {
  return Number.isFinite(column.levels) ? steppedAxis(column, j, splits) : realAxis(j, splits);
}

/** Cells (.., t1], (t1, t2], ... */
function realAxis(column: number, splits: readonly Split[]): Axis {
  const thresholds = [...new Set(splits.map(({ threshold }) => threshold))]
    .filter((t) => t >= 0 && t < 1)
    .sort((a, b) => a - b);
  return { column, inside: [...thresholds, 1], cuts: thresholds.map((threshold) => ({ threshold })) };
}

/** Levels in their order, those together that no split tells apart. */
function steppedAxis(column: Column, j: number, splits: readonly Split[]): Axis {
  const steps = Array.from({ length: column.levels }, (_, level) => (level + 0.5) / column.levels);
  if (column.conditional && column.kind !== 'categorical' && !steps.includes(0.5)) steps.push(0.5);
  steps.sort((a, b) => a - b);
  const starts = steps.filter(
    (u, i) => i === 0 || splits.some((split) => isLeft(split, column, u) !== isLeft(split, column, steps[i - 1])),
  );
  const cuts = starts.slice(1).map((u): Cut => {
    const before = steps[steps.indexOf(u) - 1];
    const threshold = before + (u - before) / 2;
    if (column.kind !== 'categorical') return { threshold };
    return { threshold, levels: steps.filter((step) => step < u).map((step) => levelAt(step, column.levels)) };
  });
  return { column: j, inside: starts, cuts };
}
