import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { categorical, Dataset, Matrix, type Parameter, Rng, real, Space } from 'imago';

/** The folder with the classification tables of KEEL that the environment variable `IMAGO_TABLES` names; undefined where it names none. */
export function tableFolder(): string | undefined {
  return process.env.IMAGO_TABLES || undefined;
}

/** Tables of two classes, of KEEL. */
export const BINARY_TABLES = [
  ...['australian', 'bupa', 'german', 'heart', 'housevotes', 'ionosphere', 'magic', 'mushroom', 'pima'],
  ...['ring', 'saheart', 'sonar', 'spambase', 'twonorm', 'wdbc', 'wisconsin'],
] as const;

/**
 * A table of comma-separated values without names, its last column the class. A column of numbers is a real parameter with the
 * range that it has in the table, any other and those in `nominal`, numbers from 0, a categorical one; a constant column is left out.
 */
export function readTable(folder: string, name: string, nominal: readonly number[] = []): Dataset {
  const path = join(folder, `${name}.dat`);
  if (!existsSync(path)) throw new Error(`there is no table ${path}`);
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const cells = lines.map((line) => line.split(',').map((cell) => cell.trim()));
  const columns = cells[0].slice(0, -1).map((_, j) => cells.map((row) => row[j]));
  const varying = columns.flatMap((column, j) => (new Set(column).size > 1 ? [[`x${j}`, column] as const] : []));
  const space = new Space(
    Object.fromEntries(
      varying.map(([key, column]) => [
        key,
        parameterOf(
          column,
          nominal.some((j) => key === `x${j}`),
        ),
      ]),
    ),
  );
  const labels = cells.map((row) => row[row.length - 1]);
  const classes = [...new Set(labels)].sort();
  const x = cells.map((_, i) =>
    space.encode(
      Object.fromEntries(
        varying.map(([key, column]) => [
          key,
          isNumber(column[i]) && space.parameters[key].kind === 'real' ? Number(column[i]) : column[i],
        ]),
      ),
    ),
  );
  return new Dataset(
    space,
    [{ name: 'class', classes }],
    Matrix.from(x),
    Matrix.from(labels.map((label) => [classes.indexOf(label)])),
    cells.map((_, i) => ({ id: `${name}/${i}`, status: 'completed', milliseconds: 0 })),
  );
}

const isNumber = (text: string) => text !== '' && Number.isFinite(Number(text));

function parameterOf(column: readonly string[], isNominal: boolean): Parameter {
  if (isNominal || !column.every(isNumber))
    return categorical(...([...new Set(column)].sort() as [string, ...string[]]));
  const values = column.map(Number);
  return real(Math.min(...values), Math.max(...values));
}

/** The same table with at most so many rows, drawn by a seed. */
export function someOf(data: Dataset, most: number, rng: { permutation(count: number): ArrayLike<number> }): Dataset {
  return data.size <= most ? data : data.select(Array.from(rng.permutation(data.size)).slice(0, most));
}

/** Two normal clouds in 20 inputs, as [Breiman1996b] draws them, scaled to the cube from -4 to 4; for quick forms, which need no tables. */
export function twonorm(count: number): Dataset {
  const rng = new Rng('twonorm');
  const middle = 2 / Math.sqrt(20);
  const space = new Space(
    Object.fromEntries(Array.from({ length: 20 }, (_, j) => [`x${j + 1}`, real(-4, 4)] as const)),
  );
  const outputs = [{ name: 'class', classes: ['a', 'b'] }];
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const x = labels.map((own) =>
    Float64Array.from({ length: 20 }, () =>
      Math.min(1, Math.max(0, (rng.normal() + (own === 0 ? middle : -middle) + 4) / 8)),
    ),
  );
  return new Dataset(
    space,
    outputs,
    Matrix.from(x),
    Matrix.from(labels.map((own) => [own])),
    labels.map((_, i) => ({ id: String(i), status: 'completed', milliseconds: 0 })),
  );
}
