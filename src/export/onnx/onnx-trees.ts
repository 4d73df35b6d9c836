import { ensure } from '../../core/errors.ts';
import type { TreeTable } from '../../core/graph/term.ts';
import { foldTree } from '../../numerics/fold-tree.ts';
import { doublesTensor, type OnnxGraph } from './onnx-graph.ts';

/** Numbers of leaves leave the operator of trees in four bytes each; up to here every whole number is one of them. */
const MOST_LEAVES = 2 ** 24;

/**
 * The number of the leaf that each tree ends in, rows x trees, by inputs, rows x width. The operator adds up weights of leaves for each of
 * its targets: with a target for each tree, and the number of a leaf for its weight, it answers which leaf. Whether an input is at a level
 * of a category is a column of 0 and 1 beside the inputs: all nodes then ask in one way.
 */
export function treesNode(graph: OnnxGraph, trees: TreeTable, inputs: string, width: number): string {
  const { input, equal, threshold, left, right, roots } = trees;
  const levels = new LevelColumns(graph, inputs, width);
  const nodes = new Nodes();
  roots.forEach((root, tree) => {
    const first = nodes.size;
    foldTree<number, number>(root, (at) => {
      const node = nodes.add(tree, first);
      if (input[at] < 0) {
        nodes.leaf(node, left[at]);
        return { value: node - first };
      }
      const join = (yes: number, no: number) => {
        if (equal[at]) nodes.split(node, levels.column(input[at], threshold[at]), 0.5, no, yes);
        else nodes.split(node, input[at], threshold[at], yes, no);
        return node - first;
      };
      return { left: left[at], right: right[at], join };
    });
  });
  const attributes = { ...nodes.attributes(), n_targets: roots.length };
  const leaves = graph.node('TreeEnsembleRegressor', [levels.beside()], attributes, { domain: 'ai.onnx.ml' });
  return graph.node('Cast', [leaves], { to: 11 });
}

class LevelColumns {
  readonly #graph: OnnxGraph;
  readonly #inputs: string;
  readonly #width: number;
  readonly #places = new Map<string, number>();
  readonly #columns: string[] = [];

  constructor(graph: OnnxGraph, inputs: string, width: number) {
    this.#graph = graph;
    this.#inputs = inputs;
    this.#width = width;
  }

  column(input: number, level: number): number {
    const key = `${input} ${level}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const asked = this.#graph.node('Gather', [this.#inputs, this.#graph.integers([input])], { axis: 1 });
    const isLevel = this.#graph.node('Equal', [asked, this.#graph.double(level)]);
    const place = this.#width + this.#columns.length;
    this.#columns.push(this.#graph.node('Cast', [isLevel], { to: 11 }));
    this.#places.set(key, place);
    return place;
  }

  /** The inputs, and these columns after them. */
  beside(): string {
    return this.#columns.length === 0
      ? this.#inputs
      : this.#graph.node('Concat', [this.#inputs, ...this.#columns], { axis: 1 });
  }
}

/** Nodes of trees as the operator takes them, those of a tree numbered from its root on. */
class Nodes {
  readonly #ids: number[] = [];
  readonly #trees: number[] = [];
  readonly #inputs: number[] = [];
  readonly #thresholds: number[] = [];
  readonly #yes: number[] = [];
  readonly #no: number[] = [];
  readonly #isLeaf: boolean[] = [];
  readonly #leaves: { readonly node: number; readonly leaf: number }[] = [];

  get size(): number {
    return this.#ids.length;
  }

  /** A leaf until it is split. */
  add(tree: number, first: number): number {
    const node = this.size;
    this.#ids.push(node - first);
    this.#trees.push(tree);
    this.#isLeaf.push(true);
    for (const list of [this.#inputs, this.#thresholds, this.#yes, this.#no]) list.push(0);
    return node;
  }

  leaf(node: number, leaf: number): void {
    ensure(leaf < MOST_LEAVES, 'invalid-argument', `ONNX tells ${MOST_LEAVES} leaves apart, the trees have more`);
    this.#leaves.push({ node, leaf });
  }

  split(node: number, input: number, threshold: number, yes: number, no: number): void {
    this.#isLeaf[node] = false;
    [this.#inputs[node], this.#thresholds[node], this.#yes[node], this.#no[node]] = [input, threshold, yes, no];
  }

  attributes() {
    const of = this.#leaves;
    return {
      nodes_treeids: this.#trees,
      nodes_nodeids: this.#ids,
      nodes_featureids: this.#inputs,
      nodes_modes: this.#isLeaf.map((leaf) => (leaf ? 'LEAF' : 'BRANCH_LEQ')),
      nodes_values_as_tensor: doublesTensor(Float64Array.from(this.#thresholds), [this.size]),
      nodes_truenodeids: this.#yes,
      nodes_falsenodeids: this.#no,
      target_treeids: of.map(({ node }) => this.#trees[node]),
      target_nodeids: of.map(({ node }) => this.#ids[node]),
      target_ids: of.map(({ node }) => this.#trees[node]),
      target_weights_as_tensor: doublesTensor(
        Float64Array.from(of, ({ leaf }) => leaf),
        [of.length],
      ),
    };
  }
}
