import { extname } from 'node:path';
import { exportModel } from '../../node.ts';
import { modelAt, storyAt } from '../kept-model.ts';
import { checkWritable } from '../output-file.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `imago export`. */
export interface ExportOptions {
  readonly to: string;
  /** Of a store: whose model; the last stage's by default. */
  readonly stage?: string;
  /** Of an FMU: the version of FMI. */
  readonly fmi?: string;
}

/** Writes the model of a file or a store as a program in another language or as a page, and says how it was held against the model. */
export async function exportCommand(
  path: string,
  { to, stage, fmi }: ExportOptions,
  terminal: Terminal,
): Promise<void> {
  const { model, about } = await modelAt(path, terminal.tell, stage);
  checkWritable(to);
  const { files, verified, largestError, intervalError, ofRounding, reason, notes } = await exportModel(model, to, {
    about,
    ...(fmi !== undefined && { fmi: Number(fmi) as 2 | 3 }),
    ...(extname(to) === '.html' && { story: await storyAt(path, model) }),
  });
  for (const note of notes) terminal.tell(`note: ${note}`);
  terminal.print(files.join(', '));
  terminal.print(
    verified
      ? `Run at 32 points: the largest difference from the model is ${Math.max(largestError, intervalError).toExponential(1)} of the spread of an output, ${ofRounding.toPrecision(2)} of what rounding explains`
      : `Not run: ${reason}`,
  );
}
