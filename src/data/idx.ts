import { ensure, show } from '../core/errors.ts';

/** An array of an IDX file. */
export interface IdxArray {
  /** Its length along each dimension, such as [60000, 28, 28] for images. */
  readonly shape: readonly number[];
  /** The numbers, the last dimension fastest. Those of one byte are a view of the file's bytes. */
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

/** Throws `invalid-argument` where a value holds no bytes, and `invalid-data` where they are compressed. */
export function checkBytes(bytes: unknown): asserts bytes is Uint8Array {
  ensure(bytes instanceof Uint8Array, 'invalid-argument', () => `bytes must be a Uint8Array, got ${show(bytes)}`);
  ensure(
    !(bytes[0] === 0x1f && bytes[1] === 0x8b),
    'invalid-data',
    'the bytes are compressed by gzip: unpack them first, by gunzip, or gunzipSync of node:zlib',
  );
}

/** How the numbers of each code of the format are read. */
const TYPES: Readonly<
  Record<number, { readonly bytes: number; read(view: DataView, count: number): IdxArray['data'] }>
> = {
  8: { bytes: 1, read: ({ buffer, byteOffset }, count) => new Uint8Array(buffer, byteOffset, count) },
  9: { bytes: 1, read: ({ buffer, byteOffset }, count) => new Int8Array(buffer, byteOffset, count) },
  11: { bytes: 2, read: (view, count) => Int16Array.from({ length: count }, (_, i) => view.getInt16(2 * i)) },
  12: { bytes: 4, read: (view, count) => Int32Array.from({ length: count }, (_, i) => view.getInt32(4 * i)) },
  13: { bytes: 4, read: (view, count) => Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i)) },
  14: { bytes: 8, read: (view, count) => Float64Array.from({ length: count }, (_, i) => view.getFloat64(8 * i)) },
};

/**
 * The array of an IDX file, the format of MNIST [LeCun1998]: two zero bytes, a code of the type, the number of dimensions, the length of
 * each as a big-endian integer of four bytes, and the numbers. Throws `invalid-data` where the bytes are no such file, or where there
 * are fewer or more of them than the header says.
 */
export function readIdx(bytes: Uint8Array): IdxArray {
  checkBytes(bytes);
  const hex = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const type = TYPES[bytes[2]];
  const dimensions = bytes[3];
  ensure(
    bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 && type && dimensions > 0,
    'invalid-data',
    `this is no IDX file: it begins with ${hex || 'nothing'}, where one of images begins with 00 00 08 03 and one of labels with 00 00 08 01`,
  );
  const header = 4 + 4 * dimensions;
  ensure(
    bytes.length >= header,
    'invalid-data',
    `the IDX file is cut off: ${bytes.length} bytes, its header alone has ${header}`,
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.reduce((product, length) => product * length, 1);
  const whole = header + count * type.bytes;
  ensure(
    bytes.length === whole,
    'invalid-data',
    `the IDX file ${bytes.length < whole ? 'is cut off' : 'goes on after its end'}: ${bytes.length} bytes, where ${shape.join(' x ')} numbers take ${whole}`,
  );
  return { shape, data: type.read(new DataView(bytes.buffer, bytes.byteOffset + header), count) };
}
