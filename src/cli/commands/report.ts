import { existsSync } from 'node:fs';
import { ensure, headlines, type Study, studySoFar } from '../../index.ts';
import { sqliteStore } from '../../node.ts';
import { isStore } from '../kept-model.ts';
import { loadScenario } from '../load.ts';
import { checkOutputs, type OutputFiles, writeOutputs } from '../output-file.ts';
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
  const study = await studyIn(storePath, isScenario ? path : undefined);
  for (const line of headlines(study)) terminal.print(line);
  writeOutputs(study, options, terminal);
}

async function studyIn(storePath: string, scenarioPath: string | undefined): Promise<Study> {
  ensure(existsSync(storePath), 'invalid-argument', `there is no store ${storePath}`);
  const scenario = scenarioPath === undefined ? undefined : await loadScenario(scenarioPath);
  await using store = await sqliteStore(storePath, { readOnly: true });
  // The store is open until it is there.
  return await studySoFar(store, scenario);
}
