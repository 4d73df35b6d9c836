import type { Parameters } from 'imago';

/** What a test function answers: the objective to minimize, constraints g <= 0, and equalities h = 0. */
export interface Answer {
  readonly f: number;
  readonly g: readonly number[];
  readonly h: readonly number[];
}

/** A problem of the literature with what is known about it. */
export interface TestFunction {
  readonly name: string;
  /** Key of the publication of the formula, as in docs/references.md. */
  readonly source: string;
  readonly parameters: Parameters;
  /** Numbers of inequality constraints and of equalities. Default 0 each. */
  readonly inequalities?: number;
  readonly equalities?: number;
  /** The answer at a point in the units of the parameters and their order. */
  evaluate(x: readonly number[]): Answer;
  /** The best known value of f and the points where it is taken, constraints kept. Absent where the function is not to be minimized. */
  readonly optimum?: { readonly value: number; readonly points: readonly (readonly number[])[] };
  /** Mean and standard deviation of f over inputs uniform in the box. */
  readonly moments?: { readonly mean: number; readonly sd: number };
}

/** The answer of a function without constraints. */
export function free(f: number): Answer {
  return { f, g: [], h: [] };
}

/** The answer of a function with inequality constraints g <= 0. */
export function bounded(f: number, g: readonly number[]): Answer {
  return { f, g, h: [] };
}

/** The sum of term(0) .. term(count - 1). */
export function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}
