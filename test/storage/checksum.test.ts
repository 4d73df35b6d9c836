import { describe, expect, it } from 'vitest';
import { checksum } from '../../src/storage/checksum.ts';

/** CRC-32 bit by bit, as ISO 3309 has it. */
function crcOf(bytes: readonly number[]): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe('the checksum of a row', () => {
  it.each(['', 'plain/7', 'Größe 3 µm', 'ends in é', '冷却塔', 'x'.repeat(9000)])(
    'is that of the bytes of %j',
    (text) => {
      expect(checksum([text])).toBe(crcOf([...new TextEncoder().encode(text), 0, 2]));
    },
  );

  it('counts of a text what is before a zero byte', () => {
    expect(checksum(['ab\0c'])).toBe(checksum(['ab']));
    expect(checksum(['é\0c'])).toBe(checksum(['é']));
    expect(checksum(['a\0é'])).toBe(checksum(['a']));
  });

  it('knows numbers, bytes and nothing apart, and where a cell ends', () => {
    const cells = [null, 'a', 97, new Uint8Array([97])];
    expect(new Set(cells.map((cell) => checksum([cell]))).size).toBe(4);
    expect(checksum(['ab', 'c'])).not.toBe(checksum(['a', 'bc']));
    expect(checksum([-0])).toBe(checksum([0]));
  });
});
