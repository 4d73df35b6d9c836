import type { SqlValue } from './sqlite-driver.ts';

/** The polynomial of CRC-32 (ISO 3309), reflected. */
const POLYNOMIAL = 0xedb88320;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

const encoder = new TextEncoder();
const number = new Float64Array(1);
const numberBytes = new Uint8Array(number.buffer);

/**
 * The CRC-32 of the cells of a row, each with its kind behind it. Of a text what is before a zero byte counts: no more of it comes
 * back.
 */
export function checksum(cells: readonly SqlValue[]): number {
  let crc = -1;
  for (const cell of cells) {
    if (typeof cell === 'string') crc = withText(crc, cell);
    else if (typeof cell === 'number') {
      // The file format knows one zero.
      number[0] = cell + 0;
      crc = withBytes(crc, numberBytes);
    } else if (cell) crc = withBytes(crc, cell);
    crc = withByte(crc, 0);
    crc = withByte(crc, cell === null ? 1 : typeof cell === 'string' ? 2 : typeof cell === 'number' ? 3 : 4);
  }
  return ~crc >>> 0;
}

const withByte = (crc: number, byte: number): number => TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);

function withBytes(crc: number, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) crc = withByte(crc, bytes[i]);
  return crc;
}

function withText(before: number, text: string): number {
  let crc = before;
  // Most texts are short and plain: a call of the encoder would cost more than the rest of a row.
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0) return crc;
    if (code > 127) return withBytes(before, encoder.encode(beforeZero(text)));
    crc = withByte(crc, code);
  }
  return crc;
}

function beforeZero(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
