import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constantMistake } from '../core/constant.ts';
import { type Place, show } from '../core/errors.ts';
import type { Formula } from '../core/formula.ts';
import type { Constants, Parameter, Parameters } from '../core/space/parameter.ts';
import { reasonOf } from '../core/thrown.ts';
import { ensureAt, misplaced } from './place.ts';
import { type CommandOutput, type Extractor, extractorOf } from './reading.ts';
import { parseTemplate, SEED, type Template } from './template.ts';

/** An input file: a template's text, a file with a template, or a file that is copied as it is. */
export type InputFile = string | { readonly template: string | URL } | { readonly copy: string | URL };

/** A program as a simulator; see {@link commandSimulator}. Templates may stand in files, arguments and the environment. */
export interface CommandDefinition<
  P extends Parameters = Parameters,
  O extends Readonly<Record<string, CommandOutput>> = Readonly<Record<string, CommandOutput>>,
  F extends string = string,
> {
  readonly name: string;
  readonly description?: string;
  readonly parameters: P;
  /** Values by name that templates use beside the parameters, such as the setting of a study: nothing varies them. */
  readonly constants?: Constants;
  readonly outputs: O;
  /** More outputs, which the program does not answer: each is computed from the point and what is constant. */
  readonly formulas?: { readonly [K in F]: Formula<P> };
  /** Input files by their path in the run's folder. */
  readonly files?: Readonly<Record<string, InputFile>>;
  /** The program and its arguments, each as it is: there is no shell. A relative path of a program starts at `folder`. */
  readonly command: readonly string[];
  /** The one of the files that the program reads as its standard input. */
  readonly input?: string;
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds; then SIGTERM, and half a second later SIGKILL, for the program and all that it started. Default: no limit. */
  readonly timeLimit?: number;
  /** The most runs at once. Default: as many as the executor does. */
  readonly concurrency?: number;
  /** A command that prints the program's version, such as `['ngspice', '--version']`: another version is another simulator. */
  readonly version?: readonly string[];
  /** Equal points may give different answers. Default: whether `{{seed}}` is used. */
  readonly stochastic?: boolean;
  /** How many folders of failed runs are kept, the latest of them; true stands for 20, false for none. Default true. */
  readonly keepFailed?: boolean | number;
  /** Where relative paths start. Default: the working folder. */
  readonly folder?: string;
}

/** A definition that is checked and ready to be run. */
export interface PreparedCommand {
  /** The path of the program, or its name where it is looked for on the PATH. */
  readonly program: string;
  readonly arguments: readonly Template[];
  readonly environment: readonly (readonly [string, Template])[];
  readonly files: readonly {
    readonly path: string;
    readonly content: Template | Buffer;
    readonly executable: boolean;
  }[];
  readonly extractors: ReadonlyMap<string, Extractor>;
  readonly usesSeed: boolean;
  /** Twelve hexadecimal digits: they change with anything that can change an answer. */
  readonly hash: string;
}

/** Texts that mean nothing to a shell, name no option and leave no folder. */
const HARMLESS = /^[\p{L}\p{N}_][\p{L}\p{N}_ .,:+=%@/-]*$/u;

