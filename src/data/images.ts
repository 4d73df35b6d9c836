import { Dataset, type Row } from '../core/dataset.ts';
import { ensure, ImagoError } from '../core/errors.ts';
import { type Output, type Outputs, outputList } from '../core/output.ts';
import type { Parameters } from '../core/space/parameter.ts';
import { Space } from '../core/space/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import { PackedMatrix, type Rows } from '../numerics/packed-matrix.ts';
import type { DataSubject } from './csv.ts';
import { type IdxArray, readIdx } from './idx.ts';

/** The largest value of a byte. */
const BRIGHTEST = 255;

/**
 * A labeled data set from the bytes of two IDX files: images (or other rows of numbers, see {@link readIdx}), whose numbers are the
 * parameters in their order, and a label for each, which is the only output: of a class its number from 0. Without labels there are no outputs: rows for a pool. Bytes stay
 * bytes where every parameter is real, linear and from 0 to 255, such as those of `image(28, 28, { range: [0, 255] })`. Throws `invalid-data` where a
 * file is none or cut off, the two are swapped, one has more rows, images have another size, or a number or label is none that may be.
 */
export function datasetFromIdx(images: Uint8Array, labels: Uint8Array | undefined, subject: DataSubject): Dataset;
export function datasetFromIdx(
  images: Uint8Array,
  labels: Uint8Array | undefined,
  subject: { readonly inputs: Parameters; readonly outputs: Outputs },
): Dataset;
export function datasetFromIdx(
  images: Uint8Array,
  labels: Uint8Array | undefined,
  subject: DataSubject | { readonly inputs: Parameters; readonly outputs: Outputs },
): Dataset {
  const { space, outputs } =
    'inputs' in subject
      ? { space: new Space(subject.inputs), outputs: outputList(subject.outputs) }
      : { space: subject.space, outputs: [...subject.outputs] };
  const wanted = labels ? 1 : 0;
  ensure(
    outputs.length === wanted,
    'invalid-data',
    `${labels ? 'labels are one output' : 'images without labels have no outputs'}, there are ${outputs.length}: ${outputs.map(({ name }) => name).join(', ')}`,
  );
  const [pixels, named] = [arrayOf('images', images), labels && arrayOf('labels', labels)];
  ensure(
    !named || !(pixels.shape.length === 1 && named.shape.length > 1),
    'invalid-data',
    () =>
      `images and labels are swapped: the images are ${pixels.shape.join(' x ')} numbers, the labels ${named?.shape.join(' x ')}`,
  );
  ensure(
    !named || named.shape.length === 1,
    'invalid-data',
    () => `the labels are ${named?.shape.join(' x ')} numbers, not one for each image`,
  );
  const [count, ...size] = pixels.shape;
  ensure(
    size.length > 0,
    'invalid-data',
    `the images are ${count} numbers, one for each, as labels are: give the file of the images`,
  );
  ensure(
    !named || count === named.shape[0],
    'invalid-data',
    () => `there are ${count} images and ${named?.shape[0]} labels: the files do not belong together`,
  );
  const answers = named ? answersOf(outputs[0], named) : new Matrix(count, 0);
  return new Dataset(space, outputs, pointsOf(space, pixels, size), answers, rowsOf(count));
}

/** An array whose errors say which file they are of. */
function arrayOf(name: string, bytes: Uint8Array): IdxArray {
  try {
    return readIdx(bytes);
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    throw new ImagoError(error.code, `${name}: ${error.message}`, { cause: error });
  }
}

function pointsOf(space: Space, { shape, data }: IdxArray, size: readonly number[]): Rows {
  const wanted = space.image ? [space.image.rows, space.image.columns] : [space.dimension];
  const fits =
    space.image && size.length > 1 ? `${size}` === `${wanted}` : size.reduce((a, b) => a * b, 1) === space.dimension;
  ensure(
    fits,
    'invalid-data',
    () => `the images have ${size.join(' x ')} numbers, the space has ${wanted.join(' x ')} parameters`,
  );
  const isByte = space.names.every((name) => {
    const spec = space.parameters[name];
    return (
      spec.kind === 'real' && spec.scale !== 'log' && spec.lower === 0 && spec.upper === BRIGHTEST && !spec.activeWhen
    );
  });
  if (data instanceof Uint8Array && isByte) return new PackedMatrix(shape[0], space.dimension, data);
  const points = new Matrix(shape[0], space.dimension);
  for (let i = 0; i < shape[0]; i++)
    try {
      const at = i * space.dimension;
      points.row(i).set(space.encode(Object.fromEntries(space.names.map((name, j) => [name, data[at + j]]))));
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      throw new ImagoError('invalid-data', `image ${i}: ${error.message}`, { cause: error });
    }
  return points;
}

function answersOf({ name, classes }: Output, { data }: IdxArray): Matrix {
  const wrong = classes ? data.findIndex((label) => classes[label] === undefined) : -1;
  ensure(
    wrong < 0,
    'invalid-data',
    () => `the label of image ${wrong} is ${data[wrong]}, but output '${name}' has ${classes?.length} classes, from 0`,
  );
  return new Matrix(data.length, 1, Float64Array.from(data));
}

function rowsOf(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({ id: `data/${i}`, status: 'completed', milliseconds: 0 }));
}
