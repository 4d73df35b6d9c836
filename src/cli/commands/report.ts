import { existsSync } from 'node:fs';
import { ensure, headlines, type LiveStudy, liveStudy, type Study, studySoFar } from '../../index.ts';
import { sqliteStore, storeHolder } from '../../node.ts';
import { isStore } from '../kept-model.ts';
import { loadScenario } from '../load.ts';
import { checkOutputs, type OutputFiles, writeOutputs } from '../output-file.ts';
import { phaseName } from '../phase.ts';
import { duration } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { storeOf } from './run.ts';

/** Options of `imago report`. */
export interface ReportOptions extends OutputFiles {
  /** Of a scenario: where its evaluations are kept. */
  readonly store?: string;
}

/** Writes the report of the latest study in a store, also while another process works on it; needs no simulator, and a scenario only for goals in code. */
export async function reportCommand(path: string, options: ReportOptions, terminal: Terminal): Promise<void> {
  const isScenario = existsSync(path) && !isStore(path) && /\.([cm]?[jt]s|ya?ml)$/.test(path);
  ensure(
    isScenario || options.store === undefined,
    'invalid-argument',
    () => `--store is for a scenario, and ${path} is none; name the store alone`,
  );
  const storePath = isScenario ? (options.store ?? storeOf(path)) : path;
  checkOutputs(options, storePath);
  const { study, live } = await studyIn(storePath, isScenario ? path : undefined);
  const [first, ...others] = headlines(study);
  const running = study.results.unfinished ? [runningText(await storeHolder(storePath), live)] : [];
  for (const line of [first, ...running, ...others]) terminal.print(line);
  writeOutputs(study, options, terminal);
}

async function studyIn(
  storePath: string,
  scenarioPath: string | undefined,
): Promise<{ study: Study; live?: LiveStudy }> {
  ensure(existsSync(storePath), 'invalid-argument', `there is no store ${storePath}`);
  const scenario = scenarioPath === undefined ? undefined : await loadScenario(scenarioPath);
  await using store = await sqliteStore(storePath, { readOnly: true });
  const live = liveStudy(store);
  return { study: await studySoFar(store, scenario), ...(live && { live }) };
}

/** Whether a process runs the study, and what it said of itself last. */
function runningText(holder: number | undefined, live: LiveStudy | undefined): string {
  if (holder === undefined) return 'No process runs it; the command that began it goes on with it';
  const { progress, state = 'running', secondsLeft = null } = live?.process === holder ? live : {};
  const where = progress
    ? `, ${phaseName(progress.phase)} ${progress.done}${progress.total === null ? '' : `/${progress.total}`}`
    : '';
  const left = secondsLeft === null || state !== 'running' ? '' : `, at most ${duration(secondsLeft)} left`;
  return `Process ${holder} is on it: ${state}${where}${left}`;
}
