import type { Dataset } from '../core/dataset.ts';
import { goesLeft, type Structure, type TreeNode } from '../core/structure.ts';

/** What the first nodes of a tree on images see. */
export interface NodeImages {
  /** Pixels in a row. */
  readonly columns: number;
  /** From the root down, at most {@link LEVELS} splits deep. */
  readonly nodes: readonly NodeImage[];
}

/** The mean of the images that come to a node. */
export interface NodeImage {
  /** The way to it: `l` for each turn left, `r` for each right; empty of the root. */
  readonly path: string;
  /** Images of the transfer set that come to it. */
  readonly count: number;
  /** Their mean, row by row, 0 to 1. */
  readonly pixels: readonly number[];
  /** The pixel that the node asks, counted row by row; absent of leaves, and where it asks something else. */
  readonly asked?: number;
}

/** Splits on the way to the last nodes that are kept. */
const LEVELS = 3;
/** Rows that are looked at, at most. */
const MOST_ROWS = 10_000;

/** The mean images of the first nodes of a tree, as the rows it learned come to them; undefined of other models and spaces. */
export function nodeImages(structure: Structure, { points, space }: Dataset): NodeImages | undefined {
  const group = space.groups.find(({ image }) => image);
  if (structure.kind !== 'tree' || !group?.image) return undefined;
  const pixels = group.columns;
  const seen = new Map<string, { readonly node: TreeNode; readonly sum: Float64Array; count: number }>();
  for (let i = 0; i < Math.min(points.rows, MOST_ROWS); i++) {
    const u = points.row(i);
    let node = structure.root;
    for (let path = ''; ; ) {
      const at = seen.get(path) ?? { node, sum: new Float64Array(pixels.length), count: 0 };
      seen.set(path, at);
      at.count++;
      for (const [k, j] of pixels.entries()) at.sum[k] += u[j];
      if (node.kind === 'leaf' || path.length >= LEVELS) break;
      const isLeft = goesLeft(node, u, space);
      path += isLeft ? 'l' : 'r';
      node = isLeft ? node.left : node.right;
    }
  }
  const nodes = [...seen].map(([path, { node, sum, count }]): NodeImage => {
    const asked = node.kind === 'split' ? pixels.indexOf(node.column) : -1;
    const mean = Array.from(sum, (total) => Number((total / count).toFixed(2)));
    return { path, count, pixels: mean, ...(asked >= 0 && { asked }) };
  });
  nodes.sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
  return { columns: group.image.columns, nodes };
}
