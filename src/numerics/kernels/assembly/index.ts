// AssemblyScript. What the module offers; `npm run kernels` compiles it into ../compiled.ts.
export { activate64, standardize64 } from './activation';
export { productSums } from './anova';
export { cholesky, invertTransposed, negativeInverse, packLower, squaredRows, unpackLower } from './cholesky';
export { patches32, patchSums32, pool32, unpool32 } from './convolution';
export {
  correlate,
  correlationMatrix,
  crossCorrelations,
  packPoints,
  pointCorrelations,
} from './correlation';
export { diagonalSum, pairSums, pointSums, scaledProducts } from './derivatives';
export { factorProducts, factorStrip } from './factors';
export { bestCut, countPairs, countQuads, gather, part, subtract } from './histogram';
export {
  activate32,
  adam32,
  gatherRows32,
  scaleColumns32,
  sumColumns32,
  sumSquares32,
  times32,
  transpose32,
} from './network';
export { multiply32, multiply64 } from './product';
export { product, solveStrips, solveVector, solveVectorTransposed, stripProducts, stripSquares } from './solve';
export { bestThreshold, drawOrders, moments, partOrders } from './tree';

/** First address that the caller may use. */
export function heapBase(): usize {
  return (__heap_base + 63) & ~63;
}

/**
 * `rounds` times 13 products and 13 differences that need no memory: the most that a core can do. The factor comes from an
 * argument because the engine would build a constant anew at each use.
 */
export function peak(rounds: i32, factor: f64): f64 {
  return f64x2.extract_lane(differences<f64>(rounds, f64x2.splat(factor)), 0);
}

/** The same for floats, four at a time. */
export function peak32(rounds: i32, factor: f32): f32 {
  return f32x4.extract_lane(differences<f32>(rounds, f32x4.splat(factor)), 0);
}

@inline
function differences<T>(rounds: i32, x: v128): v128 {
  let a = v128.splat<T>(1);
  let b = v128.splat<T>(2);
  let c = v128.splat<T>(3);
  let d = v128.splat<T>(4);
  let e = v128.splat<T>(5);
  let f = v128.splat<T>(6);
  let g = v128.splat<T>(7);
  let h = v128.splat<T>(8);
  let i = v128.splat<T>(9);
  let j = v128.splat<T>(10);
  let k = v128.splat<T>(11);
  let l = v128.splat<T>(12);
  let m = v128.splat<T>(13);
  for (let round = 0; round < rounds; round++) {
    a = v128.sub<T>(a, v128.mul<T>(x, b));
    b = v128.sub<T>(b, v128.mul<T>(x, c));
    c = v128.sub<T>(c, v128.mul<T>(x, d));
    d = v128.sub<T>(d, v128.mul<T>(x, e));
    e = v128.sub<T>(e, v128.mul<T>(x, f));
    f = v128.sub<T>(f, v128.mul<T>(x, g));
    g = v128.sub<T>(g, v128.mul<T>(x, h));
    h = v128.sub<T>(h, v128.mul<T>(x, i));
    i = v128.sub<T>(i, v128.mul<T>(x, j));
    j = v128.sub<T>(j, v128.mul<T>(x, k));
    k = v128.sub<T>(k, v128.mul<T>(x, l));
    l = v128.sub<T>(l, v128.mul<T>(x, m));
    m = v128.sub<T>(m, v128.mul<T>(x, a));
  }
  const sum = v128.add<T>(v128.add<T>(v128.add<T>(a, b), v128.add<T>(c, d)), v128.add<T>(v128.add<T>(e, f), v128.add<T>(g, h)));
  const all = v128.add<T>(sum, v128.add<T>(v128.add<T>(i, j), v128.add<T>(v128.add<T>(k, l), m)));
  return all;
}
