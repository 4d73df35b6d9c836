import { type RadialBasis, type RadialWeights, radialKernel } from './radial-basis.ts';

/** Several columns interpolated on one basis, packed so that a point's distances are computed once for all of them. */
export class RadialInterpolant {
  readonly basis: RadialBasis;
  /** m, the number of columns. */
  readonly columns: number;
  /** n x m. */
  readonly #weights: Float64Array;
  readonly #tails: readonly RadialWeights[];
  readonly #difference: Float64Array;
  readonly #out = { value: 0, slope: 0 };

  constructor(basis: RadialBasis, columns: readonly RadialWeights[]) {
    const [n, m] = [basis.x.rows, columns.length];
    this.basis = basis;
    this.columns = m;
    this.#tails = columns;
    this.#weights = new Float64Array(n * m);
    for (let c = 0; c < m; c++) for (let i = 0; i < n; i++) this.#weights[i * m + c] = columns[c].weights[i];
    this.#difference = new Float64Array(basis.x.columns);
  }

  /** Writes the m values at z (w numbers) to `values`, and their gradients (m x w, row-major) to `gradients` if it is given. */
  evaluate(z: Float64Array, values: Float64Array, gradients?: Float64Array): void {
    const { x, kernel, polynomial } = this.basis;
    const [n, w, m, data] = [x.rows, x.columns, this.columns, x.data];
    const [weights, difference, out] = [this.#weights, this.#difference, this.#out];
    values.fill(0, 0, m);
    gradients?.fill(0, 0, m * w);
    for (let i = 0; i < n; i++) {
      const from = i * w;
      let square = 0;
      for (let j = 0; j < w; j++) {
        const delta = z[j] - data[from + j];
        difference[j] = delta;
        square += delta * delta;
      }
      radialKernel(kernel, square, out);
      const { value, slope } = out;
      for (let c = 0; c < m; c++) {
        const weight = weights[i * m + c];
        values[c] += weight * value;
        if (gradients === undefined) continue;
        const factor = weight * slope;
        const at = c * w;
        for (let j = 0; j < w; j++) gradients[at + j] += factor * difference[j];
      }
    }
    polynomial.add(this.#tails, z, values, gradients);
  }
}
