import type { StoreReader } from '../storage/store-reader.ts';
import type { BestPoint } from '../study/search/results.ts';
import { studyFromJson } from '../study/study.ts';
import type { FeedRuns } from './feed-runs.ts';
import type { FeedSubject } from './feed-subject.ts';
import { FAILED } from './shared/run-table.ts';
import type { BestValue } from './shared/wire.ts';

/** The best run as the study told it at its end. */
export interface KeptBest extends BestValue, Pick<BestPoint, 'constraints'> {}

/** Whether a function is part of the goal: only the scenario has it, so that nobody else can tell which run is the best one. */
export function hasOwnGoal(subject: FeedSubject | undefined): boolean {
  return subject?.plan?.head.goal != null && subject.plan.goal === null;
}

/** What a study whose goal is a function told at its end; undefined before that, and where no run was feasible. */
export function keptBest(reader: StoreReader, { subject, table }: FeedRuns): KeptBest | undefined {
  if (!hasOwnGoal(subject) || !subject.plan?.finished) return undefined;
  const text = reader.read('study');
  const best = text === undefined ? undefined : studyFromJson(text).results.search?.best;
  if (!best?.feasible) return undefined;
  const row = rowAt(best.u.map(Math.fround), table);
  return row === undefined ? undefined : { row, value: best.objective, constraints: best.constraints };
}

/** The first row at a point of the unit cube. */
function rowAt(u: readonly number[], { count, numbers, flags }: FeedRuns['table']): number | undefined {
  for (let row = 0; row < count; row++)
    if ((flags[row] & FAILED) === 0 && u.every((value, k) => numbers[k][row] === value)) return row;
  return undefined;
}
