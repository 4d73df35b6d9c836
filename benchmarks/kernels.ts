import { type Correlation, PlainCorrelation } from '../src/kriging/kernels/correlation.ts';
import { StructuredCorrelation } from '../src/kriging/kernels/structured-correlation.ts';
import { Arena, hasKernels } from '../src/numerics/kernels/arena.ts';
import { PackedCorrelation, packedLength, panelOf } from '../src/numerics/kernels/packed-correlation.ts';
import { cholesky, choleskyInverse } from '../src/numerics/linear-algebra/cholesky.ts';
import { solveLower } from '../src/numerics/linear-algebra/triangular.ts';
import { Matrix } from '../src/numerics/matrix.ts';
import { Rng } from '../src/numerics/random.ts';
import { multiply } from '../src/surrogates/neural-network/kernels.ts';
import { Network } from '../src/surrogates/neural-network/layers.ts';
import { encodeTargets } from '../src/surrogates/neural-network/targets.ts';
import { packedStepper, stepper } from '../src/surrogates/neural-network/training.ts';
import type { Benchmark } from './harness.ts';

/** One kernel at one size: what is timed of both sides, and the restoring before it, which is not. */
interface Case {
  readonly kernel: string;
  readonly n: number;
  readonly d: number;
  /** Floating-point operations of one call. */
  readonly flops: number;
  /** The kernel works on floats, four at a time, and is held against the peak of those. */
  readonly isSingle?: boolean;
  prepare?(): void;
  packed(): void;
  twin(): void;
}

const D = 6;
const QUERIES = 64;
/** Operations of a Matern 5/2 correlation and its slope beside the distance, most of them in the exponential. */
const CORRELATION_FLOPS = 44;
/** Operations of a term of an ANOVA correlation beside the distance along its coordinate. */
const TERM_FLOPS = 17;
const PEAK_ROUNDS = 20_000;
const PEAK_FLOPS = 52;

/** Speed of the WebAssembly kernels, of the same work on ordinary arrays, and of a loop that only multiplies and subtracts. */
export default {
  question: 'how near do the hot kernels come to what a core can do, and how far are their plain twins?',
  columns: ['kernel', 'n', 'd', 'gflops', 'twinGflops', 'peakGflops'],
  async run({ quick, wants, emit, say }) {
    if (!hasKernels()) return say('this engine has no WebAssembly with 128-bit vectors');
    for (const n of quick ? [100, 200] : [50, 100, 200, 500, 1000]) {
      const processes = [...gaussianProcess(n, 'matern-5/2'), ...gaussianProcess(n, 'anova')];
      for (const one of [...linearAlgebra(n), ...processes, ...products(n), ...training(n)]) {
        if (!wants(one.kernel)) continue;
        const { gflops, twinGflops, peakGflops } = race(one, quick ? 200 : 1500);
        emit({
          kernel: one.kernel,
          n,
          d: one.d,
          gflops,
          twinGflops,
          peakGflops,
        });
      }
    }
    say('the best of many calls, taken in turns; one thread; d is 0 where it plays no role');
  },
} satisfies Benchmark;

/** The best speed of each side, taken in turns for about `milliseconds`. */
function race(one: Case, milliseconds: number): { gflops: number; twinGflops: number; peakGflops: number } {
  const best = { packed: Number.POSITIVE_INFINITY, twin: Number.POSITIVE_INFINITY, peak: Number.POSITIVE_INFINITY };
  const { kernels } = peakArena;
  const end = performance.now() + milliseconds;
  for (let round = 0; round < 3 || performance.now() < end; round++) {
    best.peak = Math.min(
      best.peak,
      time(() => (one.isSingle ? kernels.peak32 : kernels.peak)(PEAK_ROUNDS, 1e-9)),
    );
    for (const side of ['packed', 'twin'] as const) {
      one.prepare?.();
      best[side] = Math.min(best[side], time(one[side]));
    }
  }
  return {
    gflops: one.flops / best.packed / 1e6,
    twinGflops: one.flops / best.twin / 1e6,
    peakGflops: ((one.isSingle ? 2 : 1) * PEAK_FLOPS * PEAK_ROUNDS) / best.peak / 1e6,
  };
}