/** Checks a definition and reads its files; throws `invalid-simulator` with the place and the value. */
export function prepare(definition: CommandDefinition): PreparedCommand {
  const { name, outputs, files = {}, command, input, environment = {}, constants = {}, folder = '.' } = definition;
  const formulas = Object.entries(definition.formulas ?? {}).map(([output, { value, ...rest }]) => {
    return [output, { text: String(value), ...rest }] as const;
  });
  checkConstants(definition);
  // To a template a constant is a parameter with one value.
  const parameters: Parameters = { ...definition.parameters, ...asParameters(constants) };
  checkParameters(parameters, constants);
  checkNumbers(definition);
  ensureAt(
    Array.isArray(command) && command.length > 0 && command.every(isText),
    ['command'],
    `must be a list of the program and its arguments, such as ['awk', '-f', 'beam.awk'], got ${show(command)}`,
  );
  command.forEach((part, i) => {
    ensureAt(!part.includes('\0'), ['command', i], `${show(part)} has a zero byte, which no program can be given`);
  });
  const texts = Object.entries(files).map(([path, file]) => readInput(path, file, parameters, folder));
  for (const path of Object.keys(files)) checkAbove(path, files, ['files', path]);
  ensureAt(
    input === undefined || Object.hasOwn(files, input),
    ['input'],
    `there is no file ${show(input)} among the files: ${Object.keys(files).join(', ') || 'there are none'}`,
  );
  const program = programOf(command[0], files, folder);
  const templates = command.slice(1).map((text, i) => parseTemplate(text, parameters, ['command', i + 1]));
  const variables = Object.entries(environment).map(([key, text]) => {
    const place = ['environment', key];
    ensureAt(/^[^=\0]+$/.test(key), place, "a variable's name has no = and no zero byte, and is not empty");
    ensureAt(typeof text === 'string' && !text.includes('\0'), place, `must be a text, got ${show(text)}`);
    return [key, parseTemplate(text, parameters, place)] as const;
  });
  const extractors = new Map(
    Object.entries(outputs).map(([output, reading]) => {
      ensureAt(
        typeof reading === 'object' && reading !== null,
        ['outputs', output],
        `must say where it is read, such as { pattern: '^mass (.*)' }, got ${show(reading)}`,
      );
      if (reading.file !== undefined) {
        checkPath(reading.file, ['outputs', output, 'file']);
        checkAbove(reading.file, files, ['outputs', output, 'file']);
      }
      return [output, extractorOf(output, reading)];
    }),
  );
  const contents = texts.flatMap(({ content }) => (Buffer.isBuffer(content) ? [] : [content]));
  const used = new Set(
    [...contents, ...templates, ...variables.map(([, one]) => one)].flatMap((one) => [...one.names]),
  );
  const computing = new Set(formulas.flatMap(([, { text }]) => text.match(/[A-Za-z_]\w*/g) ?? []));
  for (const parameter of Object.keys(parameters))
    ensureAt(
      used.has(parameter) || computing.has(parameter),
      [Object.hasOwn(constants, parameter) ? 'constants' : 'parameters', parameter],
      `is used in no file, argument, variable or formula of '${name}'; write {{${parameter}}} where it belongs`,
    );
  const bytes = texts.map(({ path, bytes }) => [path, createHash('sha256').update(bytes).digest('hex')]);
  const own = program !== command[0] && isFile(program) ? readFileSync(program) : '';
  const hash = createHash('sha256')
    .update(JSON.stringify([definition.parameters, outputs, command, input, environment, bytes]))
    .update(definition.constants === undefined ? '' : JSON.stringify(constants))
    .update(formulas.length === 0 ? '' : JSON.stringify(formulas))
    .update(own)
    .digest('hex')
    .slice(0, 12);
  return {
    program,
    arguments: templates,
    environment: variables,
    files: texts,
    extractors,
    usesSeed: used.has(SEED),
    hash,
  };
}

function checkParameters(parameters: Parameters, constants: object): void {
  for (const [name, parameter] of Object.entries(parameters)) {
    const place = [Object.hasOwn(constants, name) ? 'constants' : 'parameters', name];
    ensureAt(/^[A-Za-z_]\w*$/.test(name), place, 'a name is letters, digits and _, so that a template can hold it');
    ensureAt(name !== SEED, place, `{{${SEED}}} is the random seed of a run; give it another name`);
    if (parameter.kind !== 'categorical') continue;
    for (const choice of parameter.values)
      ensureAt(
        HARMLESS.test(choice) && !choice.includes('..'),
        place,
        `${show(choice)} could mean something to a shell or leave the folder; choices begin with a letter or digit, go on with those, spaces and _.,:+=%@/-, and have no '..'`,
      );
  }
}

function asParameters(constants: Constants): Parameters {
  return Object.fromEntries(
    Object.entries(constants).map(([name, value]): [string, Parameter] => [
      name,
      typeof value === 'string' ? { kind: 'categorical', values: [value] } : { kind: 'ordinal', values: [value] },
    ]),
  );
}

function checkConstants({ constants = {}, parameters, outputs, formulas }: CommandDefinition): void {
  for (const [name, value] of Object.entries(constants)) {
    const mistake = constantMistake(name, value, Object.keys(parameters), Object.keys({ ...outputs, ...formulas }));
    if (mistake !== undefined) throw misplaced(['constants', name], mistake);
  }
}

