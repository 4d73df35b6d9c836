/** What imago uses of ml-regression 6, which has no declarations of its own. */
declare module 'ml-regression' {
  interface Curve {
    predict(x: number): number;
  }
  type Numbers = readonly number[];
  type Rows = readonly Numbers[];

  export const SimpleLinearRegression: new (x: Numbers, y: Numbers) => Curve;
  export const PolynomialRegression: new (x: Numbers, y: Numbers, degree: number) => Curve;
  /** y = B exp(A x), by a line through the logarithms. */
  export const ExponentialRegression: new (x: Numbers, y: Numbers) => Curve;
  /** y = A x^B, by a line through the logarithms. */
  export const PowerRegression: new (x: Numbers, y: Numbers) => Curve;
  export const TheilSenRegression: new (x: Numbers, y: Numbers) => Curve;
  /** `coefficients` is the number of coefficients, one more than the degree. Draws at random. */
  export const RobustPolynomialRegression: new (x: Numbers, y: Numbers, coefficients: number) => Curve;
  /** Answers rows of numbers with rows of one number. */
  export const MultivariateLinearRegression: new (
    x: Rows,
    y: Rows,
    options: { readonly statistics: boolean },
  ) => { predict(x: Rows): number[][] };
  /** Answers a row with a row of one number. */
  export const KernelRidgeRegression: new (
    x: Rows,
    y: Rows,
    options: {
      readonly lambda: number;
      readonly kernelType: 'gaussian';
      readonly kernelOptions: { readonly sigma: number };
    },
  ) => { predict(x: Rows): number[][] };
}
