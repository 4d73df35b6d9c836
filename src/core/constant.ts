import { show } from './errors.ts';

/** What is wrong with a constant of that name beside parameters and outputs; undefined where nothing is. */
export function constantMistake(
  name: string,
  value: unknown,
  parameters: readonly string[],
  outputs: readonly string[],
): string | undefined {
  const isSound = typeof value === 'string' ? value !== '' : Number.isFinite(value);
  if (!isSound) return `must be a finite number or a text, got ${show(value)}`;
  const other = parameters.includes(name) ? 'a parameter' : outputs.includes(name) ? 'an output' : '';
  return other === '' ? undefined : `is ${other} too; nothing could tell them apart`;
}
