import { ensure, show } from '../core/errors.ts';
import type { Scalar } from '../core/space/parameter.ts';

/** A line's cells, and its number in the text from 1. */
export interface CsvLine {
  readonly cells: readonly string[];
  readonly number: number;
}

/** RFC 4180: cells may be quoted, quotes in them are doubled; a quote elsewhere stands for itself. Empty lines are left out. */
export function parseLines(text: string): CsvLine[] {
  const all = `${text.replace(/\r\n?/g, '\n').trimEnd()}\n`;
  const lines: CsvLine[] = [];
  let cells: string[] = [];
  let [number, next, at] = [1, 1, 0];
  while (at < all.length) {
    const { cell, end } = quotedCell(all, at) ?? plainCell(all, at);
    next += cell.split('\n').length - 1;
    at = end + 1;
    cells.push(cell);
    if (all[end] === ',') continue;
    next++;
    if (cells.length > 1 || cells[0] !== '') lines.push({ cells, number });
    cells = [];
    number = next;
  }
  return lines;
}

/** What a cell says, and where the comma or line break after it stands. */
interface Cell {
  readonly cell: string;
  readonly end: number;
}

/** Undefined where the cell is not quoted from its first character to its last. */
function quotedCell(text: string, from: number): Cell | undefined {
  const open = blanksFrom(text, from);
  if (text[open] !== '"') return undefined;
  let close = text.indexOf('"', open + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) return undefined;
  const end = blanksFrom(text, close + 1);
  return isEnd(text[end]) ? { cell: text.slice(open + 1, close).replaceAll('""', '"'), end } : undefined;
}

function plainCell(text: string, from: number): Cell {
  let end = from;
  while (!isEnd(text[end])) end++;
  return { cell: text.slice(from, end).trim(), end };
}

const isEnd = (character: string): boolean => character === ',' || character === '\n';

/** The first place from there on that is no blank, a line break included. */
function blanksFrom(text: string, from: number): number {
  let at = from;
  while (text[at] !== '\n' && /\s/.test(text[at])) at++;
  return at;
}

/** A line of CSV, without its end. */
export function csvLine(cells: readonly Scalar[]): string {
  return cells.map(quote).join(',');
}

function quote(cell: Scalar): string {
  const text = String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The one column of that name. */
export function columnOf(name: string, header: readonly string[]): number {
  const at = header.indexOf(name);
  const only = header.length === 1 ? /[;\t|]/.exec(header[0])?.[0] : undefined;
  const hint = only ? `: cells are separated by commas, and this header by ${show(only)}` : '';
  ensure(at >= 0, 'invalid-data', `the CSV has no column '${name}'; it has ${header.join(', ')}${hint}`);
  const again = header.indexOf(name, at + 1);
  ensure(
    again < 0,
    'invalid-data',
    `the CSV has the column '${name}' twice, as columns ${at + 1} and ${again + 1}: rename or remove one`,
  );
  return at;
}

/** What to say of a cell that is no number. */
export function numberHint(cell: string): string {
  const comma = /^[+-]?\d*,\d+(e[+-]?\d+)?$/i.test(cell) ? `: write ${cell.replace(',', '.')}` : '';
  return `${show(cell)} is not a number${comma}`;
}
