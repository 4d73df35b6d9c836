import { open } from 'node:fs/promises';
import { constants as numbers } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { isConclusive } from '../core/evaluation.ts';
import { completed } from '../core/formula.ts';
import { versionHoldsConstants } from '../core/identity.ts';
import type { Output, OutputOptions, RunAnswer } from '../core/output.ts';
import { readOutputs } from '../core/perform.ts';
import { SimulationFailure, withPlace } from '../core/simulation-failure.ts';
import { defineSimulator, type Simulator } from '../core/simulator.ts';
import type { Parameters, Scalar } from '../core/space/parameter.ts';
import { type CommandDefinition, type PreparedCommand, prepare } from './command-definition.ts';
import { type CommandWatch, watchable } from './command-watch.ts';
import { type Ending, runProgram } from './program.ts';
import { programVersion, requireProgram } from './program-version.ts';
import { type CommandOutput, type Extractor, readValue, type Told } from './reading.ts';
import { type FolderFile, RunFolder } from './run-folder.ts';

/**
 * An external program as a simulator. Each run has a temporary folder with the rendered files, where the program is started; it
 * is removed after a success and kept after a failure. The simulator has no source: it runs on {@link inlineExecutor}, which has
 * a concurrency, since the work is done in other processes anyway.
 */
export function commandSimulator<
  const P extends Parameters,
  const O extends Readonly<Record<string, CommandOutput>>,
  F extends string = never,
>(definition: CommandDefinition<P, O, F>): Simulator<P, O & Readonly<Record<F, OutputOptions>>> {
  const { name, description, parameters, constants, outputs, formulas, stochastic, concurrency } = definition;
  const prepared = prepare(definition as CommandDefinition);
  const simulator = defineSimulator(null, {
    name,
    ...(description !== undefined && { description }),
    stochastic: stochastic ?? prepared.usesSeed,
    parameters,
    ...(constants !== undefined && { constants }),
    outputs,
    ...(formulas !== undefined && { formulas }),
    run: (point, context) => running()(point, context),
  });
  const own = simulator.outputs.filter(({ formula }) => !formula);
  const running =
    (watch?: CommandWatch): Simulator<P, O>['run'] =>
    async (point, { seed, signal }) => {
      const values = { ...(point as Readonly<Record<string, Scalar | undefined>>), seed };
      const answer = await answerOf(definition as CommandDefinition, prepared, own, values, signal, watch);
      return answer as RunAnswer<O>;
    };
  watchable(simulator, (watch) => completed(simulator.outputs, constants, running(watch)));
  versionHoldsConstants(simulator);
  let version: string | undefined;
  // Asked for when a study begins, and not by whatever prints a simulator: it can be listed where its program is not installed.
  const get = () => {
    version ??= versionOf(definition as CommandDefinition, prepared);
    return version;
  };
  if (concurrency !== undefined)
    Object.defineProperty(simulator, 'concurrency', { value: concurrency, enumerable: true });
  return Object.defineProperty(simulator, 'version', { get, enumerable: false });
}

function versionOf({ version, command }: CommandDefinition, { program, hash }: PreparedCommand): string {
  const isWritten = program === command[0] && program.includes('/') && !isAbsolute(program);
  if (!isWritten) requireProgram(program);
  return version === undefined ? hash : `${programVersion(version)} ${hash}`;
}

/** Folders of failed runs that are kept of one simulator, unless it says another number. */
const KEPT = 20;

type Answer = Readonly<Record<string, Told>>;

