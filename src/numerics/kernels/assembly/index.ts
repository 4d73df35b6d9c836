// AssemblyScript. What the module offers; `npm run kernels` compiles it into ../compiled.ts.
export { cholesky, invertTransposed, negativeInverse, packLower, squaredRows, unpackLower } from './cholesky';
export {
  correlate,
  correlationMatrix,
  crossCorrelations,
  diagonalSum,
  packPoints,
  pairSums,
  pointCorrelations,
  pointSums,
  scaledProducts,
} from './correlation';
export { bestCut, countPairs, countQuads, gather, part, subtract } from './histogram';
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
  const x = f64x2.splat(factor);
  let a = f64x2.splat(1);
  let b = f64x2.splat(2);
  let c = f64x2.splat(3);
  let d = f64x2.splat(4);
  let e = f64x2.splat(5);
  let f = f64x2.splat(6);
  let g = f64x2.splat(7);
  let h = f64x2.splat(8);
  let i = f64x2.splat(9);
  let j = f64x2.splat(10);
  let k = f64x2.splat(11);
  let l = f64x2.splat(12);
  let m = f64x2.splat(13);
  for (let round = 0; round < rounds; round++) {
    a = f64x2.sub(a, f64x2.mul(x, b));
    b = f64x2.sub(b, f64x2.mul(x, c));
    c = f64x2.sub(c, f64x2.mul(x, d));
    d = f64x2.sub(d, f64x2.mul(x, e));
    e = f64x2.sub(e, f64x2.mul(x, f));
    f = f64x2.sub(f, f64x2.mul(x, g));
    g = f64x2.sub(g, f64x2.mul(x, h));
    h = f64x2.sub(h, f64x2.mul(x, i));
    i = f64x2.sub(i, f64x2.mul(x, j));
    j = f64x2.sub(j, f64x2.mul(x, k));
    k = f64x2.sub(k, f64x2.mul(x, l));
    l = f64x2.sub(l, f64x2.mul(x, m));
    m = f64x2.sub(m, f64x2.mul(x, a));
  }
  const sum = f64x2.add(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)), f64x2.add(f64x2.add(e, f), f64x2.add(g, h)));
  const all = f64x2.add(sum, f64x2.add(f64x2.add(i, j), f64x2.add(f64x2.add(k, l), m)));
  return f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1);
}
