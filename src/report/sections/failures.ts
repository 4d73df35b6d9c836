import type { RunSummary, Study } from '../../study/study.ts';
import { type Section, table, text } from '../document.ts';
import { simulatorRuns } from '../findings.ts';
import { count, percent, short, tidy } from '../format.ts';

/** Evaluations without an answer, by cause. */
export function failuresSection(study: Study): Section {
  const own = simulatorRuns(study);
  const runs: (readonly [string, RunSummary])[] = [
    ...(own ? [[study.results.search ? 'design and search' : 'design', own] as const] : []),
    ...study.results.comparison.map((one) => [`comparison: ${one.optimizer}`, one.runs] as const),
  ];
  const rows = runs.flatMap(([where, { total, failures }]) =>
    failures.map((failure) => [
      where,
      failure.cause,
      count(failure.count),
      percent(total > 0 ? failure.count / total : undefined),
      short(tidy(failure.example), 160),
    ]),
  );
  const blocks =
    rows.length === 0
      ? [text('No evaluation failed.')]
      : [table('Failures by cause', ['of', 'cause', '>count', '>share of runs', 'example'], rows)];
  return { id: 'failures', title: 'Failures', blocks };
}
