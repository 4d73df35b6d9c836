import { median } from '../numerics/statistics.ts';
import { type Contender, type Contest, standingOf } from '../study/contest/contest.ts';
import { RACE_TOLERANCE } from '../study/search/race.ts';
import { duration, isKnown, percent, plural, quantity, score, short, times } from './format.ts';

const NAME = 44;

/** A contest as a table in plain text, and what it comes to. */
export function contestLines(contest: Contest): readonly string[] {
  const { seed, sense, objective, unit, target, contenders, secondsPerRun, surrogate } = contest;
  const quality =
    target === null
      ? 'nobody found a feasible point'
      : `equal quality: ${quantity(target, unit, 6)}, within ${percent(RACE_TOLERANCE)} of the better side's best`;
  const rows = contenders.map((one) => [
    short(`${one.kind}: ${one.name}`, NAME),
    isKnown(one.evaluations) ? `${one.evaluations}` : `not in ${one.runs}`,
    isKnown(one.best) ? quantity(one.best, unit, 6) : 'nothing feasible',
    `${one.runs}${one.failed > 0 ? ` (${one.failed} failed)` : ''}`,
    duration(one.simulatorSeconds),
    duration(one.choiceSeconds),
  ]);
  return [
    `Seed ${seed}: ${sense} ${short(objective, 70)}; ${quality}`,
    ...table([['  search', 'runs to it', 'best', 'runs', 'simulator', 'choosing'], ...rows.map(indented)]),
    `  ${verdict(contest)}`,
    `  Simulation costs ${duration(secondsPerRun)} per run${moneyText(contest)}`,
    ...(surrogate
      ? [
          `  The chain's ${surrogate.name} (q2 ${score(surrogate.q2)} from ${plural(surrogate.designRuns, 'run')}) answers a call in a batch ${times(surrogate.speedupBatched)} as fast`,
        ]
      : []),
  ];
}

/** What several contests of one scenario come to; undefined for one alone. */
export function contestSummary(contests: readonly Contest[]): string | undefined {
  if (contests.length < 2) return undefined;
  const standings = contests.map(standingOf);
  const ratios = standings.map(({ ratio }) => ratio ?? 0);
  const missed = (side: 'assisted' | 'direct') => standings.filter((one) => one[side].evaluations === null).length;
  const missing = [
    missed('direct') > 0 ? `direct search did not get there for ${missed('direct')}, which counts as its last run` : '',
    missed('assisted') > 0 ? `the sampling search did not for ${missed('assisted')}, which counts as 0x` : '',
  ].filter((text) => text !== '');
  const range = `${times(Math.min(...ratios))} to ${times(Math.max(...ratios))}`;
  return `Over ${contests.length} seeds the sampling search needed ${times(median(ratios))} fewer runs than the best direct optimizer (median; ${range})${missing.map((text) => `; ${text}`).join('')}`;
}

function verdict(contest: Contest): string {
  const { assisted, direct, ratio } = standingOf(contest);
  const took = ({ evaluations, runs }: Contender) =>
    isKnown(evaluations) ? plural(evaluations, 'run') : `more than ${plural(runs, 'run')} (target not reached)`;
  const sides = `The sampling search took ${took(assisted)}, the best direct optimizer (${direct.name}) ${took(direct)}`;
  if (!isKnown(ratio)) return sides;
  if (ratio < 1) return `${sides}: ${times(1 / ratio)} more`;
  return `${sides}: ${isKnown(direct.evaluations) ? '' : 'at least '}${times(ratio)} fewer`;
}

/** What the difference is worth in simulator time, and what choosing the points took. */
function moneyText(contest: Contest): string {
  const { assisted, direct } = standingOf(contest);
  if (!isKnown(assisted.evaluations)) return '';
  const saved = (direct.evaluations ?? direct.runs) - assisted.evaluations;
  const worth = `${plural(Math.abs(saved), 'run')} ${saved < 0 ? 'more cost' : 'fewer save'} ${duration(Math.abs(saved) * contest.secondsPerRun)}`;
  return `: ${isKnown(direct.evaluations) ? '' : 'at least '}${worth}; choosing ${plural(assisted.runs, 'point')} took ${duration(assisted.choiceSeconds)}`;
}

const indented = ([first, ...rest]: readonly string[]) => [`  ${first}`, ...rest];

/** Rows with their columns aligned. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
  return rows.map((row) =>
    row
      .map((cell, k) => cell.padEnd(widths[k]))
      .join('  ')
      .trimEnd(),
  );
}
