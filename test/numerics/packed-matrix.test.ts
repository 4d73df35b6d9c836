import { describe, expect, it } from 'vitest';
import { Matrix } from '../../src/numerics/matrix.ts';
import { PackedMatrix } from '../../src/numerics/packed-matrix.ts';

const bytes = new PackedMatrix(3, 2, Uint8Array.of(0, 255, 51, 102, 1, 254));
const floats = new PackedMatrix(2, 2, Float32Array.of(0.25, 0.5, 1, 0));

describe('a packed matrix', () => {
  it('reads a byte b as b / 255 and four bytes as the number they are', () => {
    expect(Array.from(bytes.row(1))).toEqual([0.2, 0.4]);
    expect(Array.from(bytes.column(1))).toEqual([1, 0.4, 254 / 255]);
    expect(bytes.get(2, 0)).toBe(1 / 255);
    expect(Array.from(floats.row(0))).toEqual([0.25, 0.5]);
    const room = new Float64Array(2);
    expect(bytes.row(0, room)).toBe(room);
    expect(Array.from(room)).toEqual(Array.from(bytes.row(0)));
  });

  it.each([
    ['bytes', bytes],
    ['floats', floats],
  ])('is read as what it unpacks to: %s', (_, packed) => {
    const plain = packed.unpacked();
    expect(plain).toBeInstanceOf(Matrix);
    for (let i = 0; i < packed.rows; i++) {
      expect(packed.row(i)).toEqual(plain.row(i));
      for (let j = 0; j < packed.columns; j++) expect(packed.get(i, j)).toBe(plain.get(i, j));
    }
    for (let j = 0; j < packed.columns; j++) expect(packed.column(j)).toEqual(plain.column(j));
    expect(packed.select([1, 0, 1]).unpacked()).toEqual(plain.select([1, 0, 1]));
  });

  it('stays packed when rows are chosen or rows packed alike are added, and unpacks for others', () => {
    expect(bytes.select([2, 0]).data).toEqual(Uint8Array.of(1, 254, 0, 255));
    const twice = bytes.stack(bytes.select([1]));
    expect((twice as PackedMatrix).data).toEqual(Uint8Array.of(0, 255, 51, 102, 1, 254, 51, 102));
    expect(bytes.stack(floats)).toEqual(bytes.unpacked().stack(floats.unpacked()));
    expect(bytes.stack(floats.unpacked())).toBeInstanceOf(Matrix);
  });

  it('packs numbers as its own are where each stays what it is', () => {
    const [plain, between] = [bytes.unpacked(), new Matrix(1, 2, Float64Array.of(0.2, 0.5))];
    expect(bytes.alike(plain)?.data).toEqual(bytes.data);
    expect(bytes.alike(between)).toBeUndefined();
    expect(bytes.alike(new Matrix(2, 1))).toBeUndefined();
    expect(floats.alike(floats.unpacked())?.data).toEqual(floats.data);
    expect(floats.alike(plain)).toBeUndefined();
  });

  it('refuses numbers of the wrong count, and rows of another width', () => {
    expect(() => new PackedMatrix(2, 2, new Uint8Array(3))).toThrow('a 2 x 2 matrix needs 4 numbers, got 3');
    expect(() => bytes.stack(new PackedMatrix(1, 3, new Uint8Array(3)))).toThrow(RangeError);
  });
});
