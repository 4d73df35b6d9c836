import type { Dataset } from '../../core/dataset.ts';
import { ensure, ImagoError } from '../../core/errors.ts';
import type { Output } from '../../core/output.ts';
import { image } from '../../core/space/group.ts';
import { Space } from '../../core/space/space.ts';
import { readIdx } from '../../data/idx.ts';
import { datasetFromIdx } from '../../data/images.ts';

/** Two files of images and their labels, or images alone. */
export interface ImageFiles {
  readonly images: string;
  readonly labels?: string;
}

/** Images and labels as data about the same as others; or, where there are only outputs, about the pixels that the file has. */
export function imagesFrom(
  { images, labels }: ImageFiles,
  about: Pick<Dataset, 'space' | 'outputs'> | readonly Output[],
  makers: { bytes?(path: string): Uint8Array },
): Dataset {
  const { bytes } = makers;
  ensure(bytes, 'invalid-scenario', `${images}: files of images cannot be read here`);
  const named = <T>(make: () => T): T => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      const files = labels === undefined ? images : `${images}, ${labels}`;
      throw new ImagoError(error.code, `${files}: ${error.message}`, { cause: error });
    }
  };
  const [pixels, answers] = [bytes(images), labels === undefined ? undefined : bytes(labels)];
  return named(() =>
    datasetFromIdx(pixels, answers, 'space' in about ? about : { space: spaceOf(pixels), outputs: about }),
  );
}

/** The pixels of a file of images as parameters. */
function spaceOf(bytes: Uint8Array): Space {
  const { shape } = readIdx(bytes);
  const [, rows, columns] = shape;
  ensure(
    shape.length === 3,
    'invalid-data',
    `images: the file has ${shape.join(' x ')} numbers, where images are as many as there are, by rows, by columns; are images and labels swapped?`,
  );
  return new Space(image(rows, columns, { range: [0, 255] }));
}
