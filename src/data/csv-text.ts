import { ensure, show } from '../core/errors.ts';
import type { Scalar } from '../core/space/parameter.ts';

/** A line's cells, and its number in the text from 1. */
export interface CsvLine {
  readonly cells: readonly string[];
  readonly number: number;
}

/** RFC 4180: cells may be quoted, quotes in them are doubled; a quote elsewhere stands for itself. Empty lines are left out. */
export function parseLines(text: string): CsvLine[] {
  const lines: CsvLine[] = [];
  let cells: string[] = [];
  let number = 1;
  let next = 1;
  for (const [whole, quoted, plain, end] of `${text.replace(/\r\n?/g, '\n').trimEnd()}\n`.matchAll(
    /(?:[^\S\n]*"([^"]*(?:""[^"]*)*)"[^\S\n]*(?=[,\n])|([^,\n]*))(,|\n)/g,
  )) {
    next += whole.split('\n').length - 1;
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (cells.length > 1 || cells[0] !== '') lines.push({ cells, number });
    cells = [];
    number = next;
  }
  return lines;
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