const peakArena = new Arena();

function time(call: () => void): number {
  const start = performance.now();
  call();
  return performance.now() - start;
}

function linearAlgebra(n: number): Case[] {
  const arena = new Arena();
  arena.reset({});
  const { kernels } = arena;
  const strips = Math.ceil(n / 4);
  const rng = new Rng(`kernels/${n}`);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = i === j ? n : rng.uniform();
  const b = Float64Array.from({ length: QUERIES * n }, () => rng.normal());
  const full = arena.allocate(n * n);
  const [l, u, inverse] = [0, 1, 2].map(() => arena.allocate(packedLength(strips)));
  const [inverses, x] = [arena.allocate(4 * strips), arena.allocate(QUERIES * 4 * strips)];
  arena.write(full, a);
  kernels.packLower(full, n, l);
  kernels.cholesky(l, strips, inverses, panelOf(n));
  const factor = a.slice();
  cholesky(factor, n);
  const scratch = a.slice();
  const right = b.slice();
  const fresh = arena.allocate(packedLength(strips));
  return [
    {
      kernel: 'cholesky',
      n,
      d: 0,
      flops: n ** 3 / 3,
      prepare: () => {
        kernels.packLower(full, n, fresh);
        scratch.set(a);
      },
      packed: () => kernels.cholesky(fresh, strips, inverses, panelOf(n)),
      twin: () => cholesky(scratch, n),
    },
    {
      kernel: 'inverse',
      n,
      d: 0,
      flops: (2 * n ** 3) / 3,
      packed: () => {
        kernels.invertTransposed(l, strips, inverses, u);
        kernels.negativeInverse(u, strips, inverse);
      },
      twin: () => choleskyInverse(factor, n),
    },
    {
      kernel: 'solve',
      n,
      d: 0,
      flops: QUERIES * n ** 2,
      prepare: () => {
        arena.write(x, b, QUERIES * 4 * strips);
        right.set(b);
      },
      packed: () => kernels.solveStrips(l, strips, inverses, x, QUERIES / 4),
      twin: () => solveLower(factor, n, right),
    },
  ];
}

/** What a Gaussian process spends its time on, through the interface that it uses. */
function gaussianProcess(n: number, kernel: 'matern-5/2' | 'anova'): Case[] {
  const product = kernel === 'anova';
  const rng = new Rng(`process/${n}`);
  const z = Float64Array.from({ length: n * D }, () => rng.uniform() * 2);
  const [alpha, queries] = [n, QUERIES * D].map((count) => Float64Array.from({ length: count }, () => rng.normal()));
  const ones = new Float64Array(n).fill(1 / Math.sqrt(n));
  const coordinates = Int32Array.from({ length: D }, (_, f) => f);
  const sides: readonly Correlation[] = [
    new PackedCorrelation(n, coordinates, kernel),
    product ? new StructuredCorrelation(n, coordinates, kernel) : new PlainCorrelation(n, D, kernel),
  ];
  const [shape, sums, shapeSums] = [0, 1, 2].map(() => new Float64Array(D));
  const likelihood = (one: Correlation) => () => {
    one.factor(z, 1.01, true, shape);
    one.differentiate(alpha, 1, sums, shapeSums);
  };
  const [products, squares, projections] = [1, 2, 3].map(() => new Float64Array(QUERIES));
  const answers = sides.map((one) => {
    one.factor(z, 1.01, false, shape);
    return one.posterior(alpha, ones);
  });
  const posterior = (k: number) => () => {
    const { blockSize } = answers[k];
    for (let from = 0; from < QUERIES; from += blockSize)
      answers[k].block(queries.subarray(from * D), blockSize, products, squares, projections);
  };
  const gradient = (k: number) => () => {
    answers[k].point(queries.subarray(0, D), projections);
    answers[k].gradients(ones, sums, squares);
  };
  const correlations = 3 * D + (product ? D * TERM_FLOPS : CORRELATION_FLOPS);
  // Where nothing is kept of the correlations they are computed once more.
  const derivatives = product ? correlations + 10 * D : 5 * D;
  const name = (what: string) => (product ? `anova-${what}` : what);
  return [
    {
      kernel: name('likelihood'),
      n,
      d: D,
      flops: n ** 3 + (n ** 2 / 2) * (correlations + derivatives),
      packed: likelihood(sides[0]),
      twin: likelihood(sides[1]),
    },
    {
      kernel: name('posterior'),
      n,
      d: D,
      flops: QUERIES * (n ** 2 + n * (correlations + 6)),
      packed: posterior(0),
      twin: posterior(1),
    },
    {
      kernel: name('gradient'),
      n,
      d: D,
      flops: 2 * n ** 2 + n * (correlations + 6 * D),
      packed: gradient(0),
      twin: gradient(1),
    },
  ];
}

