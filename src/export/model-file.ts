import { ensure, ImagoError, show } from '../core/errors.ts';
import { isProbabilistic } from '../core/model.ts';
import type { Parameters } from '../core/space/parameter.ts';
import type { Space } from '../core/space/space.ts';
import { dataOf, type OutputState } from '../core/state/data-state.ts';
import { type MatrixState, matrixOf, matrixState } from '../core/state/matrix-state.ts';
import { isSavable, type ModelState, type SavableModel } from '../core/state/model-state.ts';
import { Matrix } from '../numerics/matrix.ts';
import { Rng } from '../numerics/random.ts';
import type { PointModel } from '../surrogates/point-model.ts';
import { restoreModel } from '../surrogates/restore.ts';
import { judgementOf, type Verdict } from '../surrogates/verdict.ts';
import { checksum } from './checksum.ts';
import { fromPlainJson, type PlainJson, toPlainJson } from './plain-json.ts';

/** What a file says of where its model comes from. */
export interface ModelOrigin {
  /** One line of text. */
  readonly name: string;
  /** Who taught it: the name of a simulator or of a model. */
  readonly teacher?: string;
  /** Which one exactly: a version, or a hash of its source. */
  readonly teacherVersion?: string;
  /** Runs of the teacher. */
  readonly runs?: number;
  readonly seed?: string;
  /** How good it is in outputs, by their names, where more is known than the model itself tells. */
  readonly quality?: Readonly<Record<string, OutputQuality>>;
  /** A sentence each. */
  readonly notes?: readonly string[];
}

/** How good a model is in one output. */
export interface OutputQuality {
  /** What it is good enough for. */
  readonly verdict?: Verdict;
  /** q2 on rows that it had not learned. */
  readonly q2?: number;
  /** Share of such answers that its 95 % interval held, 0 to 1. */
  readonly coverage?: number;
}

/** What a file says of its model. */
export interface ModelDescription extends Omit<ModelOrigin, 'quality'> {
  /** Parameters with their ranges, scales and units. */
  readonly parameters: Parameters;
  readonly outputs: readonly SavedOutput[];
  /** Rows that the model was fitted to. */
  readonly points: number;
}

/** What a file says of one output. */
export interface SavedOutput extends OutputQuality {
  readonly name: string;
  readonly unit?: string;
  readonly classes?: readonly string[];
}

/** A model that was loaded, and what its file says of it. */
export interface LoadedModel {
  readonly model: SavableModel & PointModel;
  readonly about: ModelDescription;
}

/** What a file says of where its model comes from, as {@link saveModel} takes it. */
export function originOf({ parameters: _, points: __, outputs, ...origin }: ModelDescription): ModelOrigin {
  const quality = outputs.map(({ name, unit: _, classes: __, ...own }): [string, OutputQuality] => [name, own]);
  return { ...origin, quality: Object.fromEntries(quality) };
}

/** The format that this version writes, and the newest that it reads. */
const FORMAT = 1;
/** Points whose answers a file keeps. */
const TESTS = 32;
/** How far answers may be from those in the file, as a share of the largest: other engines round exponentials otherwise. */
const TOLERANCE = 1e-6;
/** Largest text, in characters: engines have no longer ones. */
export const LARGEST_MODEL = 400_000_000;

/** Points and the answers of the model that was saved, the variances where it has some. */
interface Answers {
  readonly x: MatrixState;
  readonly mean: MatrixState;
  readonly variance?: MatrixState;
}

interface Content {
  readonly about: ModelDescription;
  readonly state: ModelState;
  readonly answers: Answers;
}

/**
 * A fitted model as text, which {@link loadModel} gives back in another process or a browser with all that the model can do. It is JSON,
 * holds no code, keeps every number to the last bit, and answers at 32 points, to which the text was read back before it is returned.
 * Throws `invalid-argument` where the model cannot be saved: a user's own without a state, one that was not fitted in units, or too large.
 */
export function saveModel(model: SavableModel, origin: ModelOrigin): string {
  const text = modelText(model, origin);
  loadModel(text);
  return text;
}

/** The same without reading the text back: of many rows that takes as long as the fit. Whoever loads it holds it against its answers. */
export function modelText(model: SavableModel, { quality = {}, ...origin }: ModelOrigin): string {
  const { name } = origin;
  ensure(
    typeof name === 'string' && /^[^\p{Cc}]+$/u.test(name),
    'invalid-argument',
    () => `saveModel: name must be one line of text, got ${show(name)}`,
  );
  ensure(
    isSavable(model),
    'invalid-argument',
    `saveModel: '${name}' has no state; models of a user's own surrogate need one`,
  );
  const { state } = model;
  ensure(
    state.data !== undefined,
    'invalid-argument',
    `saveModel: '${name}' does not know its parameters; save the model that a fit gave, or inUnits(model, data)`,
  );
  const { space, outputs, size } = dataOf(state.data);
  const about: ModelDescription = {
    ...origin,
    parameters: space.parameters,
    outputs: outputs.map((output, k) => described(output, model, k, quality)),
    points: state.data.standsFor ?? size,
  };
  const content: Content = { about, state, answers: answersOf(model, testRows(space)) };
  const json = toPlainJson(content);
  const length = json.arrays.reduce((sum, { base64 }) => sum + base64.length, 0);
  ensure(
    length < LARGEST_MODEL,
    'invalid-argument',
    `saveModel: '${name}' takes ${length} characters, more than ${LARGEST_MODEL}`,
  );
  const body = JSON.stringify(json);
  return `{"imago":"model","format":${FORMAT},"checksum":"${checksum(body)}","content":${body}}\n`;
}

