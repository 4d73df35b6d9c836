import type { NetworkKernels, NetworkMemory } from './network-kernels.ts';

/** The twin of the working memory in WebAssembly for engines that have none: the same to rounding, and much slower. */
export class PlainMemory implements NetworkMemory {
  owner: object | undefined;
  readonly kernels: NetworkMemory['kernels'];
  #buffer = new ArrayBuffer(0);
  #top = 0;

  constructor() {
    const memory = this;
    this.kernels = {
      ...plainKernels(() => memory.#buffer),
      memory: {
        get buffer() {
          return memory.#buffer;
        },
      },
    };
  }

  reset(owner: object): void {
    this.owner = owner;
    this.#top = 0;
  }

  /** The address of room for `count` numbers of eight bytes. */
  allocate(count: number): number {
    const address = this.#top;
    this.#top += 8 * count;
    if (this.#top > this.#buffer.byteLength) {
      const grown = new Uint8Array(Math.max(this.#top, 2 * this.#buffer.byteLength));
      grown.set(new Uint8Array(this.#buffer));
      this.#buffer = grown.buffer;
    }
    return address;
  }
}

/** Each function in TypeScript; what they do is said in `assembly/`. */
function plainKernels(bufferOf: () => ArrayBuffer): NetworkKernels {
  const floats = () => new Float32Array(bufferOf());
  const integers = () => new Int32Array(bufferOf());
  return {
    multiply32(m, n, k, a, aRow, aStep, b, c, bias) {
      const f = floats();
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let sum = bias ? f[bias / 4 + j] : 0;
          for (let l = 0; l < k; l++) sum += f[a / 4 + i * aRow + l * aStep] * f[b / 4 + l * n + j];
          f[c / 4 + i * n + j] = sum;
        }
    },
    activate32(kind, count, z, slope) {
      const f = floats();
      for (let i = 0; i < count; i++) [f[z / 4 + i], f[slope / 4 + i]] = activated(kind, f[z / 4 + i]);
    },
    sumSquares32(m, n, a, out) {
      const f = floats();
      f.fill(0, out / 4, out / 4 + n);
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) f[out / 4 + j] += f[a / 4 + i * n + j] ** 2;
    },
    scaleColumns32(m, n, a, factors) {
      const f = floats();
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) f[a / 4 + i * n + j] *= f[factors / 4 + j];
    },
    times32(count, a, b) {
      const f = floats();
      for (let i = 0; i < count; i++) f[a / 4 + i] *= f[b / 4 + i];
    },
    sumColumns32(m, n, a, out) {
      const f = floats();
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let i = 0; i < m; i++) sum += f[a / 4 + i * n + j];
        f[out / 4 + j] = sum;
      }
    },
    transpose32(m, n, a, out) {
      const f = floats();
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) f[out / 4 + j * m + i] = f[a / 4 + i * n + j];
    },
    gatherRows32(a, n, order, count, out) {
      const f = floats();
      for (let i = 0; i < count; i++) {
        const from = a / 4 + integers()[order / 4 + i] * n;
        f.copyWithin(out / 4 + i * n, from, from + n);
      }
      f.fill(0, out / 4 + count * n, out / 4 + 4 * Math.ceil(count / 4) * n);
    },
    adam32(count, parameters, gradient, first, second, beta1, beta2, penalty, rate, correction, epsilon) {
      const f = floats();
      for (let i = 0; i < count; i++) {
        const g = f[gradient / 4 + i] + penalty * f[parameters / 4 + i];
        const m = beta1 * f[first / 4 + i] + (1 - beta1) * g;
        const v = beta2 * f[second / 4 + i] + (1 - beta2) * g * g;
        f[first / 4 + i] = m;
        f[second / 4 + i] = v;
        f[parameters / 4 + i] -= (rate * m) / (Math.sqrt(v * correction) + epsilon);
      }
    },
    patches32(images, count, rows, columns, channels, size, width, out) {
      const f = floats();
      const to = out / 4;
      f.fill(0, to, to + count * (rows - size + 1) * (columns - size + 1) * width);
      eachPatch(count, rows, columns, channels, size, width, (pixel, at) => {
        f[to + at] = f[images / 4 + pixel];
      });
    },
    patchSums32(patches, count, rows, columns, channels, size, width, images) {
      const f = floats();
      f.fill(0, images / 4, images / 4 + count * rows * columns * channels);
      eachPatch(count, rows, columns, channels, size, width, (pixel, at) => {
        f[images / 4 + pixel] += f[patches / 4 + at];
      });
    },
    pool32(images, count, rows, columns, channels, out, from) {
      const [f, which] = [floats(), integers()];
      eachSquare(count, rows, columns, channels, (square, at) => {
        const values = square.map((pixel) => f[images / 4 + pixel]);
        const best = values.indexOf(Math.max(...values));
        f[out / 4 + at] = values[best];
        which[from / 4 + at] = best;
      });
    },
    unpool32(deltas, from, count, rows, columns, channels, images) {
      const [f, which] = [floats(), integers()];
      f.fill(0, images / 4, images / 4 + count * rows * columns * channels);
      eachSquare(count, rows, columns, channels, (square, at) => {
        f[images / 4 + square[which[from / 4 + at]]] = f[deltas / 4 + at];
      });
    },
  };
}

/** The value of a hidden unit, 0 tanh, 1 relu, 2 swish, and its slope. */
function activated(kind: number, z: number): [number, number] {
  if (kind === 0) return [Math.tanh(z), 1 - Math.tanh(z) ** 2];
  if (kind === 1) return z > 0 ? [z, 1] : [0, 0];
  const sigmoid = 1 / (1 + Math.exp(-z));
  return [z * sigmoid, sigmoid + z * sigmoid * (1 - sigmoid)];
}

/** Calls `visit` with the place of each number of each patch, in the images and among the patches. */
function eachPatch(
  count: number,
  rows: number,
  columns: number,
  channels: number,
  size: number,
  width: number,
  visit: (pixel: number, at: number) => void,
): void {
  let patch = 0;
  for (let n = 0; n < count; n++)
    for (let y = 0; y + size <= rows; y++)
      for (let x = 0; x + size <= columns; x++, patch += width)
        for (let r = 0; r < size; r++)
          for (let c = 0; c < size * channels; c++)
            visit(((n * rows + y + r) * columns + x) * channels + c, patch + r * size * channels + c);
}

/** Calls `visit` with the places of the four pixels of each square and with its number. */
function eachSquare(
  count: number,
  rows: number,
  columns: number,
  channels: number,
  visit: (square: readonly number[], at: number) => void,
): void {
  let at = 0;
  for (let n = 0; n < count; n++)
    for (let y = 0; y + 2 <= rows; y += 2)
      for (let x = 0; x + 2 <= columns; x += 2)
        for (let c = 0; c < channels; c++) {
          const first = ((n * rows + y) * columns + x) * channels + c;
          const below = first + columns * channels;
          visit([first, first + channels, below, below + channels], at++);
        }
}
