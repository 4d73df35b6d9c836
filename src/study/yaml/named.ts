import { z } from 'zod';
import { ensure } from '../../core/errors.ts';
import type { Recipes } from '../../core/factory.ts';
import type { Named, OptionTable, OptionType, PlainOptions, RecipeKind } from '../../core/options.ts';
import { describeIssue } from './issue.ts';
import { optionShape } from './option-schema.ts';
import { factoriesOf, partOf } from './recipes.ts';
import { ifSound, strict } from './strict.ts';
import { YamlDocument } from './yaml-document.ts';

const schemas = new Map<RecipeKind, z.ZodType<Named>>();

/** The schema of a recipe of a kind, by its name alone or as the one key of its options. */
export function named(kind: RecipeKind): z.ZodType<Named> {
  const known = schemas.get(kind) ?? schemaOf(kind);
  schemas.set(kind, known);
  return known;
}

function schemaOf(kind: RecipeKind): z.ZodType<Named> {
  const factories = factoriesOf(kind);
  const names = Object.keys(factories);
  const recipes = (inner: RecipeKind) => z.lazy(() => named(inner));
  const shape = Object.fromEntries(
    names.map((name) => [name, strict(optionShape(factories[name].options, recipes, partOf)).optional()]),
  );
  const withOptions = strict(shape).refine((value) => Object.keys(value).length === 1, {
    error: `must have one key, the name: ${names.join(', ')}`,
    ...ifSound,
  });
  return z.union([z.enum(names as [string, ...string[]]), withOptions]) as z.ZodType<Named>;
}

/** Makes the recipe that a checked value names. */
export function fromName<K extends RecipeKind>(kind: K, value: Named): Recipes[K] {
  const [name, given] = typeof value === 'string' ? [value, {}] : Object.entries(value)[0];
  const { options, make } = factoriesOf(kind)[name];
  return make(withRecipes(options, given ?? {}));
}

/** Options of a file, with the recipes that they name and those that they leave out. */
function withRecipes(table: OptionTable, given: PlainOptions): PlainOptions {
  const made = Object.entries(table).map(([name, { type, default: fallback }]) => {
    if (given[name] !== undefined) return [name, madeOf(type, given[name])];
    return [name, type.is === 'recipe' && fallback === undefined ? partOf(type.kind)?.() : undefined];
  });
  return Object.fromEntries(made);
}

function madeOf(type: OptionType, value: unknown): unknown {
  switch (type.is) {
    case 'recipe':
      return fromName(type.kind, value as Named);
    case 'list':
      return (value as readonly unknown[]).map((one) => madeOf(type.of, one));
    case 'group':
      return withRecipes(type.table, value as PlainOptions);
    default:
      return value;
  }
}

/** A sampler as the command line names it: `latin-hypercube`, or with options `latinHypercube: { kind: random }`. */
export function samplerFromText(text: string): Recipes['sampler'] {
  const names = Object.keys(factoriesOf('sampler'));
  const plain = names.find((name) => kebab(name) === text);
  if (plain !== undefined) return fromName('sampler', plain);
  const document = new YamlDocument(text, '--sampler');
  const { data } = document;
  ensure(
    typeof data === 'object' || names.includes(String(data)),
    'invalid-argument',
    `--sampler is one of ${samplerNames().join(', ')}, got '${text}'`,
  );
  const checked = named('sampler').safeParse(data);
  if (!checked.success) throw document.error(checked.error.issues.flatMap((issue) => describeIssue(issue, data)));
  return fromName('sampler', checked.data);
}

/** The samplers as the command line names them. */
export function samplerNames(): string[] {
  return Object.keys(factoriesOf('sampler')).map(kebab);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
