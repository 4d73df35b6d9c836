import { columnOf, parseLines } from '../data/csv-text.ts';
import { mistakeOf, type PointReader, type ReadPoint } from './point-reader.ts';
import { Refusal } from './refusal.ts';
import { jsonOf } from './request-body.ts';
import type { Served } from './served.ts';

/** A line of a stream: its point, or what is wrong with it. */
export type Row = { readonly cells: readonly string[] } & (
  | { readonly point: ReadPoint; readonly mistake?: undefined }
  | { readonly point?: undefined; readonly mistake: string }
);

/** Rows that are answered together at most. */
const BLOCK = 1024;

/** The lines of parts of a text, in groups as they come; where `quoted`, a line goes on inside quotes. None is longer than `bytes` characters. */
export async function* linesOf(
  parts: AsyncIterable<Uint8Array>,
  { bytes, quoted }: { readonly bytes: number; readonly quoted: boolean },
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let seen = 0;
  let place: Place = 'before';
  const take = (): string[] => {
    const lines: string[] = [];
    let start = 0;
    for (let i = seen; i < rest.length; i++) {
      const code = rest.charCodeAt(i);
      if (quoted) place = placeAfter(place, code);
      if (code === 0x0a && place !== 'quoted') {
        lines.push(rest.slice(start, i));
        start = i + 1;
      }
    }
    rest = rest.slice(start);
    seen = rest.length;
    return lines;
  };
  for await (const part of parts) {
    rest += decodedPart(decoder, part);
    const lines = take();
    for (let i = 0; i < lines.length; i += BLOCK) yield lines.slice(i, i + BLOCK);
    if (rest.length > bytes) throw new Refusal(413, 'TooLarge', `a line has more than ${bytes} characters`);
  }
  rest += decodedPart(decoder);
  if (rest !== '') yield [rest];
}

/** Where in a cell the reader is: before its text, inside quotes, behind a quote that may end them, or in what no quote opens. */
type Place = 'before' | 'quoted' | 'behind' | 'plain';

function placeAfter(place: Place, code: number): Place {
  const isQuote = code === 0x22;
  if (place === 'quoted') return isQuote ? 'behind' : 'quoted';
  if (code === 0x2c || code === 0x0a) return 'before';
  if (place === 'plain') return 'plain';
  if (isQuote) return 'quoted';
  return place === 'before' && String.fromCharCode(code).trim() === '' ? 'before' : 'plain';
}

function decodedPart(decoder: InstanceType<typeof TextDecoder>, part?: Uint8Array): string {
  try {
    return part ? decoder.decode(part, { stream: true }) : decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Refusal(400, 'InvalidInput', 'the body is no text in UTF-8');
  }
}

/** The rows of a table with a title line, which comes first as `titles`. */
export async function* csvRows(
  groups: AsyncIterable<readonly string[]>,
  { space }: Served,
  reader: PointReader,
): AsyncGenerator<{ readonly titles: readonly string[] } | readonly Row[]> {
  let titles: readonly string[] | undefined;
  let places: readonly number[] = [];
  let number = 1;
  for await (const lines of groups) {
    const found = parseLines(lines.join('\n'));
    const rows: Row[] = [];
    for (const { cells, number: own } of found) {
      if (!titles) {
        titles = cells.map((cell, i) => (i === 0 ? cell.replace(/^\ufeff/, '') : cell));
        places = space.names.map((name) => columnOf(name, titles as readonly string[]));
        yield { titles };
      } else rows.push(rowOf(cells, number + own - 1, titles, places, space.names, reader));
    }
    number += lines.reduce((sum, line) => sum + 1 + (line.match(/\n/g)?.length ?? 0), 0);
    if (rows.length > 0) yield rows;
  }
  if (!titles) throw new Refusal(400, 'InvalidInput', 'the CSV text is empty');
}

function rowOf(
  cells: readonly string[],
  line: number,
  titles: readonly string[],
  places: readonly number[],
  names: readonly string[],
  reader: PointReader,
): Row {
  if (cells.length !== titles.length)
    return {
      cells: titles.map((_, i) => cells[i] ?? ''),
      mistake: `line ${line} has ${cells.length} cells, the header has ${titles.length}`,
    };
  return read(cells, line, () =>
    reader.named(
      Object.fromEntries(
        names.map((name, j) => [name, reader.cell(name, cells[places[j]])]).filter(([, value]) => value !== undefined),
      ),
    ),
  );
}

/** The rows of a text with a JSON object on each line. */
export async function* jsonRows(
  groups: AsyncIterable<readonly string[]>,
  { space }: Served,
  reader: PointReader,
  limits: { readonly depth: number },
): AsyncGenerator<readonly Row[]> {
  let number = 0;
  for await (const lines of groups) {
    const rows = lines.flatMap((line): Row[] => {
      number++;
      if (line.trim() === '') return [];
      let cells: readonly string[] = space.names.map(() => '');
      return [
        read(
          () => cells,
          number,
          () => {
            const given = jsonOf(line, limits);
            cells = cellsOf(given, space.names);
            return reader.named(given);
          },
        ),
      ];
    });
    if (rows.length > 0) yield rows;
  }
}

/** The values of the parameters as text, empty where there is none. */
export function cellsOf(given: unknown, names: readonly string[]): string[] {
  return names.map((name) => {
    const value = typeof given === 'object' && given !== null && Object.hasOwn(given, name) && Reflect.get(given, name);
    return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  });
}

function read(cells: readonly string[] | (() => readonly string[]), line: number, make: () => ReadPoint): Row {
  const own = () => (typeof cells === 'function' ? cells() : cells);
  try {
    const point = make();
    return { cells: own(), point };
  } catch (error) {
    const mistake = error instanceof Refusal ? error.message : mistakeOf(error);
    return { cells: own(), mistake: `line ${line}: ${mistake}` };
  }
}
