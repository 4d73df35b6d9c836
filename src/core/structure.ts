import { type OutputColumns, toShares } from './columns.ts';
import type { Model } from './model.ts';
import { levelAt } from './space/feature-map.ts';
import type { Space } from './space/space.ts';

/**
 * A question about one coordinate of a unit-cube vector: whether u[column] is at most a threshold, whether it is above it, or whether a
 * category's level is one of some.
 */
export type Test =
  | { readonly column: number; readonly is: 'at most' | 'above'; readonly threshold: number }
  | { readonly column: number; readonly is: 'among'; readonly levels: readonly number[] };

/**
 * A decision tree. A split sends a point left when u[column] <= threshold or, for a category, when its level is in `levels`; a node of several tests
 * (m-of-n) sends it left when at least `atLeast` of them hold. `value` of a leaf holds c numbers, as in a prediction; counts are of rows.
 */
export type TreeNode =
  | { readonly kind: 'leaf'; readonly value: Float64Array; readonly count: number }
  | {
      readonly kind: 'split';
      readonly column: number;
      readonly threshold: number;
      readonly levels?: readonly number[];
      readonly left: TreeNode;
      readonly right: TreeNode;
      readonly count: number;
    }
  | {
      readonly kind: 'm-of-n';
      readonly atLeast: number;
      readonly tests: readonly Test[];
      readonly left: TreeNode;
      readonly right: TreeNode;
      readonly count: number;
    };

/** A rule: where all tests hold the answer is `value`, c numbers as in a prediction. */
export interface Rule {
  readonly tests: readonly Test[];
  readonly value: Float64Array;
  /** Rows that it covers, each as often as its weight says; in a list those that no earlier rule does. */
  readonly count: number;
  /** The share of them, 0 to 1, whose class is the likeliest of the rule; 0 where there is no class. */
  readonly precision: number;
}

/** A box of the unit cube, its sides included; an input whose whole range is inside is not restricted. */
export interface Box {
  /** d numbers each. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** For each input the levels of a category that are inside; undefined where all are, and of other inputs. */
  readonly levels: readonly (readonly number[] | undefined)[];
  /** The share, 0 to 1, of all that is sought that lies inside. */
  readonly coverage: number;
  /** The share, 0 to 1, of what lies inside that is sought. */
  readonly density: number;
  /** The share, 0 to 1, of all rows that lie inside. */
  readonly support: number;
  /** The share, 0 to 1, of the unit cube. */
  readonly volume: number;
}

/** What is sought: a class of an output, or its values below or above a number. */
export interface Sought {
  readonly output: string;
  readonly is?: string;
  readonly below?: number;
  readonly above?: number;
}

/** A model that is a tree. */
export interface TreeStructure {
  readonly kind: 'tree';
  readonly root: TreeNode;
}

/**
 * A model that is made of rules: either the first one that holds answers, and `otherwise`, which has no tests, where none does; or what all that hold say is
 * added to what `otherwise` says.
 */
export interface RuleStructure {
  readonly kind: 'rules';
  readonly combine: 'first' | 'sum';
  /** Where the shares of each class stand in an answer: sums are cut to [0, 1] there, and divided by what they add up to. */
  readonly shares: readonly OutputColumns[];
  readonly rules: readonly Rule[];
  readonly otherwise: Rule;
}

/** A model that is a box: `inside` is the answer in the chosen one, `otherwise` that outside, c numbers each. */
export interface BoxStructure {
  readonly kind: 'boxes';
  readonly sought: Sought;
  /** From the whole cube to the smallest box that was looked at. */
  readonly boxes: readonly Box[];
  /** Index of the box that was chosen. */
  readonly chosen: number;
  readonly inside: Float64Array;
  readonly otherwise: Float64Array;
}

/** What a readable model is. */
export type Structure = TreeStructure | RuleStructure | BoxStructure;

/** A model that people can read: what it says of itself answers as it does. */
export interface ReadableModel<S extends Structure = Structure> extends Model {
  structure(): S;
}

/** Whether the model can be read. */
export function isReadable(model: Model): model is ReadableModel {
  return 'structure' in model;
}

/** A model whose answer is put together from those of trees; people and students can look at each of them. */
export interface TreeEnsemble extends Model {
  /** The trees. A leaf's `value` holds c numbers, as in a prediction; `count` is NaN where it was not kept. */
  trees(): readonly TreeNode[];
  /** Whether the answer is the mean of the leaves' values, or the share of trees whose leaf has its largest value at a class, the earliest of equals. */
  readonly vote: 'majority' | 'mean';
}

/** Whether the model is made of trees that can be looked at. */
export function isTreeEnsemble(model: Model): model is TreeEnsemble {
  return 'trees' in model && 'vote' in model;
}

/** c numbers: what is read from the structure for a canonical unit-cube vector. It answers as the model's `predict` does. */
export function answerOf(structure: Structure, u: Float64Array, space: Space): Float64Array {
  if (structure.kind === 'tree') return leafAt(structure.root, u, space).value;
  if (structure.kind === 'rules') {
    const { combine, rules, otherwise, shares } = structure;
    const isHeld = ({ tests }: Rule) => tests.every((test) => holds(test, u, space));
    return combine === 'first'
      ? (rules.find(isHeld) ?? otherwise).value
      : sumOf([otherwise, ...rules.filter(isHeld)], shares);
  }
  const { boxes, chosen, inside, otherwise } = structure;
  return isInside(boxes[chosen], u, space) ? inside : otherwise;
}

/** What rules say together. */
function sumOf(rules: readonly Rule[], shares: readonly OutputColumns[]): Float64Array {
  const sum = rules[0].value.map((_, k) => {
    const all = rules.reduce((total, { value }) => total + value[k], 0);
    return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, all));
  });
  for (const { start, width } of shares) toShares(sum, start, width);
  return sum;
}

/** Whether a test holds at a canonical unit-cube vector. */
export function holds(test: Test, u: Float64Array, space: Space): boolean {
  return testAt(test, u[test.column], space.columns[test.column].levels);
}

/** Whether a test holds at a coordinate; `levels` is the number of levels of a category. */
export function testAt(test: Test, u: number, levels: number): boolean {
  if (test.is === 'among') return test.levels.includes(levelAt(u, levels));
  return test.is === 'at most' ? u <= test.threshold : u > test.threshold;
}

/** Whether a canonical unit-cube vector lies inside the box. */
export function isInside({ lower, upper, levels }: Box, u: Float64Array, space: Space): boolean {
  for (let j = 0; j < lower.length; j++) {
    if (!(u[j] >= lower[j] && u[j] <= upper[j])) return false;
    if (levels[j]?.includes(levelAt(u[j], space.columns[j].levels)) === false) return false;
  }
  return true;
}

function leafAt(root: TreeNode, u: Float64Array, space: Space): Extract<TreeNode, { kind: 'leaf' }> {
  let node = root;
  while (node.kind !== 'leaf') node = goesLeft(node, u, space) ? node.left : node.right;
  return node;
}

/** Whether a point goes left at a node. */
export function goesLeft(node: Exclude<TreeNode, { kind: 'leaf' }>, u: Float64Array, space: Space): boolean {
  if (node.kind === 'm-of-n') return node.tests.filter((test) => holds(test, u, space)).length >= node.atLeast;
  const { column, threshold, levels } = node;
  return levels ? levels.includes(levelAt(u[column], space.columns[column].levels)) : u[column] <= threshold;
}