async function answerOf(
  definition: CommandDefinition,
  prepared: PreparedCommand,
  outputs: readonly Output[],
  values: Readonly<Record<string, Scalar | undefined>>,
  signal: AbortSignal,
  watch?: CommandWatch,
): Promise<Answer> {
  const { name, input, timeLimit = Number.POSITIVE_INFINITY, keepFailed = true } = definition;
  const most = keepFailed === true ? KEPT : Number(keepFailed);
  const files = prepared.files.map(({ path, content, executable }): FolderFile => {
    return { path, content: Buffer.isBuffer(content) ? content : content.render(values), executable };
  });
  const command = [prepared.program, ...prepared.arguments.map((one) => one.render(values))];
  const variables = Object.fromEntries(prepared.environment.map(([key, one]) => [key, one.render(values)]));
  await using folder = await RunFolder.make();
  let said = { output: '', errors: '' };
  try {
    await folder.write(files);
    watch?.started(files, command);
    const stdin = input === undefined ? undefined : await open(join(folder.path, input));
    const ending = await runProgram({
      command,
      folder: folder.path,
      environment: { ...process.env, ...variables },
      ...(stdin && { input: stdin.fd }),
      timeLimit,
      signal,
      started: (group) => folder.guard.watch('group', group),
    });
    await stdin?.close();
    said = ending;
    watch?.ended(ending);
    return await readAnswer(definition, prepared, outputs, ending, folder, signal, watch);
  } catch (error) {
    if (!(error instanceof SimulationFailure)) throw error;
    const reason = error.message.replaceAll(folder.path, '.');
    if (most === 0 || !isConclusive({ status: 'failed', cause: error.cause }))
      throw new SimulationFailure(error.cause, reason);
    const kept = await folder.keep(name, JSON.stringify([prepared.hash, values]), most, said);
    throw new SimulationFailure(error.cause, withPlace(reason, kept));
  }
}

async function readAnswer(
  { outputs: readings, timeLimit }: CommandDefinition,
  { extractors, program }: PreparedCommand,
  outputs: readonly Output[],
  ending: Ending,
  folder: RunFolder,
  signal: AbortSignal,
  watch?: CommandWatch,
): Promise<Answer> {
  const { by, exitCode, killedBy } = ending;
  if (by === 'signal') throw new SimulationFailure('cancelled', 'cancelled');
  if (by === 'no-start') throw new SimulationFailure('infrastructure', `cannot start ${program}: ${ending.errors}`);
  const said = lastWords(ending);
  if (by === 'time-limit') throw new SimulationFailure('timed-out', `longer than ${timeLimit} ms${said}`);
  if (killedBy !== null) throw new SimulationFailure('crashed', `killed by ${killedBy}${said}`);
  if (exitCode !== 0) throw new SimulationFailure('threw', `exit code ${exitCode}${signalIn(exitCode ?? 0)}${said}`);
  const texts = new Map<string | undefined, string>([[undefined, ending.output.replaceAll('\r\n', '\n')]]);
  const answer: Record<string, Told> = {};
  let first: SimulationFailure | undefined;
  for (const { name, classes } of outputs) {
    const { file } = readings[name];
    try {
      const text = texts.get(file) ?? (await folder.read(file as string));
      texts.set(file, text);
      const found = await (extractors.get(name) as Extractor)(text, signal);
      answer[name] = readValue(name, found, classes !== undefined);
      watch?.read(name, { value: answer[name] });
    } catch (error) {
      if (!(error instanceof SimulationFailure)) throw error;
      watch?.read(name, { reason: error.message });
      const cut = file === undefined && ending.outputIsCut ? '; of so long an output only the end is read' : '';
      first ??= new SimulationFailure(error.cause, `${error.message}${cut}${said}`);
      // Who looks on wants to see all of them.
      if (!watch) break;
    }
  }
  if (first) throw first;
  const checked = readOutputs(outputs, answer);
  if ('cause' in checked) throw new SimulationFailure(checked.cause, checked.reason);
  return answer;
}

/** A shell whose program a signal ended exits with 128 and the signal's number: which one that was, in brackets. */
function signalIn(exitCode: number): string {
  const found = Object.entries(numbers.signals).find(([, number]) => number === exitCode - 128);
  return found ? ` (${found[0]})` : '';
}

const SAID = 300;

/**
 * What a program said at its end, on standard error or else on standard output, in one line without control characters. Of a longer
 * text also how it begins: before a trace of calls stands the reason.
 */
function lastWords({ errors, firstErrors, output }: Ending): string {
  if (errors.trim() === '') return said('standard output', oneLine(output.slice(-SAID * 2)));
  const [begins, ends] = [oneLine(firstErrors), oneLine(errors)];
  if (ends.length <= SAID) return said('standard error', ends);
  return `; standard error begins: ${begins.slice(0, SAID / 2)} ... and ends: ${ends.slice(-SAID / 2)}`;
}

function said(stream: string, line: string): string {
  return line === '' ? '' : `; ${stream} ends: ${line.slice(-SAID)}`;
}

function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .trim()
    .replace(/\s*\n\s*/g, ' / ')
    .replace(/\p{Cc}+/gu, ' ');
}