/**
 * The model of a text that {@link saveModel} wrote. Throws `invalid-data` where it is no such text, is of a newer format, was changed, or
 * does not answer at its points as it did. Nothing in it is run as code.
 */
export function loadModel(text: string): LoadedModel {
  try {
    return load(text);
  } catch (error) {
    // An error deep inside comes from a changed file, and is reported as one.
    throw new ImagoError(
      'invalid-data',
      `the model cannot be loaded: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
}

function load(text: string): LoadedModel {
  ensure(typeof text === 'string', 'invalid-data', () => `it must be a text, got ${show(text)}`);
  ensure(
    text.length <= 2 * LARGEST_MODEL,
    'invalid-data',
    `it has ${text.length} characters, more than ${LARGEST_MODEL}`,
  );
  const { format, checksum: expected, content } = parsed(text);
  ensure(Number.isInteger(format) && format >= 1, 'invalid-data', () => `its format is ${show(format)}, not a number`);
  ensure(
    format <= FORMAT,
    'invalid-data',
    `its format is ${format}, this version of imago reads up to ${FORMAT}: a newer one is needed`,
  );
  ensure(
    typeof content === 'object' && content !== null && checksum(JSON.stringify(content)) === expected,
    'invalid-data',
    'it was changed after it was saved, or is damaged: its checksum is another one',
  );
  const { about, state, answers } = fromPlainJson(content) as Content;
  ensure(state.data !== undefined, 'invalid-data', 'it has no parameters');
  const model = restoreModel(state) as SavableModel & PointModel;
  const far = distance(answersOf(model, matrixOf(answers.x)), answers);
  ensure(
    far <= TOLERANCE,
    'invalid-data',
    `its model answers otherwise than when it was saved, by ${far.toPrecision(2)} of the largest answer`,
  );
  return { model, about };
}

interface Envelope {
  readonly format: number;
  readonly checksum: string;
  readonly content: PlainJson;
}

function parsed(text: string): Envelope {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ImagoError('invalid-data', `it is no JSON, or its end is missing: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const { imago } = (json ?? {}) as { readonly imago?: unknown };
  ensure(imago === 'model', 'invalid-data', 'it is no model of imago: there is no "imago": "model" in it');
  return json as Envelope;
}

function described(
  { name, unit, classes }: OutputState,
  { health }: SavableModel,
  k: number,
  quality: NonNullable<ModelOrigin['quality']>,
): SavedOutput {
  const adequacy = health.adequacy?.[k];
  const q2 = health.q2Loo?.[k];
  return {
    name,
    ...(unit !== undefined && { unit }),
    ...(classes && { classes }),
    ...(adequacy && { verdict: judgementOf(name, adequacy).verdict }),
    ...(q2 !== undefined && { q2 }),
    ...(Object.hasOwn(quality, name) && quality[name]),
  };
}

function testRows(space: Space): Matrix {
  const rng = new Rng('model file');
  const x = new Matrix(TESTS, space.dimension);
  for (let i = 0; i < TESTS; i++)
    x.row(i).set(space.canonical(Float64Array.from({ length: space.dimension }, () => rng.uniform())));
  return x;
}

function answersOf(model: SavableModel, x: Matrix): Answers {
  const mean = matrixState(model.predict(x));
  return {
    ...{ x: matrixState(x), mean },
    ...(isProbabilistic(model) && { variance: matrixState(model.posterior(x).variance) }),
  };
}

/** Largest difference of answers, each as a share of the largest of its kind; NaN where they are not as many. */
function distance(found: Answers, saved: Answers): number {
  const pairs = [
    [found.mean, saved.mean],
    ...(found.variance || saved.variance ? [[found.variance, saved.variance]] : []),
  ];
  return Math.max(
    ...pairs.map(([a, b]) => {
      if (!a || !b || a.data.length !== b.data.length) return Number.NaN;
      const [largest, far] = [new Float64Array(b.columns), new Float64Array(b.columns)];
      b.data.forEach((value, i) => {
        const k = i % b.columns;
        largest[k] = Math.max(largest[k], Math.abs(value));
        if (!Object.is(value, a.data[i])) far[k] = Math.max(far[k], Math.abs(value - a.data[i]));
      });
      return Math.max(0, ...far.map((one, k) => (one === 0 ? 0 : one / largest[k])));
    }),
  );
}
