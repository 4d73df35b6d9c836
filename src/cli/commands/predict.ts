import { existsSync, readFileSync } from 'node:fs';
import { ensure, predictCsv } from '../../index.ts';
import { modelAt } from '../kept-model.ts';
import { checkWritable, writeOutput } from '../output-file.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `imago predict`. */
export interface PredictOptions {
  readonly out?: string;
  /** Of a store: whose model; the last stage's by default. */
  readonly stage?: string;
}

/** Answers the points of a CSV file by the model of a file or a store. */
export async function predictCommand(
  path: string,
  points: string,
  { out, stage }: PredictOptions,
  terminal: Terminal,
): Promise<void> {
  ensure(existsSync(points), 'invalid-argument', `there is no file ${points}`);
  if (out !== undefined) checkWritable(out);
  const { model } = await modelAt(path, terminal.tell, stage);
  const csv = predictCsv(model, readFileSync(points, 'utf8'));
  if (out === undefined) terminal.print(csv.trimEnd());
  else writeOutput(out, csv);
}
