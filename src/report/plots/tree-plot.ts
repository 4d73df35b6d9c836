import type { TreeSummary } from '../../study/structure-summary.ts';
import type { OutputSummary } from '../../study/summary.ts';
import { count, percent, plural, scalar, short, tidy } from '../format.ts';
import { shownText } from '../markup.ts';
import { label, picture, round, tooltip } from './frame.ts';

/** Leaves and levels beyond which a tree is listed, not drawn. */
const MOST_LEAVES = 24;
const MOST_LEVELS = 5;

const LEVEL = 104;
const ROW = 26;
const TOP = 40;
const BAR = 96;
const COLORS = 6;

/** Whether a tree is small enough to be drawn. */
export function isDrawn(tree: TreeSummary): boolean {
  return tree.kind === 'split' && leavesOf(tree) <= MOST_LEAVES && depthOf(tree) <= MOST_LEVELS;
}

/** A tree from left to right: what holds goes up, and each leaf has a bar of the shares of the classes, or its answer, and how many points it has. */
export function treePlot(tree: TreeSummary, output: OutputSummary): string {
  const depth = depthOf(tree);
  const [width, height] = [depth * LEVEL + 30 + BAR + 130, TOP + leavesOf(tree) * ROW + 8];
  const marks: string[] = [];
  let row = 0;
  const draw = (node: TreeSummary, level: number): number => {
    const x = 10 + level * LEVEL;
    if (node.kind === 'leaf') {
      const y = TOP + row++ * ROW + ROW / 2;
      marks.push(
        `<path class="axis" d="M${x} ${y}H${10 + depth * LEVEL}"/>`,
        leafMarks(node, output, 16 + depth * LEVEL, y),
      );
      return y;
    }
    const up = draw(node.left, level + 1);
    const down = draw(node.right, level + 1);
    const y = round((up + down) / 2);
    const test = tidy(node.test);
    marks.push(
      `<path class="axis" d="M${x} ${y}h8M${x + 8} ${up}V${down}M${x + 8} ${up}H${x + LEVEL}M${x + 8} ${down}H${x + LEVEL}"/>`,
      `<g class="tick start"><text x="${x + 12}" y="${round(up - 4)}">${shownText(short(test, 17))}${tooltip(`${test}: up, ${count(node.left.count)} of ${plural(node.count, 'point')}`)}</text></g>`,
    );
    return y;
  };
  draw(tree, 0);
  const legend = (output.classes ?? []).slice(0, COLORS).map((name, k) => {
    const x = 4 + k * 92;
    return `<rect class="c${k}" x="${x}" y="22" width="9" height="9" rx="1.5"/><g class="tick start">${label(x + 14, 30, short(name, 13))}</g>`;
  });
  const summary = `${plural(leavesOf(tree), 'leaf')} of ${plural(depth, 'level')}.`.replace('leafs', 'leaves');
  return picture({ title: `The tree for ${output.name}`, summary }, width, height, [...legend, ...marks].join(''));
}

function leafMarks(
  leaf: Extract<TreeSummary, { kind: 'leaf' }>,
  { name, classes }: OutputSummary,
  x: number,
  y: number,
): string {
  const shares = leaf.shares?.[name];
  const told = `<g class="tick start">${label(x + (shares ? BAR : 0) + 6, y + 3.5, `${scalar(leaf.values[name])}  (${count(leaf.count)})`)}</g>`;
  if (!shares || !classes) return told;
  let from = x;
  const bars = shares.map((share, k) => {
    const width = share * BAR;
    const bar = `<rect class="c${k % COLORS}" x="${round(from)}" y="${y - 6}" width="${round(width)}" height="12">${tooltip(`${classes[k]}: ${percent(share)}`)}</rect>`;
    from += width;
    return share > 0 ? bar : '';
  });
  return bars.join('') + told;
}

function leavesOf(tree: TreeSummary): number {
  return tree.kind === 'leaf' ? 1 : leavesOf(tree.left) + leavesOf(tree.right);
}

function depthOf(tree: TreeSummary): number {
  return tree.kind === 'leaf' ? 0 : 1 + Math.max(depthOf(tree.left), depthOf(tree.right));
}
