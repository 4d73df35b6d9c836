import { z } from 'zod';
import type { Ablation } from '../scenario/stage.ts';
import type { Mistakes } from './mistakes.ts';
import { fromName, named } from './named.ts';
import { strict } from './strict.ts';
import type { Path } from './yaml-document.ts';

/** Transfer sets that a stage is compared with. */
export const ablationSchema = strict({
  transfers: z.array(named('sampler')).min(1).optional().describe('default the own one'),
  sizes: z.array(z.int().min(1)).min(1).optional().describe('points of each; default as many as of the own one'),
}).describe('report what other transfer sets would have taught the student');

/** The transfer sets that are written; a sampler that cannot be made is a mistake. */
export function ablationFrom(
  { transfers, sizes }: z.infer<typeof ablationSchema>,
  path: Path,
  mistakes: Mistakes,
): Ablation {
  const made = transfers?.flatMap(
    (given, k) => mistakes.try([...path, 'transfers', k], () => fromName('sampler', given)) ?? [],
  );
  return { ...(made && { transfers: made }), ...(sizes && { sizes }) };
}
