import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { ensure, ImagoError, show } from '../core/errors.ts';
import type { Model } from '../core/model.ts';
import { isSavable } from '../core/state/model-state.ts';
import { rowsBehind } from '../core/state/rows-behind.ts';
import { explorerOf } from '../explorer/explorer.ts';
import type { ExplorerStory } from '../explorer/story.ts';
import { cOf } from '../export/c.ts';
import { type ExportSubject, exportedModel } from '../export/exported.ts';
import { javascriptOf } from '../export/javascript/module.ts';
import { loadModel, modelText, originOf } from '../export/model-file.ts';
import { onnxOf } from '../export/onnx/onnx.ts';
import { pythonOf } from '../export/python.ts';
import { rawPoint, testPoints } from '../export/vectors.ts';
import { inUnits } from '../surrogates/point-model.ts';
import { differenceOf, differenceOfSaved } from './difference.ts';
import { fmuTarget } from './fmu.ts';
import { runOnnx } from './onnx-runner.ts';
import { NotHere, runC, runJavascript, runPage, runPython } from './runners.ts';
import { contentOf, type Target, writeFiles } from './target.ts';

/** What became of an export. */
export interface ExportReport {
  /** Paths of the files that were written. */
  readonly files: readonly string[];
  /** Whether what was written has been run at points, and answered what the model answers. */
  readonly verified: boolean;
  /** Why it could not be run on this machine. */
  readonly reason?: string;
  /**
   * Largest difference of values and probabilities from those of the model at 32 points, over the spread of the output; NaN where it was
   * not run. It is rounding: of a process without noise, values are differences of sums that may be a million times as large.
   */
  readonly largestError: number;
  /** The same of bounds; 0 where there are none. */
  readonly intervalError: number;
  /** The largest difference over what rounding explains, at most 1; NaN where it was not run. */
  readonly ofRounding: number;
  /** What the file does not carry, a sentence each. */
  readonly notes: readonly string[];
}

const TARGETS: Readonly<Record<string, (options: FileSubject) => Target>> = {
  '.mjs': () => ({ files: javascriptOf, run: runJavascript }),
  '.py': () => ({ files: pythonOf, run: runPython }),
  '.c': () => ({ files: cOf, run: runC }),
  // Runtimes add up in an order of their own, and have exponentials of their own.
  '.onnx': () => ({ files: onnxOf, run: runOnnx, promise: 1e-9 }),
  '.fmu': ({ fmi = 2 }) => fmuTarget(fmi),
  '.html': () => ({
    files: (model, data, story) => [{ name: `${model.name}.html`, text: explorerOf(model, data, story) }],
    run: runPage,
  }),
};

/** The endings of files that a model can be exported to. */
export const EXPORT_ENDINGS: readonly string[] = ['.json', ...Object.keys(TARGETS)];

/** What is exported beside the model itself; its file is named by who exports it. */
export interface FileSubject extends Omit<ExportSubject, 'name'> {
  /** What a page tells beside the model; of a study in a store it is what {@link studyStory} tells. */
  readonly story?: ExplorerStory;
  /** Of `.fmu`: the version of FMI, 2.0 by default, which more programs read. */
  readonly fmi?: 2 | 3;
}

/**
 * Writes a fitted model as `.json`, which {@link readModel} reads, or as a program that answers alone: `.mjs` (a module of JavaScript, with its types), `.py` (Python 3) or `.c` (C99,
 * with its header), none of which needs anything else, as a graph for ONNX runtimes, `.onnx`, as a unit for co-simulation, `.fmu`, or as `.html`, a page that explores it. What was written is run where this machine can, and held against the model.
 *
 * Throws `invalid-argument` for another ending or a model that is no arithmetic, and `export-failed` where what was written does not
 * answer as the model does; no file is left then.
 */
export async function exportModel(
  model: Model,
  file: string,
  { story = {}, fmi, ...subject }: FileSubject = {},
): Promise<ExportReport> {
  const ending = extname(file);
  ensure(
    fmi === undefined || (ending === '.fmu' && (fmi === 2 || fmi === 3)),
    'invalid-argument',
    ending === '.fmu' ? `fmi must be 2 or 3, got ${show(fmi)}` : `fmi is of .fmu alone, got ${show(file)}`,
  );
  if (ending === '.json') return savedAs(model, file, subject);
  const target = TARGETS[ending]?.(fmi === undefined ? {} : { fmi });
  ensure(
    target !== undefined,
    'invalid-argument',
    `the ending of ${show(file)} says no target; there are ${EXPORT_ENDINGS.join(', ')}`,
  );
  const name = basename(file, ending);
  ensure(
    /^[^"\\*?\p{C}]+$/u.test(name),
    'invalid-argument',
    `an exported file needs a name without quotes, backslashes, stars and question marks, got ${show(name)}`,
  );
  const { data = rowsBehind(model) } = subject;
  const exported = exportedModel(model, { ...subject, data, name });
  const { about } = subject;
  const files = target.files(exported, data, { ...(about && { about }), ...story });
  const folder = await mkdtemp(join(tmpdir(), 'imago-export-'));
  try {
    await writeFiles(folder, files);
    const points = testPoints(exported.space);
    const answers = await target
      .run(
        folder,
        exported,
        points.map((point) => rawPoint(exported.space, point)),
      )
      .catch((error: unknown) => {
        if (error instanceof NotHere) return error;
        throw new ImagoError('export-failed', `${show(file)} could not be run: ${failure(error)}`, { cause: error });
      });
    const verified = !(answers instanceof NotHere);
    const { values, bounds, promised } = verified
      ? differenceOf(exported, model, data, points, answers, target.promise)
      : { values: Number.NaN, bounds: Number.NaN, promised: 0 };
    ensure(
      promised <= 1,
      'export-failed',
      `${show(file)} differs from the model by ${Math.max(values, bounds).toExponential(1)} of the spread, ${promised.toPrecision(2)} times what rounding explains: nothing was written`,
    );
    const packed = await target.pack?.(folder, exported);
    const kept = packed ? [packed.file] : files;
    for (const one of kept) await writeFile(join(dirname(file), one.name), contentOf(one));
    return {
      ...{
        files: kept.map((one) => join(dirname(file), one.name)),
        verified,
        largestError: values,
        intervalError: bounds,
        ofRounding: verified ? promised : Number.NaN,
        notes: [...exported.lost, ...(packed?.lost ?? [])],
      },
      ...(!verified && { reason: `there is no ${answers.message} on this machine` }),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function savedAs(
  given: Model,
  file: string,
  { data, notes = [], about }: Omit<ExportSubject, 'name'>,
): Promise<ExportReport> {
  const model = data ? inUnits(given, data) : given;
  ensure(isSavable(model), 'invalid-argument', `${show(file)}: a model without a state cannot be saved`);
  const own = about ? originOf(about) : { name: basename(file, '.json') };
  const told = [...(own.notes ?? []), ...notes];
  const text = modelText(model, { ...own, ...(told.length > 0 && { notes: told }) });
  const { values, bounds, promised } = differenceOfSaved(loadModel(text).model, model, data ?? rowsBehind(model));
  ensure(
    promised <= 1,
    'export-failed',
    `${show(file)} differs from the model by ${Math.max(values, bounds).toExponential(1)} of the spread: nothing was written`,
  );
  await writeFile(file, text);
  return {
    files: [file],
    verified: true,
    largestError: values,
    intervalError: bounds,
    ofRounding: promised,
    notes: [],
  };
}

/** What a program that failed has said, its first lines. */
function failure(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string; readonly message?: string };
  return (stderr || message || String(error)).split('\n').slice(0, 5).join('\n');
}
