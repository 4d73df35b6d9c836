import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FactoryDefinition } from '../../../src/core/factory.ts';
import { namedRecipe, plainOptions } from '../../../src/core/option-check.ts';
import {
  type Described,
  KINDS,
  type Named,
  type OptionType,
  type PlainOptions,
  type RecipeKind,
} from '../../../src/core/options.ts';
import * as imago from '../../../src/index.ts';
import { fromName, named, samplerFromText, samplerNames } from '../../../src/study/yaml/named.ts';
import { factoriesOf } from '../../../src/study/yaml/recipes.ts';
import { scenarioJsonSchema } from '../../../src/study/yaml/scenario-schema.ts';
import { optionsPage } from '../../fixtures/options-page.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const kinds = Object.keys(KINDS) as RecipeKind[];
const registered = new Map(kinds.flatMap((kind) => Object.entries<FactoryDefinition>(factoriesOf(kind))));
const cases = kinds.flatMap((kind) =>
  Object.values<FactoryDefinition>(factoriesOf(kind)).flatMap((definition) =>
    [undefined, ...Object.keys(definition.options)].map((option) => ({ kind, name: definition.name, option })),
  ),
);

/** Options that make no sense without others. */
const WITH: Readonly<Record<string, PlainOptions>> = {
  'classicalRegression.ridge': { kind: 'kernel-ridge' },
  'classicalRegression.width': { kind: 'kernel-ridge' },
  ...Object.fromEntries(
    ['output', 'method', 'alpha', 'minRows', 'density', 'paste', 'beam', 'maxInputs'].map((option) => [
      `boxes.${option}`,
      { is: 'x' },
    ]),
  ),
};

/** A value of the type as it stands in a file, not the default if it can be another. */
function example(type: OptionType, fallback?: unknown): unknown {
  switch (type.is) {
    case 'flag':
      return fallback !== true;
    case 'text':
      return 'x';
    case 'oneOf':
      return type.values.find((value) => value !== fallback);
    case 'whole':
      return fallback === type.from ? type.from + 1 : type.from;
    case 'number': {
      const lowest = type.above ?? type.from ?? 0;
      const value = type.to ?? lowest + 1;
      return value === fallback ? (lowest + value) / 2 : value;
    }
    case 'list':
      return Array.from({ length: Math.max(2, type.least) }, () => example(type.of));
    case 'record':
      return { x: example(type.of) };
    case 'either':
      return example(type.of.find((one) => example(one) !== fallback) as OptionType);
    case 'group': {
      const plain = Object.entries(type.table).filter(([, one]) => one.type.is !== 'code');
      return Object.fromEntries(plain.map(([name, one]) => [name, example(one.type, one.default)]));
    }
    case 'recipe':
      return Object.values<FactoryDefinition>(factoriesOf(type.kind)).find(
        ({ name, options }) =>
          name !== (fallback as Described | undefined)?.factory &&
          Object.values(options).every(({ required }) => !required),
      )?.name;
    case 'code':
      return () => undefined;
  }
}

function required({ options }: FactoryDefinition): PlainOptions {
  const needed = Object.entries(options).filter(([, one]) => one.required);
  return Object.fromEntries(needed.map(([key, { type }]) => [key, example(type)]));
}

describe('code, files and the command line offer the same', () => {
  test('every factory is public by its name, and every public factory has a name in files', () => {
    const exported: Readonly<Record<string, unknown>> = imago;
    for (const name of registered.keys())
      expect((exported[name] as { readonly name?: string } | undefined)?.name).toBe(name);
    const declared = readFileSync(resolve(ROOT, 'api/imago.md'), 'utf8');
    const makers = [
      ...declared.matchAll(/^const (\w+): (?:Factory<|<M extends Model>\(surrogate|\(optimizer|\(parts)/gm),
    ];
    expect(makers.map(([, name]) => name).sort()).toEqual([...registered.keys()].sort());
    // What returns a recipe and is no factory would be unknown to files.
    const others = declared
      .split('\n\n')
      .flatMap(
        (one) =>
          /^function (\w+)[\s\S]*\): (?:Sampler|Surrogate|Recipe|Acquisition|Minimizer|Optimizer|Forecaster)(?:<.*>)?;$/.exec(
            one,
          )?.[1] ?? [],
      );
    expect(others).toEqual(['defaultOptimizer', 'searchSurrogate']);
  });

  test.each(cases)('$kind $name, option $option', ({ kind, name, option }) => {
    const definition = registered.get(name) as FactoryDefinition;
    const schema = named(kind);
    if (option === undefined) {
      const isWhole = Object.keys(required(definition)).length === 0;
      expect(schema.safeParse(name).success).toBe(true);
      if (isWhole) expect(namedRecipe(fromName(kind, name) as Described)).toBe(name);
      expect(schema.safeParse({ [name]: { misspelt: 1 } }).success).toBe(false);
      return;
    }
    const { type, default: fallback } = definition.options[option];
    if (type.is === 'code') {
      expect(schema.safeParse({ [name]: { ...required(definition), [option]: 1 } }).success).toBe(false);
      return;
    }
    const given = { ...required(definition), ...WITH[`${name}.${option}`], [option]: example(type, fallback) };
    const parsed = schema.safeParse({ [name]: given });
    expect(parsed.error?.issues ?? []).toEqual([]);
    const made = fromName(kind, parsed.data as Named) as Described;
    expect(made.factory).toBe(name);
    expect(made.options).toMatchObject({ [option]: given[option] });
    // Made again of what it tells, it tells the same.
    expect(namedRecipe(fromName(kind, namedRecipe(made)) as Described)).toEqual(namedRecipe(made));
  });

  test('the schema for editors tells what each option does', () => {
    const text = JSON.stringify(scenarioJsonSchema());
    expect(text).not.toContain('"const":null');
    for (const [name, { options }] of registered) {
      if (!factoriesOf('acquisition')[name] || name === 'thompson') expect(text, name).toContain(`"${name}":{`);
      for (const [key, { type, doc }] of Object.entries(options))
        if (type.is !== 'code') expect(text, `${name}.${key}`).toContain(JSON.stringify(doc).slice(1, -1));
    }
  });

  test('the command line knows each sampler, by its name there and with options', () => {
    expect(samplerNames()).toHaveLength(Object.keys(factoriesOf('sampler')).length);
    for (const name of samplerNames())
      if (name === 'mixture') expect(() => samplerFromText(name)).toThrow('mixture: parts is missing');
      else expect(samplerFromText(name).factory?.toLowerCase()).toBe(name.replace(/-/g, ''));
    const both = samplerFromText('mixture: { parts: [{ sampler: rows, weight: 1 }, { sampler: munge, weight: 4 }] }');
    expect(both).toMatchObject({ name: 'rows + munge', factory: 'mixture' });
    expect(samplerFromText('halton: { scramble: false }').options).toEqual({ scramble: false });
  });

  test('the page of options is that of the code; where a change is meant, npm run api renews it', async () => {
    await expect(optionsPage()).toMatchFileSnapshot(resolve(ROOT, 'docs/options.md'));
  });
});

test('options at their defaults are not told', () => {
  for (const { options } of registered.values()) {
    const usual = Object.entries(options).map(([name, one]) => [name, one.default]);
    expect(plainOptions(options, Object.fromEntries(usual))).toEqual({});
  }
});
