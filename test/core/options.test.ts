import { describe, expect, expectTypeOf, test } from 'vitest';
import { type Factory, factory, recipeOf } from '../../src/core/factory.ts';
import { flawOfRecipe, namedRecipe, recipeText } from '../../src/core/option-check.ts';
import {
  code,
  count,
  either,
  flag,
  group,
  list,
  notNegative,
  number,
  type OptionsOf,
  oneOf,
  option,
  positive,
  record,
  required,
  text,
  whole,
} from '../../src/core/options.ts';
import type { Sampler } from '../../src/core/sampler.ts';
import { Matrix } from '../../src/numerics/matrix.ts';

const DESIGN = {
  kind: required(oneOf('grid', 'net'), 'What it is.'),
  size: option(count, 'How many.', 5),
  depth: option(whole({ from: 0, to: 9, infinite: true }), 'How deep.', Number.POSITIVE_INFINITY),
  ratio: option(number({ above: 0, to: 1 }), 'Rows of a level. Default by the rows.'),
  scale: option(positive, 'Units of the cube.'),
  noise: option(notNegative, 'Of the answers.', 0),
  scramble: option(flag, 'Whether it is randomized.', true),
  input: option(text, 'A parameter.'),
  levels: option(either(count, record(count)), 'Values of each.'),
  norms: option(list(number({ above: 0, to: 1 }), 1), 'Norms to try.', [0.5, 1]),
  search: option(group({ raw: option(count, 'Points.', 100) }), 'How it is searched.'),
  inner: option(recipeOf('sampler'), 'What chooses the points of a level.'),
  step: option(code<(x: number) => number>('from a number to a number'), 'One step.'),
};

type DesignOptions = OptionsOf<typeof DESIGN>;

const nothing = { sample: () => new Matrix(0, 0) };
const design: Factory<DesignOptions, Sampler> = factory('design', DESIGN, ({ size, scramble }) => ({
  name: 'design',
  ...nothing,
  // Both have a default, so neither is undefined here.
  mostInputs: size + Number(scramble),
}));
const plain = factory('plain', { scramble: DESIGN.scramble }, () => ({ name: 'plain', ...nothing }));

test('the type of the options follows from their description', () => {
  interface Written {
    readonly kind: 'grid' | 'net';
    readonly size?: number;
    readonly depth?: number;
    readonly ratio?: number;
    readonly scale?: number;
    readonly noise?: number;
    readonly scramble?: boolean;
    readonly input?: string;
    readonly levels?: number | Readonly<Record<string, number>>;
    readonly norms?: readonly number[];
    readonly search?: { readonly raw?: number };
    readonly inner?: Sampler;
    readonly step?: (x: number) => number;
  }
  expectTypeOf<DesignOptions>().toEqualTypeOf<Written>();
  // @ts-expect-error what is required cannot be left out
  expect(() => design()).toThrow('design: kind is missing: it must be grid or net');
  // @ts-expect-error no number is a text
  expect(() => design({ kind: 'grid', size: 'five' })).toThrow("size must be a whole number from 1, got 'five'");
  expect(plain().name).toBe('plain');
});

describe('what an option may not be', () => {
  test.each<[object, string]>([
    [{ kind: 'round' }, "design: kind must be grid or net, got 'round'"],
    [{ size: 0 }, 'design: size must be a whole number from 1, got 0'],
    [{ size: 1.5 }, 'design: size must be a whole number from 1, got 1.5'],
    [{ size: Number.POSITIVE_INFINITY }, 'design: size must be a whole number from 1, got Infinity'],
    [{ size: null }, 'design: size must be a whole number from 1, got null'],
    [{ depth: 10 }, 'design: depth must be a whole number from 0 to 9, or Infinity, got 10'],
    [{ ratio: 0 }, 'design: ratio must be a number above 0 and at most 1, got 0'],
    [{ ratio: 1.1 }, 'design: ratio must be a number above 0 and at most 1, got 1.1'],
    [{ ratio: Number.NaN }, 'design: ratio must be a number above 0 and at most 1, got NaN'],
    [{ scale: 0 }, 'design: scale must be a number above 0, got 0'],
    [{ noise: -1 }, 'design: noise must be a number from 0, got -1'],
    [{ scramble: 'owen' }, "design: scramble must be true or false, got 'owen'"],
    [{ input: '' }, "design: input must be a text, got ''"],
    [{ levels: 0 }, 'design: levels must be a whole number from 1 or a whole number from 1 for each name, got 0'],
    [{ levels: { length: 0 } }, 'design: levels.length must be a whole number from 1, got 0'],
    [{ norms: [] }, 'design: norms must be a list of 1 or more, each a number above 0 and at most 1, got []'],
    [{ norms: [0.5, 2] }, 'design: norms[1] must be a number above 0 and at most 1, got 2'],
    [{ search: { row: 3 } }, "design: search: there is no option 'row'; did you mean raw?; known: raw"],
    [{ search: { raw: 0 } }, 'design: search.raw must be a whole number from 1, got 0'],
    [{ inner: plain }, 'design: inner: plain makes a sampler; call it: plain()'],
    [{ inner: 'plain' }, "design: inner must be a sampler such as latinHypercube(), got 'plain'"],
    [{ step: 2 }, 'design: step must be a function, from a number to a number, got 2'],
    [{ scrambled: true }, "design: there is no option 'scrambled'; did you mean scramble?; known: kind, size, depth"],
  ])('%j', (given, message) => {
    expect(() => design({ kind: 'grid', ...given })).toThrow(message);
  });

  test('options that are no object', () => {
    expect(() => plain('fast' as never)).toThrow("plain: options must be an object, got 'fast'");
  });
});

describe('what was made tells of how', () => {
  test('without options, and with those at their defaults, by its name', () => {
    expect(plain()).toMatchObject({ factory: 'plain', options: {} });
    expect(namedRecipe(plain({ scramble: true }))).toBe('plain');
    expect(namedRecipe(plain({ scramble: undefined }))).toBe('plain');
  });

  test('with options, those of recipes inside them among them', () => {
    const made = design({
      kind: 'net',
      norms: [0.5, 1],
      depth: 3,
      levels: { length: 2 },
      search: { raw: 100 },
      inner: plain({ scramble: false }),
      step: Math.sqrt,
    });
    const options = {
      kind: 'net',
      depth: 3,
      levels: { length: 2 },
      inner: { plain: { scramble: false } },
      step: 'function sqrt',
    };
    expect(namedRecipe(made)).toEqual({ design: options });
    expect(recipeText(made)).toBe(
      'design(kind: net, depth: 3, levels: { length: 2 }, inner: plain(scramble: false), step: function sqrt)',
    );
  });

  test("one of one's own by its name and what options it has", () => {
    expect(namedRecipe({ name: 'mine' })).toBe('mine');
    expect(recipeText({ name: 'mine', options: { radius: 2 } })).toBe('mine(radius: 2)');
  });
});

test('what has the method of a kind is of it', () => {
  expect(flawOfRecipe('sampler', { name: 'mine', ...nothing })).toBeUndefined();
  expect(flawOfRecipe('acquisition', () => nothing)).toBeUndefined();
  expect(flawOfRecipe('surrogate', undefined)).toBe('must be a surrogate such as gaussianProcess(), got undefined');
});
