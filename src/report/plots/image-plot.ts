import type { NodeImage, NodeImages } from '../../study/node-images.ts';
import { count, plural, short } from '../format.ts';
import { shownText } from '../markup.ts';
import { picture, round, tooltip } from './frame.ts';

const SIDE = 84;

/** Pixels from 0 to 1, row by row, as a picture: 0 is paper. */
export function imagePlot(
  pixels: readonly number[],
  columns: number,
  { title, summary }: { readonly title: string; readonly summary: string },
): string {
  const marks = pixelMarks(pixels, columns, 0, 20, SIDE);
  return picture({ title, summary }, SIDE, 20 + SIDE, `<g>${tooltip(summary)}${marks}</g>`);
}

/** Rows of squares of one gray each, as wide as its pixels are the same. */
function pixelMarks(pixels: readonly number[], columns: number, left: number, top: number, side: number): string {
  const rows = pixels.length / columns;
  const cell = side / Math.max(columns, rows);
  let marks = '';
  for (let at = 0; at < pixels.length; ) {
    const value = pixels[at];
    const end = (Math.floor(at / columns) + 1) * columns;
    let next = at + 1;
    while (next < end && pixels[next] === value) next++;
    if (value > 0.02)
      marks += `<rect x="${(left + (at % columns) * cell).toFixed(2)}" y="${(top + Math.floor(at / columns) * cell).toFixed(2)}" width="${((next - at) * cell + 0.05).toFixed(2)}" height="${(cell + 0.05).toFixed(2)}" fill-opacity="${value.toFixed(2)}"/>`;
    at = next;
  }
  return marks;
}

const NODE = 62;
const ACROSS = 118;
const DOWN = 84;
const TOP = 24;

/**
 * The first nodes of a tree from left to right, each as the mean of the images that come to it, with a ring around the pixel that it asks; where that
 * is at most the threshold the way goes up. `answers` says what stands below a node without a question.
 */
export function imageTreePlot(
  { columns, nodes }: NodeImages,
  title: string,
  answers: (path: string) => string,
): string {
  const depth = Math.max(...nodes.map(({ path }) => path.length));
  const placed = new Map(nodes.map((node) => [node.path, { node, ...placeOf(node.path, depth) }]));
  const marks = [...placed.values()].map(({ node, x, y }) => {
    const before = placed.get(node.path.slice(0, -1));
    const line =
      node.path === '' || !before
        ? ''
        : `<path class="axis" d="M${before.x + NODE} ${before.y + NODE / 2}C${x - 20} ${before.y + NODE / 2} ${x - 36} ${y + NODE / 2} ${x} ${y + NODE / 2}"/>`;
    return `${line}<g>${tooltip(noteOf(node))}<rect class="outline unknown" x="${x}" y="${y}" width="${NODE}" height="${NODE}"/><g>${pixelMarks(node.pixels, columns, x, y, NODE)}</g>${ringOf(node, columns, x, y)}</g><g class="tick start"><text x="${x}" y="${y + NODE + 11}">${shownText(short(node.asked === undefined ? answers(node.path) : count(node.count), 14))}</text></g>`;
  });
  const summary = `${plural(nodes.length, 'node')}: ${nodes.slice(0, 3).map(noteOf).join('; ')}.`;
  return picture({ title, summary }, 4 + depth * ACROSS + NODE + 30, TOP + 2 ** depth * DOWN, marks.join(''));
}

/** Where a node stands: each half of what its parent has. */
function placeOf(path: string, depth: number): { readonly x: number; readonly y: number } {
  const share =
    [...path].reduce((from, turn, i) => from + (turn === 'r' ? 2 ** -(i + 1) : 0), 0) + 2 ** -(path.length + 1);
  return { x: 2 + path.length * ACROSS, y: round(TOP + share * 2 ** depth * DOWN - DOWN / 2) };
}

function ringOf({ asked, pixels }: NodeImage, columns: number, x: number, y: number): string {
  if (asked === undefined) return '';
  const cell = NODE / Math.max(columns, pixels.length / columns);
  const at = (place: number, from: number) => round(from + (place + 0.5) * cell);
  return `<path class="mark" d="M${at(asked % columns, x)} ${at(Math.floor(asked / columns), y)}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0"/>`;
}

function noteOf({ path, count: images, asked }: NodeImage): string {
  const where = path === '' ? 'root' : `${[...path].map((turn) => (turn === 'l' ? 'up' : 'down')).join(', ')}`;
  return `${where}: ${plural(images, 'image')}${asked === undefined ? '' : `, asks pixel ${count(asked + 1)}`}`;
}