function checkNumbers({ timeLimit, concurrency, version, keepFailed = true }: CommandDefinition): void {
  ensureAt(
    typeof keepFailed === 'boolean' || (Number.isInteger(keepFailed) && keepFailed >= 0),
    ['keepFailed'],
    `must be true, false or a whole number of folders, got ${show(keepFailed)}`,
  );
  ensureAt(
    version === undefined || (Array.isArray(version) && version.length > 0 && version.every(isText)),
    ['version'],
    `must be a list of a program and its arguments, such as ['ngspice', '--version'], got ${show(version)}`,
  );
  ensureAt(
    timeLimit === undefined || (typeof timeLimit === 'number' && timeLimit > 0),
    ['timeLimit'],
    `must be a positive number of milliseconds, got ${show(timeLimit)}`,
  );
  ensureAt(
    concurrency === undefined || (Number.isInteger(concurrency) && concurrency >= 1),
    ['concurrency'],
    `must be a positive integer, got ${show(concurrency)}`,
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** Bytes of one name, and of a whole path with that of the run's folder before it, that Linux and macOS allow. */
const NAME_BYTES = 255;
const PATH_BYTES = 900;

/** Throws unless the path stays in the run's folder, and can be one. */
function checkPath(path: string, place: Place): void {
  ensureAt(
    typeof path === 'string' &&
      /^[^\\\0\r\n:]+$/.test(path) &&
      posix.normalize(path) === path &&
      !path.startsWith('/') &&
      !path.endsWith('/') &&
      path !== '.' &&
      path !== '..' &&
      !path.startsWith('../'),
    place,
    `${show(path)} is not a path within the folder of the run, such as deck.inp or system/mesh.txt`,
  );
  const longest = Math.max(...path.split('/').map((name) => Buffer.byteLength(name)));
  ensureAt(longest <= NAME_BYTES, place, `${show(path)} has a name of ${longest} bytes; at most ${NAME_BYTES} can be`);
  const bytes = Buffer.byteLength(path);
  ensureAt(bytes <= PATH_BYTES, place, `${show(path)} has ${bytes} bytes; at most ${PATH_BYTES} can be`);
}

/** Throws where one of the files would have to be the folder that the path is in. */
function checkAbove(path: string, files: object, place: Place): void {
  for (let above = posix.dirname(path); above !== '.'; above = posix.dirname(above))
    ensureAt(!Object.hasOwn(files, above), place, `${show(above)} is a file, and cannot be a folder as well`);
}

function readInput(path: string, file: InputFile, parameters: Parameters, folder: string) {
  const place = ['files', path];
  checkPath(path, place);
  if (typeof file === 'string') return entry(path, Buffer.from(file), parseTemplate(file, parameters, place), false);
  const known: { readonly template?: string | URL; readonly copy?: string | URL } = file ?? {};
  const source = known.template ?? known.copy;
  ensureAt(
    typeof source === 'string' || source instanceof URL,
    place,
    `must be a text, { template } or { copy }, got ${show(file)}`,
  );
  const full = source instanceof URL ? fileURLToPath(source) : resolve(folder, source);
  const bytes = readBytes(full, place);
  const executable = (statSync(full).mode & 0o100) !== 0;
  if ('copy' in file) return entry(path, bytes, bytes, executable);
  return entry(path, bytes, parseTemplate(bytes.toString('utf8'), parameters, place), executable);
}

function entry(path: string, bytes: Buffer, content: Template | Buffer, executable: boolean) {
  return { path, bytes, content, executable: executable || bytes.subarray(0, 2).toString() === '#!' };
}

function readBytes(path: string, place: Place): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw misplaced(place, `cannot read ${path}: ${reasonOf(error)}`);
  }
}

/** A program given by a relative path is one of the files, or lies at the folder of the definition. */
function programOf(text: string, files: Readonly<Record<string, InputFile>>, folder: string): string {
  ensureAt(!text.includes('{{'), ['command', 0], `the program cannot depend on a parameter, got ${show(text)}`);
  if (!text.includes('/') || isAbsolute(text)) return text;
  return Object.hasOwn(files, posix.normalize(text)) ? text : resolve(folder, text);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
