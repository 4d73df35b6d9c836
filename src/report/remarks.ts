import type { Study } from '../study/study.ts';

/** What users noted on a study and on its runs, a text each. */
export function remarkTexts({ remarks = [] }: Study): string[] {
  return remarks.map(({ text, run }) => (run === undefined ? text : `On run ${run}: ${text}`));
}

/** What users noted on each run. */
export function remarksByRun({ remarks = [] }: Study): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { text, run } of remarks)
    if (run !== undefined) found.set(run, [...(found.has(run) ? [found.get(run)] : []), text].join('; '));
  return found;
}
