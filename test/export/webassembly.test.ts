import { expect, test } from 'vitest';
import { evaluateTerms } from '../../src/core/graph/evaluate.ts';
import {
  abs,
  add,
  along,
  choose,
  divide,
  each,
  exp,
  floor,
  input,
  least,
  map,
  max,
  min,
  multiply,
  negate,
  product,
  sin,
  sqrt,
  square,
  subtract,
  sum,
  type Term,
  type Vector,
} from '../../src/core/graph/term.ts';
import { fastScriptOf } from '../../src/export/javascript/fast-script.ts';

const ENGINE: unknown = Reflect.get(globalThis, 'WebAssembly');

interface Script {
  readonly fast?: Readonly<Record<string, unknown>>;
  answers(...x: number[]): number[];
}

/** The script of the terms in this engine, or in one without WebAssembly. */
function scriptOf(terms: readonly Term[], engine: unknown): Script {
  const { top, body, results } = fastScriptOf(terms);
  const fast = top.some((line) => line.startsWith('const fast')) ? 'fast' : 'undefined';
  const text = `${top.join('\n')}
function answers(x0, x1) {
${body}
  return [${results.join(', ')}];
}
return { fast: ${fast}, answers };`;
  return new Function('WebAssembly', text)(engine) as Script;
}

const values = (length: number, of: (i: number) => number) => Float64Array.from({ length }, (_, i) => of(i));

/** All operations that pairs of numbers have, in loops of this length and a product of it. */
function termsOf(length: number): Term[] {
  const axis = { length };
  const at = along(
    axis,
    values(length, (i) => Math.sin(7 * i + 1)),
  );
  const difference = subtract(input(0), at);
  const near = exp(multiply(-0.5, square(difference)));
  const folded = map(axis, multiply(near, choose(at, 'less', input(1), 1, 0.25)));
  const matrix = values(length * length, (i) => Math.cos(3 * i));
  const rows = { length: length - 3 };
  const whole: Vector = product(rows, matrix.slice(0, rows.length * length), folded);
  const lower = product(axis, matrix, folded, true);
  return [
    sum(axis, each(folded), 2),
    sum(rows, each(whole)),
    sum(axis, square(each(lower))),
    least(axis, add(abs(at), divide(input(1), add(2, at)))),
    sum(axis, max(negate(at), min(input(0), floor(multiply(4, at))))),
    sum(axis, choose(at, 'at-most', 0.3, sqrt(abs(at)), exp(multiply(30, at)))),
    sum(axis, sin(at)),
  ];
}

const POINTS = [
  [0.3, -0.2],
  [-4, 0.9],
  [0, 0],
] as const;

test.each([20, 33, 100])('loops and products of length %i come to the same with WebAssembly and without', (length) => {
  const terms = termsOf(length);
  const [quick, plain] = [scriptOf(terms, ENGINE), scriptOf(terms, undefined)];
  // All loops but that of sines, which pairs of numbers do not have.
  expect(Object.keys(quick.fast!).filter((name) => name.startsWith('loop'))).toHaveLength(7);
  expect(quick.fast!.product).toBeTypeOf('function');
  expect(plain.fast).toBeUndefined();
  for (const [a, b] of POINTS) {
    const expected = evaluateTerms(terms, [a, b]);
    for (const { answers } of [quick, plain])
      answers(a, b).forEach((answer, k) => {
        expect(Math.abs(answer - expected[k])).toBeLessThanOrEqual(1e-14 * length * Math.max(1, Math.abs(expected[k])));
      });
  }
});

test('exponentials are those of the engine to a few units in the last place, from nothing to infinity', () => {
  const axis = { length: 16 };
  const growing = sum(
    axis,
    multiply(
      exp(input(0)),
      along(
        axis,
        values(16, (i) => (i === 5 ? 1 : 0)),
      ),
    ),
  );
  const falling = sum(axis, exp(negate(square(add(input(0), along(axis, new Float64Array(16)))))));
  const { answers } = scriptOf([growing, falling], ENGINE);
  for (let i = -600; i <= 600; i++) {
    const x = i * 1.17;
    const [up, down] = answers(x, 0);
    expect(Math.abs(up / Math.exp(x) - 1)).toBeLessThanOrEqual(1e-15);
    expect(Math.abs(down / 16 - Math.exp(-(x ** 2)))).toBeLessThanOrEqual(1e-15 * Math.exp(-(x ** 2)) + 1e-300);
  }
  expect(answers(-709, 0)[0]).toBeLessThan(1e-307);
  expect(answers(-2000, 0)[0]).toBe(0);
});

test('a loop that reads both zeros is compiled', () => {
  const axis = { length: 16 };
  const at = along(axis, new Float64Array(16));
  const sides = sum(axis, divide(1, max(choose(at, 'less', input(0), 0, -0), choose(at, 'less', input(1), -0, 0))));
  const { fast, answers } = scriptOf([sides], ENGINE);
  expect(fast).toBeDefined();
  expect(answers(-1, 1)).toEqual([Number.NEGATIVE_INFINITY]);
});

test('where a page forbids WebAssembly, the statements of the module answer', () => {
  const forbidding = {
    Module: class {
      constructor() {
        throw new EvalError('refused to compile WebAssembly');
      }
    },
  };
  const { fast, answers } = scriptOf(termsOf(20), forbidding);
  expect(fast).toBeUndefined();
  expect(answers(0.3, -0.2)).toEqual(scriptOf(termsOf(20), undefined).answers(0.3, -0.2));
});

test('many modules are at work at once, each in a memory of its own that does not grow', () => {
  const terms = termsOf(100);
  const modules = Array.from({ length: 50 }, () => scriptOf(terms, ENGINE));
  const bytes = () => modules.map(({ fast }) => (fast!.memory as { readonly buffer: ArrayBuffer }).buffer.byteLength);
  const before = bytes();
  const first = modules.map(({ answers }, k) => answers(0.3 + k / 100, -0.2));
  for (let call = 0; call < 5; call++) for (const { answers } of modules) answers(call, 0.5);
  expect(modules.map(({ answers }, k) => answers(0.3 + k / 100, -0.2))).toEqual(first);
  expect(bytes()).toEqual(before);
});

test('what is short or has none of this is written without', () => {
  expect(fastScriptOf([add(input(0), sin(input(1)))]).top).toEqual([]);
});
