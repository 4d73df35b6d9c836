/** The functions of the compiled module that networks are trained with, in single precision; addresses are in bytes, what they do is said in `assembly/`. */
export interface NetworkKernels {
  multiply32(
    m: number,
    n: number,
    k: number,
    a: number,
    aRow: number,
    aStep: number,
    b: number,
    c: number,
    bias: number,
  ): void;
  activate32(kind: number, count: number, z: number, slope: number): void;
  times32(count: number, a: number, b: number): void;
  sumColumns32(m: number, n: number, a: number, out: number): void;
  sumSquares32(m: number, n: number, a: number, out: number): void;
  scaleColumns32(m: number, n: number, a: number, factors: number): void;
  transpose32(m: number, n: number, a: number, out: number): void;
  gatherRows32(a: number, n: number, order: number, count: number, out: number): void;
  adam32(
    count: number,
    parameters: number,
    gradient: number,
    first: number,
    second: number,
    beta1: number,
    beta2: number,
    penalty: number,
    rate: number,
    correction: number,
    epsilon: number,
  ): void;
  patches32(
    images: number,
    count: number,
    rows: number,
    columns: number,
    channels: number,
    size: number,
    width: number,
    out: number,
  ): void;
  patchSums32(
    patches: number,
    count: number,
    rows: number,
    columns: number,
    channels: number,
    size: number,
    width: number,
    images: number,
  ): void;
  pool32(
    images: number,
    count: number,
    rows: number,
    columns: number,
    channels: number,
    out: number,
    from: number,
  ): void;
  unpool32(
    deltas: number,
    from: number,
    count: number,
    rows: number,
    columns: number,
    channels: number,
    images: number,
  ): void;
}

/** A working memory and what computes in it. */
export interface NetworkMemory {
  /** Whose data the memory holds; set by `reset`. */
  owner: object | undefined;
  readonly kernels: NetworkKernels & { readonly memory: { readonly buffer: ArrayBuffer } };
  reset(owner: object): void;
  /** The address of room for `count` numbers of eight bytes. */
  allocate(count: number): number;
}
