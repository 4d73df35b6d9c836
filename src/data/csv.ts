import { Dataset } from '../core/dataset.ts';
import { checkDerivatives } from '../core/derivative.ts';
import { ensure, ImagoError, show } from '../core/errors.ts';
import { type Evaluation, FAILURE_CAUSES, type FailureCause } from '../core/evaluation.ts';
import { type Output, type Outputs, outputList } from '../core/output.ts';
import { readOutputs } from '../core/perform.ts';
import type { Parameters, Scalar } from '../core/space/parameter.ts';
import { Space } from '../core/space/space.ts';
import { columnOf, csvLine, numberHint, parseLines } from './csv-text.ts';

/** What a CSV text is about: a simulator, for one. */
export interface DataSubject {
  readonly space: Space;
  readonly outputs: readonly Output[];
}

const MOST_TOLD = 10;
/** Numbers that are none, as other languages write them; an answer of them is a failed run. */
const NOT_FINITE = /^([+-]?inf(inity)?|[+-]?nan)$/i;
/** What {@link datasetToCsv} says of a failed run. */
const FAILURE = new RegExp(`^(${FAILURE_CAUSES.join('|')}): (.*)$`, 's');

/**
 * A labeled data set from CSV text with a header line, for a simulator or for parameters and outputs. Every parameter and output is a
 * column; other columns are left out. A row whose outputs are empty, or not finite, is a failed one; a column `failure` that
 * {@link datasetToCsv} wrote tells its cause. Throws `invalid-data` with every line that does not fit (at most ten of them are listed), its
 * column and its value, and where a column is missing or there twice.
 */
export function datasetFromCsv(text: string, simulator: DataSubject): Dataset;
export function datasetFromCsv(text: string, parameters: Parameters, outputs: Outputs): Dataset;
export function datasetFromCsv(text: string, first: DataSubject | Parameters, outputs?: Outputs): Dataset {
  const { space, outputs: list } = outputs
    ? { space: new Space(first as Parameters), outputs: outputList(outputs) }
    : (first as DataSubject);
  checkDerivatives(space, list);
  ensure(
    typeof text === 'string',
    'invalid-argument',
    () =>
      `datasetFromCsv: the CSV must be a text, got ${show(text)}; a file's bytes become one by new TextDecoder().decode()`,
  );
  const [titles, ...lines] = parseLines(text.replace(/^\ufeff/, ''));
  ensure(titles, 'invalid-data', 'the CSV text is empty');
  const header = titles.cells;
  const columns: Columns = {
    width: header.length,
    inputs: space.names.map((name) => [name, columnOf(name, header)]),
    answers: list.map((output) => [output, columnOf(output.name, header)]),
    failure: header.indexOf(failureColumn(space, list)),
  };
  const wrong: string[] = [];
  const evaluations = lines.flatMap(({ cells, number }, i): Evaluation[] => {
    try {
      return [readLine(cells, i, space, columns)];
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

/** Where what stands in a line; `failure` is -1 where no column tells it. */
interface Columns {
  readonly width: number;
  readonly inputs: readonly (readonly [name: string, at: number])[];
  readonly answers: readonly (readonly [output: Output, at: number])[];
  readonly failure: number;
}

/** The column of failures, under a name that no parameter and no output has. */
function failureColumn({ names }: Space, outputs: readonly Output[]): string {
  const taken = [...names, ...outputs.map(({ name }) => name)];
  let name = 'failure';
  while (taken.includes(name)) name += ' of the run';
  return name;
}

/** One line as an evaluation. A mistake is reported from the column on. */
function readLine(cells: readonly string[], i: number, space: Space, columns: Columns): Evaluation {
  const { width, inputs, answers, failure } = columns;
  ensure(cells.length === width, 'invalid-data', ` has ${cells.length} cells, the header has ${width}`);
  const point: Record<string, Scalar | undefined> = {};
  for (const [name, at] of inputs) {
    point[name] = readCell(cells[at], space.parameters[name].kind === 'categorical');
    ensure(!Number.isNaN(point[name]), 'invalid-data', `, column '${name}': ${numberHint(cells[at])}`);
  }
  const shared = { id: `data/${i}`, u: encodeLine(space, point), milliseconds: 0 };
  const record = Object.fromEntries(answers.map(([output, at]) => [output.name, readAnswer(cells[at], output)]));
  const told = failure < 0 ? null : FAILURE.exec(cells[failure]);
  if (told && answers.every(([, at]) => cells[at] === ''))
    return { ...shared, status: 'failed', cause: told[1] as FailureCause, reason: told[2] };
  const read = readOutputs(
    answers.map(([output]) => output),
    record,
  );
  return 'values' in read ? { ...shared, status: 'completed', ...read } : { ...shared, status: 'failed', ...read };
}

/** An answer of a run, undefined where the cell is empty; text that is none is no failed run but a mistake. */
function readAnswer(cell: string, { name, classes }: Output): Scalar | undefined {
  const value = readCell(cell, classes !== undefined);
  if (classes)
    ensure(
      value === undefined || classes.includes(String(value)),
      'invalid-data',
      `, column '${name}': ${show(cell)} is none of ${classes.join(', ')}`,
    );
  else ensure(!Number.isNaN(value) || NOT_FINITE.test(cell), 'invalid-data', `, column '${name}': ${numberHint(cell)}`);
  return value;
}

/**
 * The data set as CSV text: parameters, outputs (empty where the evaluation failed), and in `failure` a failure's cause and reason. Of an answer
 * by shares it has the likeliest class; shares and weights are not written.
 */
export function datasetToCsv(data: Dataset): string {
  const { space, outputs } = data;
  const names = [...space.names, ...outputs.map((output) => output.name), failureColumn(space, outputs)];
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
  return `${[names, ...rows].map(csvLine).join('\n')}\n`;
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