/** C = A B of doubles and of floats, n x n each; the twin of both is the product that networks make in plain TypeScript. */
function products(n: number): Case[] {
  const arena = new Arena();
  arena.reset({});
  const { kernels } = arena;
  const rng = new Rng(`products/${n}`);
  const [a, b] = [0, 1].map(() => Float64Array.from({ length: n * n }, () => rng.normal()));
  const c = new Float64Array(n * n);
  const size = 4 * Math.ceil(n / 4);
  const at = [0, 1, 2, 3, 4, 5].map(() => arena.allocate(size * size));
  for (let k = 0; k < 2; k++) {
    const values = [a, b][k];
    for (let i = 0; i < n; i++) {
      arena.write(at[k] + 8 * i * size, values.subarray(i * n, (i + 1) * n));
      new Float32Array(kernels.memory.buffer, at[3 + k] + 4 * i * size, n).set(values.subarray(i * n, (i + 1) * n));
    }
  }
  const shared = {
    n,
    d: 0,
    flops: 2 * n ** 3,
    twin: () => multiply(n + (n & 1), 4 * Math.floor(n / 4), n, a, n, 1, b, 0, c, 0),
  };
  return [
    {
      ...shared,
      kernel: 'product',
      packed: () => kernels.multiply64(size, size, size, at[0], size, 1, at[1], at[2], 0),
    },
    {
      ...shared,
      kernel: 'product-f32',
      isSingle: true,
      packed: () => kernels.multiply32(size, size, size, at[3], size, 1, at[4], at[5], 0),
    },
  ];
}

const HIDDEN = 64;
const BATCH = 32;

/** An epoch of a network 8-64-64-1 on n rows in batches of 32: passes forward and back, and a step of Adam for each. */
function training(n: number): Case[] {
  const rng = new Rng(`training/${n}`);
  const inputs = new Matrix(
    n,
    8,
    Float64Array.from({ length: 8 * n }, () => rng.normal()),
  );
  const y = new Matrix(
    n,
    1,
    Float64Array.from({ length: n }, () => rng.normal()),
  );
  const targets = encodeTargets([{ name: 'y' }], y);
  const network = new Network([8, HIDDEN, HIDDEN, 1], 'relu');
  const schedule = {
    epochs: 1e9,
    batch: BATCH,
    learningRate: 1e-3,
    weightDecay: 0,
    patience: Number.POSITIVE_INFINITY,
  };
  const start = network.initialize(rng);
  const sides = [
    packedStepper(network, inputs, targets, start, n, schedule),
    stepper(network, inputs, targets, n, schedule),
  ];
  const parameters = sides.map(() => start.slice());
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const weights = 8 * HIDDEN + HIDDEN * HIDDEN + HIDDEN;
  return [
    {
      kernel: 'training-f32',
      n,
      d: 8,
      // Two operations for each weight and row: forward, by the weights, and by the inputs of all layers but the first.
      flops: 2 * n * (3 * weights - 8 * HIDDEN),
      isSingle: true,
      packed: () => sides[0](order, 0, parameters[0]),
      twin: () => sides[1](order, 0, parameters[1]),
    },
  ];
}
