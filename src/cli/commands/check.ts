import {
  type AnySimulator,
  ensure,
  label,
  Matrix,
  type Output,
  Rng,
  type Scalar,
  simulatorOracle,
} from '../../index.ts';
import { type CommandWatch, namedOutputs, pointAt, watchedCommand } from '../../internal.ts';
import { inlineExecutor } from '../../node.ts';
import { type ExecutorOptions, executorFor } from '../executor.ts';
import { checkRunnable, findSubject } from '../load.ts';
import { middleWith, namedPoint } from '../point.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `imago check`. */
export interface CheckOptions extends ExecutorOptions {
  /** `length=1.2,material=steel`: what is not named stays in the middle of its range. */
  readonly at?: string;
  readonly seed: number;
}

/** Lines of a file or of what a program wrote that are shown. */
const MOST_LINES = 12;
const WIDEST = 160;

/** Runs the simulator of a scenario once, and shows what went in and what came out. Throws `no-data` where the run fails. */
export async function checkCommand(path: string, options: CheckOptions, terminal: Terminal): Promise<void> {
  const { seed, at, ...running } = options;
  const simulator = await findSubject(path);
  const u = middleWith(at === undefined ? {} : namedPoint(at, simulator), simulator);
  await checkRunnable(simulator);
  const point = Object.entries(pointAt(simulator.space, u)).map(([name, value]) => {
    return `${name} = ${withUnit(value, simulator.space.parameters[name].unit)}`;
  });
  terminal.print(`${simulator.name} at ${point.join(', ')}`);
  const watched = watchedCommand(simulator, watchOn(simulator, terminal));
  const limit = running.timeLimit === undefined ? {} : { timeLimit: running.timeLimit * 1000 };
  await using executor = watched
    ? inlineExecutor(limit)
    : executorFor(simulator, { ...(running.executor !== 'slurm' && { workers: 1 }), ...running }, terminal.tell);
  const run = { rng: new Rng(String(seed)), clock: terminal.clock, signal: terminal.signal };
  const { rows, y } = await label(
    simulatorOracle(watched ?? simulator, executor),
    Matrix.from([u]),
    `${seed}/check`,
    run,
  );
  const [{ status, milliseconds, cause, reason }] = rows;
  if (status === 'completed') {
    const values = namedOutputs(simulator.outputs, y.row(0));
    // What a program writes has been shown as it was read.
    const rest = simulator.outputs.filter(({ formula }: Output) => !watched || formula);
    for (const { name, unit } of rest) terminal.print(`${name} = ${withUnit(values[name], unit)}`);
    terminal.print(`completed after ${milliseconds.toFixed(1)} ms`);
  }
  ensure(status === 'completed', 'no-data', `the run failed after ${milliseconds.toFixed(1)} ms, ${cause}: ${reason}`);
}

/** Prints what a program is given, does and answers. */
function watchOn({ outputs }: AnySimulator, terminal: Terminal): CommandWatch {
  const block = (title: string, text: string) => {
    const lines = text.replace(/\n$/, '').split('\n');
    terminal.print(`${title}${text === '' ? ', empty' : ''}`);
    const shown = text === '' ? [] : lines.slice(0, MOST_LINES);
    for (const line of shown) terminal.print(`  | ${printable(line)}`);
    if (lines.length > MOST_LINES) terminal.print(`  | ... ${lines.length - MOST_LINES} lines more`);
  };
  return {
    started(files, command) {
      for (const { path, content } of files)
        if (typeof content === 'string') block(`file ${path}`, content);
        else terminal.print(`file ${path}, copied, ${content.length} bytes`);
      terminal.print(
        `command ${command.map((part) => (/^[\w./:=+@%-]+$/.test(part) ? part : JSON.stringify(part))).join(' ')}`,
      );
    },
    ended({ by, exitCode, killedBy, output, errors }) {
      terminal.print(by === 'itself' ? `ended with ${killedBy ?? `exit code ${exitCode}`}` : `ended by ${by}`);
      block('standard output', output);
      if (errors !== '') block('standard error', errors);
    },
    read(name, found) {
      const { unit } = outputs.find((output: Output) => output.name === name) as Output;
      terminal.print(
        'value' in found
          ? `${name} = ${withUnit(typeof found.value === 'object' ? JSON.stringify(found.value) : found.value, unit)}`
          : `${name} not read: ${found.reason}`,
      );
    },
  };
}

function withUnit(value: Scalar, unit: string | undefined): string {
  return unit ? `${value} ${unit}` : String(value);
}

/** A line that a terminal shows as it is. */
function printable(line: string): string {
  const text = line.replace(/\p{Cc}/gu, (character) => (character === '\t' ? '  ' : '.'));
  return text.length > WIDEST ? `${text.slice(0, WIDEST)} ...` : text;
}
