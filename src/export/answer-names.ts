import type { ExportedModel, OutputTerms } from './exported.ts';
import { identifiersOf } from './identifiers.ts';

/** The names of what a model answers of an output, where there is one flat list of names. */
export interface AnswerNames {
  readonly value: string;
  /** Of each class, or of all of them together. */
  readonly probabilities: readonly string[];
  readonly bounds: readonly string[];
  readonly known?: string;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Names in letters, digits and underscores for the parameters and for all that is answered, all different; `together` has one for all
 * probabilities of an output.
 */
export function flatNames({ space, outputs }: ExportedModel, { reserved = NONE, together = false } = {}) {
  const shareNames = ({ output: { name, classes = [] }, probabilities }: OutputTerms) =>
    !probabilities ? [] : together ? [`${name} probabilities`] : classes.map((one) => `${name} probability ${one}`);
  const answers = outputs.flatMap((one) => [
    one.output.name,
    ...shareNames(one),
    ...(one.interval ? [`${one.output.name} lower`, `${one.output.name} upper`] : []),
    ...(one.known ? [`${one.output.name} in domain`] : []),
  ]);
  const all = identifiersOf([...space.names, ...answers], reserved);
  const next = all.slice(space.dimension)[Symbol.iterator]();
  const take = (count: number) => Array.from({ length: count }, () => next.next().value as string);
  return {
    inputs: all.slice(0, space.dimension),
    answers: outputs.map((one): AnswerNames => {
      const [value] = take(1);
      const names = { value, probabilities: take(shareNames(one).length), bounds: take(one.interval ? 2 : 0) };
      return one.known ? { ...names, known: take(1)[0] } : names;
    }),
  };
}
