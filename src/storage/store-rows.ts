import { ImagoError } from '../core/errors.ts';
import type { Evaluation, FailureCause } from '../core/evaluation.ts';
import { packed } from '../core/store.ts';
import { checksum } from './checksum.ts';
import { cellsOf, type SqlDatabase, type SqlRow, type SqlValue } from './sqlite-driver.ts';

/** Says in words what is damaged, for an error. */
export type Damage = (what: string) => string;

/** In a query: the checksum of a row, and what stands there in tables that have none. */
export const CHECKSUM = 'checksum';
export const NO_CHECKSUM = "'none' AS checksum";

/** Rows that are read at once. */
const PAGE = 1000;

/**
 * Reads evaluations after a number, up to a limit, in the order of storing, each with the name of its simulator and, where the store has times, when
 * it was kept.
 */
export function pagesOf(
  database: SqlDatabase,
  sum: string,
  hasTimes = false,
): (after: number, limit: number) => SqlRow[] {
  const page = cellsOf(
    database,
    `SELECT evaluations.sequence, simulators.name, evaluations.id, u, milliseconds, answer, cause, reason, ${sum},
    ${hasTimes ? 'stored' : 'NULL AS stored'}
    FROM evaluations JOIN simulators ON simulators.id = evaluations.simulator
    ${hasTimes ? 'LEFT JOIN times ON times.sequence = evaluations.sequence' : ''}
    WHERE evaluations.sequence > ? ORDER BY evaluations.sequence LIMIT ?`,
  );
  return (after, limit) => page(after, limit).map(rowOf);
}

function rowOf(cells: readonly SqlValue[]): SqlRow {
  const [sequence, simulator, id, u, milliseconds, answer, cause, reason, checksum, stored] = cells;
  return { sequence, simulator, id, u, milliseconds, answer, cause, reason, checksum, stored };
}

/** The cells of an evaluation from `id` on, its checksum last. */
export function columnsOf(simulator: string, given: Evaluation): SqlValue[] {
  const evaluation = packed(given);
  const { id, u, milliseconds } = evaluation;
  const cells: SqlValue[] =
    evaluation.status === 'completed'
      ? [id, bytesOf(u), milliseconds, bytesOf(evaluation.values), null, null]
      : // A text in a database ends at a zero byte.
        [id, bytesOf(u), milliseconds, null, evaluation.cause, evaluation.reason.replaceAll('\0', '\u2400')];
  return [...cells, checksum([simulator, ...cells])];
}

/** The evaluation in a row that was asked for by simulator, id and u; throws where the row is another one than was written. */
export function evaluationOf(simulator: string, id: string, u: SqlValue, row: SqlRow, damage: Damage): Evaluation {
  const { milliseconds, answer, cause, reason } = checkEvaluation(simulator, id, u, row, damage);
  const point = numbersOf(u as Uint8Array);
  // Without a spread, which takes as long as all the rest: a store has many rows.
  if (cause === null)
    return { id, u: point, milliseconds, status: 'completed', values: numbersOf(answer as Uint8Array) };
  return { id, u: point, milliseconds, status: 'failed', cause: cause as FailureCause, reason: reason as string };
}

/** The cells beside those that the row was asked for by; throws where it is another one than was written. */
function checkEvaluation(simulator: string, id: string, u: SqlValue, row: SqlRow, damage: Damage) {
  const { milliseconds, answer, cause, reason } = row;
  if (!isWhole(row, [simulator, id, u, milliseconds, answer, cause, reason]))
    throw new ImagoError('store', damage(`the evaluation ${id} was changed`));
  return { milliseconds: milliseconds as number, answer, cause, reason };
}

/** The bytes of numbers. */
export function bytesOf(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** The numbers of a cell; a copy where the driver has its bytes among others. */
function numbersOf(bytes: Uint8Array): Float64Array {
  const { buffer, byteLength } = bytes;
  return new Float64Array(buffer.byteLength === byteLength ? buffer : bytes.slice().buffer);
}

/** The text of a document with its checksum. */
export function documentOf(name: string, row: SqlRow, damage: Damage): string {
  if (!isWhole(row, [name, row.text])) throw new ImagoError('store', damage(`the document ${name} was changed`));
  return row.text as string;
}

function isWhole(row: SqlRow, cells: readonly SqlValue[]): boolean {
  return row.checksum === 'none' || row.checksum === checksum(cells);
}

/** Every evaluation, in the order of storing, with the name of its simulator; `use` surrounds each look into the database. */
export function* rowsOf(
  database: SqlDatabase,
  sum: string,
  use: <T>(action: () => T) => T = (action) => action(),
  after = -1,
): Generator<SqlRow> {
  const page = use(() => pagesOf(database, sum));
  for (let last = after; ; ) {
    const rows = use(() => page(last, PAGE));
    if (rows.length === 0) return;
    yield* rows;
    last = (rows.at(-1) as SqlRow).sequence as number;
  }
}

/** The number of the evaluation that was stored last, or -1. */
export function lastSequence(database: SqlDatabase): number {
  const { last } = database.prepare('SELECT MAX(sequence) AS last FROM evaluations').get() as SqlRow;
  return Number(last ?? -1);
}

/** Throws unless every row, of the evaluations those after a number, is as it was written. */
export function verify(database: SqlDatabase, damage: Damage, after = -1): void {
  // One transaction sees one state, whatever another process writes meanwhile.
  database.exec('BEGIN');
  let read = 0;
  for (const row of rowsOf(database, CHECKSUM, undefined, after)) {
    checkEvaluation(row.simulator as string, row.id as string, row.u, row, damage);
    read++;
  }
  const { count } = database
    .prepare('SELECT COUNT(*) AS count FROM evaluations WHERE sequence > ?')
    .get(after) as SqlRow;
  if (count !== read) throw new ImagoError('store', damage('there are evaluations of no simulator'));
  for (const row of database.prepare('SELECT name, text, checksum FROM documents').all() as SqlRow[])
    documentOf(row.name as string, row, damage);
  database.exec('COMMIT');
}

/** Gives each row of tables without checksums one. */
export function sealAll(database: SqlDatabase): void {
  const seal = database.prepare('UPDATE evaluations SET checksum = ? WHERE sequence = ?');
  for (const { sequence, simulator, id, u, milliseconds, answer, cause, reason } of rowsOf(database, NO_CHECKSUM))
    seal.run(checksum([simulator, id, u, milliseconds, answer, cause, reason]), sequence);
  const sealDocument = database.prepare('UPDATE documents SET checksum = ? WHERE name = ?');
  for (const { name, text } of database.prepare('SELECT name, text FROM documents').all() as SqlRow[])
    sealDocument.run(checksum([name, text]), name);
}
