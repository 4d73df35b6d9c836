import { predictionColumns, valuesOf } from '../core/columns.ts';
import type { Output } from '../core/output.ts';
import { decodeValue } from '../core/space/coordinate.ts';
import type { Scalar } from '../core/space/parameter.ts';
import type { Space } from '../core/space/space.ts';
import type { Box, BoxStructure, Rule, RuleStructure, Structure, Test, TreeNode } from '../core/structure.ts';
import { foldTree } from '../numerics/fold-tree.ts';
import { namedOutputs } from './summary.ts';

/** What can be read of a model in the author's units. */
export function summarizeStructure(structure: Structure, space: Space, outputs: readonly Output[]): StructureSummary {
  const words: Words = { space, outputs };
  if (structure.kind === 'tree')
    return { tree: depthOf(structure.root) > MOST_LEVELS ? null : summarizeTree(structure.root, words) };
  return structure.kind === 'rules'
    ? { tree: null, rules: summarizeRules(structure, words) }
    : { tree: null, boxes: summarizeBoxes(structure, words) };
}

/** The lines of a structure. */
interface Words {
  readonly space: Space;
  readonly outputs: readonly Output[];
}

/** Levels of a tree that are told: what is written as JSON may be nested no deeper than the stack of calls allows. */
const MOST_LEVELS = 1000;

function depthOf(root: TreeNode): number {
  return foldTree<TreeNode, number>(root, (node) =>
    node.kind === 'leaf'
      ? { value: 0 }
      : { left: node.left, right: node.right, join: (left, right) => 1 + Math.max(left, right) },
  );
}

function summarizeTree(node: TreeNode, words: Words): TreeSummary {
  const { count } = node;
  if (node.kind === 'leaf')
    return { kind: 'leaf', count, values: answersOf(node.value, words), ...classShares(node.value, words) };
  const [test, otherwise] = questionOf(node, words.space);
  const [left, right] = [summarizeTree(node.left, words), summarizeTree(node.right, words)];
  return { kind: 'split', count, test, otherwise, left, right };
}

/** The outputs by name that c numbers of a prediction stand for. */
function answersOf(value: Float64Array, { outputs }: Words): Readonly<Record<string, Scalar>> {
  return namedOutputs(outputs, valuesOf(predictionColumns(outputs), value));
}

/** The shares of the classes of each output that has some. */
function classShares(
  value: Float64Array,
  { outputs }: Words,
): { shares?: Readonly<Record<string, readonly number[]>> } {
  const columns = predictionColumns(outputs);
  const told = outputs.flatMap(({ name, classes }, k) => {
    const { start, width } = columns[k];
    return classes ? [[name, [...value.subarray(start, start + width)]] as const] : [];
  });
  return told.length > 0 ? { shares: Object.fromEntries(told) } : {};
}

/** What leads left, and what leads right. */
function questionOf(node: Exclude<TreeNode, { kind: 'leaf' }>, space: Space): [string, string] {
  if (node.kind === 'm-of-n') {
    const { atLeast, tests } = node;
    const all = tests.map((test) => sentenceOf(test, space)).join(', ');
    return [`at least ${atLeast} of: ${all}`, `fewer than ${atLeast} of: ${all}`];
  }
  const { column, threshold, levels } = node;
  const spec = Object.values(space.parameters)[column];
  if (!levels || spec.kind !== 'categorical') {
    const test = (is: 'at most' | 'above') => sentenceOf({ column, is, threshold }, space);
    return [test('at most'), test('above')];
  }
  const others = [...spec.values.keys()].filter((level) => !levels.includes(level));
  const among = (own: readonly number[]) => sentenceOf({ column, is: 'among', levels: own }, space);
  return [among(levels), among(others)];
}

/** A test in words: `height <= 0.2 m`, `material is steel or brass`. */
function sentenceOf(test: Test, space: Space): string {
  const name = space.names[test.column];
  const spec = Object.values(space.parameters)[test.column];
  if (test.is === 'among') {
    const values = 'values' in spec ? test.levels.map((level) => spec.values[level]) : test.levels;
    return `${name} is ${values.join(' or ')}`;
  }
  const unit = spec.unit ? ` ${spec.unit}` : '';
  const sign = test.is === 'at most' ? '<=' : '>';
  if (spec.kind === 'real') return `${name} ${sign} ${rounded(decodeValue(spec, test.threshold))}${unit}`;
  const { levels } = space.columns[test.column];
  const last = decodeValue(spec, Math.floor(test.threshold * levels - 0.5) / levels + 0.5 / levels);
  return `${name} ${sign} ${last}${unit}`;
}

