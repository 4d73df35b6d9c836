import type { Dataset } from '../../core/dataset.ts';
import { ensure, nearest, show } from '../../core/errors.ts';
import type { Output } from '../../core/output.ts';

/**
 * The rows whose answers are of none of these classes: `without({ digit: '3' })` keeps what a teacher does not take for a 3, so that a student
 * hears of it only by the shares of others [Hinton2015]. Throws `invalid-argument` for an output without classes and for a class that it does not have.
 */
export function without(classes: Readonly<Record<string, string>>): (answers: Dataset) => number[] {
  const told = Object.entries(classes ?? {});
  ensure(
    told.length > 0,
    'invalid-argument',
    () => `without: name an output and a class of it, such as { digit: '3' }, got ${show(classes)}`,
  );
  const keep = (answers: Dataset): number[] => {
    const places = placesOf(classes, answers.outputs);
    const isKept = (i: number) => places.every(([output, level]) => answers.y.get(i, output) !== level);
    return Array.from({ length: answers.size }, (_, i) => i).filter(isKept);
  };
  return Object.defineProperty(keep, 'name', { value: `without(${JSON.stringify(classes)})` });
}

/** Where the outputs stand, and which of their classes these are. */
export function placesOf(
  classes: Readonly<Record<string, string>>,
  outputs: readonly Output[],
): readonly (readonly [number, number])[] {
  return Object.entries(classes).map(([name, own]) => {
    const names = outputs.map((output) => output.name);
    const at = names.indexOf(name);
    ensure(
      at >= 0,
      'invalid-argument',
      () => `without: there is no output '${name}'${nearest(name, names)}; known: ${names.join(', ')}`,
    );
    const known = outputs[at].classes;
    ensure(known, 'invalid-argument', () => `without: output '${name}' is a number and has no classes`);
    const level = known.indexOf(own);
    ensure(
      level >= 0,
      'invalid-argument',
      () => `without: output '${name}' has no class ${show(own)}; known: ${known.join(', ')}`,
    );
    return [at, level] as const;
  });
}
