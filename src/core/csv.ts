import { Dataset } from './dataset.ts';
import { ensure, show } from './errors.ts';
import type { Evaluation } from './evaluation.ts';
import { type Outputs, outputList } from './output.ts';
import type { Parameters, Scalar } from './parameter.ts';
import { readOutputs } from './perform.ts';
import { Space } from './space.ts';

/**
 * A labelled data set from CSV text with a header line. Every parameter and output is a column; other columns are left out; a
 * row whose outputs are empty is a failed one. Throws `invalid-data` with line, column and value.
 */
export function datasetFromCsv(text: string, parameters: Parameters, outputs: Outputs): Dataset {
  const space = new Space(parameters);
  const list = outputList(outputs);
  const [header, ...lines] = parseLines(text);
  ensure(header, 'invalid-data', 'the CSV text is empty');
  const columnOf = (name: string) => {
    const at = header.indexOf(name);
    ensure(at >= 0, 'invalid-data', `the CSV has no column '${name}'; it has ${header.join(', ')}`);
    return at;
  };
  const inputs = space.names.map((name) => [name, columnOf(name)] as const);
  const answers = list.map((output) => [output.name, columnOf(output.name)] as const);
  const evaluations = lines.map((cells, i): Evaluation => {
    const line = i + 2;
    ensure(
      cells.length === header.length,
      'invalid-data',
      `line ${line} has ${cells.length} cells, the header has ${header.length}`,
    );
    const point = Object.fromEntries(
      inputs.map(([name, at]) => [name, readCell(cells[at], parameters[name].kind === 'categorical')]),
    );
    const wrong = inputs.find(([name]) => Number.isNaN(point[name]));
    ensure(
      !wrong,
      'invalid-data',
      `line ${line}, column '${wrong?.[0]}': ${show(cells[wrong?.[1] ?? 0])} is not a number`,
    );
    const u = encodeLine(space, point, line);
    const record = Object.fromEntries(
      answers.map(([name, at]) => [
        name,
        readCell(
          cells[at],
          list.some((o) => o.name === name && o.classes),
        ),
      ]),
    );
    const read = readOutputs(list, record);
    const shared = { id: `data/${i}`, u, milliseconds: 0 };
    return 'values' in read
      ? { ...shared, status: 'completed', values: read.values }
      : { ...shared, status: 'failed', ...read };
  });
  return Dataset.empty(space, list).append(evaluations);
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

/** RFC 4180: cells may be quoted, quotes in them are doubled. Empty lines are left out. */
function parseLines(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  for (const [, quoted, plain, end] of `${text.replace(/\r\n?/g, '\n').trimEnd()}\n`.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g,
  )) {
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (cells.length > 1 || cells[0] !== '') lines.push(cells);
    cells = [];
  }
  return lines;
}

function readCell(cell: string, isText: boolean | undefined): Scalar | undefined {
  if (cell === '') return undefined;
  return isText ? cell : Number(cell);
}

function encodeLine(space: Space, point: Record<string, Scalar | undefined>, line: number): Float64Array {
  try {
    return space.encode(point);
  } catch (error) {
    ensure(false, 'invalid-data', `line ${line}: ${(error as Error).message}`);
  }
}
