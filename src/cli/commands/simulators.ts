import { readFileSync } from 'node:fs';
import { type AnySimulator, ImagoError, isSimulator, type Parameter, type Scalar } from '../../index.ts';
import { describe } from '../../internal.ts';
import { findSubject, loadHere, pluginName, simulatorFiles } from '../load.ts';
import type { Terminal } from '../terminal.ts';

/** What `imago simulators list` says of a file. */
interface Entry {
  readonly name: string;
  readonly size: string;
  readonly description: string;
}

/** Lists the simulators in ./simulators and those that come with imago; one that cannot be listed is reported in its line. */
export async function listCommand(terminal: Terminal): Promise<void> {
  const entries: Entry[] = [];
  const files = shadowed(simulatorFiles());
  for (const [done, file] of files.entries()) {
    // A file may take long: an engine that it imports, or a busy machine.
    terminal.progress.update({ phase: 'load', done, total: files.length, note: pluginName(file) });
    try {
      const exported = (await loadHere(file)).default;
      if (isSimulator(exported)) entries.push(simulatorEntry(file, exported));
      else if (typeof exported === 'function') entries.push(familyEntry(file));
      else terminal.tell(`note: ${file} is no simulator: its default export is not made by defineSimulator()`);
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      terminal.tell(`note: ${error.message}`);
    }
  }
  terminal.progress.clear();
  const width = (key: keyof Entry) => Math.max(...entries.map((entry) => entry[key].length));
  const [names, sizes] = [width('name'), width('size')];
  for (const { name, size, description } of entries)
    terminal.print(`${name.padEnd(names)}  ${size.padEnd(sizes)}  ${description}`);
}

/** Of several files with one name the first, which is the one that the name finds. */
function shadowed(files: readonly string[]): string[] {
  const names = files.map(pluginName);
  return files.filter((file, i) => names.indexOf(pluginName(file)) === i);
}

function simulatorEntry(file: string, { space, outputs, description }: AnySimulator): Entry {
  const size = `${counted(space.dimension, 'input')}, ${counted(outputs.length, 'output')}`;
  return { name: pluginName(file), size, description: description.split('\n')[0] };
}

function familyEntry(file: string): Entry {
  return { name: pluginName(file), size: 'takes options', description: opening(file) };
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The first line of the doc comment with which a file begins. */
function opening(file: string): string {
  const [, line = ''] = /^\s*\/\*\*[\s*]*(.*?)\s*(?:\*\/|\r?\n)/.exec(readFileSync(file, 'utf8')) ?? [];
  return line;
}

/** Describes one simulator: inputs, outputs, units; of a family of simulators, how one is made. */
export async function describeCommand(nameOrPath: string, terminal: Terminal): Promise<void> {
  const family = await familyFile(nameOrPath);
  if (family === undefined) {
    describeSimulator(await findSubject(nameOrPath), terminal);
    return;
  }
  terminal.print(`${pluginName(family)}, a family of simulators: its default export is a function of options`);
  if (opening(family)) terminal.print(opening(family));
  terminal.print(`\nin a scenario\n  import make from '${family}';\n  ... simulator: make({ ... })`);
}

/** The file of that name, when it exports a function of options. */
async function familyFile(name: string): Promise<string | undefined> {
  const file = simulatorFiles().find((one) => pluginName(one) === name);
  if (file === undefined) return undefined;
  const exported = (await loadHere(file)).default;
  return typeof exported === 'function' && !isSimulator(exported) ? file : undefined;
}

function describeSimulator(simulator: AnySimulator, terminal: Terminal): void {
  terminal.print(`${simulator.name}, version ${simulator.version}${simulator.stochastic ? ', stochastic' : ''}`);
  if (simulator.description) terminal.print(simulator.description);
  const inputs = Object.entries<Parameter>(simulator.space.parameters);
  const constants = Object.entries<Scalar>(simulator.constants ?? {});
  const width = Math.max(
    ...[...[...inputs, ...constants].map(([name]) => name), ...simulator.outputs.map(({ name }) => name)].map(length),
  );
  terminal.print('\ninputs');
  for (const [name, spec] of inputs) {
    const group = simulator.space.groups.find(({ columns }) => inputs[columns[0]][0] === name);
    if (spec.group !== undefined && !group) continue;
    const condition = spec.activeWhen ? `; active when ${JSON.stringify(spec.activeWhen)}` : '';
    terminal.print(
      `  ${(group && group.columns.length > 1 ? `${group.name} (${group.columns.length})` : name).padEnd(width)}  ${describe(spec)}${spec.description ? `: ${spec.description}` : ''}${condition}`,
    );
  }
  if (constants.length > 0) terminal.print('\nconstants');
  for (const [name, value] of constants) terminal.print(`  ${name.padEnd(width)}  ${value}`);
  terminal.print('\noutputs');
  for (const { name, unit, description, classes, valid, derivative, formula } of simulator.outputs) {
    const kind = classes
      ? `one of ${classes.join(', ')}`
      : `a number${valid ? ` in [${valid.join(', ')}]` : ''}${unit ? `${valid ? '' : ','} ${unit}` : ''}`;
    const slope = derivative ? `; the derivative of ${derivative.of} by ${derivative.by}` : '';
    terminal.print(
      `  ${name.padEnd(width)}  ${kind}${description ? `: ${description}` : ''}${slope}${formula ? '; computed, not run' : ''}`,
    );
  }
}

const length = (text: string) => text.length;
