/** Bytes that become text at once: an argument list has its limits. */
const CHUNK = 0x6000;

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The numbers of a typed array as base64 of little-endian bytes. */
export function toBase64(array: Uint8Array | Float32Array | Float64Array | Int32Array | Uint32Array): string {
  const own = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const bytes = isLittleEndian ? own : swapped(own, array.BYTES_PER_ELEMENT);
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  return text;
}

/** The bytes of numbers of `size` bytes each, in the order of this machine; undefined where the text is no base64 of such. */
export function fromBase64(text: string, size: number): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  if (bytes.length % size !== 0) return undefined;
  const step = (CHUNK / 3) * 4;
  for (let from = 0, to = 0; from < text.length; from += step) {
    const part = atob(text.slice(from, from + step));
    for (let i = 0; i < part.length; i++) bytes[to++] = part.charCodeAt(i);
  }
  return isLittleEndian ? bytes : swapped(bytes, size);
}

function swapped(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (_, at) => bytes[at - (at % size) + size - 1 - (at % size)]);
}
