import { z } from 'zod';
import { usualText } from '../../core/option-check.ts';
import { MOST, type OptionTable, type OptionType, type RecipeKind } from '../../core/options.ts';
import { strict } from './strict.ts';

/** The schema of a recipe of a kind. */
type Recipes = (kind: RecipeKind) => z.ZodType;

/** The schemas of options by name, without those that only code can give. What `partOf` knows may be left out although code needs it. */
export function optionShape(
  table: OptionTable,
  recipes: Recipes,
  partOf: (kind: RecipeKind) => unknown,
): z.ZodRawShape {
  const entries = Object.entries(table).flatMap(([name, option]) => {
    const { type, doc, required } = option;
    if (type.is === 'code') return [];
    const schema = schemaOf(type, recipes, partOf);
    const optional = !required || (type.is === 'recipe' && partOf(type.kind) !== undefined);
    const usual = usualText(option);
    const told = usual === undefined ? doc : `${doc} Default ${usual}.`;
    return [[name, (optional ? schema.optional() : schema).describe(told)] as const];
  });
  return Object.fromEntries(entries);
}

function schemaOf(type: OptionType, recipes: Recipes, partOf: (kind: RecipeKind) => unknown): z.ZodType {
  switch (type.is) {
    case 'flag':
      return z.boolean();
    case 'text':
      return z.string().min(1);
    case 'whole': {
      const whole = z
        .int()
        .min(type.from)
        .max(type.to ?? MOST);
      return orInfinity(whole, type.infinite);
    }
    case 'number': {
      let schema = z.number();
      if (type.from !== undefined) schema = schema.min(type.from);
      if (type.above !== undefined) schema = schema.gt(type.above);
      if (type.to !== undefined) schema = schema.max(type.to);
      return orInfinity(schema, type.infinite);
    }
    case 'oneOf':
      return type.values.every((value) => typeof value === 'string')
        ? z.enum(type.values as [string, ...string[]])
        : z.union(type.values.map((value) => z.literal(value)) as [z.ZodLiteral, z.ZodLiteral]);
    case 'list':
      return z.array(schemaOf(type.of, recipes, partOf)).min(type.least);
    case 'record':
      return z.record(z.string(), schemaOf(type.of, recipes, partOf));
    case 'either':
      return z.union(type.of.map((one) => schemaOf(one, recipes, partOf)) as [z.ZodType, z.ZodType]);
    case 'group':
      return strict(optionShape(type.table, recipes, partOf));
    case 'recipe':
      return recipes(type.kind);
    case 'code':
      return z.never();
  }
}

/** In a file `.inf`. */
function orInfinity(schema: z.ZodType, infinite = false): z.ZodType {
  return infinite ? z.union([schema, z.literal(Number.POSITIVE_INFINITY)]) : schema;
}
