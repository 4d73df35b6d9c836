import { ensure, ImagoError, show } from '../../core/errors.ts';
import { dataOracle, modelOracle, type Oracle } from '../../core/oracle.ts';
import type { Output } from '../../core/output.ts';
import type { Space } from '../../core/space/space.ts';
import { dataOf } from '../../core/state/data-state.ts';
import { datasetFromCsv } from '../../data/csv.ts';
import { checkBytes } from '../../data/idx.ts';
import { datasetFromIdx } from '../../data/images.ts';
import { boostedFromJson } from '../../export/foreign/boosted.ts';
import { forestFromJson } from '../../export/foreign/forest.ts';
import { isLightGbmText } from '../../export/foreign/light-gbm-text.ts';
import { type OnnxOptions, onnxOracle } from '../../export/foreign/onnx-oracle.ts';
import { loadModel } from '../../export/model-file.ts';

/** What a teacher answers: its parameters and outputs. */
interface Subject {
  readonly space: Space;
  readonly outputs: readonly Output[];
}

/** Options of {@link teacherFromFile}; all but `labels` are of ONNX graphs. */
export interface TeacherFileOptions extends OnnxOptions {
  /** The bytes of the labels beside the images of an IDX file. */
  readonly labels?: Uint8Array;
}

/**
 * The teacher in a file, by what the file holds: a model that imago saved; an ONNX graph (a name that ends in .onnx); a forest of scikit-learn, XGBoost or
 * LightGBM as JSON, of LightGBM as text too; or answers that are known already, in a CSV file (a name that ends in .csv) or in two IDX files of images and labels. A
 * model of imago knows its parameters and outputs; of all others `subject` tells them. Throws `invalid-data` with the name of the file where it is none
 * of these or does not fit the subject, and `plugin` where no ONNX runtime is installed.
 */
export async function teacherFromFile(
  name: string,
  bytes: Uint8Array,
  subject?: { readonly space: Space; readonly outputs: readonly Output[] },
  options: TeacherFileOptions = {},
): Promise<Oracle> {
  const about = () => {
    ensure(
      subject,
      'invalid-argument',
      'only a model that imago saved knows its parameters and outputs: say those of this one',
    );
    return subject;
  };
  try {
    return { ...(await read(name, bytes, about, options)), name: options.name ?? name };
  } catch (error) {
    if (!(error instanceof ImagoError) || error.message.startsWith(name)) throw error;
    throw new ImagoError(error.code, `${name}: ${error.message}`, { cause: error });
  }
}

async function read(
  name: string,
  bytes: Uint8Array,
  about: () => Subject,
  { labels, ...options }: TeacherFileOptions,
): Promise<Oracle> {
  checkBytes(bytes);
  const isOnnx = /\.onnx$/i.test(name);
  const foreign = Object.keys(options).filter((key) => key !== 'name');
  ensure(
    isOnnx || foreign.length === 0,
    'invalid-argument',
    () => `${foreign.join(', ')}: only for an ONNX graph, a file whose name ends in .onnx`,
  );
  const isIdx = bytes[0] === 0 && bytes[1] === 0;
  ensure(
    isIdx || labels === undefined,
    'invalid-data',
    'this is no IDX file of images, which alone has labels beside it',
  );
  if (isOnnx) return onnxOracle(bytes, about(), { name, ...options });
  if (isIdx) {
    ensure(
      labels,
      'invalid-data',
      'this is an IDX file of images, which teach by their labels: give the file of those beside it',
    );
    return dataOracle(datasetFromIdx(bytes, labels, about()));
  }
  const text = textOf(bytes);
  if (/\.csv(\.gz)?$/i.test(name)) return dataOracle(datasetFromCsv(text, about()));
  if (isLightGbmText(text)) return modelOf(boostedFromJson(text, about()), about());
  return fromJson(text, about);
}

function fromJson(text: string, about: () => Subject): Oracle {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    given = undefined;
  }
  const keys = typeof given === 'object' && given !== null ? given : {};
  if ('imago' in keys) {
    const { model } = loadModel(text);
    const { space, outputs } = dataOf(model.state.data as NonNullable<typeof model.state.data>);
    return modelOf(model, { space, outputs });
  }
  if ('trees' in keys) return modelOf(forestFromJson(text, about()), about());
  if ('learner' in keys || 'tree_info' in keys) return modelOf(boostedFromJson(text, about()), about());
  throw new ImagoError(
    'invalid-data',
    `this is no teacher: neither a model that imago saved, nor a forest of scikit-learn, XGBoost or LightGBM, nor a file whose name ends in .onnx or .csv; it begins with ${show(text.slice(0, 20))}`,
  );
}

function modelOf(model: Parameters<typeof modelOracle>[2], { space, outputs }: Subject): Oracle {
  return modelOracle(space, outputs, model);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new ImagoError(
      'invalid-data',
      'this is neither a text in UTF-8 nor an IDX file, nor does its name end in .onnx',
      { cause },
    );
  }
}