function rounded(value: Scalar): Scalar {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

function summarizeRules({ combine, rules, otherwise }: RuleStructure, words: Words): RulesSummary {
  const all = combine === 'sum' ? otherwise.count : [...rules, otherwise].reduce((sum, { count }) => sum + count, 0);
  const told = ({ tests, value, count, precision }: Rule): RuleSummary => ({
    tests: tests.map((test) => sentenceOf(test, words.space)),
    values: answersOf(value, words),
    count,
    coverage: all > 0 ? count / all : 0,
    precision,
    ...(combine === 'sum' && { points: pointsOf(value, words) }),
  });
  return { combine, rules: rules.map(told), otherwise: told(otherwise) };
}

/** What a rule adds to each output: to a number, or to the share of the class that it speaks for. */
function pointsOf(value: Float64Array, { outputs }: Words): Readonly<Record<string, number>> {
  const columns = predictionColumns(outputs);
  return Object.fromEntries(
    outputs.map(({ name }, k) => [
      name,
      Math.max(...value.subarray(columns[k].start, columns[k].start + columns[k].width)),
    ]),
  );
}

function summarizeBoxes({ sought, boxes, chosen, inside, otherwise }: BoxStructure, words: Words): BoxesSummary {
  const { output, is, below, above } = sought;
  const unit = words.outputs.find(({ name }) => name === output)?.unit;
  const inUnit = (bound: number) => (unit && bound !== 0 ? `${bound} ${unit}` : `${bound}`);
  const bounds = [below !== undefined && `< ${inUnit(below)}`, above !== undefined && `> ${inUnit(above)}`].filter(
    Boolean,
  );
  return {
    sought: is === undefined ? `${output} ${bounds.join(' and ')}` : `${output} is ${is}`,
    trajectory: boxes.map(({ coverage, density, support, volume, ...box }) => ({
      ...{ coverage, density, support, volume },
      restricted: restrictionsOf(box, words.space).length,
    })),
    chosen,
    limits: restrictionsOf(boxes[chosen], words.space),
    inside: answersOf(inside, words),
    otherwise: answersOf(otherwise, words),
  };
}

const ROUNDING = 1e-9;

/** The inputs that a box restricts. */
function restrictionsOf({ lower, upper, levels }: Pick<Box, 'lower' | 'upper' | 'levels'>, space: Space): BoxLimit[] {
  return Object.values(space.parameters).flatMap((spec, j): BoxLimit[] => {
    const own = levels[j];
    const within = [lower[j], upper[j]] as const;
    if (own && 'values' in spec)
      return [{ parameter: space.names[j], choices: own.map((at) => spec.values[at]), within }];
    if (lower[j] <= 0 && upper[j] >= 1) return [];
    const { levels: count } = space.columns[j];
    const end = (u: number) => Math.min(1, Math.max(0, u));
    // The levels of a discrete input that are inside are those whose places are.
    const first =
      count < Number.POSITIVE_INFINITY ? (Math.ceil(lower[j] * count - 0.5 - ROUNDING) + 0.5) / count : lower[j];
    const last =
      count < Number.POSITIVE_INFINITY ? (Math.floor(upper[j] * count - 0.5 + ROUNDING) + 0.5) / count : upper[j];
    return [
      { parameter: space.names[j], from: decodeValue(spec, end(first)), to: decodeValue(spec, end(last)), within },
    ];
  });
}

/** What can be read of a model: one of these. Of a tree of more than 1,000 levels nothing is told. */
export interface StructureSummary {
  readonly tree: TreeSummary | null;
  readonly rules?: RulesSummary;
  readonly boxes?: BoxesSummary;
}

/** A tree in the author's units: `test` leads left, `otherwise` right. */
export type TreeSummary =
  | {
      readonly kind: 'leaf';
      readonly count: number;
      readonly values: Readonly<Record<string, Scalar>>;
      /** Of each class the share of each of its names, in their order; absent in studies of before. */
      readonly shares?: Readonly<Record<string, readonly number[]>>;
    }
  | {
      readonly kind: 'split';
      readonly count: number;
      readonly test: string;
      readonly otherwise: string;
      readonly left: TreeSummary;
      readonly right: TreeSummary;
    };

/** A rule in the author's units: where all tests hold, the outputs are `values`. */
export interface RuleSummary {
  readonly tests: readonly string[];
  readonly values: Readonly<Record<string, Scalar>>;
  /** Rows of the transfer set that it answers. */
  readonly count: number;
  /** Their share of all rows, 0 to 1. */
  readonly coverage: number;
  /** The share of them, 0 to 1, whose class is that of the rule. */
  readonly precision: number;
  /** Of rules that add up: what this one adds to each output, to a number or to the share of the class that it speaks for. */
  readonly points?: Readonly<Record<string, number>>;
}

/** Rules: either the first that holds answers, `otherwise` where none does; or what all say that hold is added to what `otherwise` says. */
export interface RulesSummary {
  readonly combine: 'first' | 'sum';
  readonly rules: readonly RuleSummary[];
  readonly otherwise: RuleSummary;
}

/** How a box restricts an input: to some choices, or from one value to another, both inside. */
export interface BoxLimit {
  readonly parameter: string;
  readonly choices?: readonly Scalar[];
  readonly from?: Scalar;
  readonly to?: Scalar;
  /** The same along the input's coordinate of the unit cube. */
  readonly within: readonly [number, number];
}

/** A box in the author's units, and the boxes on the way to it. */
export interface BoxesSummary {
  /** What is sought: `stability is stable`, `growth < -0.1 1/s`. */
  readonly sought: string;
  /** From the whole space to the smallest box; shares are of the rows it was made from, `volume` of the unit cube. */
  readonly trajectory: readonly {
    readonly coverage: number;
    readonly density: number;
    readonly support: number;
    readonly volume: number;
    /** Number of inputs that are restricted. */
    readonly restricted: number;
  }[];
  /** Which of them was chosen, counted from 0. */
  readonly chosen: number;
  /** The chosen box: the inputs that it restricts. */
  readonly limits: readonly BoxLimit[];
  /** The answer inside and outside. */
  readonly inside: Readonly<Record<string, Scalar>>;
  readonly otherwise: Readonly<Record<string, Scalar>>;
}
