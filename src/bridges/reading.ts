import { show } from '../core/errors.ts';
import type { OutputOptions } from '../core/output.ts';
import { SimulationFailure } from '../core/simulation-failure.ts';
import { readNumber } from './number-text.ts';
import { lastMatch } from './pattern-worker.ts';
import { ensureAt, misplaced } from './place.ts';

/** Where a program writes one of its outputs, in its standard output or, with `file`, in a file of the run's folder. */
export type Reading = { readonly file?: string } & (
  | {
      /** A regular expression with one group around the value; `^` and `$` match at lines. The last match counts. */
      readonly pattern: string;
    }
  | {
      /** The path in a JSON text, such as `results.beams[0].mass`. */
      readonly json: string;
    }
  | {
      /** The column of a table: its name in the first line, or its number from 1 in a table without names. */
      readonly csv: string | number;
      /** The line from 1, names not counted, or from the end with -1 for the last. Default -1. */
      readonly row?: number;
      /** Default `,`; `space` stands for any white space. */
      readonly separator?: ',' | ';' | 'tab' | 'space';
    }
);

/** An output of a program: what any output says about itself, and where it is read. */
export type CommandOutput = OutputOptions & Reading;

/** Takes the text of one output out of what a program wrote; throws {@link SimulationFailure} where it is not there. */
export type Extractor = (text: string, signal: AbortSignal) => string | Promise<string>;

/** Makes the extractor of an output; throws `invalid-simulator` where the reading is malformed. */
export function extractorOf(name: string, reading: Reading): Extractor {
  const place = ['outputs', name];
  const kinds = ['pattern', 'json', 'csv'].filter((kind) => kind in reading);
  ensureAt(kinds.length === 1, place, `give one of pattern, json and csv, got ${kinds.join(' and ') || 'none'}`);
  const where = reading.file === undefined ? 'standard output' : reading.file;
  const missing = (what: string) =>
    new SimulationFailure('missing-output', `output '${name}' is missing: ${what} in ${where}`);
  if ('pattern' in reading) return byPattern(reading.pattern, [...place, 'pattern'], missing);
  if ('json' in reading) return byPath(reading.json, [...place, 'json'], missing);
  return byColumn(reading, place, missing);
}

/** What a program says of an output: a number, a class by its name, or shares of classes. */
export type Told = number | string | Readonly<Record<string, number>>;

/** What an extracted text says: a class by its name, or by shares as a JSON object of numbers; else a number. */
export function readValue(name: string, text: string, isClass: boolean): Told {
  if (isClass) return sharesIn(text) ?? text.trim();
  const value = readNumber(text);
  if (!Number.isFinite(value))
    throw new SimulationFailure(
      'not-finite',
      `output '${name}' is '${text.trim().slice(0, 60)}', which is not a finite number`,
    );
  return value;
}

/** The shares of classes that a text is, as `{ "stable": 0.9, "unstable": 0.1 }`; undefined where it is no JSON object. */
function sharesIn(text: string): Readonly<Record<string, number>> | undefined {
  if (!text.trim().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Readonly<Record<string, number>>;
  } catch (error) {
    // The name of a class may begin like that.
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

type Missing = (what: string) => SimulationFailure;
type Steps = readonly (string | number)[];

function byPattern(pattern: string, place: Steps, missing: Missing): Extractor {
  ensureAt(typeof pattern === 'string', place, `must be a text, got ${show(pattern)}`);
  compile(pattern, place);
  const groups = (new RegExp(`${pattern}|`, 'm').exec('')?.length ?? 1) - 1;
  ensureAt(groups === 1, place, `'${pattern}' must have one group in round brackets around the value, has ${groups}`);
  return async (text, signal) => {
    const value = await lastMatch(pattern, text, signal);
    if (value === undefined) throw missing(`nothing matches ${pattern}`);
    return value;
  };
}

function compile(pattern: string, place: Steps): void {
  try {
    new RegExp(pattern, 'gm');
  } catch (error) {
    throw misplaced(place, (error as Error).message);
  }
}

function byPath(path: string, place: Steps, missing: Missing): Extractor {
  const steps = path.match(/[^.[\]]+/g);
  ensureAt(
    steps && /^[^.[\]]+(\.[^.[\]]+|\[\d+\])*$/.test(path),
    place,
    `'${path}' is no path such as results.beams[0].mass`,
  );
  return (text) => {
    let value = parseJson(text, missing);
    for (const step of steps) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
        throw missing(`there is no ${path}`);
      value = (value as Record<string, unknown>)[step];
    }
    return typeof value === 'string' ? value : String(JSON.stringify(value));
  };
}

function parseJson(text: string, missing: Missing): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw missing(`no JSON (${(error as Error).message})`);
  }
}

const SEPARATORS = { ',': ',', ';': ';', tab: '\t', space: ' ' } as const;

function byColumn(reading: Extract<Reading, { csv: unknown }>, place: Steps, missing: Missing): Extractor {
  const { csv: column, row = -1, separator = ',' } = reading;
  ensureAt(
    typeof column === 'string' ? column !== '' : Number.isInteger(column) && column >= 1,
    [...place, 'csv'],
    `a column is a name or a number from 1, got ${column}`,
  );
  ensureAt(
    Number.isInteger(row) && row !== 0,
    [...place, 'row'],
    `a row is a number from 1, or from the end with -1 for the last, got ${row}`,
  );
  ensureAt(Object.hasOwn(SEPARATORS, separator), [...place, 'separator'], `there is no separator '${separator}'`);
  const split = (line: string) => cellsOf(line, SEPARATORS[separator]);
  return (text) => {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    let at = Number(column) - 1;
    if (typeof column === 'string') {
      const header = split(lines.shift() ?? '');
      at = header.indexOf(column);
      if (at < 0) throw missing(`there is no column ${column} among ${header.join(', ').slice(0, 100)}`);
    }
    const line = lines.at(row > 0 ? row - 1 : row);
    if (line === undefined) throw missing(`there are ${lines.length} rows, not the row ${row}`);
    const cell = split(line).at(at);
    if (cell === undefined || cell === '') throw missing(`row ${row} has nothing in column ${column}`);
    return cell;
  };
}

/** The cells of a line; one in double quotes may hold the separator. */
function cellsOf(line: string, separator: string): string[] {
  if (separator === ' ') return line.trim().split(/\s+/);
  const cells = [''];
  let quoted = false;
  for (const letter of line) {
    if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) cells.push('');
    else cells[cells.length - 1] += letter;
  }
  return cells.map((cell) => cell.trim());
}
