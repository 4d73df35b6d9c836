// AssemblyScript. Products of row-major matrices, of doubles and of floats.

/** C = A B (+ a bias for each column) for four rows and two vectors of columns: eight sums in registers. */
@inline
function wideTile<T>(k: usize, a: usize, aRow: usize, aStep: usize, b: usize, row: usize, c: usize, bias: usize): void {
  let c0 = bias ? v128.load(bias) : v128.splat<T>(0);
  let c1 = bias ? v128.load(bias, 16) : v128.splat<T>(0);
  let c2 = c0;
  let c3 = c1;
  let c4 = c0;
  let c5 = c1;
  let c6 = c0;
  let c7 = c1;
  const a1 = aRow;
  const a2 = aRow << 1;
  const a3 = a1 + a2;
  for (let l: usize = 0; l < k; l++, a += aStep, b += row) {
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
  c += row;
  v128.store(c, c2);
  v128.store(c, c3, 16);
  c += row;
  v128.store(c, c4);
  v128.store(c, c5, 16);
  c += row;
  v128.store(c, c6);
  v128.store(c, c7, 16);
}

/** The same for one vector of columns. */
@inline
function narrowTile<T>(k: usize, a: usize, aRow: usize, aStep: usize, b: usize, row: usize, c: usize, bias: usize): void {
  let c0 = bias ? v128.load(bias) : v128.splat<T>(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
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
  let j: usize = 0;
  for (; j + 32 <= row; j += 32)
    for (let i: usize = 0; i < m; i += 4)
      wideTile<T>(k, a + i * aRow, aRow, aStep, b + j, row, c + i * row + j, bias ? bias + j : 0);
  if (j < row)
    for (let i: usize = 0; i < m; i += 4)
      narrowTile<T>(k, a + i * aRow, aRow, aStep, b + j, row, c + i * row + j, bias ? bias + j : 0);
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
