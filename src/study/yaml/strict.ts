import { z } from 'zod';

/** An object without other keys. The message of an unknown one is the list of the known ones; see {@link describeIssue}. */
export function strict<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : undefined),
  });
}

/** Options of a refinement that is asked only where nothing else is wrong, so that one slip is reported once. */
export const ifSound = { when: ({ issues }: { readonly issues: readonly unknown[] }) => issues.length === 0 };
