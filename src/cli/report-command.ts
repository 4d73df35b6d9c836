import { existsSync } from 'node:fs';

import { ensure, headlines, type Study, studyFromJson } from '../index.ts';
import { sqliteStore } from '../node.ts';
import { writeOutputs } from './run-command.ts';
import type { Terminal } from './terminal.ts';

/** Writes the report of the latest study in a store; needs neither scenario nor simulator. */
export async function reportCommand(
  path: string,
  options: { readonly json?: string; readonly report?: string },
  terminal: Terminal,
): Promise<void> {
  const study = await latestStudy(path);
  for (const line of headlines(study)) terminal.print(line);
  writeOutputs(study, options, terminal);
}

async function latestStudy(path: string): Promise<Study> {
  ensure(existsSync(path), 'store', `there is no store ${path}`);
  await using store = await sqliteStore(path, { readOnly: true });
  const text = store.read('study');
  ensure(
    text !== undefined,
    'store',
    `${path} holds evaluations, but no finished study yet; run its scenario to the end first`,
  );
  return studyFromJson(text);
}
