import { Dataset } from './dataset.ts';
import { checkDerivatives } from './derivative.ts';
import { ensure, ImagoError, show } from './errors.ts';
import type { Evaluation } from './evaluation.ts';
import { type Output, type Outputs, outputList } from './output.ts';
import type { Parameters, Scalar } from './parameter.ts';
import { readOutputs } from './perform.ts';
import { Space } from './space.ts';

/** What a CSV text is about: a simulator, for one. */
interface Subject {
  readonly space: Space;
  readonly outputs: readonly Output[];
}

const MOST_TOLD = 10;

/**
 * A labelled data set from CSV text with a header line, for a simulator or for parameters and outputs. Every parameter and output is a
 * column; other columns are left out; a row whose outputs are empty is a failed one. Throws `invalid-data` with every line that does not
 * fit (at most ten of them are told), its column and its value.
 */
export function datasetFromCsv(text: string, simulator: Subject): Dataset;
export function datasetFromCsv(text: string, parameters: Parameters, outputs: Outputs): Dataset;
export function datasetFromCsv(text: string, first: Subject | Parameters, outputs?: Outputs): Dataset {
  const { space, outputs: list } = outputs
    ? { space: new Space(first as Parameters), outputs: outputList(outputs) }
    : (first as Subject);
  checkDerivatives(space, list);
  const [titles, ...lines] = parseLines(text.replace(/^\ufeff/, ''));
  ensure(titles, 'invalid-data', 'the CSV text is empty');
  const header = titles.cells;
  const columnOf = (name: string) => {
    const at = header.indexOf(name);
    ensure(at >= 0, 'invalid-data', `the CSV has no column '${name}'; it has ${header.join(', ')}`);
    return at;
  };
  const inputs = space.names.map((name) => [name, columnOf(name)] as const);
  const answers = list.map((output) => [output, columnOf(output.name)] as const);
  const wrong: string[] = [];
  const evaluations = lines.flatMap(({ cells, number }, i): Evaluation[] => {
    try {
      return [readLine(cells, i, header.length, space, inputs, answers)];
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      wrong.push(`line ${number}${error.message}`);
      return [];
    }
  });
  const told = wrong.slice(0, MOST_TOLD).join('\n  ');
  const more = wrong.length > MOST_TOLD ? `\n  and ${wrong.length - MOST_TOLD} more` : '';
  ensure(
    wrong.length === 0,
    'invalid-data',
    wrong.length === 1 ? wrong[0] : `${wrong.length} lines do not fit\n  ${told}${more}`,
  );
  return Dataset.empty(space, list).append(evaluations);
}

/** One line as an evaluation. What is wrong with it is told from the column on. */
function readLine(
  cells: readonly string[],
  i: number,
  width: number,
  space: Space,
  inputs: readonly (readonly [string, number])[],
  answers: readonly (readonly [Output, number])[],
): Evaluation {
  ensure(cells.length === width, 'invalid-data', ` has ${cells.length} cells, the header has ${width}`);
  const point: Record<string, Scalar | undefined> = {};
  for (const [name, at] of inputs) {
    point[name] = readCell(cells[at], space.parameters[name].kind === 'categorical');
    ensure(!Number.isNaN(point[name]), 'invalid-data', `, column '${name}': ${show(cells[at])} is not a number`);
  }
  const u = encodeLine(space, point);
  const record = Object.fromEntries(
    answers.map(([{ name, classes }, at]) => [name, readCell(cells[at], classes !== undefined)]),
  );
  const read = readOutputs(
    answers.map(([output]) => output),
    record,
  );
  const shared = { id: `data/${i}`, u, milliseconds: 0 };
  return 'values' in read
    ? { ...shared, status: 'completed', values: read.values }
    : { ...shared, status: 'failed', ...read };
}

/** The data set as CSV text: parameters, outputs (empty where the evaluation failed), and the failure's cause and reason. */
export function datasetToCsv(data: Dataset): string {
  const names = [...data.space.names, ...data.outputs.map((output) => output.name), 'failure'];
  const rows = data.rows.map((row, i) => {
    const point = data.space.decode(data.x.row(i)) as Record<string, Scalar | undefined>;
    const values = data.outputs.map(({ classes }, k) =>
      row.status === 'failed' ? '' : classes ? classes[data.y.get(i, k)] : data.y.get(i, k),
    );
    return [
      ...data.space.names.map((name) => point[name] ?? ''),
      ...values,
      row.status === 'failed' ? `${row.cause}: ${row.reason}` : '',
    ];
  });
  return `${[names, ...rows].map((cells) => cells.map(quote).join(',')).join('\n')}\n`;
}

function quote(cell: Scalar): string {
  const text = String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line's cells, and its number in the text from 1. */
interface Line {
  readonly cells: readonly string[];
  readonly number: number;
}

/** RFC 4180: cells may be quoted, quotes in them are doubled. Empty lines are left out. */
function parseLines(text: string): Line[] {
  const lines: Line[] = [];
  let cells: string[] = [];
  let number = 1;
  let next = 1;
  for (const [whole, quoted, plain, end] of `${text.replace(/\r\n?/g, '\n').trimEnd()}\n`.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g,
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

function readCell(cell: string, isText: boolean): Scalar | undefined {
  if (cell === '') return undefined;
  return isText ? cell : Number(cell);
}

function encodeLine(space: Space, point: Record<string, Scalar | undefined>): Float64Array {
  try {
    return space.encode(point);
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    throw new ImagoError('invalid-data', `: ${error.message}`, { cause: error });
  }
}
