import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ImagoError } from '../../../src/core/errors.ts';
import { outputList } from '../../../src/core/output.ts';
import { categorical, real } from '../../../src/core/space/parameter.ts';
import { Space } from '../../../src/core/space/space.ts';
import { ExpressionCompiler } from '../../../src/study/expression/expression.ts';

const space = new Space({
  length: real(0.5, 3, { unit: 'm' }),
  load: real(1, 5, { unit: 'kN' }),
  angle: real(0, 90, { unit: 'deg' }),
  inlet: real(10, 90, { unit: 'degC' }),
  material: categorical('steel', 'aluminium'),
});
const outputs = outputList({
  deflection: { unit: 'mm' },
  stress: { unit: 'MPa' },
  mass: { unit: 'kg' },
  cost: { unit: 'EUR' },
  rate: { unit: 'EUR/h' },
  cm: {},
  verdict: { classes: ['good', 'bad'] },
});
const point = { length: 2, load: 3, angle: 30, inlet: 20, material: 'steel' };
const answers = { deflection: 4, stress: 100, mass: 7, cost: 50, rate: 2, cm: -0.05, verdict: 'good' };

let compiler: ExpressionCompiler;
beforeAll(async () => {
  compiler = await ExpressionCompiler.create(space, outputs);
});
const value = (text: string) => compiler.expression(text).evaluate(point, answers);
const violation = (text: string) => compiler.constraints(text).map((constraint) => constraint.evaluate(point, answers));

