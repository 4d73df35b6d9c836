import type { SqlValue } from './sqlite-driver.ts';

/** The polynomial of CRC-32 (ISO 3309), reflected. */
const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

const encoder = new TextEncoder();
const number = new Float64Array(1);
const numberBytes = new Uint8Array(number.buffer);
/** The bytes of the row that is being read. */
let row = new Uint8Array(4096);

/**
 * The CRC-32 of the cells of a row, each with its kind behind it. Of a text what is before a zero byte counts: no more of it comes
 * back.
 */
export function checksum(cells: readonly SqlValue[]): number {
  let length = 0;
  for (const cell of cells) {
    makeRoom(length + 16 + (typeof cell === 'string' ? 3 * cell.length : cell instanceof Uint8Array ? cell.length : 0));
    if (typeof cell === 'string') length = writeText(cell, length);
    else if (typeof cell === 'number') {
      // The file format knows one zero.
      number[0] = cell + 0;
      row.set(numberBytes, length);
      length += numberBytes.length;
    } else if (cell) {
      row.set(cell, length);
      length += cell.length;
    }
    row[length++] = 0;
    row[length++] = cell === null ? 1 : typeof cell === 'string' ? 2 : typeof cell === 'number' ? 3 : 4;
  }
  let crc = 0xffffffff;
  for (let i = 0; i < length; i++) crc = TABLE[(crc ^ row[i]) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function makeRoom(length: number): void {
  if (length <= row.length) return;
  const larger = new Uint8Array(2 * length);
  larger.set(row);
  row = larger;
}

/** Writes a text from `at` on; where that ends. */
function writeText(text: string, at: number): number {
  // Most texts are short and plain: a call of the encoder would cost more than the rest of a row.
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0) return at + i;
    if (code > 127) return at + encoder.encodeInto(beforeZero(text), row.subarray(at)).written;
    row[at + i] = code;
  }
  return at + text.length;
}

function beforeZero(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
