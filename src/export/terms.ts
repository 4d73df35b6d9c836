import type { Term } from '../core/graph/term.ts';
import type { OutputTerms } from './exported.ts';

/** All terms of the outputs, in the order in which they are written: value, probabilities, bounds, whether it is known. */
export function termsOf(outputs: readonly OutputTerms[]): Term[] {
  return outputs.flatMap(({ value, probabilities = [], interval = [], known }) => [
    ...[value, ...probabilities, ...interval],
    ...(known ? [known] : []),
  ]);
}
