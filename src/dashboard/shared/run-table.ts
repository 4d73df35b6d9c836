/** A run that failed, and one that meets all limits. */
export const FAILED = 1;
export const FEASIBLE = 2;

/** How many numbers a run has. */
export interface Widths {
  readonly parameters: number;
  readonly outputs: number;
  readonly objectives: number;
}

/** One run, as the table takes it in. */
export interface TableRow {
  /** Of the unit cube. */
  readonly u: ArrayLike<number>;
  /** NaN where it failed, as the objectives. */
  readonly outputs: ArrayLike<number>;
  readonly objectives: ArrayLike<number>;
  readonly milliseconds: number;
  /** Milliseconds since 1970; NaN where nobody knows. */
  readonly stored: number;
  readonly flags: number;
  readonly phase: number;
}

const LEAST = 256;

/**
 * The runs of a study as columns that grow. Numbers have single precision: what is drawn and sorted needs no more, and 100,000 runs of
 * ten numbers are 5 MB; exact values come with the run itself.
 */
export class RunTable {
  readonly widths: Widths;
  count = 0;
  stored = new Float64Array(LEAST);
  flags = new Uint8Array(LEAST);
  phases = new Uint8Array(LEAST);
  /** Parameters (unit cube), outputs, objectives, milliseconds. */
  readonly numbers: Float32Array[];

  constructor(widths: Widths) {
    this.widths = widths;
    const { parameters, outputs, objectives } = widths;
    this.numbers = Array.from({ length: parameters + outputs + objectives + 1 }, () => new Float32Array(LEAST));
  }

  get milliseconds(): Float32Array {
    return this.numbers.at(-1) as Float32Array;
  }

  /** The place of the first output and of the first objective among `numbers`. */
  get outputsAt(): number {
    return this.widths.parameters;
  }

  get objectivesAt(): number {
    return this.widths.parameters + this.widths.outputs;
  }

  add(row: TableRow): void {
    this.#makeRoom(this.count + 1);
    const at = this.count++;
    const { parameters, outputs, objectives } = this.widths;
    let k = 0;
    for (let j = 0; j < parameters; j++) this.numbers[k++][at] = row.u[j];
    for (let j = 0; j < outputs; j++) this.numbers[k++][at] = row.outputs[j];
    for (let j = 0; j < objectives; j++) this.numbers[k++][at] = row.objectives[j];
    this.numbers[k][at] = row.milliseconds;
    this.stored[at] = row.stored;
    this.flags[at] = row.flags;
    this.phases[at] = row.phase;
  }

  /** The rows from `from` on as bytes, in the byte order of nearly every machine. */
  bytesFrom(from: number): Uint8Array {
    const count = Math.max(0, this.count - from);
    const parts: ArrayBufferView[] = [
      this.stored.subarray(from, this.count),
      ...this.numbers.map((one) => one.subarray(from, this.count)),
      this.flags.subarray(from, this.count),
      this.phases.subarray(from, this.count),
    ];
    const bytes = new Uint8Array(8 + parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
    new DataView(bytes.buffer).setUint32(0, count, true);
    let at = 8;
    for (const { buffer, byteOffset, byteLength } of parts) {
      bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
      at += byteLength;
    }
    return bytes;
  }

  /** Takes in rows that {@link bytesFrom} gave; how many. */
  append(bytes: ArrayBuffer): number {
    const count = new DataView(bytes).getUint32(0, true);
    this.#makeRoom(this.count + count);
    let at = 8;
    this.stored.set(new Float64Array(bytes, at, count), this.count);
    at += 8 * count;
    for (const one of this.numbers) {
      one.set(new Float32Array(bytes, at, count), this.count);
      at += 4 * count;
    }
    this.flags.set(new Uint8Array(bytes, at, count), this.count);
    this.phases.set(new Uint8Array(bytes, at + count, count), this.count);
    this.count += count;
    return count;
  }

  #makeRoom(count: number): void {
    const room = this.stored.length;
    if (count <= room) return;
    const length = Math.max(count, 2 * room);
    const grown = <A extends Float64Array | Float32Array | Uint8Array>(own: A, larger: A): A => {
      larger.set(own as never);
      return larger;
    };
    this.stored = grown(this.stored, new Float64Array(length));
    this.flags = grown(this.flags, new Uint8Array(length));
    this.phases = grown(this.phases, new Uint8Array(length));
    for (const [k, own] of this.numbers.entries()) this.numbers[k] = grown(own, new Float32Array(length));
  }
}
