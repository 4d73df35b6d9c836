/** Settings of {@link Adam}, with the defaults of the paper. */
export interface AdamOptions {
  /** Decay of the mean of the gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of the squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the step finite where gradients vanish. Default 1e-8. */
  readonly epsilon?: number;
}

/** The defaults of the paper. */
export const ADAM: Required<AdamOptions> = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * Adam [Kingma2015]: with m and v the bias-corrected running means of the gradient and of its square, a step subtracts
 * rate m / (sqrt(v) + epsilon) from every parameter.
 */
export class Adam {
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  readonly #options: Required<AdamOptions>;
  #power1 = 1;
  #power2 = 1;

  constructor(size: number, options: AdamOptions = {}) {
    this.#first = new Float64Array(size);
    this.#second = new Float64Array(size);
    this.#options = { ...ADAM, ...options };
  }

  /** Moves the parameters one step against the gradient. */
  step(parameters: Float64Array, gradient: Float64Array, rate: number): void {
    const { beta1, beta2, epsilon } = this.#options;
    const first = this.#first;
    const second = this.#second;
    this.#power1 *= beta1;
    this.#power2 *= beta2;
    const scaled = rate / (1 - this.#power1);
    const correction = 1 / (1 - this.#power2);
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i];
      const m = beta1 * first[i] + (1 - beta1) * g;
      const v = beta2 * second[i] + (1 - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      parameters[i] -= (scaled * m) / (Math.sqrt(v * correction) + epsilon);
    }
  }
}
