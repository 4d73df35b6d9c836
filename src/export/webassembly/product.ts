import { type Code, op, type Routine, repeat, TYPE, when } from './bytes.ts';

/** Rows of a matrix that stand side by side in {@link PRODUCT}. */
export const SIDE_BY_SIDE = 8;

const [TO, ROWS, MATRIX, FROM, COLUMNS, LOWER] = [0, 1, 2, 3, 4, 5];
const [ROW, COLUMN, WIDTH, FIRST_SUM] = [6, 7, 8, 9];
const PAIRS = SIDE_BY_SIDE / 2;
const VALUE = FIRST_SUM + 2 * PAIRS;

const between = (code: (pair: number) => Code): Code => Array.from({ length: PAIRS }, (_, pair) => code(pair)).flat();

/** Adds `column` columns on from the place: its number times the eight rows, to sums of its own. */
function added(column: number): Code {
  const sum = (pair: number) => FIRST_SUM + PAIRS * column + pair;
  return [
    ...[...op.get(FROM), ...op.get(COLUMN), ...op.addInt, ...op.loadSplat(8 * column), ...op.set(VALUE)],
    ...between((pair) => [
      ...[...op.get(sum(pair)), ...op.get(MATRIX), ...op.load(8 * SIDE_BY_SIDE * column + 16 * pair)],
      ...[...op.get(VALUE), ...op.multiply, ...op.add, ...op.set(sum(pair))],
    ]),
  ];
}

const advance = (local: number, by: number): Code => [...op.get(local), ...op.int(by), ...op.addInt, ...op.set(local)];

/**
 * `product(to, rows, matrix, from, columns, lower)`: all places of the memory, in bytes, and counts. The matrix stands eight rows side by
 * side, column after column; of a lower one a block ends with the last column that is not above the diagonal. Two columns are added at
 * once: no sum waits for another.
 */
export const PRODUCT: Routine = {
  name: 'product',
  parameters: Array.from({ length: 6 }, () => TYPE.i32),
  locals: [...Array.from({ length: 3 }, () => TYPE.i32), ...Array.from({ length: 2 * PAIRS + 1 }, () => TYPE.v128)],
  body: repeat([
    ...advance(ROW, SIDE_BY_SIDE),
    // The bytes of a row's numbers: all, or up to the diagonal.
    ...[...op.get(COLUMNS), ...op.get(ROW), ...op.get(ROW), ...op.get(COLUMNS), ...op.lessInt],
    ...[...op.get(LOWER), ...op.andInt, ...op.not, ...op.select, ...op.int(3), ...op.shiftInt, ...op.set(WIDTH)],
    ...Array.from(
      { length: 2 * PAIRS },
      (_, k): Code => [...[...op.double(0), ...op.splat, ...op.set(FIRST_SUM + k)]],
    ).flat(),
    ...[...op.int(0), ...op.set(COLUMN)],
    ...[...op.int(8), ...op.get(WIDTH), ...op.lessInt],
    ...when(
      repeat([
        ...[...added(0), ...added(1), ...advance(MATRIX, 16 * SIDE_BY_SIDE), ...advance(COLUMN, 16)],
        ...[...op.get(COLUMN), ...op.int(8), ...op.addInt, ...op.get(WIDTH), ...op.lessInt],
      ]),
    ),
    ...[...op.get(COLUMN), ...op.get(WIDTH), ...op.lessInt],
    ...when([...added(0), ...advance(MATRIX, 8 * SIDE_BY_SIDE)]),
    ...between((pair) => [
      ...[...op.get(TO), ...op.get(FIRST_SUM + pair), ...op.get(FIRST_SUM + PAIRS + pair), ...op.add],
      ...op.store(16 * pair),
    ]),
    ...advance(TO, 8 * SIDE_BY_SIDE),
    ...[...op.get(ROW), ...op.get(ROWS), ...op.lessInt],
  ]),
};
