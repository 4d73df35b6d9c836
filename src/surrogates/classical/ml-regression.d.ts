/** What imago uses of ml-regression 6, which has no declarations of its own. */
declare module 'ml-regression' {
  interface Line {
    readonly slope: number;
    readonly intercept: number;
  }
  interface Polynomial {
    /** Of x^0, x^1, ... */
    readonly coefficients: number[];
  }
  interface TwoNumbers {
    readonly A: number;
    readonly B: number;
  }
  type Numbers = readonly number[];
  type Rows = readonly Numbers[];

  export const SimpleLinearRegression: new (x: Numbers, y: Numbers) => Line;
  export const PolynomialRegression: new (x: Numbers, y: Numbers, degree: number) => Polynomial;
  /** y = B exp(A x), by a line through the logarithms. */
  export const ExponentialRegression: new (x: Numbers, y: Numbers) => TwoNumbers;
  /** y = A x^B, by a line through the logarithms. */
  export const PowerRegression: new (x: Numbers, y: Numbers) => TwoNumbers;
  export const TheilSenRegression: new (x: Numbers, y: Numbers) => Line;
  /** `coefficients` is the number of coefficients, one more than the degree. Draws at random. */
  export const RobustPolynomialRegression: new (x: Numbers, y: Numbers, coefficients: number) => Polynomial;
  /** The weights are rows of one number, those of the inputs and then the intercept. */
  export const MultivariateLinearRegression: new (
    x: Rows,
    y: Rows,
    options: { readonly statistics: boolean },
  ) => { readonly weights: readonly (readonly number[])[] };
  /** What each row weighs, a matrix of one column. */
  export const KernelRidgeRegression: new (
    x: Rows,
    y: Rows,
    options: {
      readonly lambda: number;
      readonly kernelType: 'gaussian';
      readonly kernelOptions: { readonly sigma: number };
    },
  ) => { readonly alpha: { to1DArray(): number[] } };
}
