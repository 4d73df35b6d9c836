import { short } from '../format.ts';
import { shownText } from '../markup.ts';
import { picture } from './frame.ts';

/** Who stands in the picture of a chain: a student, or what the chain begins with. */
export interface ChainNode {
  readonly name: string;
  /** Those it learned from; nobody for what the chain begins with. */
  readonly teachers: readonly string[];
  /** A few short lines below the name. */
  readonly lines: readonly string[];
}

const WIDTH = 156;
const LINE = 14;
const ACROSS = 64;
const DOWN = 18;
const TOP = 26;
/** Letters of a line that fit. */
const LETTERS = 25;

/** The hops of a chain as boxes and arrows, from what it begins with on the left to the last students on the right. */
export function chainPlot(nodes: readonly ChainNode[]): string {
  const height = LINE * (1 + Math.max(...nodes.map(({ lines }) => lines.length))) + 12;
  const placed = placedOf(nodes, height);
  const at = new Map(placed.map((one) => [one.node.name, one]));
  const arrows = placed.flatMap(({ node, x, y }) =>
    node.teachers.flatMap((teacher) => {
      const from = at.get(teacher);
      if (!from) return [];
      const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + height / 2, x, y + height / 2];
      const bend = (x2 - x1) / 2;
      return `<path class="line" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2 - 3} ${y2}m-6 -4l6 4l-6 4"/>`;
    }),
  );
  const boxes = placed.map(({ node, x, y }) => {
    const lines = node.lines.map(
      (line, i) =>
        `<text class="tick" x="${x + 8}" y="${y + 17 + LINE * (i + 1)}">${shownText(short(line, LETTERS))}</text>`,
    );
    return `<rect class="outline" x="${x}" y="${y}" width="${WIDTH}" height="${height}" rx="4"/><text class="label" x="${x + 8}" y="${y + 17}" font-weight="600">${shownText(short(node.name, LETTERS - 3))}</text>${lines.join('')}`;
  });
  const wide = Math.max(...placed.map(({ x }) => x)) + WIDTH + 2;
  const high = Math.max(...placed.map(({ y }) => y)) + height + 2;
  const summary = nodes
    .map(
      ({ name, teachers, lines }) =>
        `${name}${teachers.length > 0 ? ` learned from ${teachers.join(' and ')}` : ''}: ${lines.join(', ')}`,
    )
    .join('; ');
  return picture(
    { title: 'Who learned from whom', summary },
    wide,
    high,
    `<g class="c0">${arrows.join('')}${boxes.join('')}</g>`,
  );
}

/** Each node right of its teachers, those of a column below each other in their order. */
function placedOf(nodes: readonly ChainNode[], height: number) {
  const depth = new Map<string, number>();
  for (const { name, teachers } of nodes)
    depth.set(name, Math.max(-1, ...teachers.map((teacher) => depth.get(teacher) ?? 0)) + 1);
  const filled = new Map<number, number>();
  return nodes.map((node) => {
    const column = depth.get(node.name) as number;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { node, x: 1 + column * (WIDTH + ACROSS), y: TOP + row * (height + DOWN) };
  });
}