describe('expressions', () => {
  test('a plain name keeps its own unit, also one with an offset', () => {
    expect(value('deflection')).toBeCloseTo(4, 12);
    expect(compiler.expression('deflection')).toMatchObject({ unit: 'mm', reads: ['deflection'] });
    expect(value('inlet')).toBeCloseTo(20, 10);
  });

  test('anything else is computed in base units', () => {
    expect(value('deflection / length')).toBeCloseTo(0.002, 15);
    expect(value('load * length')).toBeCloseTo(6000, 9);
    expect(compiler.expression('load * length').unit).toBe('kg m^2 / s^2');
    expect(value('2 * mass + 500 g')).toBeCloseTo(14.5, 12);
    expect(value('sqrt(length^2 + (3 m)^2)')).toBeCloseTo(Math.sqrt(13), 12);
    expect(value('sin(angle)')).toBeCloseTo(0.5, 12);
    expect(value('max(cm, -0.2) - abs(cm)')).toBeCloseTo(-0.1, 12);
    expect(value("verdict == 'good' ? mass : 2 * mass")).toBe(7);
    expect(value('2^3^2')).toBe(512);
    expect(value('-cm^2')).toBeCloseTo(-0.0025, 15);
  });

  test('a declared name wins over a unit of the same name, but not right after a number', () => {
    expect(value('cm')).toBe(-0.05);
    expect(value('2 cm')).toBeCloseTo(0.02, 15);
    expect(value('2 * cm')).toBe(-0.1);
    expect(violation('cm >= -0.08')[0]).toBeCloseTo((-0.08 + 0.05) / 0.08, 12);
  });

  test('closed forms of the inputs read no outputs', () => {
    expect(compiler.expression('length * 2').reads).toEqual([]);
    expect(compiler.constraints('length >= 1 m')[0].reads).toEqual([]);
    expect(compiler.constraints('mass <= 3 kg')[0].reads).toEqual(['mass']);
  });

  test('a constraint is at most zero where it holds, relative to its bound', () => {
    expect(violation('deflection <= 1 cm')[0]).toBeCloseTo(-0.6, 12);
    expect(violation('stress >= 250 MPa')[0]).toBeCloseTo(0.6, 12);
    expect(violation('1 kg <= mass <= 5 kg')).toEqual([expect.closeTo(-6, 12), expect.closeTo(0.4, 12)]);
    expect(compiler.constraints('mass == 7 kg')[0].kind).toBe('equality');
    expect(violation("verdict == 'good'")).toEqual([0]);
    expect(violation("material == 'aluminium'")).toEqual([1]);
  });

  test('texts are compared whichever side they are on, those that are constants too', async () => {
    const named = await ExpressionCompiler.create(space, outputs, { usual: 'steel', light: 'aluminium' });
    const holds = (text: string) => named.constraints(text).map((one) => one.evaluate(point, answers));
    expect(holds("'steel' == material")).toEqual([0]);
    expect(holds("'aluminium' == material")).toEqual([1]);
    expect(holds('material == usual')).toEqual([0]);
    expect(holds('light == material')).toEqual([1]);
    expect(holds('material == verdict')).toEqual([1]);
    expect(named.constraints('usual == material')[0]).toMatchObject({ kind: 'inequality', reads: [] });
    expect(named.expression('light == material ? 1 : 2').evaluate(point, answers)).toBe(2);
    expect(named.expression("(usual == material ? 'good' : 'bad') == verdict ? 1 : 2").evaluate(point, answers)).toBe(
      1,
    );
  });

  test('units are told as they were written', async () => {
    const outputs = outputList({ tip: { unit: 'mm' }, stress: { unit: 'Mpsa' } });
    const written = await ExpressionCompiler.create(new Space({ a: real(0, 1) }), outputs);
    expect(() => written.constraints('tip <= 5 kg')).toThrow("'tip <= 5 kg': units do not match, mm against kg");
    expect(() => written.constraints('stress <= 250 MPa')).toThrow(
      'units do not match, Mpsa against MPa; unknown unit Mpsa, which can be compared with itself only',
    );
    expect(() => written.constraints('tip * tip <= 5 mm')).toThrow('m^2 against mm');
    expect(() => written.contour('tip = 3 s')).toThrow('mm against s');
  });

  test('a unit that is not known is comparable with itself only', () => {
    expect(violation('cost <= 100 EUR')[0]).toBeCloseTo(-0.5, 12);
    expect(violation('rate * 10 h <= 40 EUR')[0]).toBeCloseTo(-0.5, 12);
    expect(() => compiler.constraints('cost <= 100 kg')).toThrow(
      /units do not match, EUR against kg; unknown unit EUR, which can be compared with itself only/,
    );
  });

  test.each([
    ['deflection <= 1 kg', /units do not match, mm against kg/],
    ['deflection <= 0.01', /units do not match/],
    ['mass + length', /units do not match, kg against m/],
    ['exp(mass)', /exp\(\) needs one argument without a unit/],
    ['mass ^ cm', /needs a constant exponent/],
    ['wait_p95', /no parameter, output or unit 'wait_p95'; known names: length, load/],
    ['inlet >= 20 degC', /write it in K/],
    ['f(x) = x', /not allowed/],
    ['import("fs")', /no function 'import'/],
    ['constructor', /no parameter, output or unit 'constructor'/],
    ['mass.constructor', /not allowed/],
    ['[1, 2, 3]', /not allowed/],
    ['mass; length', /not allowed/],
    ['ones(30000, 30000)', /no function 'ones'/],
    ['cm = 3', /not allowed/],
    ['mass and length', /operator 'and' is not allowed/],
    ['mass <=', /cannot read/],
    ['  ', /non-empty/],
    [`${'1+'.repeat(600)}1`, /may have 1000 characters/],
    ['1e999', /not a finite number/],
  ])('%s is refused with a message that names it', (text, message) => {
    const attempt = () =>
      text.includes('<=') || text.includes('>=') ? compiler.constraints(text) : compiler.expression(text);
    expect(attempt).toThrow(ImagoError);
    expect(attempt).toThrow(message);
  });

  test('a constraint must be a comparison', () => {
    expect(() => compiler.constraints('mass')).toThrow(/not a constraint; write a comparison/);
  });

  test('arithmetic is that of numbers, however it is nested', () => {
    type Tree = { readonly text: string; readonly value: number };
    const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
      '+': (a, b) => a + b,
      '-': (a, b) => a - b,
      '*': (a, b) => a * b,
      '/': (a, b) => a / b,
    };
    const unary: Readonly<Record<string, (a: number) => number>> = {
      abs: Math.abs,
      exp: Math.exp,
      tanh: Math.tanh,
      floor: Math.floor,
      sign: Math.sign,
      '-': (a) => -a,
    };
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constant<Tree>({ text: 'cm', value: answers.cm }),
        fc.nat(99).map((n): Tree => ({ text: `${n / 4}`, value: n / 4 })),
        fc
          .tuple(fc.constantFrom(...Object.keys(binary)), tie('tree'), tie('tree'))
          .map(
            ([sign, a, b]): Tree => ({ text: `(${a.text} ${sign} ${b.text})`, value: binary[sign](a.value, b.value) }),
          ),
        fc
          .tuple(fc.constantFrom(...Object.keys(unary)), tie('tree'))
          .map(([name, a]): Tree => ({ text: `(${name}(${a.text}))`, value: unary[name](a.value) })),
        fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(
          ([a, b, c]): Tree => ({
            text: `(${a.text} < ${b.text} ? ${b.text} : ${c.text})`,
            value: a.value < b.value ? b.value : c.value,
          }),
        ),
      ),
    }));
    fc.assert(
      fc.property(tree, (one) => {
        fc.pre(one.text.length <= 1000);
        expect(value(one.text)).toBe(one.value);
      }),
      { numRuns: 500 },
    );
  });

  test('whatever the text, the outcome is an expression or an invalid-expression error', () => {
    const token = fc.constantFrom(
      'mass',
      'cm',
      'length',
      '1',
      '2.5',
      '+',
      '-',
      '*',
      '/',
      '^',
      '(',
      ')',
      ' ',
      'kg',
      'm',
      '<=',
      "'",
      '?',
      ':',
      'sin',
      '[',
      ']',
      ';',
      '=',
      '.',
      ',',
      '{',
      '}',
      '!',
      '\n',
      '%',
      '#',
      'sqrt(',
      'max(',
      'verdict',
      "'good'",
      ' == ',
      ' ? ',
      ' : ',
      '1 ? 2 : 3',
      'cm > 0 ? ',
      '1 <= cm <= 2',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join('')),
          fc.string({ maxLength: 30 }),
        ),
        (text) => {
          for (const compile of [() => compiler.expression(text), () => compiler.constraints(text)]) {
            try {
              const compiled = compile();
              for (const one of Array.isArray(compiled) ? compiled : [compiled])
                expect(typeof one.evaluate(point, answers)).toBe('number');
            } catch (error) {
              expect(error).toBeInstanceOf(ImagoError);
              expect((error as ImagoError).code).toBe('invalid-expression');
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
