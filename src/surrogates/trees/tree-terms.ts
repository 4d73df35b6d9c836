import { type Axis, each, entry, leavesOf, type Term, type TreeTable, type Vector } from '../../core/graph/term.ts';
import type { FlatState } from './flat.ts';
import { subsetsOf } from './subsets.ts';

/** Trees as arithmetic: which leaf of each a point falls into, and what numbers the leaves have. */
export class TreeTerms {
  /** A place for each tree. */
  readonly axis: Axis;
  readonly #leaves: Vector;
  /** The node of each leaf. */
  readonly #nodes: Int32Array;

  /** The trees whose places are `chosen`, by default all, at canonical coordinates `u`. */
  constructor(trees: FlatState, u: readonly Term[], chosen: (tree: number) => boolean = () => true) {
    const roots = trees.roots.filter((_, t) => chosen(t));
    const { table, nodes } = tableOf({ ...trees, roots });
    this.axis = { length: roots.length };
    this.#nodes = nodes;
    this.#leaves = leavesOf(table, u, this.axis);
  }

  /** Number k of the `width` that each node has, at the leaf of each tree. */
  value(values: Float64Array, width = 1, k = 0): Term {
    return entry(
      Float64Array.from(this.#nodes, (node) => values[node * width + k]),
      each(this.#leaves),
    );
  }
}

/** The nodes below the roots: a split that sends levels of a category left becomes a chain of questions, one for each level. */
function tableOf({ roots, column, threshold, left, right, subsets }: FlatState) {
  const levels = subsetsOf(subsets, column.length);
  const [input, equal, limit, yes, no, leaves]: number[][] = [[], [], [], [], [], []];
  const place = (asked: number, isEqual: boolean, value: number) => {
    input.push(asked);
    equal.push(isEqual ? 1 : 0);
    limit.push(value);
    yes.push(-1);
    no.push(-1);
    return input.length - 1;
  };
  const write = (root: number): number => {
    let first = -1;
    // The nodes that are still to be written, and where their places are to be noted.
    const open: [node: number, note: (at: number) => void][] = [
      [
        root,
        (at) => {
          first = at;
        },
      ],
    ];
    for (let next = open.pop(); next; next = open.pop()) {
      const [node, note] = next;
      if (column[node] < 0) {
        const at = place(-1, false, 0);
        yes[at] = leaves.push(node) - 1;
        note(at);
        continue;
      }
      const subset = levels[node];
      const chain = subset
        ? coordinatesOf(subset).map((u) => place(column[node], true, u))
        : [place(column[node], false, threshold[node])];
      chain.slice(1).forEach((at, i) => {
        no[chain[i]] = at;
      });
      note(chain[0]);
      open.push([
        right[node],
        (at) => {
          no[chain[chain.length - 1]] = at;
        },
      ]);
      open.push([
        left[node],
        (at) => {
          for (const one of chain) yes[one] = at;
        },
      ]);
    }
    return first;
  };
  const starts = Int32Array.from(roots, write);
  const table: TreeTable = {
    ...{
      roots: starts,
      input: Int32Array.from(input),
      equal: Uint8Array.from(equal),
      threshold: Float64Array.from(limit),
    },
    ...{ left: Int32Array.from(yes), right: Int32Array.from(no) },
  };
  return { table, nodes: Int32Array.from(leaves) };
}

/** The coordinates that go left, at least one: a category that plays no part is 1/2, which an even number of levels has among its own. */
function coordinatesOf(subset: Uint8Array): number[] {
  const own = [...subset.keys()].filter((level) => subset[level] === 1).map((level) => (level + 0.5) / subset.length);
  const middle = subset.length % 2 === 0 && subset[subset.length / 2] === 1 ? [0.5] : [];
  return own.length > 0 ? [...own, ...middle] : [NO_COORDINATE];
}

/** No point is there. */
const NO_COORDINATE = -1;
