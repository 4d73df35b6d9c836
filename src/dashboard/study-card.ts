import { basename } from 'node:path';
import type { StudyCard } from './shared/wire.ts';
import type { StudyFeed } from './study-feed.ts';

/** A study in few words. */
export function cardOf(key: string, feed: StudyFeed): StudyCard {
  const { subject, table, runs, best, trouble, planned } = feed;
  const wishes = subject?.plan?.head.goal?.objectives ?? [];
  const [objective] = wishes.length === 1 ? wishes : [];
  return {
    key,
    path: feed.path,
    name: subject?.name ?? basename(feed.path, '.sqlite'),
    state: feed.state,
    ...(trouble !== undefined && { trouble }),
    epoch: feed.epoch,
    version: feed.version,
    runs: table.count,
    isFromData: subject?.plan?.head.subject.kind === 'data',
    onFront: (subject?.problem?.objectives.length ?? 0) > 1 ? (runs?.front.length ?? 0) : null,
    planned,
    failed: (runs?.failures ?? []).reduce((sum, { count }) => sum + count, 0),
    goal: objective ? `${objective.sense} ${objective.objective}` : '',
    unit: objective?.unit ?? '',
    best: best ? { row: best.row, value: best.value } : null,
    secondsLeft: secondsLeft(feed),
    first: runs?.pace.first ?? null,
    last: runs?.pace.last ?? null,
  };
}

function secondsLeft({ state, live, runs, table, planned }: StudyFeed): number | null {
  if (state === 'running' && live) return live.secondsLeft;
  const each = runs?.pace.milliseconds;
  if (state !== 'running' || planned === null || each === undefined) return null;
  return (Math.max(0, planned - table.count) * each) / 1000;
}
