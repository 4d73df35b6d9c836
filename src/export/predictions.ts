import { ensure, ImagoError, show } from '../core/errors.ts';
import { evaluateTerms } from '../core/graph/evaluate.ts';
import type { Model } from '../core/model.ts';
import type { Output } from '../core/output.ts';
import type { Scalar } from '../core/space/parameter.ts';
import { type PointTerms, pointTerms } from '../core/space/point-terms.ts';
import type { Space } from '../core/space/space.ts';
import { rowsBehind } from '../core/state/rows-behind.ts';
import { type CsvLine, columnOf, csvLine, numberHint, parseLines } from '../data/csv-text.ts';
import { Matrix } from '../numerics/matrix.ts';
import { type Answer, rowAnswers } from '../surrogates/point-model.ts';

/** Rows that are answered together. */
const BLOCK = 4096;

/**
 * What a model says at the points of a CSV text, as CSV: the columns of the text and, for each output, its prediction, the bounds of an
 * answer with 95 % where the model has them, and whether it knows the output there; of a class the probability of each name. A value beyond
 * its range is answered at the end of the range, and is not in the domain. Throws `invalid-data` with the line, the column and the value
 * where a cell is empty, no number or no choice, and where a column is missing.
 */
export function predictCsv(model: Model, text: string, data = rowsBehind(model)): string {
  const { space, outputs } = data;
  const [titles, ...lines] = parseLines(text.replace(/^\ufeff/, ''));
  ensure(titles, 'invalid-data', 'the CSV text is empty');
  const places = space.names.map((name) => columnOf(name, titles.cells));
  const terms = pointTerms(space);
  const answers = rowAnswers(model, data);
  const written: string[] = [];
  for (let from = 0; from < lines.length; from += BLOCK) {
    const block = lines.slice(from, from + BLOCK);
    const points = block.map((line) => pointOf(line, titles.cells, places, space, terms));
    const rows = answers(Matrix.from(points.map(({ u }) => u)));
    block.forEach(({ cells }, i) => {
      const told = outputs.flatMap((output) => answerCells(output, rows[i][output.name], points[i].isInside));
      written.push(csvLine([...cells, ...told]));
    });
  }
  const middle = space.canonical(new Float64Array(space.dimension).fill(0.5));
  const [first] = answers(Matrix.from([middle]));
  const heads = outputs.flatMap((output) => answerTitles(output, first[output.name].interval !== undefined));
  return `${[csvLine([...titles.cells, ...heads]), ...written].join('\n')}\n`;
}

interface ReadPoint {
  /** Canonical. */
  readonly u: Float64Array;
  /** Whether every parameter that plays a part is inside its range. */
  readonly isInside: boolean;
}

function pointOf(
  { cells, number }: CsvLine,
  header: readonly string[],
  places: readonly number[],
  space: Space,
  { u, active, inside }: PointTerms,
): ReadPoint {
  const wrong = (words: string) => new ImagoError('invalid-data', `line ${number}${words}`);
  if (cells.length !== header.length) throw wrong(` has ${cells.length} cells, the header has ${header.length}`);
  const inputs = Object.entries(space.parameters).map(([name, spec], j) => {
    const cell = cells[places[j]];
    if (cell === '') return 0;
    if (spec.kind !== 'categorical') {
      const value = Number(cell);
      if (!Number.isFinite(value)) throw wrong(`, column '${name}': ${numberHint(cell)}`);
      return value;
    }
    const index = spec.values.indexOf(cell);
    if (index < 0) throw wrong(`, column '${name}': ${show(cell)} is none of ${spec.values.join(', ')}`);
    return index;
  });
  const plays = active.map((one) => one === undefined || evaluateTerms([one], inputs)[0] === 1);
  const empty = space.names.find((_, j) => plays[j] && cells[places[j]] === '');
  if (empty !== undefined) throw wrong(`, column '${empty}': the cell is empty`);
  const values = evaluateTerms([...u, inside], inputs);
  return { u: values.slice(0, -1), isInside: values[values.length - 1] === 1 };
}

/** The titles of the columns that {@link answerCells} fills. */
export function answerTitles({ name, classes }: Output, isBounded: boolean): string[] {
  const bounds = isBounded ? [`${name} lower`, `${name} upper`] : [];
  return [name, ...(classes ?? []).map((one) => `P(${name} = ${one})`), ...bounds, `${name} in domain`];
}

/** What is said of an output, as cells: value, probabilities of a class, bounds where there are some, and whether it is known there. */
export function answerCells({ classes }: Output, answer: Answer, isInside: boolean): Scalar[] {
  const shares = (classes ?? []).map((name) => answer.probabilities?.[name] ?? 0);
  return [answer.class ?? answer.value, ...shares, ...(answer.interval ?? []), String(answer.inDomain && isInside)];
}
