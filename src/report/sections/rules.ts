import type { StageResults } from '../../study/chain/results.ts';
import type { TreeSummary } from '../../study/structure-summary.ts';
import type { Study } from '../../study/study.ts';
import type { OutputSummary } from '../../study/summary.ts';
import type { Block, RuleLine, Rules, Section } from '../document.ts';
import { count, labeled, scalar, tidy } from '../format.ts';
import { imageTreePlot } from '../plots/image-plot.ts';
import { isDrawn, treePlot } from '../plots/tree-plot.ts';
import { chainBlocks } from './chain.ts';
import { readableBlocks } from './readable.ts';

/** The chain hop by hop: what each student loses, and the rules of a tree. */
export function rulesSection(study: Study): Section | undefined {
  const { stages, outputs } = study.results;
  const blocks: Block[] = chainBlocks(study);
  const readable = stages.flatMap((stage) => {
    const { name, teacher, tree } = stage;
    return tree
      ? [
          ...imageTree(stage, outputs),
          ...treeDrawing(tree, name, outputs),
          rulesOf(tree, `Rules of stage ${name}, learned from ${teacher}`, outputs),
        ]
      : readableBlocks(stage, study.results.parameters, outputs);
  });
  blocks.push(...readable);
  if (stages.length < 2 && readable.length === 0) return undefined;
  return { id: 'rules', title: 'Chain and rules', blocks };
}

/** The first nodes of a tree on images, each as the mean of what comes to it. */
function imageTree({ name, tree, nodeImages }: StageResults, outputs: readonly OutputSummary[]): Block[] {
  if (!nodeImages || !tree || nodeImages.nodes.length < 2) return [];
  const output = outputs.find(({ classes }) => classes) ?? outputs[0];
  const answers = (path: string) => {
    let node = tree;
    for (const turn of path) if (node.kind === 'split') node = turn === 'l' ? node.left : node.right;
    return node.kind === 'leaf' ? scalar(node.values[output.name]) : '…';
  };
  const caption = `What the first nodes of ${name} see: the mean of the images that come to each, a ring around the pixel that it asks; up where that is at most the threshold, and below it the number of images, or what a leaf answers`;
  const svg = imageTreePlot(nodeImages, `Mean images of ${name}`, answers);
  return [{ kind: 'figures', figures: [{ caption, svg, wide: true }] }];
}

/** A small tree drawn, for its first class, or for its only number: of several the lines tell more. */
function treeDrawing(tree: TreeSummary, name: string, outputs: readonly OutputSummary[]): Block[] {
  const output = outputs.find(({ classes }) => classes) ?? (outputs.length === 1 ? outputs[0] : undefined);
  if (!output || !isDrawn(tree)) return [];
  const caption = `The tree of ${name}: where a test holds the way goes up; at a leaf what it answers, and its points`;
  return [{ kind: 'figures', figures: [{ caption, svg: treePlot(tree, output), wide: true }] }];
}

/** Lines beyond which the deepest levels of a tree are left out. */
const MOST_LINES = 100;

function rulesOf(tree: TreeSummary, title: string, outputs: readonly OutputSummary[]): Rules {
  let depth = depthOf(tree);
  while (depth > 1 && linesOf(tree, depth, outputs).length > MOST_LINES) depth--;
  const cut = depth < depthOf(tree) ? `; only the first ${depth} levels` : '';
  return {
    kind: 'rules',
    caption: `${title}; the value at a leaf is its answer${cut}`,
    columns: outputs.map(({ name, unit }) => labeled(name, unit)),
    lines: linesOf(tree, depth, outputs),
  };
}

function depthOf(tree: TreeSummary): number {
  return tree.kind === 'leaf' ? 0 : 1 + Math.max(depthOf(tree.left), depthOf(tree.right));
}

function linesOf(tree: TreeSummary, most: number, outputs: readonly OutputSummary[]): RuleLine[] {
  const visit = (node: TreeSummary, depth: number, test: string): RuleLine[] => {
    const line = { depth, test: tidy(test), count: count(node.count) };
    if (node.kind === 'leaf') return [{ ...line, answers: outputs.map(({ name }) => scalar(node.values[name])) }];
    const below =
      depth < most ? [...visit(node.left, depth + 1, node.test), ...visit(node.right, depth + 1, node.otherwise)] : [];
    return [{ ...line, test: below.length > 0 ? line.test : `${line.test} …`, answers: null }, ...below];
  };
  return visit(tree, 0, 'all points');
}
