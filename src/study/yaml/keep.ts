import { z } from 'zod';
import type { Output } from '../../core/output.ts';
import { confident } from '../scenario/confident.ts';
import type { Stage } from '../scenario/stage.ts';
import { placesOf, without } from '../scenario/without.ts';
import { strict } from './strict.ts';

/** Which answers of its teacher a stage learns. */
export const keepSchema = strict({
  confident: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('those whose likeliest class has at least this share by the teacher'),
  without: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .optional()
    .describe('those that are of none of these classes: an output and its class'),
})
  .refine((keep) => (keep.confident === undefined) !== (keep.without === undefined), {
    error: 'give either confident or without',
  })
  .describe('learn only some of the answers of the teacher');

/** The choice that is written, checked against these outputs. */
export function keepFrom(keep: z.infer<typeof keepSchema>, outputs: readonly Output[] | undefined): Stage['keep'] {
  if (keep.confident !== undefined) return confident(keep.confident);
  const classes = Object.fromEntries(Object.entries(keep.without ?? {}).map(([name, own]) => [name, String(own)]));
  if (outputs) placesOf(classes, outputs);
  return without(classes);
}
