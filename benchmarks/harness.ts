import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Model } from 'imago';
import { keptModel } from './kept-model.ts';

/** A value in a row of results. */
export type Cell = number | string | boolean | null | readonly (number | null)[];

/** One row of results; its columns are a contract with whoever reads the JSON. */
export type Row = Readonly<Record<string, Cell>>;

/** What a benchmark is asked for. */
export interface Request {
  /** A form that takes seconds, for CI. */
  readonly quick: boolean;
  /** The small form of a benchmark that has one, from `--small`. */
  readonly small: boolean;
  /** Number of seeds; the benchmark has its own default. */
  readonly seeds?: number;
  /** Instances of test problems, from `--instances a-b`; without it the published form. */
  readonly instances?: readonly number[];
  /** Numbers of functions, from `--functions 1,6-10`; the benchmark has its own default. */
  readonly functions?: readonly number[];
  /** Optimizers by name, from `--optimizers a,b`; without it all of them. */
  readonly optimizers?: readonly string[];
  /** Surrogates by name, from `--surrogates a,b`; the benchmark has its own default. */
  readonly surrogates?: readonly string[];
  /** Whether a case of this name is wanted. */
  wants(name: string): boolean;
  /** Whether a row with these values is in the JSON file that is being resumed. */
  has(key: Row): boolean;
  /**
   * The row with this key, of the JSON file that is being resumed or made now, so that a summary covers both. What is made has no column of the
   * key: a row that overwrote it would not be found.
   */
  once<K extends Row, R extends Readonly<Record<keyof R, Cell>> & { readonly [P in keyof K]?: never }>(
    key: K,
    make: () => R | Promise<R>,
  ): Promise<K & R>;
  /** The model of this name that was kept when the JSON file that is being resumed was made, or the one that `learn` makes, which is kept beside it; without a file none is. */
  kept(name: string, learn: () => Promise<Model>): Promise<Model>;
  /** Takes a finished row. */
  emit(row: Row): void;
  /** Says something that is no row. */
  say(line: string): void;
}

/** One file, one question. The default export of a benchmark file. */
export interface Benchmark {
  readonly question: string;
  /** Columns in the order of the table. */
  readonly columns: readonly string[];
  run(request: Request): Promise<void>;
}

/** Files of this folder that are no benchmarks. */
const PARTS = [
  'harness.ts',
  'statistics.ts',
  'scenario.ts',
  'trial.ts',
  'designs.ts',
  'honesty-summary.ts',
  'published-forests.ts',
  'export-times.ts',
  'reds-problems.ts',
  'tables.ts',
  'digit-features.ts',
  'digit-rows.ts',
  'hinton.ts',
  'kept-model.ts',
];

const USAGE =
  'usage: npm run bench -- <name> [--quick] [--small] [--seeds N] [--only a,b] [--instances a-b] [--functions a-b] [--optimizers a,b] [--surrogates a,b] [--resume] [--json FILE]';

/** Runs the benchmark that the arguments name; returns the exit code. */
export async function main(args: string[], load: (name: string) => Promise<Record<string, unknown>>): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean' },
      small: { type: 'boolean' },
      seeds: { type: 'string' },
      only: { type: 'string' },
      instances: { type: 'string' },
      functions: { type: 'string' },
      optimizers: { type: 'string' },
      surrogates: { type: 'string' },
      resume: { type: 'boolean' },
      json: { type: 'string' },
    },
  });
  const known = benchmarkNames();
  if (positionals.length === 0 && values.quick) {
    for (const name of known) await runOne(name, values, load);
    return 0;
  }
  if (positionals.length !== 1 || !known.includes(positionals[0])) {
    console.error(`${USAGE}\nbenchmarks: ${known.join(', ')}; without a name, --quick runs them all`);
    return 2;
  }
  await runOne(positionals[0], values, load);
  return 0;
}

interface Flags {
  readonly quick?: boolean;
  readonly small?: boolean;
  readonly seeds?: string;
  readonly only?: string;
  readonly instances?: string;
  readonly functions?: string;
  readonly optimizers?: string;
  readonly surrogates?: string;
  readonly resume?: boolean;
  readonly json?: string;
}

async function runOne(
  name: string,
  {
    quick = false,
    small = false,
    seeds,
    only,
    instances,
    functions,
    optimizers,
    surrogates,
    resume = false,
    json,
  }: Flags,
  load: (name: string) => Promise<Record<string, unknown>>,
): Promise<void> {
  const { default: benchmark } = (await load(name)) as { default: Benchmark };
  const rows: Row[] = resume && json && existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as Row[]) : [];
  const wanted = only?.split(',');
  console.log(`# ${name}: ${benchmark.question}`);
  console.log(benchmark.columns.map(pad).join(' '));
  for (const row of rows) printRow(benchmark, row);
  const find = (key: Row) => rows.find((row) => Object.entries(key).every(([column, value]) => row[column] === value));
  const emit = (row: Row) => {
    rows.push(row);
    printRow(benchmark, row);
    if (json) writeFileSync(json, `${JSON.stringify(rows, null, 1)}\n`);
  };
  await benchmark.run({
    quick,
    small,
    ...(seeds !== undefined && { seeds: Number(seeds) }),
    ...(instances !== undefined && { instances: rangeOf(instances) }),
    ...(functions !== undefined && { functions: rangeOf(functions) }),
    ...(optimizers !== undefined && { optimizers: optimizers.split(',') }),
    ...(surrogates !== undefined && { surrogates: surrogates.split(',') }),
    wants: (one) => wanted === undefined || wanted.includes(one),
    has: (key) => find(key) !== undefined,
    async once<K extends Row, R>(key: K, make: () => R | Promise<R>) {
      const known = find(key) as (K & R) | undefined;
      if (known) return known;
      const row = { ...key, ...(await make()) };
      emit(row as Row);
      return row;
    },
    kept: (name, learn) => keptModel(json, resume, name, learn),
    emit,
    say: (line) => console.log(line),
  });
}

/** The whole numbers of `a-b`, or of several of those with commas between. */
function rangeOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** Every file in this folder that is not part of the harness. */
function benchmarkNames(): string[] {
  return readdirSync(import.meta.dirname ?? new URL('.', import.meta.url).pathname)
    .filter((file) => /^[a-z-]+\.ts$/.test(file) && !PARTS.includes(file))
    .map((file) => file.slice(0, -3));
}

function printRow({ columns }: Benchmark, row: Row): void {
  console.log(
    columns
      .map((column) => show(row[column]))
      .map(pad)
      .join(' '),
  );
}

function show(cell: Cell | undefined): string {
  if (cell === undefined || cell === null) return '-';
  if (Array.isArray(cell)) return `[${cell.length}] ${show(cell.at(-1))}`;
  if (typeof cell === 'number') return Number.isInteger(cell) ? String(cell) : cell.toPrecision(4);
  return String(cell);
}

function pad(text: string): string {
  return text.padEnd(14);
}
