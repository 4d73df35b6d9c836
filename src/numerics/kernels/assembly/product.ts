// AssemblyScript. Products of row-major matrices, of doubles and of floats.

/** Inner steps in a block: a panel of this many rows of 32 bytes and four rows of A fit the first cache together. */
const DEEP: usize = 512;
/** Rows of A in a block, which stays in the second cache while the panels go by. */
const TALL: usize = 128;
/** Fewest rows for which a panel is copied. */
const WORTH: usize = 16;
/** Room for the panel, 32 bytes of each row of a block of B one after the other: where they stand they may all fall into a few sets of the cache. */
const PANEL: usize = memory.data(512 * 32, 16);

/** C += A B, or C = A B (+ a bias for each column), for four rows and two vectors of columns: eight sums in registers. */
@inline
function wideTile<T>(k: usize, a: usize, aRow: usize, aStep: usize, b: usize, bRow: usize, c: usize, row: usize, isFirst: bool, bias: usize): void {
  const c1Row = c + row;
  const c2Row = c1Row + row;
  const c3Row = c2Row + row;
  let c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128, c7: v128;
  if (isFirst) {
    c0 = bias ? v128.load(bias) : v128.splat<T>(0);
    c1 = bias ? v128.load(bias, 16) : v128.splat<T>(0);
    c2 = c0;
    c3 = c1;
    c4 = c0;
    c5 = c1;
    c6 = c0;
    c7 = c1;
  } else {
    c0 = v128.load(c);
    c1 = v128.load(c, 16);
    c2 = v128.load(c1Row);
    c3 = v128.load(c1Row, 16);
    c4 = v128.load(c2Row);
    c5 = v128.load(c2Row, 16);
    c6 = v128.load(c3Row);
    c7 = v128.load(c3Row, 16);
  }
  const a1 = aRow;
  const a2 = aRow << 1;
  const a3 = a1 + a2;
  for (let l: usize = 0; l < k; l++, a += aStep, b += bRow) {
    const low = v128.load(b);
    const high = v128.load(b, 16);
    let x = v128.load_splat<T>(a);
    c0 = v128.add<T>(c0, v128.mul<T>(x, low));
    c1 = v128.add<T>(c1, v128.mul<T>(x, high));
    x = v128.load_splat<T>(a + a1);
    c2 = v128.add<T>(c2, v128.mul<T>(x, low));
    c3 = v128.add<T>(c3, v128.mul<T>(x, high));
    x = v128.load_splat<T>(a + a2);
    c4 = v128.add<T>(c4, v128.mul<T>(x, low));
    c5 = v128.add<T>(c5, v128.mul<T>(x, high));
    x = v128.load_splat<T>(a + a3);
    c6 = v128.add<T>(c6, v128.mul<T>(x, low));
    c7 = v128.add<T>(c7, v128.mul<T>(x, high));
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c1Row, c2);
  v128.store(c1Row, c3, 16);
  v128.store(c2Row, c4);
  v128.store(c2Row, c5, 16);
  v128.store(c3Row, c6);
  v128.store(c3Row, c7, 16);
}

/** The same for one vector of columns. */
@inline
function narrowTile<T>(k: usize, a: usize, aRow: usize, aStep: usize, b: usize, row: usize, c: usize, isFirst: bool, bias: usize): void {
  const start = bias ? v128.load(bias) : v128.splat<T>(0);
  let c0 = isFirst ? start : v128.load(c);
  let c1 = isFirst ? start : v128.load(c + row);
  let c2 = isFirst ? start : v128.load(c + (row << 1));
  let c3 = isFirst ? start : v128.load(c + row * 3);
  const a2 = aRow << 1;
  for (let l: usize = 0; l < k; l++, a += aStep, b += row) {
    const low = v128.load(b);
    c0 = v128.add<T>(c0, v128.mul<T>(v128.load_splat<T>(a), low));
    c1 = v128.add<T>(c1, v128.mul<T>(v128.load_splat<T>(a + aRow), low));
    c2 = v128.add<T>(c2, v128.mul<T>(v128.load_splat<T>(a + a2), low));
    c3 = v128.add<T>(c3, v128.mul<T>(v128.load_splat<T>(a + aRow + a2), low));
  }
  v128.store(c, c0);
  v128.store(c + row, c1);
  v128.store(c + (row << 1), c2);
  v128.store(c + row * 3, c3);
}

/** By blocks of A that stay in a cache; each sum is taken in the order of its terms, whatever the blocks. */
@inline
function multiply<T>(
  m: usize,
  n: usize,
  k: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  c: usize,
  bias: usize,
): void {
  const row = n * sizeof<T>();
  aRow *= sizeof<T>();
  aStep *= sizeof<T>();
  // A product without terms is its bias.
  for (let deep: usize = 0; deep == 0 || deep < k; deep += DEEP) {
    const steps = min(DEEP, k - deep);
    const isFirst = deep == 0;
    for (let top: usize = 0; top < m; top += TALL) {
      const end = min(m, top + TALL);
      const from = a + deep * aStep;
      const under = b + deep * row;
      let j: usize = 0;
      for (; j + 32 <= row; j += 32) {
        const own = bias ? bias + j : 0;
        if (end - top < WORTH)
          for (let i = top; i < end; i += 4)
            wideTile<T>(steps, from + i * aRow, aRow, aStep, under + j, row, c + i * row + j, row, isFirst, own);
        else {
          let p = under + j;
          for (let q = PANEL; q < PANEL + (steps << 5); q += 32, p += row) {
            v128.store(q, v128.load(p));
            v128.store(q, v128.load(p, 16), 16);
          }
          for (let i = top; i < end; i += 4)
            wideTile<T>(steps, from + i * aRow, aRow, aStep, PANEL, 32, c + i * row + j, row, isFirst, own);
        }
      }
      if (j < row)
        for (let i = top; i < end; i += 4)
          narrowTile<T>(steps, from + i * aRow, aRow, aStep, under + j, row, c + i * row + j, isFirst, bias ? bias + j : 0);
    }
  }
}

/**
 * C = A B for doubles, m x n from m x k and k x n: m a multiple of 4, n of 2. Entry (i, l) of A is at i `aRow` + l `aStep`, so
 * that a transposed A needs no copy. `bias`, unless it is 0, has n numbers that are added to every row.
 */
export function multiply64(m: usize, n: usize, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, c: usize, bias: usize): void {
  multiply<f64>(m, n, k, a, aRow, aStep, b, c, bias);
}

/** The same for floats; n is a multiple of 4. */
export function multiply32(m: usize, n: usize, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, c: usize, bias: usize): void {
  multiply<f32>(m, n, k, a, aRow, aStep, b, c, bias);
}
