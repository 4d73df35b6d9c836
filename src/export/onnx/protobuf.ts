/** A message of protocol buffers as it is written: a key before each value; values of many bytes after their length. */
export class Message {
  readonly #parts: Uint8Array[] = [];

  /** Whole numbers and members of enumerations; a negative one takes ten bytes. */
  integer(field: number, value: number): this {
    this.#parts.push(varint(field * 8), varint(value));
    return this;
  }

  /** Text, bytes or a message. */
  bytes(field: number, value: string | Uint8Array | Message): this {
    const bytes =
      typeof value === 'string' ? new TextEncoder().encode(value) : value instanceof Message ? value.encoded() : value;
    this.#parts.push(varint(field * 8 + 2), varint(bytes.length), bytes);
    return this;
  }

  /** Many whole numbers behind one key. */
  integers(field: number, values: ArrayLike<number>): this {
    return this.bytes(field, joined(Array.from(values, varint)));
  }

  encoded(): Uint8Array {
    return joined(this.#parts);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Seven bits in a byte, the lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
