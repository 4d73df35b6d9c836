import type { z } from 'zod';
import { nearest, show } from '../../core/errors.ts';
import type { Mistake, Path } from './yaml-document.ts';

type Issue = z.core.$ZodIssue;

/** What zod finds wrong, in words that name the value. */
export function describeIssue(issue: Issue, data: unknown, above: Path = []): Mistake[] {
  const path = [...above, ...issue.path];
  const value = path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], data);
  const say = (message: string): Mistake[] => [{ path, message }];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = issue.message.split(', ');
      return issue.keys.map((key) => ({
        path: [...path, key],
        onKey: true,
        message: `there is no such key${nearest(key, known)}; known: ${known.join(', ') || 'none'}`,
      }));
    }
    case 'invalid_type':
      if (value === undefined) return say('is missing');
      // A schema that has words of its own for what it wants.
      if (!issue.message.startsWith('Invalid input')) return say(`${issue.message}, got ${show(value)}`);
      return say(`must be ${KINDS[issue.expected] ?? issue.expected}, got ${show(value)}`);
    case 'invalid_value':
      if (typeof value !== 'string') return say(`must be one of ${issue.values.join(', ')}, got ${show(value)}`);
      return say(
        `there is no ${show(value)}${nearest(value, issue.values.map(String))}; known: ${issue.values.join(', ')}`,
      );
    case 'too_small': {
      const least = `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
      if (issue.origin === 'array') return say(`must have ${least} entries, got ${show(value)}`);
      return say(
        issue.origin === 'string' ? `must not be empty, got ${show(value)}` : `must be ${least}, got ${show(value)}`,
      );
    }
    case 'too_big':
      return say(
        `must ${issue.origin === 'array' ? `have at most ${issue.maximum} entries` : `be at most ${issue.maximum}`}, got ${show(value)}`,
      );
    case 'invalid_union':
      return describeUnion(issue, data, path, value);
    case 'invalid_key':
      return [{ path, onKey: true, message: `${issue.issues[0]?.message ?? issue.message}, got ${show(path.at(-1))}` }];
    case 'invalid_format':
      return say(`${issue.message}, got ${show(value)}`);
    default:
      return say(issue.message);
  }
}

/** The mistakes of the alternative that was meant: one of the right type. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion, data: unknown, path: Path, value: unknown): Mistake[] {
  const ofType = (one: Issue) => one.path.length === 0 && one.code === 'invalid_type';
  const meant = issue.errors.find((issues) => !issues.some((one) => ofType(one) || isEnumOfOtherType(one, value)));
  if (meant) return meant.flatMap((one) => describeIssue(one, data, path));
  if (value === undefined) return [{ path, message: 'is missing' }];
  const kinds = issue.errors.flatMap((issues) =>
    issues.flatMap((one) => {
      if (one.path.length > 0) return [];
      if (one.code === 'invalid_type') return [KINDS[one.expected] ?? one.expected];
      return one.code === 'invalid_value' ? [`one of ${one.values.join(', ')}`] : [];
    }),
  );
  return [{ path, message: `must be ${[...new Set(kinds)].join(' or ')}, got ${show(value)}` }];
}

function isEnumOfOtherType(issue: Issue, value: unknown): boolean {
  return issue.path.length === 0 && issue.code === 'invalid_value' && typeof value !== 'string';
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a finite number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list of two numbers',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
};
