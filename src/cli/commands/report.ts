import { existsSync } from 'node:fs';

import { ensure, headlines, type Study, studyFromJson } from '../../index.ts';
import { sqliteStore } from '../../node.ts';
import { checkOutputs, type OutputFiles, writeOutputs } from '../output-file.ts';
import type { Terminal } from '../terminal.ts';

/** Writes the report of the latest study in a store; needs neither scenario nor simulator. */
export async function reportCommand(path: string, options: OutputFiles, terminal: Terminal): Promise<void> {
  checkOutputs(options, path);
  const study = await latestStudy(path);
  for (const line of headlines(study)) terminal.print(line);
  writeOutputs(study, options, terminal);
}

async function latestStudy(path: string): Promise<Study> {
  ensure(existsSync(path), 'invalid-argument', `there is no store ${path}`);
  await using store = await sqliteStore(path, { readOnly: true });
  const text = store.read('study');
  ensure(
    text !== undefined,
    'invalid-argument',
    `${path} holds evaluations, but no finished study yet; run its scenario to the end first`,
  );
  return studyFromJson(text);
}
