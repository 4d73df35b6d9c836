import { ImagoError } from '../../core/errors.ts';
import type { Space } from '../../core/space/space.ts';
import type { TreeEnsemble, TreeNode } from '../../core/structure.ts';

type Split = Extract<TreeNode, { kind: 'split' }>;

/** A node that asks for one coordinate. */
function plain(node: TreeNode): Exclude<TreeNode, { kind: 'm-of-n' }> {
  if (node.kind !== 'm-of-n') return node;
  throw new ImagoError('invalid-argument', 'agreementOf: a node asks several questions at once (m-of-n)');
}

/** Coordinates above `lower` up to `upper`, of which a discrete parameter has those listed. */
interface Side {
  readonly lower: number;
  readonly upper: number;
  readonly values?: readonly number[];
  /** Of a discrete parameter, how many values it has in all. */
  readonly size?: number;
}

/** What was found where a tree was held against an ensemble. */
export interface Agreement {
  /** Parts of the space in which the tree decides otherwise. */
  readonly disagreements: number;
  /** Parts of the space that were looked at. */
  readonly parts: number;
}

/** A sum of shares that is below another by less than this may be equal to it once the ensemble has rounded. */
const ROUNDING = 1e-9;

/**
 * Whether a tree decides on the one class as an ensemble does, everywhere in the space: each leaf's box is cut by the ensemble's own splits until every part
 * is decided by bounds of what the trees can say there, or is a part that each tree has one answer for. No point is drawn.
 */
export function agreementOf(tree: TreeNode, ensemble: TreeEnsemble, space: Space): Agreement {
  const trees = ensemble.trees();
  const whole = space.columns.map((column): Side => {
    const { levels, conditional } = column;
    const side = { lower: -Number.MIN_VALUE, upper: 1 };
    if (!Number.isFinite(levels)) return side;
    const values = Array.from({ length: levels }, (_, level) => (level + 0.5) / levels);
    const size = levels;
    return {
      ...side,
      size,
      values: conditional && column.kind !== 'categorical' ? [...new Set([...values, 0.5])] : values,
    };
  });
  const counts = { disagreements: 0, parts: 0 };
  const visit = (given: TreeNode, box: readonly Side[]): void => {
    const node = plain(given);
    if (node.kind === 'leaf') decide(largest(node.value), box);
    else for (const part of cut(node, box)) visit(part.isLeft ? node.left : node.right, part.box);
  };
  const decide = (own: number, box: readonly Side[]): void => {
    counts.parts++;
    const reached = trees.map((one) => leavesIn(one, box));
    const open = reached.find(({ split }) => split)?.split;
    const verdict = judge(own, reached, ensemble.vote, open === undefined);
    if (verdict === 'no') counts.disagreements++;
    if (verdict === 'open') for (const part of cut(open as Split, box)) decide(own, part.box);
  };
  visit(tree, whole);
  return counts;
}

/** The leaves of one tree that points of a box fall into, and a split on the way that does not send them all one way. */
interface Reached {
  readonly values: readonly Float64Array[];
  readonly split?: Split;
}

function leavesIn(root: TreeNode, box: readonly Side[]): Reached {
  const values: Float64Array[] = [];
  let split: Split | undefined;
  const walk = (given: TreeNode, at: readonly Side[]): void => {
    const node = plain(given);
    if (node.kind === 'leaf') {
      values.push(node.value);
      return;
    }
    const parts = cut(node, at);
    if (parts.length > 1) split ??= node;
    for (const part of parts) walk(part.isLeft ? node.left : node.right, part.box);
  };
  walk(root, box);
  return { values, ...(split && { split }) };
}

/** The one or two parts of a box that a split sends left and right. */
function cut(split: Split, box: readonly Side[]): { readonly isLeft: boolean; readonly box: readonly Side[] }[] {
  const { column, threshold, levels } = split;
  const side = box[column];
  const put = (isLeft: boolean, part: Side) => ({ isLeft, box: box.map((one, j) => (j === column ? part : one)) });
  if (side.values) {
    const { size = 1 } = side;
    const goesLeft = (u: number) =>
      levels ? levels.includes(Math.min(size - 1, Math.floor(u * size))) : u <= threshold;
    const [left, right] = [side.values.filter(goesLeft), side.values.filter((u) => !goesLeft(u))];
    return [
      ...(left.length > 0 ? [put(true, { ...side, values: left })] : []),
      ...(right.length > 0 ? [put(false, { ...side, values: right })] : []),
    ];
  }
  return [
    ...(side.lower < threshold ? [put(true, { ...side, upper: Math.min(side.upper, threshold) })] : []),
    ...(threshold < side.upper ? [put(false, { ...side, lower: Math.max(side.lower, threshold) })] : []),
  ];
}

function judge(
  own: number,
  reached: readonly Reached[],
  vote: TreeEnsemble['vote'],
  isWhole: boolean,
): 'yes' | 'no' | 'open' {
  const said = reached.map(({ values }) => (vote === 'mean' ? values : values.map(single)));
  const width = said[0][0].length;
  if (isWhole) {
    const mean = Float64Array.from(
      { length: width },
      (_, k) => said.reduce((sum, [one]) => sum + one[k], 0) / said.length,
    );
    return largest(mean) === own ? 'yes' : 'no';
  }
  let isCertain = true;
  for (let k = 0; k < width; k++) {
    if (k === own) continue;
    let [least, most] = [0, 0];
    for (const values of said) {
      const leads = values.map((value) => value[own] - value[k]);
      least += Math.min(...leads);
      most += Math.max(...leads);
    }
    if (most < -ROUNDING) return 'no';
    isCertain &&= least > ROUNDING;
  }
  return isCertain ? 'yes' : 'open';
}

/** The place of the largest number, the first of equals. */
function largest(values: Float64Array): number {
  return values.indexOf(values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
}

function single(value: Float64Array): Float64Array {
  const own = largest(value);
  return value.map((_, k) => (k === own ? 1 : 0));
}
