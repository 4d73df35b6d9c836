import { deflateRawSync } from 'node:zlib';

/** A file inside an archive; folders by slashes in its name. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const DEFLATED = 8;
/** Names are UTF-8. */
const FLAGS = 0x800;
/** 1 January 1980: the same files make the same archive. */
const DATE = 33;

/** A ZIP archive of the files. */
export function zipOf(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes } of entries) {
    const title = new TextEncoder().encode(name);
    const data = deflateRawSync(bytes);
    const described = [
      ...[short(20), short(FLAGS), short(DEFLATED), short(0), short(DATE), long(crc32(bytes))],
      ...[long(data.length), long(bytes.length), short(title.length), short(0)],
    ];
    directory.push(
      ...[long(0x02014b50), short(20), ...described, short(0), short(0), short(0), long(0), long(at), title],
    );
    const local = [long(0x04034b50), ...described, title, data];
    parts.push(...local);
    at += sizeOf(local);
  }
  const end = [
    ...[long(0x06054b50), short(0), short(0), short(entries.length), short(entries.length)],
    ...[long(sizeOf(directory)), long(at), short(0)],
  ];
  return Buffer.concat([...parts, ...directory, ...end]);
}

const sizeOf = (parts: readonly Uint8Array[]) => parts.reduce((sum, one) => sum + one.length, 0);

const short = (value: number) => Uint8Array.of(value & 255, value >> 8);

const long = (value: number) => Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let k = 0; k < 8; k++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
